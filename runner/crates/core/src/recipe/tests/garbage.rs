//! Diagnostics, never a panic, for any bytes. `USHER_SEED` is not read here, since `core` reads no environment; a
//! failing seed is in the message and goes into `SEEDS`.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::{Map, Value, json};

use super::{GOOD, Plugins, source};
use crate::recipe::{
    Kept, Recipe, Scope, check, parse, parse_grants, parse_inputs, parse_practice,
};

/// Seeds to try, one run each. Those of former failures stay.
const SEEDS: std::ops::Range<u64> = 1..600;

/// SplitMix64: small, and the same on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % (bound.max(1) as u64)).expect("below a usize")
    }
}

const PIECES: &[&str] = &[
    "${",
    "}",
    "$${",
    "{",
    "[",
    "]",
    "[[",
    "]]",
    "\"",
    "'",
    "\"\"\"",
    "=",
    ".",
    ",",
    "\n",
    "\\",
    "|",
    "$",
    "é",
    "\u{0}",
    "inputs",
    "steps",
    "steps.permissions.user_id",
    "inputs.sets",
    " is ",
    "not ",
    "not is",
    "(",
    ")",
    "1e999",
    "-",
    "0x",
    "true",
    "with",
    "[inputs.a]",
    "[steps.with]",
    "[steps.manual]",
    "text = [",
    "when = \"${inputs.a}\"",
    "{{",
    "}}",
    "{%",
    "~",
    "1..2",
    "**",
    "//",
    ":",
    "\"$ref\"",
    "\t",
    "\u{feff}",
];

