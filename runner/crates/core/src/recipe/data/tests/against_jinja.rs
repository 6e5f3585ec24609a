//! The interpreter of a plugin made of data evaluates as a recipe does: where both give a value, it is the same.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};
use usher_program::{Names, NoValue, evaluate, parse};

use crate::recipe::evaluate::Scope;
use crate::recipe::expression::Expression;
use crate::recipe::expression::scan::{Word, is_path, words};

struct Inputs(Map<String, Json>);

impl Names for Inputs {
    fn find(&self, path: &[String]) -> Result<Option<Json>, NoValue> {
        let [root, name] = path else { return Ok(None) };
        Ok((root == "inputs")
            .then(|| self.0.get(name))
            .flatten()
            .cloned())
    }
}

fn inputs() -> Map<String, Json> {
    let inputs = json!({
        "name": "Ada Lovelace", "empty": "", "blank": "  x ", "three": 3, "minus": -7, "half": 0.5, "big": 9_007_199_254_740_993_i64,
        "yes": true, "no": false, "null": null, "list": ["a", "b", "c"], "none": [], "numbers": [1, 2.5, -3], "mixed": ["a", 1, true, null],
        "table": {"a": 1, "b": "x"}, "umlaut": "Müller ß", "csv": "a,b,,c",
    });
    match inputs {
        Json::Object(inputs) => inputs,
        _ => Map::new(),
    }
}

/// As a recipe evaluates it; nothing when it is not an expression.
fn recipe(text: &str, inputs: &Map<String, Json>) -> Option<Result<Json, String>> {
    let paths = words(text).into_iter().filter_map(|word| match word {
        Word::Path(path) => Some(path),
        _ => None,
    });
    let expression =
        Expression::compile(text, 0..text.len(), paths.collect(), is_path(text)).ok()?;
    let outputs = BTreeMap::new();
    let scope = Scope {
        inputs,
        item: None,
        outputs: &outputs.clone().into_iter().collect(),
    };
    let value = expression.evaluate(&scope);
    Some(value.map_err(|why| format!("{why:?}")))
}

/// As the interpreter evaluates it.
fn program(text: &str, inputs: &Map<String, Json>) -> Result<Json, String> {
    let expression = parse(text).map_err(|why| why.0)?;
    evaluate(&expression, &Inputs(inputs.clone())).map_err(|why| format!("{why:?}"))
}

/// Numbers are the same by value.
fn same(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::Number(a), Json::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Json::Array(a), Json::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (a, b) => a == b,
    }
}

#[test]
fn expressions_that_recipes_use_have_a_value_in_both() {
    let inputs = inputs();
    for text in [
        "inputs.name",
        "inputs.three + 1",
        "inputs.three - inputs.half",
        "inputs.three * -2",
        "inputs.three / 2",
        "inputs.minus // 2",
        "inputs.minus % 4",
        "inputs.name ~ ' (' ~ inputs.three ~ ')'",
        "inputs.name | upper",
        "inputs.name | lower | replace(' ', '.')",
        "inputs.blank | trim",
        "inputs.list | length",
        "inputs.list | first",
        "inputs.list | last",
        "inputs.list | join(', ')",
        "inputs.csv | split(',')",
        "inputs.name | split",
        "inputs.list[0]",
        "inputs.list[-1]",
        "inputs.table['b']",
        "'a' in inputs.list",
        "'x' not in inputs.list",
        "'Love' in inputs.name",
        "inputs.null is none",
        "inputs.name is not none",
        "inputs.empty | default('x', true)",
        "inputs.null | default('x')",
        "inputs.missing | default('x')",
        "inputs.yes and inputs.no",
        "inputs.no or inputs.name",
        "not inputs.empty",
        "'a' if inputs.three > 2 else 'b'",
        "inputs.three == 3.0",
        "inputs.yes == 1",
        "[1, inputs.three] + inputs.numbers",
        "inputs.name < 'B'",
        "(1 + 2 * 3 - 4) ~ 'x'",
        "-inputs.three",
        "(1 + 2) * 3",
        "inputs.umlaut | length",
        "inputs.umlaut | upper",
        "'it''s'",
        "\"a\\nb\"",
        "inputs.list == ['a', 'b', 'c']",
        "inputs.numbers[1] > 2",
        "inputs.big + 1",
        "not 1 == 2",
        "inputs.name[:3]",
        "inputs.umlaut[-2:]",
        "inputs.list[1:]",
        "inputs.list[0:-1]",
        "inputs.name[10:2]",
        "inputs.yes ~ 'x'",
    ] {
        let (recipe, program) = (recipe(text, &inputs), program(text, &inputs));
        match (&recipe, &program) {
            (Some(Ok(a)), Ok(b)) if same(a, b) => {}
            _ => panic!("{text}: a recipe gives {recipe:?}, a program {program:?}"),
        }
    }
}

