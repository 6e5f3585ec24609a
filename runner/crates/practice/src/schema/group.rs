//! Public groups and their members (docs/salesforce/sharing.md#groups).

use crate::schema::picklist::GROUP_TYPES;
use crate::schema::{ALL, Area, Field, FieldKind, Object, Preset, Shown, Verb};

pub(crate) static GROUP: Object = Object {
    name: "Group",
    label: "Group",
    plural: "Groups",
    prefix: "00G",
    own: GROUP_FIELDS,
    verbs: ALL,
    area: Area::Setup,
    shown: Shown::Always,
};

pub(crate) static GROUP_MEMBER: Object = Object {
    name: "GroupMember",
    label: "Group Member",
    plural: "Group Member",
    prefix: "011",
    own: MEMBER_FIELDS,
    // Members are added and taken away (docs/salesforce/sharing.md#groups).
    verbs: &[Verb::Create, Verb::Delete],
    area: Area::Setup,
    shown: Shown::Always,
};

pub(crate) static QUEUE_SOBJECT: Object = Object {
    name: "QueueSobject",
    label: "Queue Sobject",
    plural: "Queue Sobject",
    prefix: "03g",
    own: QUEUE_SOBJECT_FIELDS,
    verbs: &[Verb::Create, Verb::Delete],
    area: Area::Setup,
    shown: Shown::Always,
};

static QUEUE_SOBJECT_FIELDS: &[Field] = &[
    Field::reference("QueueId", "Queue ID", &["Group"], "Queue", "QueueSobjects")
        .required()
        .create_only(),
    // The practice org has fewer objects than an org whose queues are deployed here.
    Field::suggestion("SobjectType", "Sobject Type", QUEUE_TYPES)
        .required()
        .create_only(),
];

/// The objects here whose records a queue may own (docs/salesforce/sharing.md#groups).
static QUEUE_TYPES: &[(&str, &str)] = &[("Case", "Case"), ("Lead", "Lead")];

static GROUP_FIELDS: &[Field] = &[
    Field::text("Name", "Name", 40).required(),
    Field::text("DeveloperName", "Developer Name", 80),
    Field::pick("Type", "Type", GROUP_TYPES)
        .required()
        .create_only()
        .preset(Preset::Text("Regular")),
    // The role behind a group of one; filled by fixtures.
    Field::reference("RelatedId", "Related ID", &["UserRole"], "Related", "").read_only(),
    Field::truth("DoesIncludeBosses", "Include Bosses").preset(Preset::Truth(true)),
    Field::new("Email", "Email", FieldKind::Email(255)),
    Field::truth("DoesSendEmailToMembers", "Send Email to Members"),
];

static MEMBER_FIELDS: &[Field] = &[
    Field::reference("GroupId", "Group ID", &["Group"], "Group", "GroupMembers")
        .required()
        .create_only(),
    Field::reference(
        "UserOrGroupId",
        "User/Group ID",
        &["User", "Group"],
        "UserOrGroup",
        "",
    )
    .required()
    .create_only(),
];