fn garbage(random: &mut Random) -> String {
    let length = random.below(300);
    let bytes: Vec<u8> = (0..length)
        .map(|_| random.next().to_le_bytes()[0])
        .collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn mutated(random: &mut Random) -> String {
    let mut text = GOOD.to_owned();
    for _ in 0..=random.below(4) {
        let from = boundary(&text, random);
        let to = (from + random.below(12)).min(text.len());
        let to = (to..=text.len())
            .find(|at| text.is_char_boundary(*at))
            .unwrap_or(text.len());
        match random.below(4) {
            0 => text.truncate(from),
            1 => text.replace_range(from..to, ""),
            2 => text.insert_str(from, PIECES[random.below(PIECES.len())]),
            _ => {
                let piece = text[from..to].to_owned();
                let at = boundary(&text, random);
                text.insert_str(at, &piece);
            }
        }
    }
    text
}

fn boundary(text: &str, random: &mut Random) -> usize {
    let at = random.below(text.len() + 1);
    (at..=text.len())
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(text.len())
}

/// Everything that reads a text, on one text.
fn read_all(text: &str) {
    let plugins = Plugins::new();
    let source = source(text);
    if let Ok(raw) = parse(source.clone()) {
        let result = check(raw, &plugins);
        let found = match &result {
            Ok(recipe) => {
                evaluate_all(recipe);
                &[]
            }
            Err(found) => found.as_slice(),
        };
        for diagnostic in found {
            let span = diagnostic.span.clone().expect("a place");
            assert!(text.get(span).is_some(), "{diagnostic:?}");
        }
    }
    let good = super::recipe(GOOD);
    let _ = parse_inputs(&source, &good);
    let _ = parse_practice(&source);
    let _ = parse_grants(&source);
}

fn evaluate_all(recipe: &Recipe) {
    let mut inputs = Map::new();
    for input in &recipe.inputs {
        let value = input.default.clone().unwrap_or_else(|| "é x".into());
        inputs.insert(input.name.clone(), value);
    }
    let output = json!({"user_id": {"$ref": "a:b.id"}, "assigned": ["b", "a"], "role_name": "CEO", "count": -1});
    let ids = recipe.steps.iter().map(|step| step.id.clone());
    let outputs: BTreeMap<String, Value> = ids.map(|id| (id, output.clone())).collect();
    let scope = Scope {
        inputs: &inputs,
        item: None,
        outputs: &outputs.clone().into_iter().collect(),
    };
    for step in &recipe.steps {
        assert!(recipe.source.text.get(step.locate("/a/0").span).is_some());
        let _ = step.runs(&scope);
        match &step.kept {
            Kept::ByPlugin(used) => drop(used.input(&scope)),
            Kept::ByHand(manual) => drop(manual.written(&scope)),
        }
    }
}

/// An expression that may well make sense.
fn expression(random: &mut Random, depth: usize) -> String {
    let leaves = [
        "inputs.names",
        "inputs.text",
        "inputs.count",
        "1",
        "0",
        "-7",
        "2.5",
        "9223372036854775807",
        "1e308",
        "'é'",
        "''",
        "none",
        "true",
        "[]",
        "['a', 'b']",
        "{'k': 1}",
        "steps.first.assigned",
        "steps.first.count",
        "steps.first.user_id",
    ];
    if depth == 0 {
        return leaves[random.below(leaves.len())].to_owned();
    }
    let mut part = || expression(random, depth - 1);
    let (a, b, c) = (part(), part(), part());
    let operators = [
        "+", "-", "*", "/", "//", "%", "**", "~", "==", "<", "and", "or", "in", "not in",
    ];
    let filters = [
        "default",
        "first",
        "join",
        "last",
        "length",
        "lower",
        "replace('a', 'bb')",
        "split",
        "trim",
        "upper",
        "replace('', 'x')",
        "split('')",
        "join('--')",
        "default('x', true)",
    ];
    match random.below(8) {
        0 => format!("({a} | {})", filters[random.below(filters.len())]),
        1 => format!("({a} if {b} else {c})"),
        2 => format!("{a}[{b}:{c}]"),
        3 => format!("{a}[{b}]"),
        4 => format!("({a} is not none)"),
        5 => format!("[{a}, {b}]"),
        _ => format!("({a} {} {b})", operators[random.below(operators.len())]),
    }
}

#[test]
fn no_value_makes_an_expression_panic() {
    const HEAD: &str = r#"title = "x"
[inputs]
names = { type = "list", default = ["Jane", "Joe"] }
text = { type = "string", default = "Ünder" }
count = { type = "integer", default = 9223372036854775807 }
[[steps]]
id = "first"
use = "assign-permission-sets"
with = { user = "005D0000001abcd", permission_sets = ["a"] }
[[steps]]
id = "a"
use = "anything"
"#;
    let mut evaluated = 0;
    for seed in SEEDS {
        let mut random = Random(seed);
        let code = expression(&mut random, 3);
        let text = format!("{HEAD}with.a = \"${{{code}}}\"\nwith.b = \"x ${{{code}}}\"");
        let outcome = catch_unwind(AssertUnwindSafe(|| read_all(&text)));
        assert!(outcome.is_ok(), "seed {seed}: {code}");
        evaluated += usize::from(super::read(source(&text)).is_ok());
    }
    // Otherwise nothing was tried.
    assert!(evaluated > 300, "{evaluated}");
}

#[test]
fn no_text_makes_it_panic() {
    for seed in SEEDS {
        let mut random = Random(seed);
        let text = if seed % 4 == 0 {
            garbage(&mut random)
        } else {
            mutated(&mut random)
        };
        let outcome = catch_unwind(AssertUnwindSafe(|| read_all(&text)));
        assert!(outcome.is_ok(), "seed {seed}: {text:?}");
    }
}

#[test]
fn no_expression_makes_it_panic() {
    for seed in SEEDS {
        let mut random = Random(seed);
        let code: String = (0..random.below(20))
            .map(|_| PIECES[random.below(PIECES.len())])
            .collect();
        let text = format!(
            "title = \"x\"\n[[steps]]\nid = \"a\"\nuse = \"anything\"\nwith.a = '''${{{}}}'''",
            code.replace("'''", "")
        );
        let outcome = catch_unwind(AssertUnwindSafe(|| read_all(&text)));
        assert!(outcome.is_ok(), "seed {seed}: {text:?}");
    }
}

#[test]
fn nesting_has_an_end() {
    for (open, close) in [("[", "]"), ("{ a = ", "}"), ("(", ")")] {
        let deep = format!("title = {}1{}", open.repeat(20_000), close.repeat(20_000));
        read_all(&deep);
    }
    for code in [
        "(",
        "[",
        "-",
        "not ",
        "{1:",
        "1+",
        "1**",
        "a[",
        "1 if 1 else ",
        "x|f(",
        "1 in ",
        "'a'~",
    ] {
        for closing in ["", "1"] {
            let code = format!("{}{closing}", code.repeat(950 / code.len()));
            read_all(&format!(
                "title = \"x\"\n[[steps]]\nid = \"a\"\nuse = \"anything\"\nwith.a = \"${{{code}}}\""
            ));
        }
    }
    read_all(&format!("{} = 1", vec!["a"; 20_000].join(".")));
    read_all(&format!("[{}]", vec!["a"; 20_000].join(".")));
}
