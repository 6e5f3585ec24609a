//! Few queries for many lookups: one per object, its conditions joined by OR. The rows are told apart again
//! in `rows`; what is too long for one query is cut in `cut`.

use std::collections::{HashMap, HashSet};

use usher_core::name::fold;
use usher_core::operation::{Condition, Field, Lookup};
use usher_core::sameness::stored;
use usher_core::soql;
use usher_core::value::Scalar;
use usher_core::values::Values;

use crate::org::encoded_bytes;
use crate::reads::cut;
use usher_core::limit;

/// Objects of which Salesforce answers only queries of a certain shape, and whose records, calculated
/// for the answer, have no ids (Object Reference, UserRecordAccess).
const NEVER_MERGED: &[&str] = &["UserRecordAccess"];

/// Bytes of everything in a query that is neither a field nor a condition, encoded: its words, and a name
/// of an object of eighty characters.
const WORDS_BYTES_MAX: usize = 250;

/// Bytes that one condition adds beside its field and its values, encoded: brackets, ` IN `, ` OR `.
const CONDITION_BYTES_MAX: usize = 60;

/// Bytes between two values of a list or two fields, encoded: comma and blank.
const COMMA_BYTES: usize = 6;

/// A lookup, or a piece of one that was too long for a query.
pub(super) struct Part {
    /// The place of the lookup that it is of.
    pub(super) of: usize,
    pub(super) lookup: Lookup,
}

/// Lookups of one object that become one query.
pub(super) struct Group {
    pub(super) parts: Vec<Part>,
}

/// A group that grows, and the bytes that its query has at most.
#[derive(Default)]
struct Draft {
    parts: Vec<Part>,
    bytes: usize,
    fields: HashSet<String>,
    lists: HashMap<String, Values>,
    clauses: HashSet<Vec<Condition>>,
}

/// Puts lookups that may share a query together. Each query stays below the limit of a request target,
/// unless a lookup cannot be cut so far.
pub(super) fn groups(lookups: &[Lookup]) -> Vec<Group> {
    let mut drafts: Vec<Draft> = Vec::new();
    // The draft of each object that may still take more.
    let mut open: HashMap<String, usize> = HashMap::new();
    for (of, lookup) in lookups.iter().enumerate() {
        for lookup in cut::parts(lookup) {
            let object = fold(&lookup.object);
            let place = open.get(&object).copied();
            let fits = place.filter(|place| {
                let draft: &Draft = &drafts[*place];
                draft.bytes + draft.cost(&lookup) <= limit::QUERY_TARGET_BYTES_MAX
            });
            let place = fits.unwrap_or_else(|| {
                drafts.push(Draft {
                    bytes: WORDS_BYTES_MAX,
                    ..Draft::default()
                });
                drafts.len() - 1
            });
            if !is_calculated(&object) {
                open.insert(object, place);
            }
            drafts[place].take(of, lookup);
        }
    }
    let groups = drafts.into_iter();
    groups.map(|draft| Group { parts: draft.parts }).collect()
}

impl Draft {
    /// Bytes that the query grows by at most.
    fn cost(&self, lookup: &Lookup) -> usize {
        let compared = lookup.conditions.iter().map(|condition| &condition.field);
        let names = lookup.fields.iter().chain(compared);
        let fields: usize = names
            .filter(|name| !self.fields.contains(&fold(name)))
            .map(|name| encoded_bytes(name) + COMMA_BYTES)
            .sum();
        let conditions = lookup.conditions.iter();
        fields
            + match lookup.conditions.as_slice() {
                [one] => self.list_cost(one),
                many if self.clauses.contains(many) => 0,
                _ => conditions.map(|one| cost(one, None)).sum::<usize>() + CONDITION_BYTES_MAX,
            }
    }

    fn list_cost(&self, condition: &Condition) -> usize {
        match self.lists.get(&fold(&condition.field)) {
            Some(known) => {
                cost(condition, Some(known)) - condition.field.len() - CONDITION_BYTES_MAX
            }
            None => cost(condition, None),
        }
    }

