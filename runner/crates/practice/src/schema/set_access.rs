//! Records below permission sets and their groups: `SetupEntityAccess` and `PermissionSetTabSetting`
//! (docs/salesforce/permission-sets.md#setup-entities), and the sets of groups.

use crate::schema::picklist::{SETUP_ENTITIES, TAB_VISIBILITIES};
use crate::schema::{ALL, Area, Field, Object, Shown, Verb};

// The prefixes are general knowledge [inferred].

pub(crate) static SETUP_ENTITY_ACCESS: Object = Object {
    name: "SetupEntityAccess",
    label: "Setup Entity Access",
    plural: "Setup Entity Access",
    prefix: "0J0",
    own: ENTITY_FIELDS,
    verbs: &[Verb::Create, Verb::Delete],
    area: Area::Setup,
    shown: Shown::Always,
};

pub(crate) static PERMISSION_SET_TAB_SETTING: Object = Object {
    name: "PermissionSetTabSetting",
    label: "Permission Set Tab Setting",
    plural: "Permission Set Tab Setting",
    prefix: "01P",
    own: TAB_FIELDS,
    verbs: ALL,
    area: Area::Setup,
    shown: Shown::Always,
};

/// The sets of a permission set group (docs/salesforce/permission-sets.md#sets-of-a-group).
pub(crate) static PERMISSION_SET_GROUP_COMPONENT: Object = Object {
    name: "PermissionSetGroupComponent",
    label: "Permission Set Group Component",
    plural: "Permission Set Group Components",
    prefix: "0PH",
    own: COMPONENT_FIELDS,
    verbs: &[Verb::Create, Verb::Delete],
    area: Area::Setup,
    shown: Shown::Always,
};

static COMPONENT_FIELDS: &[Field] = &[
    Field::reference(
        "PermissionSetGroupId",
        "Permission Set Group ID",
        &["PermissionSetGroup"],
        "PermissionSetGroup",
        "PermissionSetGroupComponents",
    )
    .required()
    .create_only(),
    Field::reference(
        "PermissionSetId",
        "Permission Set ID",
        &["PermissionSet"],
        "PermissionSet",
        "PermissionSetGroupComponents",
    )
    .required()
    .create_only(),
];

static ENTITY_FIELDS: &[Field] = &[
    Field::reference(
        "ParentId",
        "Parent ID",
        &["PermissionSet"],
        "Parent",
        "SetupEntityAccessItems",
    )
    .required()
    .create_only(),
    // The entities are no records of the practice org, so the id is a text here.
    Field::text("SetupEntityId", "Setup Entity ID", 18)
        .required()
        .create_only(),
    Field::pick("SetupEntityType", "Setup Entity Type", SETUP_ENTITIES).read_only(),
];

static TAB_FIELDS: &[Field] = &[
    Field::reference(
        "ParentId",
        "Parent ID",
        &["PermissionSet"],
        "Parent",
        "TabSettings",
    )
    .required()
    .create_only(),
    Field::text("Name", "Tab Name", 60).required().create_only(),
    Field::pick("Visibility", "Visibility", TAB_VISIBILITIES).required(),
];
