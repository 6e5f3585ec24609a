//! Licenses: of users and of permission sets (docs/salesforce/licenses.md).

use crate::schema::picklist::{LICENSE_STATES, USER_TYPES};
use crate::schema::{Area, Field, FieldKind, Object, Preset, Shown, Verb};

pub(crate) static USER_LICENSE: Object = Object {
    name: "UserLicense",
    label: "User License",
    plural: "User Licenses",
    prefix: "100",
    own: USER_LICENSE_FIELDS,
    verbs: &[],
    area: Area::Setup,
    shown: Shown::Always,
};

pub(crate) static PERMISSION_SET_LICENSE: Object = Object {
    name: "PermissionSetLicense",
    label: "Permission Set License",
    plural: "Permission Set Licenses",
    prefix: "0PL",
    own: PERMISSION_SET_LICENSE_FIELDS,
    verbs: &[],
    area: Area::Setup,
    shown: Shown::Always,
};

pub(crate) static PERMISSION_SET_LICENSE_ASSIGN: Object = Object {
    name: "PermissionSetLicenseAssign",
    label: "Permission Set License Assignment",
    plural: "Permission Set License Assignments",
    prefix: "2LA",
    own: ASSIGN_FIELDS,
    // Create, delete and query only (docs/salesforce/licenses.md#permission-set-licenses).
    verbs: &[Verb::Create, Verb::Delete],
    area: Area::Setup,
    shown: Shown::Always,
};

/// Only active users hold a seat (docs/salesforce/licenses.md#seats).
/// Counted by `store::seats`.
const USERS: &str = "(SELECT COALESCE(SUM(n.taken), 0) FROM \"Profile\" p JOIN practice_seats n ON n.of = p.\"Id\" WHERE p.\"UserLicenseId\" = {t}.\"Id\")";

const ASSIGNMENTS: &str =
    "COALESCE((SELECT n.taken FROM practice_seats n WHERE n.of = {t}.\"Id\"), 0)";

static USER_LICENSE_FIELDS: &[Field] = &[
    Field::text("LicenseDefinitionKey", "License Def. ID", 40)
        .required()
        .unique(),
    Field::text("Name", "Name", 40).required().id_lookup(),
    Field::text("MasterLabel", "Master Label", 40).required(),
    Field::pick("Status", "Status", LICENSE_STATES)
        .required()
        .preset(Preset::Text("Active")),
    Field::new("TotalLicenses", "Total Licenses", FieldKind::Integer).required(),
    Field::new("UsedLicenses", "Used Licenses", FieldKind::Integer)
        .required()
        .computed(USERS)
        .unfilterable_since(64),
    Field::new(
        "MonthlyLoginsEntitlement",
        "Monthly Logins Allowed",
        FieldKind::Integer,
    ),
    Field::new(
        "MonthlyLoginsUsed",
        "Monthly Logins Used",
        FieldKind::Integer,
    ),
    // The type of the users of this license (docs/salesforce/users.md#user-types). Salesforce shows it on profiles and
    // users only.
    Field::pick("PracticeUserType", "User Type", USER_TYPES)
        .required()
        .preset(Preset::Rule)
        .hidden(),
];

static PERMISSION_SET_LICENSE_FIELDS: &[Field] = &[
    Field::text("DeveloperName", "Permission Set License Name", 80)
        .required()
        .unique(),
    Field::text("Language", "Master Language", 40)
        .required()
        .preset(Preset::Text("en_US")),
    Field::text("MasterLabel", "Permission Set License Label", 80).required(),
    Field::text("PermissionSetLicenseKey", "Permission Set License Key", 80)
        .required()
        .preset(Preset::Rule),
    Field::new("TotalLicenses", "Total Licenses", FieldKind::Integer).required(),
    Field::pick("Status", "Status", LICENSE_STATES)
        .required()
        .preset(Preset::Text("Active")),
    Field::new("ExpirationDate", "Expiration Date", FieldKind::Date),
    Field::new("UsedLicenses", "Used Licenses", FieldKind::Integer)
        .required()
        .computed(ASSIGNMENTS),
];

static ASSIGN_FIELDS: &[Field] = &[
    Field::reference(
        "PermissionSetLicenseId",
        "PermissionSetLicense ID",
        &["PermissionSetLicense"],
        "PermissionSetLicense",
        "PermissionSetLicenseAssigns",
    )
    .required(),
    Field::reference(
        "AssigneeId",
        "Assigned User ID",
        &["User"],
        "Assignee",
        "PermissionSetLicenseAssignments",
    )
    .required(),
];