    fn take(&mut self, of: usize, lookup: Lookup) {
        self.bytes += self.cost(&lookup);
        let compared = lookup.conditions.iter().map(|condition| &condition.field);
        let names = lookup.fields.iter().chain(compared);
        self.fields.extend(names.map(|name| fold(name)));
        match lookup.conditions.as_slice() {
            [one] => {
                let list = self.lists.entry(fold(&one.field));
                let list = list.or_insert_with(|| Values::new(&one.field));
                one.any_of.iter().for_each(|value| {
                    list.insert(value);
                });
            }
            many => {
                self.clauses.insert(many.to_vec());
            }
        }
        self.parts.push(Part { of, lookup });
    }
}

/// Bytes that a condition adds at most, without the values that are `known`.
fn cost(condition: &Condition, known: Option<&Values>) -> usize {
    let field = condition.field.len();
    let values = condition.any_of.iter();
    let values = values.filter(|value| known.is_none_or(|known| !known.contains(value)));
    let values = values.map(|value| {
        // Only texts stand in a list; what else is wanted is a comparison of its own.
        let alone = match value {
            Scalar::Text(text) if !stored(text).is_empty() => 0,
            _ => field + CONDITION_BYTES_MAX,
        };
        encoded_bytes(&literal(value)) + COMMA_BYTES + alone
    });
    field + CONDITION_BYTES_MAX + values.sum::<usize>()
}

impl Group {
    /// The group of a part that is asked for by itself.
    pub(super) fn alone(part: Part) -> Self {
        Self { parts: vec![part] }
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
            // Compared again when the rows are told apart.
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

    /// The field that tells records apart. A calculated one has the record that it is about.
    pub(super) fn id(&self) -> &'static str {
        match is_calculated(&self.parts[0].lookup.object) {
            true => "RecordId",
            false => "Id",
        }
    }

    /// Whether there cannot be more records than ids.
    fn is_by_id(&self) -> bool {
        self.parts.iter().all(|part| {
            let mut conditions = part.lookup.conditions.iter();
            conditions.any(|condition| condition.field.eq_ignore_ascii_case("Id"))
        })
    }

    /// What the rows of any of the lookups meet; none: one of them wants all records.
    fn condition(&self) -> Option<String> {
        let lookups = || self.parts.iter().map(|part| &part.lookup);
        if lookups().any(|lookup| lookup.conditions.is_empty()) {
            return None;
        }
        let mut clauses: Vec<Vec<Condition>> = Vec::new();
        let mut lists: HashMap<String, usize> = HashMap::new();
        let mut known: HashSet<&[Condition]> = HashSet::new();
        for lookup in lookups() {
            let conditions = lookup.conditions.as_slice();
            if !known.insert(conditions) {
                continue;
            }
            // Two that differ only in the values of their one field become one list.
            if let [one] = conditions {
                match lists.get(&fold(&one.field)) {
                    Some(list) => {
                        clauses[*list][0].any_of.extend_from_slice(&one.any_of);
                        continue;
                    }
                    None => lists.insert(fold(&one.field), clauses.len()),
                };
            }
            clauses.push(conditions.to_vec());
        }
        Some(match clauses.as_slice() {
            [one] => clause(one),
            many => many
                .iter()
                .map(|one| format!("({})", clause(one)))
                .collect::<Vec<_>>()
                .join(" OR "),
        })
    }
}

/// The queries that count the records of a lookup. No record is counted by two of them.
pub(super) fn counts(lookup: &Lookup) -> Vec<String> {
    let parts = cut::parts(lookup);
    let counts = parts.iter().map(|part| {
        let mut soql = format!("SELECT COUNT() FROM {}", part.object);
        if !part.conditions.is_empty() {
            soql.push_str(&format!(" WHERE {}", clause(&part.conditions)));
        }
        soql
    });
    counts.collect()
}

pub(super) fn is_calculated(object: &str) -> bool {
    let mut never = NEVER_MERGED.iter();
    never.any(|never| never.eq_ignore_ascii_case(object))
}

fn clause(conditions: &[Condition]) -> String {
    conditions
        .iter()
        .map(condition_text)
        .collect::<Vec<_>>()
        .join(" AND ")
}

fn condition_text(condition: &Condition) -> String {
    let field = &condition.field;
    let values = Values::of(field, &condition.any_of);
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
        // No value at all: no record, told without a field that might not be filterable.
        [] => "Id = null".to_owned(),
        [one] => one.clone(),
        many => format!("({})", many.join(" OR ")),
    }
}

