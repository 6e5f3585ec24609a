//! `Role` (docs/salesforce/metadata.md#roles): the internal roles. Portal roles are no components \[inferred\].

use serde_json::Value;
use usher_core::component::texts;

use crate::components::Content;
use crate::metadata::record::{self, Fields};
use crate::metadata::shape::{Elements, Shape};
use crate::metadata::{Listed, Written};
use crate::refusal::Outcome;
use crate::row::{Row, text};
use crate::save;
use crate::schema::{Object, object};
use crate::tenant::Tenant;

pub(super) const ROLE: Elements = &[
    ("caseAccessLevel", Shape::Text),
    ("contactAccessLevel", Shape::Text),
    ("description", Shape::Text),
    ("mayForecastManagerShare", Shape::Truth),
    ("name", Shape::Text),
    ("opportunityAccessLevel", Shape::Text),
    ("parentRole", Shape::Text),
];

const FIELDS: Fields = &[
    ("caseAccessLevel", "CaseAccessForAccountOwner"),
    ("contactAccessLevel", "ContactAccessForAccountOwner"),
    ("description", "RollupDescription"),
    ("name", "Name"),
    ("opportunityAccessLevel", "OpportunityAccessForAccountOwner"),
];

pub(super) fn list(org: &Tenant<'_>) -> Outcome<Vec<Listed>> {
    let rows = org.rows(roles(), &[("PortalType", Value::from("None"))])?;
    let listed = rows
        .iter()
        .map(|row| record::listed(text(row, "DeveloperName").to_owned(), row));
    Ok(listed.collect())
}

pub(super) fn read(org: &Tenant<'_>, full_name: &str) -> Outcome<Option<Content>> {
    let Some(row) = row_of(org, full_name)? else {
        return Ok(None);
    };
    let mut content = record::content(&row, FIELDS);
    let mut one = |element: &str, text: &str| {
        content.insert(element.to_owned(), Value::from(vec![text]));
    };
    one("mayForecastManagerShare", "false");
    if let Some(parent) = org.row(roles(), text(&row, "ParentRoleId"))? {
        one("parentRole", text(&parent, "DeveloperName"));
    }
    Ok(Some(content))
}

/// An element that is not sent leaves what is there \[inferred\].
pub(super) fn write(
    org: &Tenant<'_>,
    full_name: &str,
    content: &Content,
    _: u32,
) -> Outcome<Written> {
    record::complete(content, "name")?;
    if texts(content, "mayForecastManagerShare").next() == Some("true") {
        record::refuse_unknown(content, &["mayForecastManagerShare"])?;
    }
    let there = row_of(org, full_name)?;
    let before = read(org, full_name)?;
    let mut fields = record::wanted(content, FIELDS);
    if let Some(name) = texts(content, "parentRole").next() {
        let parent =
            row_of(org, name)?.ok_or_else(|| record::no_such("parentRole", "Role", name))?;
        fields.insert("ParentRoleId".to_owned(), Value::from(text(&parent, "Id")));
    }
    if there.is_none() {
        fields.insert("DeveloperName".to_owned(), Value::from(full_name));
    }
    let id = record::save(org, roles(), there.as_ref(), &fields)?;
    Ok(Written {
        id,
        created: there.is_none(),
        changed: before != read(org, full_name)?,
    })
}

pub(super) fn remove(org: &Tenant<'_>, full_name: &str) -> Outcome<bool> {
    let Some(row) = row_of(org, full_name)? else {
        return Ok(false);
    };
    save::delete(org, roles(), text(&row, "Id"))?;
    Ok(true)
}

/// The internal role of that developer name.
pub(super) fn row_of(org: &Tenant<'_>, full_name: &str) -> Outcome<Option<Row>> {
    let holds = [
        ("DeveloperName", Value::from(full_name)),
        ("PortalType", Value::from("None")),
    ];
    Ok(org.rows(roles(), &holds)?.pop())
}

fn roles() -> &'static Object {
    object("UserRole").expect("the schema has it")
}
