//! `RecordType` (docs/salesforce/accounts.md#record-types). Administrators make record types in Setup.

use crate::schema::{Area, Field, FieldKind, Object, Preset, Shown};

pub(crate) static RECORD_TYPE: Object = Object {
    name: "RecordType",
    label: "Record Type",
    plural: "Record Types",
    prefix: "012",
    own: FIELDS,
    verbs: &[],
    area: Area::Setup,
    shown: Shown::Always,
};

static FIELDS: &[Field] = &[
    Field::text("Name", "Name", 80).required(),
    Field::text("DeveloperName", "Record Type Name", 80).required(),
    Field::text("NamespacePrefix", "Namespace Prefix", 15).read_only(),
    Field::new("Description", "Description", FieldKind::LongText(255)),
    Field::pick(
        "SobjectType",
        "Object Type Name",
        // The objects that have record types here.
        &[("Account", "Account"), ("Contact", "Contact")],
    )
    .required(),
    Field::truth("IsActive", "Active").preset(Preset::Truth(true)),
    Field::truth("IsPersonType", "Is Person Type").shown(Shown::Persons),
];
