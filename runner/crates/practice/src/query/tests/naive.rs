//! The engine against a naive evaluator: random records, random queries, the same answers.
//!
//! The evaluator knows nothing of SQL or of `query::compile`: it goes through the records as `GET sobjects/X/<id>`
//! brings them. `USHER_SOQL_SEED` and `USHER_SOQL_QUERIES` set the seed and the number of queries.

use serde_json::{Value, json};

use super::S;
use crate::testing::{TestOrg, bare};

mod ask;
mod chance;
mod conditions;
mod dates;
mod groups;
mod model;
mod records;

use self::chance::Chance;
use self::model::Store;

/// Queries of one test run: a few seconds of an unoptimised build.
const QUERIES: u64 = 2_000;

#[test]
fn the_engine_answers_as_a_naive_evaluator_does() {
    let seed = number("USHER_SOQL_SEED").unwrap_or(15);
    let queries = number("USHER_SOQL_QUERIES").unwrap_or(QUERIES);
    let mut chance = Chance::new(seed);
    let org = records::fill(&mut chance);
    let store = Store::of(&org);
    let mut found = 0;
    for place in 0..queries {
        let (soql, expected) = match chance.below(5) {
            0 => ask::count(&mut chance, &store),
            1 | 2 => groups::grouped(&mut chance, &store),
            _ => ask::plain(&mut chance, &store),
        };
        let answer = answer(&org, &soql);
        assert!(
            answer == expected,
            "USHER_SOQL_SEED={seed}, query {place}\n{soql}\n  engine: {answer}\n  naive:  {expected}"
        );
        found += usize::from(expected["totalSize"] != json!(0));
    }
    // Queries that find nothing would show nothing.
    assert!(
        queries < 100 || found * 3 > usize::try_from(queries).unwrap_or(usize::MAX),
        "USHER_SOQL_SEED={seed}: only {found} of {queries} queries found something"
    );
}

#[expect(
    clippy::disallowed_methods,
    reason = "the test is driven by its environment, the org is not"
)]
fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// The answer of the engine, comparable.
fn answer(org: &TestOrg, soql: &str) -> Value {
    let escaped = soql
        .replace('%', "%25")
        .replace('+', "%2B")
        .replace('&', "%26");
    let (status, body) = org.send(&format!("GET {S}/query?q={escaped}"), "");
    match status {
        200 => comparable(bare(body)),
        _ => json!({ "status": status, "body": body }),
    }
}

/// Numbers without a difference between 1 and 1.0, texts in lower case: a group of texts that differ in case shows
/// any of them.
fn comparable(value: Value) -> Value {
    match value {
        Value::Number(number) => {
            let number = number.as_f64().unwrap_or_default();
            Value::from(format!("{number:.6}"))
        }
        Value::String(text) => Value::from(text.to_lowercase()),
        Value::Array(items) => items.into_iter().map(comparable).collect(),
        Value::Object(fields) => Value::Object(
            fields
                .into_iter()
                .filter(|(name, _)| name != "done")
                .map(|(name, value)| (name, comparable(value)))
                .collect(),
        ),
        other => other,
    }
}

/// An answer of the evaluator, comparable.
fn found(total: usize, records: Vec<Value>) -> Value {
    comparable(json!({ "totalSize": total, "records": records }))
}
