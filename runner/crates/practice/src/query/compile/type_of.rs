//! `TYPEOF`: fields of a parent that depend on its object (docs/salesforce/queries.md#typeof).

use crate::query::compile::from::From;
use crate::query::compile::{Column, Target};
use crate::query::syntax::{Path, TypeOf, malformed};
use crate::refusal::{Outcome, Refusal};
use crate::schema::{self, FieldKind, Object};
use crate::tenant::expression;

/// The columns of one `TYPEOF`, each with its SQL: the id of the parent, then for each object the fields asked for.
pub(super) fn columns(from: &mut From<'_>, kinds: &TypeOf) -> Outcome<Vec<(String, Column)>> {
    let [name] = kinds.relationship.0.as_slice() else {
        return Err(malformed(
            "TYPEOF takes a relationship of the object itself",
        ));
    };
    let field = match from.object.parent(name) {
        Some(field) if from.org.shows_field(from.object, field)? => field,
        _ => return Err(not_a_relationship(name)),
    };
    let FieldKind::Reference { parent, .. } = field.kind else {
        return Err(not_a_relationship(name));
    };
    let targets = from.object.leads_to(field);
    if targets.len() < 2 {
        // The rule is documented, the words are [inferred].
        let message =
            format!("TYPEOF needs a relationship to several objects, and '{parent}' leads to one");
        return Err(malformed(message));
    }
    for (object, _) in &kinds.whens {
        if !targets
            .iter()
            .any(|target| target.eq_ignore_ascii_case(object))
        {
            let message = format!("'{parent}' does not lead to the object '{object}'");
            return Err(malformed(message));
        }
    }
    let reference = expression(field, &format!("{}0", from.prefix));
    let mut columns = Vec::new();
    for object in targets.iter().filter_map(|name| schema::object(name)) {
        let when = kinds
            .whens
            .iter()
            .find(|(name, _)| object.name.eq_ignore_ascii_case(name));
        let fields = when.map_or(&kinds.otherwise, |(_, fields)| fields);
        if !fields.is_empty() {
            of_object(from, parent, object, &reference, fields, &mut columns)?;
        }
    }
    let place = Target::Nothing {
        path: vec![parent.to_owned()],
    };
    // A parent of no object that was named is null.
    columns.push(("NULL".to_owned(), Column::new(place, FieldKind::Id)));
    Ok(columns)
}

fn of_object(
    from: &mut From<'_>,
    parent: &str,
    object: &'static Object,
    reference: &str,
    fields: &[Path],
    columns: &mut Vec<(String, Column)>,
) -> Outcome<()> {
    let path = vec![parent.to_owned()];
    let alias = from.join_typed(parent, object, reference);
    let identity = Target::Kind {
        path: path.clone(),
        object,
    };
    columns.push((
        format!("{alias}.\"Id\""),
        Column::new(identity, FieldKind::Id),
    ));
    for field in fields {
        let (names, sql, found) = from.path_from(object, &alias, field)?;
        let mut path = path.clone();
        path.extend(names);
        let place = Target::ValueOfKind { path, object };
        columns.push((sql, Column::new(place, found.kind)));
    }
    Ok(())
}

fn not_a_relationship(name: &str) -> Refusal {
    let message = format!(
        "Didn't understand relationship '{name}' in field path. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call for the appropriate names."
    );
    Refusal::new(400, "INVALID_FIELD", message)
}
