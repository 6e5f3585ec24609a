//! `docs/coverage.md`: every line of the source documents has its row, and every test that a row names exists. The
//! documents themselves are not in the repository; their line counts are here as numbers.

use std::collections::BTreeSet;
use std::path::Path;

/// A document: how many lines it has, and which of them are empty.
struct Document {
    name: &'static str,
    lines: u32,
    empty: &'static [u32],
}

const DOCUMENTS: &[Document] = &[
    Document {
        name: "000",
        lines: 49,
        empty: &[],
    },
    Document {
        name: "001",
        lines: 56,
        empty: &[],
    },
    Document {
        name: "002",
        lines: 50,
        empty: &[
            2, 4, 7, 9, 11, 14, 16, 19, 24, 25, 26, 28, 31, 37, 40, 45, 47, 48,
        ],
    },
    Document {
        name: "003",
        lines: 17,
        empty: &[],
    },
    Document {
        name: "004",
        lines: 16,
        empty: &[11],
    },
];

const KINDS: &[&str] = &["step", "effect", "manual", "navigation", "boilerplate"];

/// The cells of one row.
struct Row {
    line: String,
    what: String,
    kind: String,
    test: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the workspace")
}

fn rows() -> Vec<Row> {
    let text = std::fs::read_to_string(root().join("docs/coverage.md")).expect("the page");
    let rows = text.lines().filter_map(|line| {
        let cells: Vec<&str> = line
            .strip_prefix("| ")?
            .strip_suffix(" |")?
            .split(" | ")
            .collect();
        let [line, what, kind, test] = cells.as_slice() else {
            panic!("not four cells: {line}");
        };
        (*line != "line").then(|| Row {
            line: (*line).to_owned(),
            what: (*what).to_owned(),
            kind: (*kind).to_owned(),
            test: (*test).to_owned(),
        })
    });
    rows.collect()
}

#[test]
fn every_line_has_its_row_in_order() {
    let expected: Vec<String> = DOCUMENTS
        .iter()
        .flat_map(|document| {
            let lines = (1..=document.lines).filter(|line| !document.empty.contains(line));
            lines.map(|line| format!("{}:{line}", document.name))
        })
        .collect();
    let found: Vec<String> = rows().into_iter().map(|row| row.line).collect();
    assert_eq!(found, expected);
}

#[test]
fn every_row_says_what_accounts_for_it() {
    for row in rows() {
        let kind = row.kind.split(' ').next().unwrap_or_default();
        assert!(KINDS.contains(&kind), "{}: `{}`", row.line, row.kind);
        assert!(!row.what.trim().is_empty(), "{} says nothing", row.line);
        let shown = !matches!(kind, "navigation" | "boilerplate");
        assert!(
            !shown || row.test.starts_with('`'),
            "{} is a {kind} and names no test",
            row.line
        );
    }
}

#[test]
fn every_test_that_a_row_names_is_there() {
    let named: BTreeSet<String> = rows()
        .into_iter()
        .filter(|row| row.test != "–")
        .map(|row| row.test.trim_matches('`').to_owned())
        .collect();
    assert!(!named.is_empty());
    let missing: Vec<&String> = named.iter().filter(|test| !is_there(test)).collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

/// Says whether the file of `tests/recipes.rs::a_test` holds a test of that name.
fn is_there(test: &str) -> bool {
    let Some((file, name)) = test.split_once("::") else {
        return false;
    };
    let Ok(text) = std::fs::read_to_string(root().join(file)) else {
        return false;
    };
    let header = format!("fn {name}()");
    let mut before = "";
    for line in text.lines() {
        if line.trim_start().starts_with(&header) {
            return before.trim() == "#[test]";
        }
        before = line;
    }
    false
}
