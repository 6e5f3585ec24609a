//! Profiles, permission sets, their groups and assignments (docs/salesforce/profiles.md,
//! docs/salesforce/permission-sets.md), and what they allow with objects.

use crate::schema::picklist::{GROUP_STATES, PERMITTED_OBJECTS, SET_TYPES, USER_TYPES};
use crate::schema::{ALL, Area, Field, FieldKind, Object, Preset, Shown};

pub(crate) static PROFILE: Object = Object {
    name: "Profile",
    label: "Profile",
    plural: "Profile",
    prefix: "00e",
    own: PROFILE_FIELDS,
    verbs: ALL,
    area: Area::Setup,
    shown: Shown::Always,
};

pub(crate) static PERMISSION_SET: Object = Object {
    name: "PermissionSet",
    label: "Permission Set",
    plural: "Permission Sets",
    prefix: "0PS",
    own: SET_FIELDS,
    verbs: ALL,
    area: Area::Setup,
    shown: Shown::Always,
};

pub(crate) static PERMISSION_SET_GROUP: Object = Object {
    name: "PermissionSetGroup",
    label: "Permission Set Group",
    plural: "Permission Set Groups",
    prefix: "0PG",
    own: GROUP_FIELDS,
    verbs: ALL,
    area: Area::Setup,
    shown: Shown::Always,
};

pub(crate) static PERMISSION_SET_ASSIGNMENT: Object = Object {
    name: "PermissionSetAssignment",
    label: "Permission Set Assignment",
    plural: "Permission Set Assignments",
    prefix: "0Pa",
    own: ASSIGNMENT_FIELDS,
    verbs: ALL,
    area: Area::Setup,
    shown: Shown::Always,
};

/// The rights that a permission set, or a profile through its hidden one, gives on records of an object
/// (docs/salesforce/profiles.md#object-permissions).
pub(crate) static OBJECT_PERMISSIONS: Object = Object {
    name: "ObjectPermissions",
    label: "Object Permissions",
    plural: "Object Permissions",
    prefix: "110",
    own: OBJECT_FIELDS,
    verbs: ALL,
    area: Area::Setup,
    shown: Shown::Always,
};

const TYPE: &str =
    "(SELECT l.\"PracticeUserType\" FROM \"UserLicense\" l WHERE l.\"Id\" = {t}.\"UserLicenseId\")";

/// The permissions that the recipes touch; the platform has some four hundred. The same columns
/// stand on profiles and permission sets.
macro_rules! with_permissions {
    ($($field:expr,)*) => {
        &[
            $($field,)*
            Field::truth("PermissionsApiEnabled", "API Enabled"),
            Field::truth("PermissionsApiUserOnly", "Api Only User"),
            Field::truth("PermissionsAssignPermissionSets", "Assign Permission Sets"),
            Field::truth("PermissionsBulkApiHardDelete", "Bulk API Hard Delete"),
            Field::truth("PermissionsCustomizeApplication", "Customize Application"),
            Field::truth("PermissionsDelegatedPortalUserAdmin", "Delegated External User Administrator"),
            Field::truth("PermissionsManageInternalUsers", "Manage Internal Users"),
            Field::truth("PermissionsManageMyExternalUsers", "Manage External Users (Limited)"),
            Field::truth("PermissionsManageNetworks", "Create and Set Up Experiences"),
            Field::truth("PermissionsManagePartners", "Manage External Users"),
            Field::truth("PermissionsManageProfilesPermissionsets", "Manage Profiles and Permission Sets"),
            Field::truth("PermissionsManageRoles", "Manage Roles"),
            Field::truth("PermissionsManageSharing", "Manage Sharing"),
            Field::truth("PermissionsManageUsers", "Manage Users"),
            Field::truth("PermissionsModifyAllData", "Modify All Data"),
            Field::truth("PermissionsModifyMetadata", "Modify Metadata Through Metadata API Functions"),
            Field::truth("PermissionsPortalSuperUser", "Portal Super User"),
            Field::truth("PermissionsViewAllData", "View All Data"),
            Field::truth("PermissionsViewRoles", "View Roles and Role Hierarchy"),
            Field::truth("PermissionsViewSetup", "View Setup and Configuration"),
        ]
    };
}