/// A value as SOQL writes it. Dates, date-times, numbers and truths have no quotes. A text goes without the
/// blanks that the platform does not store: it would find nothing with them.
fn literal(value: &Scalar) -> String {
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

/// SOQL with each `:name` replaced by the literal of its bind.
pub(super) fn bind(soql: &str, binds: &[Field]) -> Result<String, String> {
    let mut bound = String::with_capacity(soql.len());
    let mut quoted = false;
    let mut rest = soql.char_indices().peekable();
    while let Some((_, c)) = rest.next() {
        match c {
            '\\' if quoted => {
                bound.push(c);
                bound.extend(rest.next().map(|(_, escaped)| escaped));
            }
            '\'' => {
                quoted = !quoted;
                bound.push(c);
            }
            ':' if !quoted
                && rest
                    .peek()
                    .is_some_and(|(_, next)| next.is_ascii_alphabetic()) =>
            {
                let mut name = String::new();
                while let Some((_, next)) =
                    rest.next_if(|(_, next)| next.is_ascii_alphanumeric() || *next == '_')
                {
                    name.push(next);
                }
                let field = binds.iter().find(|field| field.name == name);
                let field = field.ok_or_else(|| format!("the query binds no `:{name}`"))?;
                bound.push_str(&literal(&field.value));
            }
            c => bound.push(c),
        }
    }
    Ok(bound)
}

/// Every object that a query names: its own, those of sub-selects (as the child relationship) and of
/// semi-joins.
pub(super) fn objects_of(soql: &str) -> Result<Vec<String>, String> {
    let query = soql::parse(soql).map_err(|error| error.to_string())?;
    let mut objects = Vec::new();
    add_objects(&query, &mut objects);
    Ok(objects)
}

fn add_objects(query: &soql::Query, objects: &mut Vec<String>) {
    objects.push(query.from.clone());
    for item in &query.items {
        if let soql::Item::Children(children) = item {
            add_objects(children, objects);
        }
    }
    if let Some(condition) = &query.condition {
        add_condition_objects(condition, objects);
    }
}

fn add_condition_objects(condition: &soql::Condition, objects: &mut Vec<String>) {
    match condition {
        soql::Condition::And(parts) | soql::Condition::Or(parts) => {
            parts
                .iter()
                .for_each(|part| add_condition_objects(part, objects));
        }
        soql::Condition::Not(part) => add_condition_objects(part, objects),
        soql::Condition::SemiJoin { query, .. } => add_objects(query, objects),
        soql::Condition::Compare { .. }
        | soql::Condition::Like { .. }
        | soql::Condition::OneOf { .. } => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use usher_core::operation::{Condition, Field, Lookup};
    use usher_core::value::Scalar;

    use super::bind;

    /// The queries of lookups that nothing bounds.
    fn groups(lookups: Vec<Lookup>) -> Vec<super::Group> {
        super::groups(&lookups)
    }

    fn lookup(object: &str, fields: &[&str], field: &str, values: &[Scalar]) -> Lookup {
        Lookup {
            object: object.into(),
            fields: fields.iter().map(|name| (*name).to_owned()).collect(),
            conditions: vec![Condition {
                field: field.into(),
                any_of: values.to_vec(),
            }],
        }
    }

    #[test]
    fn lookups_of_one_object_become_one_query_and_are_told_apart() {
        let label = lookup(
            "PermissionSet",
            &["Name"],
            "Label",
            &[Scalar::text("A"), Scalar::text("b'c")],
        );
        let name = lookup(
            "PermissionSet",
            &["Label"],
            "Profile.Name",
            &[Scalar::text("a")],
        );
        let merged = groups(vec![label.clone(), name.clone(), label.clone()]);
        assert_eq!(merged.len(), 1);
        assert_eq!(
            merged[0].soql(None),
            "SELECT Id, Name, Label, Profile.Name FROM PermissionSet \
             WHERE (Label IN ('A', 'b\\'c')) OR (Profile.Name = 'a') ORDER BY Id"
        );
        let rows = [
            json!({"Id": "1", "Name": "N1", "Label": "a", "Profile": null}),
            json!({"Id": "2", "Name": "N2", "Label": "x", "Profile": {"Name": "A"}}),
        ];
        let split = merged.into_iter().next().expect("one").split(&rows);
        assert_eq!(json!(split[0].1), json!([{"Id": "1", "Name": "N1"}]));
        assert_eq!(json!(split[1].1), json!([{"Id": "2", "Label": "x"}]));
    }

    #[test]
    fn nothing_is_asked_for_twice() {
        let id = |values: &[&str]| {
            let values: Vec<Scalar> = values.iter().map(|id| Scalar::text(*id)).collect();
            lookup("User", &["Name"], "Id", &values)
        };
        let soql = |lookups: Vec<Lookup>| groups(lookups)[0].soql(None);
        assert_eq!(
            soql(vec![id(&["005Jca000000006", "005Jca000000006IAA", "x"])]),
            "SELECT Id, Name FROM User WHERE Id IN ('005Jca000000006', 'x') ORDER BY Id"
        );
        let other = Lookup {
            fields: vec!["Email".into()],
            ..id(&["a"])
        };
        assert_eq!(
            soql(vec![id(&["a"]), id(&["b", "a"]), other]),
            "SELECT Id, Name, Email FROM User WHERE Id IN ('a', 'b') ORDER BY Id"
        );
        let two = |name: &str| {
            let mut two = id(&["a"]);
            two.fields = vec![name.into()];
            two.conditions
                .push(Condition::is("IsActive", Scalar::Truth(true)));
            two
        };
        assert_eq!(
            soql(vec![two("Name"), two("Email")]),
            "SELECT Id, Name, IsActive, Email FROM User WHERE Id = 'a' AND IsActive = true ORDER BY Id"
        );
    }

    #[test]
    fn a_lookup_without_conditions_finds_all() {
        let all = Lookup {
            conditions: Vec::new(),
            ..lookup("User", &["Name"], "Id", &[])
        };
        assert_eq!(
            groups(vec![all.clone()])[0].soql(None),
            "SELECT Id, Name FROM User ORDER BY Id"
        );
        let one = lookup("User", &[], "Name", &[Scalar::text("b")]);
        let merged = groups(vec![one, all]);
        assert_eq!(
            merged[0].soql(None),
            "SELECT Id, Name FROM User ORDER BY Id"
        );
        let rows = [
            json!({"Id": "1", "Name": "a"}),
            json!({"Id": "2", "Name": "b"}),
        ];
        let split = merged.into_iter().next().expect("one").split(&rows);
        assert_eq!((split[0].1.len(), split[1].1.len()), (1, 2));
    }

    #[test]
    fn conditions_are_written_as_soql_wants_them() {
        let values = [
            Scalar::Nothing,
            Scalar::text(""),
            Scalar::text("x"),
            Scalar::Truth(true),
        ];
        let text = |values: &[Scalar]| groups(vec![lookup("X", &[], "F", values)])[0].soql(None);
        assert_eq!(
            text(&values),
            "SELECT Id FROM X WHERE (F = 'x' OR F = null OR F = true) ORDER BY Id"
        );
        assert_eq!(text(&[]), "SELECT Id FROM X WHERE Id = null ORDER BY Id");
        let times = [
            Scalar::Date("2026-11-22".into()),
            Scalar::DateTime("2026-11-22T10:00:00Z".into()),
            Scalar::DateTime("2026-11-22T11:30:00.5+0130".into()),
        ];
        assert_eq!(
            text(&times),
            "SELECT Id FROM X WHERE (F = 2026-11-22 OR F = 2026-11-22T10:00:00Z \
             OR F = 2026-11-22T10:00:00.5Z) ORDER BY Id"
        );
        let blanks = [
            Scalar::text(" x\t"),
            Scalar::text("\u{3000}"),
            Scalar::text("  "),
        ];
        assert_eq!(
            text(&blanks),
            "SELECT Id FROM X WHERE (F IN ('x', '\u{3000}') OR F = null) ORDER BY Id"
        );
    }

    #[test]
    fn binds_are_literals_and_never_text() {
        let binds = [Field {
            name: "p".into(),
            value: Scalar::text("x' OR Name != '"),
        }];
        assert_eq!(
            bind("SELECT Id FROM X WHERE A = :p AND B = ':p'", &binds).expect("bound"),
            "SELECT Id FROM X WHERE A = 'x\\' OR Name != \\'' AND B = ':p'"
        );
        assert_eq!(
            bind("WHERE A = :q", &binds),
            Err("the query binds no `:q`".to_owned())
        );
    }
}