/// The next number of a fixed sequence below `below`.
fn next(state: &mut u64, below: usize) -> usize {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    usize::try_from(*state >> 33).unwrap_or_default() % below
}

fn made(state: &mut u64, depth: usize) -> String {
    const VALUES: &[&str] = &[
        "inputs.name",
        "inputs.empty",
        "inputs.three",
        "inputs.minus",
        "inputs.half",
        "inputs.yes",
        "inputs.no",
        "inputs.null",
        "inputs.list",
        "inputs.none",
        "inputs.numbers",
        "inputs.mixed",
        "inputs.table",
        "inputs.csv",
        "inputs.missing",
        "'a'",
        "''",
        "0",
        "1",
        "2.5",
        "true",
        "none",
        "[]",
        "['a', 1]",
        "inputs.umlaut",
    ];
    const OPERATORS: &[&str] = &[
        "+", "-", "*", "/", "//", "%", "~", "==", "!=", "<", "<=", ">", ">=", "in", "not in",
        "and", "or",
    ];
    const ENDS: &[&str] = &[
        "| length",
        "| first",
        "| last",
        "| lower",
        "| upper",
        "| trim",
        "| join('-')",
        "| split(',')",
        "| replace('a', 'bb')",
        "| default('d')",
        "| default('d', true)",
        "is none",
        "is not none",
        "[0]",
        "[-1]",
        "['a']",
        "[1:]",
        "[:-1]",
        "[0:2]",
    ];
    if depth == 0 {
        return VALUES[next(state, VALUES.len())].to_owned();
    }
    let one = made(state, depth - 1);
    match next(state, 10) {
        0..=4 => {
            let operator = OPERATORS[next(state, OPERATORS.len())];
            let other = made(state, depth - 1);
            match next(state, 3) {
                0 => format!("({one}) {operator} ({other})"),
                _ => format!("{one} {operator} {other}"),
            }
        }
        5..=7 => format!("({one}) {}", ENDS[next(state, ENDS.len())]),
        8 => format!("not {one}"),
        _ => {
            let (condition, other) = (made(state, depth - 1), made(state, depth - 1));
            format!("({one}) if ({condition}) else ({other})")
        }
    }
}

#[test]
fn no_expression_has_another_value_than_in_a_recipe() {
    let inputs = inputs();
    let mut state = 0x2026_1130_u64;
    let mut both = 0;
    let mut wrong = vec![];
    for _ in 0..20_000 {
        let depth = next(&mut state, 3) + 1;
        let text = made(&mut state, depth);
        if text.len() > 900 {
            continue;
        }
        let Ok(program) = program(&text, &inputs) else {
            continue;
        };
        match recipe(&text, &inputs) {
            None => {}
            Some(Ok(recipe)) if same(&recipe, &program) => both += 1,
            recipe => wrong.push(format!(
                "{text}: a recipe gives {recipe:?}, a program {program}"
            )),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(both > 3_000, "only {both} had a value in both");
}