static PROFILE_FIELDS: &[Field] = with_permissions![
    Field::text("Name", "Name", 255).required().id_lookup(),
    Field::new("Description", "Description", FieldKind::LongText(255)),
    // A profile's license never changes (docs/salesforce/profiles.md#profile-records).
    Field::reference(
        "UserLicenseId",
        "User License ID",
        &["UserLicense"],
        "UserLicense",
        ""
    )
    .required()
    .create_only(),
    Field::pick("UserType", "User Type", USER_TYPES).computed(TYPE),
    Field::truth("IsSsoEnabled", "Use Single Sign-On"),
    // On for profiles that Salesforce ships: *Allow using standard external profiles* is about them
    // (docs/salesforce/users.md#standard-external-profiles).
    Field::truth("PracticeStandard", "Standard Profile").hidden(),
    // The name as metadata of a profile that Salesforce ships: it never follows `Name`
    // (docs/salesforce/profiles.md#full-names).
    Field::text("PracticeFullName", "Full Name", 255).hidden(),
];

static SET_FIELDS: &[Field] = with_permissions![
    Field::text("Name", "Permission Set Name", 80).required(),
    Field::text("Label", "Permission Set Label", 80).required(),
    Field::new("Description", "Description", FieldKind::LongText(255)),
    // A user license or a permission set license; set once (docs/salesforce/permission-sets.md#names).
    Field::reference(
        "LicenseId",
        "License ID",
        &["UserLicense", "PermissionSetLicense"],
        "License",
        ""
    )
    .create_only(),
    Field::reference("ProfileId", "Profile ID", &["Profile"], "Profile", "").read_only(),
    Field::truth("IsOwnedByProfile", "Is Owned By Profile").read_only(),
    Field::truth("IsCustom", "Custom")
        .preset(Preset::Truth(true))
        .read_only(),
    Field::text("NamespacePrefix", "Namespace Prefix", 15).read_only(),
    Field::truth("HasActivationRequired", "Session Activation Required"),
    Field::reference(
        "PermissionSetGroupId",
        "Permission Set Group ID",
        &["PermissionSetGroup"],
        "PermissionSetGroup",
        ""
    )
    .read_only(),
    Field::pick("Type", "Permission Set Type", SET_TYPES)
        .required()
        .preset(Preset::Text("Regular"))
        .read_only(),
];

static GROUP_FIELDS: &[Field] = &[
    Field::text("DeveloperName", "API Name", 80).required(),
    Field::text("Language", "Master Language", 40)
        .required()
        .preset(Preset::Text("en_US")),
    Field::text("MasterLabel", "Label", 80).required(),
    Field::text("NamespacePrefix", "Namespace Prefix", 15).read_only(),
    Field::new("Description", "Description", FieldKind::LongText(255)),
    // The platform calculates it; a group without sets has nothing to calculate [inferred].
    Field::pick("Status", "Status", GROUP_STATES)
        .required()
        .preset(Preset::Text("Updated"))
        .read_only(),
    Field::truth("HasActivationRequired", "Session Activation Required"),
];

static OBJECT_FIELDS: &[Field] = &[
    Field::reference(
        "ParentId",
        "Parent ID",
        &["PermissionSet"],
        "Parent",
        "ObjectPerms",
    )
    .required()
    .create_only(),
    Field::pick("SobjectType", "Object Type Name", PERMITTED_OBJECTS)
        .required()
        .create_only(),
    Field::truth("PermissionsCreate", "Create Records"),
    Field::truth("PermissionsRead", "Read Records"),
    Field::truth("PermissionsEdit", "Edit Records"),
    Field::truth("PermissionsDelete", "Delete Records"),
    Field::truth("PermissionsViewAllRecords", "View All Records"),
    Field::truth("PermissionsModifyAllRecords", "Modify All Records"),
];

static ASSIGNMENT_FIELDS: &[Field] = &[
    // One of the two comes with a create (docs/salesforce/permission-sets.md#assignments); the rule asks for it.
    Field::reference(
        "PermissionSetId",
        "PermissionSet ID",
        &["PermissionSet"],
        "PermissionSet",
        "Assignments",
    )
    .create_only(),
    Field::reference(
        "PermissionSetGroupId",
        "Permission Set Group ID",
        &["PermissionSetGroup"],
        "PermissionSetGroup",
        "Assignments",
    )
    .create_only(),
    Field::reference(
        "AssigneeId",
        "Assignee ID",
        &["User"],
        "Assignee",
        "PermissionSetAssignments",
    )
    .required()
    .create_only(),
    Field::new("ExpirationDate", "Expiration Date", FieldKind::DateTime),
    Field::truth("IsActive", "Is Active")
        .preset(Preset::Truth(true))
        .read_only(),
    Field::truth("IsRevoked", "Is Revoked"),
];
