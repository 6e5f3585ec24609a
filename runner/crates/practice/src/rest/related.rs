//! `sobjects/X/<id>/<relationship>`: the record that a reference leads to, or the records below this one
//! (docs/salesforce/records.md#relationships).

use http::Method;

use crate::pages::Pages;
use crate::refusal::{Outcome, Refusal};
use crate::rest::records;
use crate::rest::{Answer, Call, method_not_allowed, pages};
use crate::row::text;
use crate::schema::{self, Field, FieldKind, Object};
use crate::tenant::Tenant;

/// The number of references that a path may climb: Salesforce's own bound.
const PARENTS_MAX: usize = 5;

pub(crate) fn answer(
    org: &Tenant<'_>,
    pages: &mut Pages,
    call: &Call,
    name: &str,
    id: &str,
    path: &[&str],
) -> Outcome<Answer> {
    let object = org.object(name)?.ok_or_else(Refusal::not_found)?;
    let (mut object, mut id) = (object, records::record_id(object, id)?);
    if path.len() > PARENTS_MAX {
        return Err(Refusal::not_found());
    }
    for (place, relationship) in path.iter().enumerate() {
        if let Some((child, field)) = children(org, object, relationship)? {
            return match place + 1 == path.len() {
                true => below(org, pages, call, child, field, &id),
                false => Err(Refusal::not_found()),
            };
        }
        let row = org.row(object, &id)?.ok_or_else(Refusal::not_found)?;
        let field = parent(org, object, relationship)?.ok_or_else(Refusal::not_found)?;
        let above = text(&row, field.name);
        object = schema::object_of_id(above).ok_or_else(Refusal::not_found)?;
        above.clone_into(&mut id);
    }
    records::row(org, call, object, &id)
}

/// The reference of that name, when the org shows it.
fn parent(
    org: &Tenant<'_>,
    object: &Object,
    relationship: &str,
) -> Outcome<Option<&'static Field>> {
    match object.parent(relationship) {
        Some(field) if org.shows_field(object, field)? => Ok(Some(field)),
        _ => Ok(None),
    }
}

fn children(
    org: &Tenant<'_>,
    object: &Object,
    relationship: &str,
) -> Outcome<Option<(&'static Object, &'static Field)>> {
    let named = !relationship.is_empty();
    match schema::children(object, relationship).filter(|_| named) {
        Some((child, field)) if org.shows_object(child)? && org.shows_field(child, field)? => {
            Ok(Some((child, field)))
        }
        _ => Ok(None),
    }
}

/// The records whose reference leads here, as a query answers.
fn below(
    org: &Tenant<'_>,
    pages: &mut Pages,
    call: &Call,
    object: &'static Object,
    field: &Field,
    id: &str,
) -> Outcome<Answer> {
    if ![Method::GET, Method::HEAD].contains(&call.method) {
        return Err(method_not_allowed(&call.method));
    }
    let fields = match call.parameter("fields") {
        Some(fields) => fields.to_owned(),
        None => {
            let all: Vec<&str> = org.fields(object)?.iter().map(|field| field.name).collect();
            all.join(",")
        }
    };
    // Ids are letters and digits; a name that is no field is refused by the query.
    let soql = format!(
        "SELECT {fields} FROM {} WHERE {} = '{id}'",
        object.name, field.name
    );
    let asked = Call {
        query: vec![("q".to_owned(), soql)],
        ..call.clone()
    };
    pages::query(org, pages, &asked)
}

/// Says whether a part of a path is the id of a record, not the name of a field.
pub(crate) fn is_id(object: &str, part: &str) -> bool {
    let Some(object) = schema::object(object) else {
        return false;
    };
    let named = object.field(part).is_some_and(|field| {
        field.id_lookup || field.external_id || matches!(field.kind, FieldKind::Id)
    });
    !named && usher_core::id::canonical(part).is_some_and(|id| id.starts_with(object.prefix))
}

#[cfg(test)]
mod tests;
