//! Settings over the Tooling API: `SELECT Metadata FROM CommunitiesSettings`. One record a kind, whose metadata is that of
//! the Metadata API. The further fields that the platform has for single settings are not known here.

use serde_json::{Map, Value, json};
use usher_core::soql::Query;

use crate::refusal::Outcome;
use crate::settings::kinds::KINDS;
use crate::tenant::Tenant;

/// The record of the settings that a query is of.
pub(super) fn row(org: &Tenant<'_>, query: &Query) -> Outcome<Option<(&'static str, Value)>> {
    let kind = KINDS
        .iter()
        .find(|kind| kind.name.eq_ignore_ascii_case(&query.from));
    let Some(kind) = kind else {
        return Ok(None);
    };
    let mut metadata = Map::new();
    for (field, versions) in kind.fields {
        if versions.contains(&org.version) {
            let on = org.is_on(&format!("{}.{field}", kind.name))?;
            metadata.insert((*field).to_owned(), Value::from(on));
        }
    }
    let row = json!({
        "DurableId": kind.full_name,
        "FullName": kind.full_name,
        "Metadata": metadata,
    });
    Ok(Some((kind.name, row)))
}
