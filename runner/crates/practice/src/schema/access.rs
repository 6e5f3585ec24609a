//! `UserRecordAccess` (docs/salesforce/sharing.md#userrecordaccess): calculated for each query, never kept.

use crate::schema::picklist::ACCESS_LEVELS;
use crate::schema::{Area, Field, Object, Shown};

pub(crate) static USER_RECORD_ACCESS: Object = Object {
    name: "UserRecordAccess",
    label: "User Record Access",
    plural: "User Record Access",
    // Records that are not kept have no ids; the prefix is invented.
    prefix: "0Ua",
    own: FIELDS,
    verbs: &[],
    area: Area::Setup,
    shown: Shown::Always,
};

static FIELDS: &[Field] = &[
    // Points to records of any object that can be shared.
    Field::reference("RecordId", "Record ID", &[], "", "")
        .required()
        .read_only(),
    Field::reference("UserId", "User ID", &["User"], "User", "")
        .required()
        .read_only(),
    Field::truth("HasReadAccess", "Has Read Access").read_only(),
    Field::truth("HasEditAccess", "Has Edit Access").read_only(),
    Field::truth("HasDeleteAccess", "Has Delete Access").read_only(),
    Field::truth("HasTransferAccess", "Has Transfer Access").read_only(),
    Field::truth("HasAllAccess", "Has All Access").read_only(),
    Field::pick("MaxAccessLevel", "Maximum Access Level", ACCESS_LEVELS).read_only(),
];
