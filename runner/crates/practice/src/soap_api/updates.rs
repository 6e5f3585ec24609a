//! `getUpdated` and `getDeleted`: the records of an object that were changed or deleted in a time.

use crate::query::object_of;
use crate::refusal::Outcome;
use crate::soap_api::Desk;
use crate::soap_api::sequence::{Part, Shape, elements};

const UPDATED: &[Part] = &[("ids", Shape::Texts), ("latestDateCovered", Shape::Time)];

const DELETED: &[Part] = &[
    (
        "deletedRecords",
        Shape::Each(&[("deletedDate", Shape::Time), ("id", Shape::Text)]),
    ),
    ("earliestDateAvailable", Shape::Time),
    ("latestDateCovered", Shape::Time),
];

pub(super) fn updated(desk: &mut Desk<'_>) -> Outcome<String> {
    between(desk, "updated", UPDATED)
}

pub(super) fn deleted(desk: &mut Desk<'_>) -> Outcome<String> {
    between(desk, "deleted", DELETED)
}

fn between(desk: &mut Desk<'_>, resource: &str, parts: &[Part]) -> Outcome<String> {
    let object = object_of(desk.org, desk.text("sObjectType"))?;
    let (start, end) = (
        desk.text("startDate").to_owned(),
        desk.text("endDate").to_owned(),
    );
    let times = [("start", start.as_str()), ("end", end.as_str())];
    let found = desk.get(&["sobjects", object.name, resource], &times)?;
    Ok(format!("<result>{}</result>", elements(&found, parts)))
}
