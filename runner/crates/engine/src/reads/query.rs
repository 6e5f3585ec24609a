//! One query for one or more lookups of an object: its text as SOQL wants it.

use std::collections::HashSet;

use usher_core::name::fold;
use usher_core::operation::Lookup;
use usher_core::sameness::stored;
use usher_core::soql;
use usher_core::value::Scalar;
use usher_core::values::Values;

use crate::reads::clauses::Clause;

/// Objects for which Salesforce answers only queries of a certain shape. It calculates their records for the answer, so
/// they have no ids (Object Reference, UserRecordAccess).
const NEVER_MERGED: &[&str] = &["UserRecordAccess"];

/// A lookup, or a piece of one that was too long for a query.
pub(super) struct Part {
    /// The place of the lookup that it belongs to.
    pub(super) of: usize,
    pub(super) lookup: Lookup,
}

/// Lookups of one object that become one query.
pub(super) struct Group {
    pub(super) parts: Vec<Part>,
    /// The conditions of all of them.
    pub(super) clauses: Vec<Clause>,
    /// Parts that are refused when this group is.
    pub(super) behind: Vec<Part>,
}

impl Group {
    /// The group of a part that is asked for by itself.
    pub(super) fn alone(part: Part) -> Self {
        Self {
            clauses: vec![Clause::of(&part.lookup.conditions)],
            parts: vec![part],
            behind: Vec::new(),
        }
    }

    /// The query that finds the records of all lookups. `rows_max`: it stops at the first record beyond.
    pub(super) fn soql(&self, rows_max: Option<usize>) -> String {
        let object = &self.parts[0].lookup.object;
        let calculated = is_calculated(object);
        let mut fields = vec![self.id().to_owned()];
        let mut known = HashSet::from([fold(self.id())]);
        let mut add = |name: &String| {
            if known.insert(fold(name)) {
                fields.push(name.clone());
            }
        };
        for Part { lookup, .. } in &self.parts {
            lookup.fields.iter().for_each(&mut add);
            // These fields are compared again when the rows are sorted by lookup.
            if self.parts.len() > 1 {
                lookup
                    .conditions
                    .iter()
                    .for_each(|condition| add(&condition.field));
            }
        }
        let mut soql = format!("SELECT {} FROM {object}", fields.join(", "));
        if let Some(condition) = self.condition() {
            soql.push_str(&format!(" WHERE {condition}"));
        }
        if !calculated {
            soql.push_str(" ORDER BY Id");
            if let Some(rows_max) = rows_max.filter(|_| !self.is_by_id()) {
                soql.push_str(&format!(" LIMIT {}", rows_max.saturating_add(1)));
            }
        }
        soql
    }

    /// The field that identifies a record. A calculated record has the id of the record that it is about.
    pub(super) fn id(&self) -> &'static str {
        match is_calculated(&self.parts[0].lookup.object) {
            true => "RecordId",
            false => "Id",
        }
    }

    /// Says whether there cannot be more records than ids.
    fn is_by_id(&self) -> bool {
        self.parts.iter().all(|part| {
            let mut conditions = part.lookup.conditions.iter();
            conditions.any(|condition| condition.field.eq_ignore_ascii_case("Id"))
        })
    }

    /// Returns the condition that the rows of any of the lookups meet. None: one of them wants all records.
    fn condition(&self) -> Option<String> {
        let mut lookups = self.parts.iter().map(|part| &part.lookup);
        if lookups.any(|lookup| lookup.conditions.is_empty()) {
            return None;
        }
        Some(match self.clauses.as_slice() {
            [one] => clause(one),
            clauses => clauses
                .iter()
                .map(|one| format!("({})", clause(one)))
                .collect::<Vec<_>>()
                .join(" OR "),
        })
    }
}

/// The query that counts the records of a lookup.
pub(super) fn count(lookup: &Lookup) -> String {
    let mut soql = format!("SELECT COUNT() FROM {}", lookup.object);
    if !lookup.conditions.is_empty() {
        let conditions = Clause::of(&lookup.conditions);
        soql.push_str(&format!(" WHERE {}", clause(&conditions)));
    }
    soql
}

pub(super) fn is_calculated(object: &str) -> bool {
    let mut never = NEVER_MERGED.iter();
    never.any(|never| never.eq_ignore_ascii_case(object))
}

fn clause(clause: &Clause) -> String {
    let lists = clause.lists.iter();
    let texts = lists.map(|(field, values)| condition_text(field, values));
    texts.collect::<Vec<_>>().join(" AND ")
}

fn condition_text(field: &str, values: &Values) -> String {
    let (plain, single): (Vec<&Scalar>, Vec<&Scalar>) = values
        .iter()
        .partition(|value| matches!(value, Scalar::Text(text) if !stored(text).is_empty()));
    let mut parts: Vec<String> = single
        .iter()
        .map(|value| format!("{field} = {}", literal(value)))
        .collect();
    match plain.as_slice() {
        [] => {}
        [one] => parts.insert(0, format!("{field} = {}", literal(one))),
        many => {
            let list: Vec<String> = many.iter().map(|value| literal(value)).collect();
            parts.insert(0, format!("{field} IN ({})", list.join(", ")));
        }
    }
    match parts.as_slice() {
        // A list without values finds no record; `Id` is a field that can always be filtered.
        [] => "Id = null".to_owned(),
        [one] => one.clone(),
        many => format!("({})", many.join(" OR ")),
    }
}

/// A value as SOQL writes it. Dates, date-times, numbers and truths have no quotes. A text goes without the
/// blanks that the platform does not store: it would find nothing with them.
pub(super) fn literal(value: &Scalar) -> String {
    match value {
        Scalar::Truth(truth) => truth.to_string(),
        Scalar::Number(number) => number.clone(),
        Scalar::Date(date) => date.clone(),
        Scalar::DateTime(time) => match time.parse::<jiff::Timestamp>() {
            Ok(instant) => instant.to_string(),
            // The answer's check lets nothing else through.
            Err(_) => "null".to_owned(),
        },
        Scalar::Text(text) if !stored(text).is_empty() => soql::quote(stored(text)),
        // The view lets only known values through.
        _ => "null".to_owned(),
    }
}
