//! Flows and Apex triggers: an org's own automation, as far as it can be read
//! (docs/salesforce/queries.md#automation). Rows come from fixtures; nothing is carried out.

use crate::schema::picklist::{FLOW_TRIGGERS, PROCESS_TYPES, RECORD_TRIGGERS, TRIGGER_STATES};
use crate::schema::{Area, Field, FieldKind, Object, Preset, Shown};

pub(crate) static FLOW_DEFINITION_VIEW: Object = Object {
    name: "FlowDefinitionView",
    label: "Flow Definition View",
    plural: "Flow Definition Views",
    // Invented: no source has the prefix.
    prefix: "3dd",
    own: FLOW_FIELDS,
    verbs: &[],
    area: Area::Setup,
    shown: Shown::Always,
};

pub(crate) static APEX_TRIGGER: Object = Object {
    name: "ApexTrigger",
    label: "Apex Trigger",
    plural: "Apex Triggers",
    // General knowledge [inferred].
    prefix: "01q",
    own: TRIGGER_FIELDS,
    verbs: &[],
    area: Area::Setup,
    shown: Shown::Always,
};

static FLOW_FIELDS: &[Field] = &[
    Field::text("DurableId", "Durable ID", 255).read_only(),
    Field::text("ApiName", "Flow API Name", 255).read_only(),
    Field::text("Label", "Flow Label", 255).read_only(),
    Field::new("Description", "Flow Description", FieldKind::LongText(255)).read_only(),
    Field::suggestion("ProcessType", "Process Type", PROCESS_TYPES).read_only(),
    Field::suggestion("TriggerType", "Trigger", FLOW_TRIGGERS).read_only(),
    Field::text("NamespacePrefix", "Namespace Prefix", 255).read_only(),
    Field::text("ActiveVersionId", "Active Flow Version API Name or ID", 255).read_only(),
    Field::text("LatestVersionId", "Latest Flow Version API Name or ID", 255).read_only(),
    Field::truth("IsActive", "Active").read_only(),
    Field::truth("IsOutOfDate", "Is Using an Older Version").read_only(),
    Field::truth("IsTemplate", "Template").read_only(),
    Field::truth("IsOverridable", "Overridable").read_only(),
    Field::text("Builder", "Built with", 255).read_only(),
    Field::text("ManageableState", "Manageable State", 40).read_only(),
    Field::text("InstalledPackageName", "Package Name", 240).read_only(),
    // The label of the object, in the language of the user who asks on the platform [inferred].
    Field::text(
        "TriggerObjectOrEventLabel",
        "Triggering Object or Platform Event Label",
        255,
    )
    .read_only(),
    // The durable id of an `EntityDefinition`: the API name of a standard object.
    Field::text(
        "TriggerObjectOrEventId",
        "Triggering Object or Platform Event ID",
        255,
    )
    .read_only(),
    Field::suggestion("RecordTriggerType", "Record Trigger", RECORD_TRIGGERS).read_only(),
    Field::truth(
        "HasAsyncAfterCommitPath",
        "Has Asynchronous After Commit Path",
    )
    .read_only(),
    Field::new("VersionNumber", "Version Number", FieldKind::Integer).read_only(),
    Field::new("TriggerOrder", "Trigger Order", FieldKind::Integer).read_only(),
    Field::new("ApiVersion", "API Version", FieldKind::Integer).read_only(),
];

static TRIGGER_FIELDS: &[Field] = &[
    Field::text("NamespacePrefix", "Namespace Prefix", 15).read_only(),
    Field::text("Name", "Name", 255)
        .required()
        .id_lookup()
        .read_only(),
    Field::text("TableEnumOrId", "Custom Object Definition ID", 40)
        .required()
        .read_only(),
    Field::truth("UsageBeforeInsert", "BeforeInsert").read_only(),
    Field::truth("UsageAfterInsert", "AfterInsert").read_only(),
    Field::truth("UsageBeforeUpdate", "BeforeUpdate").read_only(),
    Field::truth("UsageAfterUpdate", "AfterUpdate").read_only(),
    Field::truth("UsageBeforeDelete", "BeforeDelete").read_only(),
    Field::truth("UsageAfterDelete", "AfterDelete").read_only(),
    Field::truth("UsageIsBulk", "IsBulk").read_only(),
    Field::truth("UsageAfterUndelete", "AfterUndelete").read_only(),
    Field::new("ApiVersion", "Api Version", FieldKind::Double).read_only(),
    Field::pick("Status", "Status", TRIGGER_STATES)
        .required()
        .preset(Preset::Text("Active"))
        .read_only(),
    Field::truth("IsValid", "Is Valid")
        .preset(Preset::Truth(true))
        .read_only(),
    Field::new(
        "LengthWithoutComments",
        "Size Without Comments",
        FieldKind::Integer,
    )
    .read_only(),
];
