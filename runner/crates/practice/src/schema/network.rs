//! Sites and their jobs (docs/salesforce/sites.md).

use crate::schema::picklist::{ASSIGNMENT_STATES, JOB_STATES, JOB_TYPES, NETWORK_STATES};
use crate::schema::{Area, Field, FieldKind, Object, Preset, Shown, Verb};

pub(crate) static NETWORK: Object = Object {
    name: "Network",
    label: "Experience",
    plural: "Experiences",
    prefix: "0DB",
    own: NETWORK_FIELDS,
    // Made by Connect only, never deleted (docs/salesforce/sites.md#network-records).
    verbs: &[Verb::Update],
    area: Area::Setup,
    shown: Shown::Experiences,
};

pub(crate) static NETWORK_MEMBER_GROUP: Object = Object {
    name: "NetworkMemberGroup",
    label: "Experience Group",
    plural: "Experience Groups",
    prefix: "0DL",
    own: GROUP_FIELDS,
    // No delete, no upsert (docs/salesforce/sites.md#member-groups).
    verbs: &[Verb::Create, Verb::Update],
    area: Area::Setup,
    shown: Shown::Experiences,
};

pub(crate) static NETWORK_MEMBER: Object = Object {
    name: "NetworkMember",
    label: "Experience Member",
    plural: "Experience Members",
    prefix: "0DO",
    own: MEMBER_FIELDS,
    verbs: &[],
    area: Area::Setup,
    shown: Shown::Experiences,
};

pub(crate) static BACKGROUND_OPERATION: Object = Object {
    name: "BackgroundOperation",
    label: "Background Operation",
    plural: "Background Operations",
    prefix: "08P",
    own: JOB_FIELDS,
    verbs: &[],
    area: Area::Setup,
    shown: Shown::Always,
};

const fn option(name: &'static str, label: &'static str) -> Field {
    Field::truth(name, label).update_only()
}

static NETWORK_FIELDS: &[Field] = &[
    Field::text("Name", "Name", 80).required().update_only(),
    Field::new("Description", "Description", FieldKind::LongText(255)).update_only(),
    Field::text("UrlPathPrefix", "URL Path Prefix", 100).update_only(),
    Field::pick("Status", "Status", NETWORK_STATES)
        .required()
        .update_only()
        .preset(Preset::Text("UnderConstruction")),
    Field::text("EmailSenderName", "Email Sender Name", 80)
        .required()
        .update_only(),
    Field::new(
        "EmailSenderAddress",
        "Email Sender Address",
        FieldKind::Email(80),
    )
    .required()
    .read_only(),
    Field::new(
        "NewSenderAddress",
        "New Sender Address",
        FieldKind::Email(80),
    )
    .update_only(),
    Field::new(
        "FirstActivationDate",
        "First Activation Date",
        FieldKind::DateTime,
    )
    .read_only(),
    Field::reference(
        "SelfRegProfileId",
        "Profile ID",
        &["Profile"],
        "SelfRegProfile",
        "",
    )
    .update_only(),
    Field::new("MaxFileSizeKb", "Maximum File Size", FieldKind::Integer).update_only(),
    Field::text("AllowedExtensions", "Allowed File Types", 1_000).update_only(),
    Field::new(
        "EmailFooterText",
        "Email Footer Text",
        FieldKind::LongText(1_000),
    )
    .update_only(),
    // On in a new site [inferred]: documents expect the welcome mail (docs/salesforce/users.md#mails).
    option("OptionsSendWelcomeEmail", "Send welcome email").preset(Preset::Truth(true)),
    option(
        "OptionsShowAllNetworkSettings",
        "Show all settings in Workspaces",
    ),
    option("OptionsSelfRegistrationEnabled", "Allow self-registration"),
    option("OptionsAllowInternalUserLogin", "Allow internal user login"),
    option("OptionsMemberVisibility", "Let members see other members"),
    option(
        "OptionsGuestMemberVisibility",
        "Let guest users see other members",
    ),
    option("OptionsNicknameDisplayEnabled", "Show nicknames"),
    option("OptionsReputationEnabled", "Enable reputation levels"),
    option(
        "OptionsGuestChatterEnabled",
        "Give access to public API requests",
    ),
    option(
        "OptionsGuestFileAccessEnabled",
        "Let guest users view files",
    ),
    option("OptionsInvitationsEnabled", "Allow invitations"),
    option("OptionsPrivateMessagesEnabled", "Enable private messages"),
    option("OptionsKnowledgeableEnabled", "Show knowledgeable people"),
    option("OptionsAllowMembersToFlag", "Allow members to flag content"),
    option("OptionsSiteAsContainerEnabled", "Use Site.com pages"),
    option("OptionsDirectMessagesEnabled", "Enable direct messages"),
    Field::text("PracticeTemplate", "Template", 80).hidden(),
    Field::new("PracticePublishedDate", "Published", FieldKind::DateTime).hidden(),
];

static GROUP_FIELDS: &[Field] = &[
    Field::reference(
        "NetworkId",
        "Network ID",
        &["Network"],
        "Network",
        "NetworkMemberGroups",
    )
    .required()
    .create_only(),
    Field::reference(
        "ParentId",
        "Parent ID",
        &["Profile", "PermissionSet"],
        "Parent",
        "",
    )
    .required()
    .create_only(),
    Field::pick("AssignmentStatus", "Assignment Status", ASSIGNMENT_STATES)
        .required()
        .update_only()
        .preset(Preset::Text("WaitingForAdd")),
    Field::new("PracticeChangedMs", "Changed", FieldKind::Integer).hidden(),
];

static MEMBER_FIELDS: &[Field] = &[
    Field::reference(
        "NetworkId",
        "Network ID",
        &["Network"],
        "Network",
        "NetworkMembers",
    )
    .required()
    .read_only(),
    Field::reference(
        "MemberId",
        "Member ID",
        &["User"],
        "Member",
        "NetworkMemberUsers",
    )
    .required()
    .read_only(),
];

static JOB_FIELDS: &[Field] = &[
    Field::text("Name", "Background Operation Name", 255).read_only(),
    Field::pick("Type", "Type", JOB_TYPES).read_only(),
    Field::pick("Status", "Status", JOB_STATES)
        .required()
        .preset(Preset::Text("New"))
        .read_only(),
    Field::new("Error", "Error", FieldKind::LongText(1_000)).read_only(),
    Field::new("SubmittedAt", "Submitted", FieldKind::DateTime).read_only(),
    Field::new("StartedAt", "Started", FieldKind::DateTime).read_only(),
    Field::new("FinishedAt", "Finished", FieldKind::DateTime).read_only(),
    Field::new("ExpiresAt", "Expires", FieldKind::DateTime).read_only(),
    Field::new("RetryCount", "Retry Count", FieldKind::Integer)
        .preset(Preset::Number(0))
        .read_only(),
    Field::new("Timeout", "Timeout", FieldKind::Integer).read_only(),
    // JSON of `jobs::Task`, and when it was asked for.
    Field::new("PracticeTask", "Task", FieldKind::LongText(10_000)).hidden(),
    Field::new("PracticeSubmittedMs", "Submitted", FieldKind::Integer).hidden(),
];
