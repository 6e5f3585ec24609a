//! Few queries for many lookups: one per object, its conditions joined by OR; the rows are told apart
//! again here.

use serde_json::Value;
use usher_core::operation::{Condition, Field, Lookup};
use usher_core::read::Record;
use usher_core::sameness::stored;
use usher_core::soql;
use usher_core::value::Scalar;
use usher_core::view::holds;

/// Values of one condition in one query. A query in a URL has 16,384 bytes (REST API Guide); longer
/// lists of ids or names go into several.
const VALUES_PER_QUERY_MAX: usize = 200;

/// Objects of which Salesforce answers only queries of a certain shape, and whose records, calculated
/// for the answer, have no ids (salesforce-api notes §8).
const NEVER_MERGED: &[&str] = &["UserRecordAccess"];

/// Lookups of one object that become one query.
pub(super) struct Group {
    pub(super) lookups: Vec<Lookup>,
}

/// Puts lookups that may share a query together. A lookup with more values than a query may have is
/// cut by the caller of the org, not here: it stands in a group of its own.
pub(super) fn groups(lookups: Vec<Lookup>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for lookup in lookups {
        if groups.iter().any(|group| group.lookups.contains(&lookup)) {
            continue;
        }
        let fits = |group: &&mut Group| {
            let object = &group.lookups[0].object;
            let values: usize = group.lookups.iter().map(values).sum();
            object.eq_ignore_ascii_case(&lookup.object)
                && !is_calculated(object)
                && values + self::values(&lookup) <= VALUES_PER_QUERY_MAX
        };
        match groups.iter_mut().find(fits) {
            Some(group) => group.lookups.push(lookup),
            None => groups.push(Group {
                lookups: vec![lookup],
            }),
        }
    }
    groups
}

impl Group {
    /// The query that finds the records of all lookups.
    pub(super) fn soql(&self) -> String {
        let object = &self.lookups[0].object;
        let calculated = is_calculated(object);
        let mut fields = match calculated {
            true => vec!["RecordId".to_owned()],
            false => vec!["Id".to_owned()],
        };
        let mut add = |name: &String| {
            if !fields.iter().any(|known| known.eq_ignore_ascii_case(name)) {
                fields.push(name.clone());
            }
        };
        for lookup in &self.lookups {
            lookup.fields.iter().for_each(&mut add);
            // Compared again when the rows are told apart.
            if self.lookups.len() > 1 {
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
        }
        soql
    }

    /// What the rows of any of the lookups meet; none: one of them wants all records.
    fn condition(&self) -> Option<String> {
        if self
            .lookups
            .iter()
            .any(|lookup| lookup.conditions.is_empty())
        {
            return None;
        }
        let mut clauses: Vec<Vec<Condition>> = Vec::new();
        for lookup in &self.lookups {
            if clauses.contains(&lookup.conditions) {
                continue;
            }
            // Two that differ only in the values of their one field become one list.
            let list = clauses.iter_mut().find_map(|known| {
                match (known.as_mut_slice(), lookup.conditions.as_slice()) {
                    ([known], [new]) if known.field.eq_ignore_ascii_case(&new.field) => {
                        Some((known, new))
                    }
                    _ => None,
                }
            });
            match list {
                Some((known, new)) => known.any_of.extend_from_slice(&new.any_of),
                None => clauses.push(lookup.conditions.clone()),
            }
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

    /// The rows, told apart by lookup.
    pub(super) fn split(self, rows: &[Value]) -> Vec<(Lookup, Vec<Record>)> {
        let alone = self.lookups.len() == 1;
        // The record that a calculated one is about tells them apart.
        let id = match is_calculated(&self.lookups[0].object) {
            true => "RecordId",
            false => "Id",
        };
        let told_apart = self.lookups.into_iter().map(|lookup| {
            let records = rows.iter().filter(|row| {
                alone
                    || lookup
                        .conditions
                        .iter()
                        .all(|condition| row_holds(row, condition))
            });
            let records = records.map(|row| flat(row, id, &lookup.fields)).collect();
            (lookup, records)
        });
        told_apart.collect()
    }
}

fn is_calculated(object: &str) -> bool {
    let mut never = NEVER_MERGED.iter();
    never.any(|never| never.eq_ignore_ascii_case(object))
}

fn values(lookup: &Lookup) -> usize {
    lookup
        .conditions
        .iter()
        .map(|condition| condition.any_of.len())
        .sum()
}

fn row_holds(row: &Value, condition: &Condition) -> bool {
    let mut record = Record::new();
    record.insert(condition.field.clone(), at(row, &condition.field));
    holds(&record, condition)
}

/// A row with its parent paths as keys, as plugins get it.
fn flat(row: &Value, id: &str, fields: &[String]) -> Record {
    let mut record = Record::from_iter([("Id".to_owned(), at(row, id))]);
    record.extend(fields.iter().map(|name| (name.clone(), at(row, name))));
    record
}

/// The value at `Account.Owner.Name`. Field names are compared without case, as SOQL does.
fn at(row: &Value, path: &str) -> Value {
    let mut value = row;
    for segment in path.split('.') {
        let found = value.as_object().and_then(|object| {
            object.get(segment).or_else(|| {
                object
                    .iter()
                    .find(|(name, _)| name.eq_ignore_ascii_case(segment))
                    .map(|(_, v)| v)
            })
        });
        match found {
            Some(found) => value = found,
            None => return Value::Null,
        }
    }
    value.clone()
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
    let mut values: Vec<&Scalar> = Vec::new();
    for value in &condition.any_of {
        if !values.iter().any(|known| known.found_by(field, value)) {
            values.push(value);
        }
    }
    let (plain, single): (Vec<&Scalar>, Vec<&Scalar>) = values
        .into_iter()
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

    use super::{bind, groups};

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
            merged[0].soql(),
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
        let soql = |lookups: Vec<Lookup>| groups(lookups)[0].soql();
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
            groups(vec![all.clone()])[0].soql(),
            "SELECT Id, Name FROM User ORDER BY Id"
        );
        let one = lookup("User", &[], "Name", &[Scalar::text("b")]);
        let merged = groups(vec![one, all]);
        assert_eq!(merged[0].soql(), "SELECT Id, Name FROM User ORDER BY Id");
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
        let text = |values: &[Scalar]| groups(vec![lookup("X", &[], "F", values)])[0].soql();
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
