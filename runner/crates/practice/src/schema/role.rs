//! `UserRole` (docs/salesforce/roles.md#role-records).

use crate::schema::picklist::{ACCESS, PORTAL_ROLES, PORTAL_TYPES};
use crate::schema::{ALL, Area, Field, Object, Preset, Shown};

pub(crate) static USER_ROLE: Object = Object {
    name: "UserRole",
    label: "Role",
    plural: "Roles",
    prefix: "00E",
    own: FIELDS,
    verbs: ALL,
    area: Area::Setup,
    shown: Shown::Always,
};

static FIELDS: &[Field] = &[
    // 80 is what a client may write; the roles that the platform makes hold the whole account name [inferred]
    // (docs/salesforce/roles.md#length-of-names).
    Field::text("Name", "Name", 80).required(),
    Field::reference(
        "ParentRoleId",
        "Parent Role ID",
        &["UserRole"],
        "ParentRole",
        "",
    ),
    Field::text("RollupDescription", "Description", 80),
    // Required with a default [inferred]: clients that create a role send Name, DeveloperName and ParentRoleId only
    // (docs/salesforce/roles.md#role-records).
    Field::pick(
        "OpportunityAccessForAccountOwner",
        "Opportunity Access Level for Account Owner",
        ACCESS,
    )
    .required()
    .preset(Preset::Text("Edit")),
    Field::pick(
        "CaseAccessForAccountOwner",
        "Case Access Level for Account Owner",
        ACCESS,
    )
    .preset(Preset::Text("Edit")),
    Field::pick(
        "ContactAccessForAccountOwner",
        "Contact Access Level for Account Owner",
        ACCESS,
    )
    .preset(Preset::Text("Edit")),
    // Made from the name where none was sent [inferred].
    Field::text("DeveloperName", "Developer Name", 80)
        .required()
        .unique()
        .preset(Preset::Rule),
    Field::reference(
        "PortalAccountId",
        "Portal Account ID",
        &["Account"],
        "PortalAccount",
        "",
    )
    .read_only(),
    Field::reference(
        "PortalAccountOwnerId",
        "Portal Account Owner ID",
        &["User"],
        "PortalAccountOwner",
        "",
    )
    .read_only(),
    Field::pick("PortalRole", "Portal Role", PORTAL_ROLES).read_only(),
    Field::pick("PortalType", "Portal Type", PORTAL_TYPES)
        .preset(Preset::Text("None"))
        .read_only(),
];
