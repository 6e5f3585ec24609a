//! `limits/recordCount`: the number of records of objects (docs/salesforce/rest.md#record-counts).

use serde_json::{Value, json};

use crate::refusal::Outcome;
use crate::rest::limits::may_see_limits;
use crate::rest::{Answer, Call};
use crate::schema::{OBJECTS, Object};
use crate::tenant::Tenant;

/// `GET …/limits/recordCount?sObjects=Account,Contact`, all without the parameter. Names that are no objects are left out,
/// as are shares. The platform counts now and then; the practice org counts at once.
pub(crate) fn answer(org: &Tenant<'_>, call: &Call) -> Outcome<Answer> {
    may_see_limits(org)?;
    let wanted: Option<Vec<&str>> = call
        .parameter("sObjects")
        .map(|names| names.split(',').map(str::trim).collect());
    let is_wanted = |object: &Object| {
        let mut names = wanted.iter().flatten();
        wanted.is_none() || names.any(|name| name.eq_ignore_ascii_case(object.name))
    };
    let mut counts: Vec<Value> = Vec::new();
    for object in OBJECTS.iter().copied() {
        if !object.name.ends_with("Share") && is_wanted(object) && org.shows_object(object)? {
            let count = org.count(object, &[])?;
            counts.push(json!({ "name": object.name, "count": count }));
        }
    }
    Ok(Answer::ok(json!({ "sObjects": counts })))
}

#[cfg(test)]
mod tests;
