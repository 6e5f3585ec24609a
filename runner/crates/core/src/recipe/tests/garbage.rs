//! Whatever the bytes: diagnostics, never a panic. `USHER_SEED` is not read here, since `core` reads no
//! environment; a failing seed is in the message and goes into `SEEDS`.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::{GOOD, Plugins, source};
use crate::recipe::{check, parse, parse_grants, parse_inputs, parse_practice};

/// Seeds to try, one run each. Those of former failures stay.
const SEEDS: std::ops::Range<u64> = 1..1500;

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
                for step in &recipe.steps {
                    assert!(text.get(step.locate("/x/0").span).is_some());
                }
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
