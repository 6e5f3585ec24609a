//! Schemas and values that are meant to keep the validator busy.

use std::time::{Duration, Instant};

use expect_test::{Expect, expect};
use serde_json::{Map, Value, json};

use super::Schema;

/// The time that one schema and one value may take, in a build without optimisation, beside other tests.
const TIME_MAX: Duration = Duration::from_secs(10);

/// Runs something that must end in time, on the stack that a worker has.
#[expect(clippy::disallowed_methods, reason = "a test looks at the time")]
fn timed<T: Send + 'static>(run: impl FnOnce() -> T + Send + 'static) -> T {
    let begun = Instant::now();
    let worker = std::thread::Builder::new().stack_size(2 * 1024 * 1024);
    let done = worker
        .spawn(run)
        .expect("a thread")
        .join()
        .expect("no panic");
    let took = begun.elapsed();
    assert!(took < TIME_MAX, "{took:?}");
    done
}

/// Checks the reason why a schema is refused.
fn refused(schema: Value, expected: Expect) {
    let why = timed(|| Schema::new(schema).err());
    expected.assert_eq(&why.unwrap_or_else(|| "it is one".to_owned()));
}

/// The mistakes in a value, by a valid schema.
fn problems(schema: Value, value: Value) -> Vec<String> {
    timed(move || {
        let schema = Schema::new(schema).expect("a schema");
        let found = schema.problems(value.as_object().expect("an object"));
        let texts = found.into_iter();
        texts
            .map(|found| format!("{}: {}", found.at, found.message))
            .collect()
    })
}

/// Schemas `L0` … that each name the next one twice in `word`, and the property `it` that begins at the top.
fn doubled(word: &str, levels: usize) -> Value {
    let mut defs = Map::new();
    defs.insert("L0".to_owned(), json!({"type": "integer"}));
    for level in 1..=levels {
        let below = json!({"$ref": format!("#/$defs/L{}", level - 1)});
        defs.insert(format!("L{level}"), json!({word: [below, below]}));
    }
    json!({
        "type": "object",
        "properties": {"it": {"$ref": format!("#/$defs/L{levels}")}},
        "$defs": defs
    })
}

#[test]
fn branches_that_multiply_are_refused() {
    for (word, levels) in [("anyOf", 26), ("oneOf", 24), ("allOf", 30)] {
        let why = timed(move || Schema::new(doubled(word, levels)).err());
        let text = why.expect("refused");
        assert!(text.contains("more than 10000 schemas"), "{word}: {text}");
    }
    let why = timed(|| Schema::new(doubled("allOf", 60)).err());
    let text = why.expect("refused");
    assert!(text.contains("more than 64 times"), "{text}");
    // A few levels are a schema like any other.
    assert_eq!(
        problems(doubled("anyOf", 5), json!({"it": 1})),
        Vec::<String>::new()
    );
    assert_eq!(problems(doubled("oneOf", 1), json!({"it": "x"})).len(), 1);
}

#[test]
fn a_schema_that_does_not_go_on_is_refused() {
    refused(
        json!({"type": "object", "anyOf": [{"$ref": "#"}, {}]}),
        expect![
            "it refers to itself without going into a member or an item: such a check never ends"
        ],
    );
    refused(
        json!({"type": "object", "properties": {"a": {"$ref": "#/$defs/b"}},
               "$defs": {"b": {"not": {"$ref": "#/$defs/b"}}}}),
        expect![
            "it refers to itself without going into a member or an item: such a check never ends"
        ],
    );
    let chain: Map<String, Value> = (0..3000)
        .map(|at| {
            (
                format!("L{at}"),
                json!({"$ref": format!("#/$defs/L{}", at + 1)}),
            )
        })
        .collect();
    let long =
        json!({"type": "object", "properties": {"a": {"$ref": "#/$defs/L0"}}, "$defs": chain});
    refused(
        long,
        expect![
            "it refers from schema to schema more than 64 times for one value: write them as one"
        ],
    );
}

#[test]
fn words_and_references_that_nobody_counts_are_refused() {
    let with =
        |word: &str, value: Value| json!({"type": "object", "properties": {"a": {word: value}}});
    refused(
        with("unevaluatedItems", json!(false)),
        expect![
            "`unevaluatedItems` is not among the words of JSON Schema that Usher checks: leave it out, or begin it with `x-`"
        ],
    );
    refused(
        with("$dynamicRef", json!("#a")),
        expect![
            "`$dynamicRef` is not among the words of JSON Schema that Usher checks: leave it out, or begin it with `x-`"
        ],
    );
    refused(
        with("$id", json!("https://example.com/a")),
        expect![
            "`$id` is not among the words of JSON Schema that Usher checks: leave it out, or begin it with `x-`"
        ],
    );
    refused(
        with("$ref", json!("https://example.com/a")),
        expect![
            "the reference `https://example.com/a` names no schema in it: write one as in `#/$defs/name`"
        ],
    );
    refused(
        with("$ref", json!("#/properties/b")),
        expect![
            "the reference `#/properties/b` names no schema in it: write one as in `#/$defs/name`"
        ],
    );
    refused(
        with("x-mine", json!("#/properties/b")),
        expect!["it is one"],
    );
}

