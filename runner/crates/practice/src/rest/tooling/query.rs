//! `tooling/query`, and queries of definitions over the data API, which knows them as well.

use serde_json::{Value, json};
use usher_core::soql::{self, Query};

use crate::pages::Pages;
use crate::refusal::{Outcome, Refusal};
use crate::rest::tooling::{empty, is_shared, rows, select, settings};
use crate::rest::{Answer, Call, pages};
use crate::tenant::Tenant;

/// `GET …/tooling/query?q=…`
pub(super) fn answer(org: &Tenant<'_>, pages: &mut Pages, call: &Call) -> Outcome<Answer> {
    let Some(text) = call.parameter("q") else {
        return pages::query(org, pages, call);
    };
    // Definitions and settings take the part of the grammar that Usher itself sends.
    let Ok(parsed) = soql::parse(text) else {
        return pages::query(org, pages, call);
    };
    if let Some(answer) = definitions(org, &parsed)? {
        return Ok(answer);
    }
    if let Some(name) = empty::object(&parsed.from) {
        return Ok(page(name, empty::records(&parsed)));
    }
    if parsed.from.eq_ignore_ascii_case("RecordType") {
        let found = select::run("RecordType", &rows::record_types(org)?, &parsed)?;
        return Ok(page("RecordType", found));
    }
    if let Some((name, found)) = settings::row(org, &parsed)? {
        let found = vec![found];
        return Ok(page(name, select::run(name, &found, &parsed)?));
    }
    match is_shared(&parsed.from) {
        true => pages::query(org, pages, call),
        false => Err(unknown(&parsed.from)),
    }
}

/// Answers a query of `EntityDefinition` or `FieldDefinition`; none: it is of another object.
fn definitions(org: &Tenant<'_>, parsed: &Query) -> Outcome<Option<Answer>> {
    let (name, rows) = match parsed.from.to_ascii_lowercase().as_str() {
        "entitydefinition" => ("EntityDefinition", rows::entities(org)?),
        "fielddefinition" => ("FieldDefinition", rows::fields(org, parsed)?),
        _ => return Ok(None),
    };
    Ok(Some(page(name, select::run(name, &rows, parsed)?)))
}

/// The answer of the data API to a query of definitions; none: it is of another object.
pub(crate) fn over_data(org: &Tenant<'_>, text: &str) -> Outcome<Option<Answer>> {
    if !text.to_ascii_lowercase().contains("definition") {
        return Ok(None);
    }
    match soql::parse(text) {
        Ok(parsed) => definitions(org, &parsed),
        Err(_) => Ok(None),
    }
}

/// The result as the Tooling API states it: with sizes and the name of the object.
fn page(name: &str, records: Vec<Value>) -> Answer {
    Answer::ok(json!({
        "size": records.len(),
        "totalSize": records.len(),
        "done": true,
        "queryLocator": null,
        "entityTypeName": name,
        "records": records,
    }))
}

/// The refusal of an object that the Tooling API does not have.
fn unknown(name: &str) -> Refusal {
    let message = format!("sObject type '{name}' is not supported.");
    Refusal::new(400, "INVALID_TYPE", message)
}
