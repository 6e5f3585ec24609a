//! Free SOQL: its binds, and the objects that it reads.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use usher_core::operation::Field;
use usher_core::read::Record;
use usher_core::soql;

use crate::reads::query::literal;

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

/// The rows of an answer as plugins get them.
pub(super) fn records(rows: Vec<Value>) -> Vec<Record> {
    let records = rows.into_iter().filter_map(|row| match row {
        Value::Object(mut record) => {
            record.remove("attributes");
            Some(record)
        }
        _ => None,
    });
    records.collect()
}

/// Texts of queries whose objects are kept. The steps of a recipe name a few queries each, and every item of a list asks
/// the same; a plugin may make up as many as it likes.
const NAMED_MAX: usize = 1_000;

/// Bytes of a query whose objects are kept: all together take some megabytes at most.
const NAMED_BYTES_MAX: usize = 8 * 1024;

/// The objects that queries name, by their texts without values: every item of a long list asks the same query, which is
/// parsed once.
#[derive(Default)]
pub(super) struct Named(Mutex<HashMap<String, Arc<[String]>>>);

impl Named {
    /// Every object that the query `soql` names. `bound`: the query with its values, which name none.
    pub(super) fn of(&self, soql: &str, bound: &str) -> Result<Arc<[String]>, String> {
        if let Some(known) = self.lock().get(soql) {
            return Ok(Arc::clone(known));
        }
        let objects: Arc<[String]> = objects_of(bound)?.into();
        let mut known = self.lock();
        if soql.len() <= NAMED_BYTES_MAX && known.len() < NAMED_MAX {
            known.insert(soql.to_owned(), Arc::clone(&objects));
        }
        Ok(objects)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Arc<[String]>>> {
        // Nothing panics while it holds the lock; should it ever, each entry is still whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Every object that a query names: its own, those of sub-selects (as the child relationship) and of
/// semi-joins.
fn objects_of(soql: &str) -> Result<Vec<String>, String> {
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
    use usher_core::operation::Field;
    use usher_core::value::Scalar;

    use super::{NAMED_MAX, Named, bind};

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

    #[test]
    fn the_objects_of_a_query_are_the_same_each_time() {
        let named = Named::default();
        for at in 0..NAMED_MAX + 2 {
            let soql = format!("SELECT Id, (SELECT Id FROM Cs) FROM A WHERE N = '{at}'");
            for _ in 0..2 {
                let objects = named.of(&soql, &soql).expect("it is one");
                assert_eq!(*objects, ["A", "Cs"].map(str::to_owned));
            }
        }
        assert_eq!(named.lock().len(), NAMED_MAX);
        let (soql, bound) = (
            "SELECT Id FROM A WHERE N = :n",
            "SELECT Id FROM A WHERE N = 'x'",
        );
        let named = Named::default();
        assert!(named.of(soql, bound).is_ok() && named.lock().contains_key(soql));
        for _ in 0..2 {
            assert!(named.of("SELECT", "SELECT").is_err());
        }
    }
}