#[test]
fn patterns_are_linear_and_few() {
    let with = |pattern: &str| json!({"type": "object", "properties": {"a": {"type": "string", "pattern": pattern}}});
    refused(
        with(r"^(a+)+\1$"),
        expect![[
            r#"the pattern `^(a+)+\1$` has a mistake, is too large, or uses back-references or look-around, which Usher does not match: write it without these"#
        ]],
    );
    refused(
        with("(?=a)b"),
        expect![
            "the pattern `(?=a)b` has a mistake, is too large, or uses back-references or look-around, which Usher does not match: write it without these"
        ],
    );
    refused(
        with("((a{1,100}){1,100}){1,100}"),
        expect![
            "the pattern `((a{1,100}){1,100}){1,100}` has a mistake, is too large, or uses back-references or look-around, which Usher does not match: write it without these"
        ],
    );
    refused(
        with("("),
        expect![
            "the pattern `(` has a mistake, is too large, or uses back-references or look-around, which Usher does not match: write it without these"
        ],
    );
    refused(with("^[^@ ]+@[^@ ]+$"), expect!["it is one"]);
    let many: Map<String, Value> = (0..65)
        .map(|at| (format!("p{at}"), json!({"pattern": format!("^{at}$")})))
        .collect();
    refused(
        json!({"type": "object", "properties": many}),
        expect!["it has more than 64 patterns: leave some out"],
    );
    // Texts that make a back-tracking engine try every way.
    let value = json!({"a": format!("{}!", "a".repeat(100_000))});
    assert_eq!(problems(with("^(a+)+$"), value).len(), 1);
}

#[test]
fn a_value_that_takes_too_long_is_refused() {
    let too_long = ": it takes too long to check it against its schema: make one of them smaller";
    let many: Vec<Value> = (0..500)
        .map(|at| json!({"type": "object", "minProperties": at + 2}))
        .collect();
    let schema = json!({"type": "object", "additionalProperties": {"oneOf": many}});
    let members: Map<String, Value> = (0..60_000)
        .map(|at| (format!("m{at}"), json!({})))
        .collect();
    assert_eq!(problems(schema, Value::Object(members)), [too_long]);
    // Each level of the value doubles the schemas for the next one.
    let again = json!({"$ref": "#/$defs/node"});
    let schema = json!({"type": "object", "properties": {"n": again}, "$defs": {"node": {
        "anyOf": [{"properties": {"n": again}}, {"properties": {"n": again}}]}}});
    let mut deep = json!({"n": 1});
    for _ in 0..100 {
        deep = json!({ "n": deep });
    }
    assert_eq!(problems(schema, deep), [too_long]);
    // A text that is checked again and again.
    let all: Vec<Value> = (0..5_000).map(|at| json!({"maxLength": at})).collect();
    let schema = json!({"type": "object", "properties": {"a": {"allOf": all}}});
    let value = json!({"a": "x".repeat(15_000_000)});
    assert_eq!(problems(schema, value), [too_long]);
}

#[test]
fn a_large_value_is_checked() {
    let row = json!({"type": "object", "required": ["a", "b"], "additionalProperties": false, "properties": {
        "a": {"type": "string", "pattern": "^[a-z0-9]+$"}, "b": {"type": "integer", "minimum": 0}}});
    let schema = json!({"type": "object", "properties": {"rows": {"type": "array", "items": row}}});
    let rows = |wrong: usize| -> Vec<Value> {
        (0..10_000)
            .map(|at| json!({"a": format!("name{at}"), "b": if at < wrong { -1 } else { at as i64 }}))
            .collect()
    };
    assert_eq!(
        problems(schema.clone(), json!({"rows": rows(0)})),
        Vec::<String>::new()
    );
    let found = problems(schema, json!({"rows": rows(1)}));
    assert_eq!(found, ["/rows/0/b: -1 is less than the minimum of 0"]);
}

#[test]
fn mistakes_are_few_and_short() {
    let schema = json!({"type": "object", "additionalProperties": {"type": "string"}});
    let members: Map<String, Value> = (0..20_000)
        .map(|at| (format!("m{at}"), json!(at)))
        .collect();
    assert_eq!(problems(schema, Value::Object(members)).len(), 1_000);
    let all: Vec<Value> = (0..100).map(|_| json!({"type": "integer"})).collect();
    let schema = json!({"type": "object", "properties": {"a": {"allOf": all}}});
    let found = problems(schema, json!({"a": "ä".repeat(10_000)}));
    assert_eq!(found.len(), 100);
    assert!(
        found
            .iter()
            .all(|text| text.len() < 2_100 && text.ends_with('…'))
    );
}
