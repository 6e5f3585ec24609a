//! `docs/coverage.md`: every line of the source documents has its row, and every test that a row names exists and
//! touches the steps of the row. The documents themselves are not in the repository; their line counts are here as
//! numbers.

mod touch;

use std::collections::BTreeSet;
use std::path::Path;

use touch::Step;

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

/// The cells of one row, and the heading above it.
struct Row {
    heading: String,
    line: String,
    what: String,
    kind: String,
    test: String,
}

impl Row {
    /// The steps that account for the line.
    fn steps(&self) -> Vec<String> {
        quoted(&self.kind)
    }

    /// The tests that show it.
    fn tests(&self) -> Vec<String> {
        quoted(&self.test)
    }
}

/// The parts of a text between backticks.
fn quoted(text: &str) -> Vec<String> {
    let parts = text.split('`').skip(1).step_by(2);
    parts.map(str::to_owned).collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the workspace")
}

fn rows() -> Vec<Row> {
    let text = std::fs::read_to_string(root().join("docs/coverage.md")).expect("the page");
    let mut heading = String::new();
    let rows = text.lines().filter_map(|line| {
        if let Some(text) = line.strip_prefix("## ") {
            text.clone_into(&mut heading);
        }
        let cells: Vec<&str> = line
            .strip_prefix("| ")?
            .strip_suffix(" |")?
            .split(" | ")
            .collect();
        let [line, what, kind, test] = cells.as_slice() else {
            panic!("not four cells: {line}");
        };
        (*line != "line").then(|| Row {
            heading: heading.clone(),
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
    let named: BTreeSet<String> = rows().iter().flat_map(Row::tests).collect();
    assert!(!named.is_empty());
    let missing: Vec<&String> = named.iter().filter(|test| !is_there(test)).collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

/// A step of a row is a step of a recipe that the heading names, and each has a test that is about it.
#[test]
fn every_step_of_a_row_is_touched_by_a_test_of_the_row() {
    let mut breaches = Vec::new();
    for row in rows() {
        let recipes = recipes(&row.heading);
        for step in row.steps() {
            let (mut uses, mut having) = (Vec::new(), Vec::new());
            for (name, recipe) in &recipes {
                if let Some(plugin) = plugin(recipe, &step) {
                    uses.push(plugin);
                    having.push(name.clone());
                }
            }
            let step = Step {
                id: &step,
                plugins: &uses,
                recipes: &having,
            };
            let line = &row.line;
            if uses.is_empty() {
                breaches.push(format!(
                    "{line}: no recipe of its document has a step `{}`",
                    step.id
                ));
            } else if !row.tests().iter().any(|test| touches(test, &step)) {
                breaches.push(format!("{line}: no test of the row is about `{}`", step.id));
            }
        }
    }
    assert!(breaches.is_empty(), "{breaches:#?}");
}

/// A row whose line is accounted for by a step or by Salesforce names the step.
#[test]
fn every_step_and_effect_is_named() {
    for row in rows() {
        let kind = row.kind.split(' ').next().unwrap_or_default();
        let needs = matches!(kind, "step" | "effect" | "manual");
        assert_eq!(
            needs,
            !row.steps().is_empty(),
            "{}: `{}`",
            row.line,
            row.kind
        );
    }
}

/// The recipes that a heading names, with the content of each. `partner/…` is all recipes of the pack.
fn recipes(heading: &str) -> Vec<(String, toml::Table)> {
    let mut files = BTreeSet::new();
    for name in quoted(heading) {
        let path = root().join("recipes").join(&name);
        match name.strip_suffix("/…") {
            Some(pack) => {
                let folder = std::fs::read_dir(root().join("recipes").join(pack));
                let entries = folder
                    .expect("a pack")
                    .map(|entry| entry.expect("an entry"));
                files.extend(entries.map(|entry| entry.path()));
            }
            None => _ = files.insert(path.with_extension("toml")),
        }
    }
    let recipes = files.iter().filter(|file| {
        let is_toml = file.extension().is_some_and(|end| end == "toml");
        is_toml && !file.ends_with("pack.toml") && !file.ends_with("practice.toml")
    });
    let read = |file: &std::path::PathBuf| {
        let named = file.strip_prefix(root().join("recipes"));
        let name = named.expect("a recipe").with_extension("");
        let text = std::fs::read_to_string(file).expect("a recipe");
        let name = name.to_string_lossy().replace('\\', "/");
        (name, text.parse().expect("TOML"))
    };
    recipes.map(read).collect()
}

/// The plugin that a recipe's step uses; `manual` for a manual step.
fn plugin(recipe: &toml::Table, id: &str) -> Option<String> {
    let steps = recipe.get("steps")?.as_array()?;
    let step = steps
        .iter()
        .find(|step| step.get("id").and_then(toml::Value::as_str) == Some(id))?;
    let plugin = step.get("use").and_then(toml::Value::as_str);
    Some(plugin.unwrap_or("manual").to_owned())
}

/// Says whether a test is about a step.
fn touches(test: &str, step: &Step<'_>) -> bool {
    let Some((file, name)) = test.split_once("::") else {
        return false;
    };
    if let Some(path) = file.strip_prefix("plugins/") {
        let mut plugins = step.plugins.iter();
        return plugins.any(|plugin| path.starts_with(&format!("{plugin}/")));
    }
    // The file of the test, and the modules above: `tests/partner.rs` of `tests/partner/roles.rs`.
    let mut sources = Vec::new();
    let mut path = root().join(file);
    while let Ok(source) = std::fs::read_to_string(&path) {
        sources.push(source);
        let Some(above) = path.parent() else { break };
        path = above.with_extension("rs");
    }
    touch::reaches(&sources, name, step)
}

/// A test that is there counts for the steps that it is about, and for no others.
#[test]
fn a_test_of_another_step_does_not_count() {
    let counts = |test: &str, id: &str, plugin: &str, recipe: &str| {
        let (plugins, recipes) = ([plugin.to_owned()], [recipe.to_owned()]);
        let step = Step {
            id,
            plugins: &plugins,
            recipes: &recipes,
        };
        touches(test, &step)
    };
    let personas = "tests/carried_out/personas.rs::clm_runtime_user";
    let clm = |recipe: &str| counts(personas, "permissions", "clm-permission-sets", recipe);
    assert!(clm("contracts/clm-runtime-user"));
    assert!(!clm("contracts/clm-partner"));
    let user = |recipe: &str| counts(personas, "user", "enable-user", recipe);
    assert!(!user("contracts/clm-runtime-user"));
    let seats = "plugins/enable-account/src/tests.rs::orgs_without_partners";
    let seats =
        |id: &str, plugin: &str| counts(seats, id, plugin, "partner/enable-partner-account");
    assert!(seats("account", "enable-account"));
    assert!(!seats("user", "enable-user"));
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
