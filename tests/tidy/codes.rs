//! `docs/codes.md` has a row for every code that Usher can print, and no other row.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::{none, workspace};

const PAGE: &str = "docs/codes.md";

/// The sources that make codes. Of the practice org only its faults file and the mistakes of fixtures: what the org answers
/// is Salesforce's code.
const SOURCES: &[&str] = &[
    "runner/src",
    "runner/crates/contract/src",
    "runner/crates/core/src",
    "runner/crates/engine/src",
    "runner/crates/host/src",
    "runner/crates/packs/src",
    "runner/crates/practice/src/fault",
    "runner/crates/practice/src/fault.rs",
    "runner/crates/practice/src/fixture/mistakes.rs",
];

/// Texts of the form of a code that are none.
const OTHER: &[&str] = &[
    "a/b",
    "application/json",
    "application/x-www-form-urlencoded",
    "composite/sobjects",
    "text/xml",
];

/// Codes of the host that Usher does not print: it prints `plugin/failed`, `plugin/limit`, `step/…` or the plugin's own.
/// The host's tests and the conformance suite read them.
const NOT_PRINTED: &[&str] = &[
    "plugin/bad-time",
    "plugin/input",
    "plugin/out-of-memory",
    "plugin/out-of-time",
    "plugin/too-much-data",
    "plugin/trap",
    "plugin/undeclared",
    "plugin/unknown-input",
    "step/deferred",
    "step/transient",
];

/// Halves of codes: files by the beginning of their path, what stands before the half, and the words before its slash.
/// The longest beginning counts.
const HALVES: &[(&str, &str, &[&str])] = &[
    ("runner/crates/core/src/recipe/", ".add(", &["recipe"]),
    (
        "runner/crates/core/src/recipe/pack/grants.rs",
        ".add(",
        &["grants"],
    ),
    ("runner/crates/core/src/recipe/data", ".add(", &["data"]),
    ("runner/crates/core/src/recipe/orgs.rs", ".add(", &["orgs"]),
    (
        "runner/crates/core/src/recipe/rehearsal.rs",
        ".add(",
        &["rehearsal"],
    ),
    (
        "runner/crates/core/src/recipe/policy.rs",
        ".add(",
        &["policy"],
    ),
    (
        "runner/crates/core/src/recipe/fitting.rs",
        "what: ",
        &["input", "rows"],
    ),
    (
        "runner/crates/core/src/recipe/confirm.rs",
        "refused(",
        &["confirm"],
    ),
    ("runner/crates/practice/src/fault", "mistake(", &["faults"]),
    ("runner/src/", "Exit::Bug,", &[""]),
    ("runner/src/", "Exit::Usage,", &[""]),
];

/// Halves whose words are not those of their file, because several kinds of files are read by it.
const SHARED: &[(&str, &str, &[&str])] = &[
    (
        "runner/crates/core/src/recipe/keys.rs",
        "wrong-type",
        &[
            "recipe",
            "pack",
            "practice",
            "grants",
            "orgs",
            "policy",
            "data",
            "rehearsal",
        ],
    ),
    (
        "runner/crates/core/src/recipe/keys.rs",
        "unknown-key",
        &[
            "recipe",
            "pack",
            "practice",
            "grants",
            "orgs",
            "policy",
            "data",
            "rehearsal",
        ],
    ),
    (
        "runner/crates/core/src/recipe/keys.rs",
        "missing-key",
        &[
            "recipe",
            "pack",
            "practice",
            "orgs",
            "policy",
            "data",
            "rehearsal",
        ],
    ),
    (
        "runner/crates/core/src/recipe/pack.rs",
        "bad-name",
        &["pack", "practice"],
    ),
    (
        "runner/crates/core/src/recipe/pack.rs",
        "bad-version",
        &["pack"],
    ),
    (
        "runner/crates/core/src/recipe/pack.rs",
        "unknown-start",
        &["practice"],
    ),
    (
        "runner/crates/core/src/recipe/pack.rs",
        "unknown-recipe",
        &["practice"],
    ),
    (
        "runner/crates/core/src/recipe/pack/grants.rs",
        "bad-name",
        &["pack", "grants"],
    ),
    (
        "runner/crates/core/src/recipe/pack/grants.rs",
        "no-fields",
        &["pack", "grants"],
    ),
    (
        "runner/crates/core/src/recipe/pack/grants.rs",
        "never-granted",
        &["pack", "grants"],
    ),
    (
        "runner/crates/core/src/recipe/pack/grants.rs",
        "bad-privilege",
        &["pack", "grants"],
    ),
    (
        "runner/crates/core/src/recipe/pack/grants.rs",
        "too-many-privileges",
        &["pack", "grants"],
    ),
    (
        "runner/crates/core/src/recipe/declared/kind.rs",
        "unknown-type",
        &["recipe", "data"],
    ),
    (
        "runner/crates/core/src/recipe/declared/kind.rs",
        "secret-default",
        &["recipe", "data"],
    ),
    (
        "runner/crates/core/src/recipe/declared.rs",
        "secret-in-org",
        &["recipe", "data"],
    ),
    (
        "runner/crates/core/src/recipe/template/read.rs",
        "bad-expression",
        &["recipe", "data"],
    ),
];

/// Codes that are put together at run time: the file, what stands in it, the words, and the halves.
const COMPOSED: &[(&str, &str, &[&str], &[&str])] = &[
    (
        "runner/crates/core/src/recipe/keys.rs",
        "{}/too-many-mistakes",
        &[
            "recipe",
            "input",
            "pack",
            "practice",
            "grants",
            "orgs",
            "policy",
            "data",
            "recipe",
            "input",
            "pack",
            "practice",
            "grants",
            "orgs",
            "policy",
            "rehearsal",
        ],
        &["too-many-mistakes"],
    ),
    (
        "runner/crates/core/src/recipe/syntax.rs",
        "{area}/too-large",
        &[
            "recipe",
            "input",
            "pack",
            "practice",
            "grants",
            "orgs",
            "policy",
            "data",
            "recipe",
            "input",
            "pack",
            "practice",
            "grants",
            "orgs",
            "policy",
            "rehearsal",
        ],
        &["too-large"],
    ),
    (
        "runner/crates/core/src/recipe/syntax.rs",
        "{area}/syntax",
        &[
            "recipe",
            "input",
            "pack",
            "practice",
            "grants",
            "orgs",
            "policy",
            "data",
            "recipe",
            "input",
            "pack",
            "practice",
            "grants",
            "orgs",
            "policy",
            "rehearsal",
        ],
        &["syntax"],
    ),
    (
        "runner/crates/practice/src/fault/file/keys.rs",
        "unknown-{key}",
        &["faults"],
        &[
            "unknown-after",
            "unknown-kind",
            "unknown-method",
            "unknown-on",
            "unknown-shape",
            "unknown-times",
        ],
    ),
];

/// The files that may put a code together, because a table above says what comes of it.
const COMPOSERS: &[&str] = &[
    "runner/crates/core/src/recipe/confirm.rs",
    "runner/crates/core/src/recipe/fitting.rs",
    "runner/crates/core/src/recipe/keys.rs",
    // Its code stands whole where the mistake is made.
    "runner/crates/core/src/recipe/rows.rs",
    "runner/crates/core/src/recipe/syntax.rs",
    "runner/crates/practice/src/fault/file.rs",
];

/// Each code that the sources can print, with a place that makes it; and what the tables above do not explain.
#[derive(Default)]
struct Made {
    codes: BTreeMap<String, String>,
    unexplained: Vec<String>,
}

impl Made {
    fn of_workspace() -> Self {
        let mut files = Vec::new();
        for source in SOURCES {
            sources(&workspace().join(source), &mut files);
        }
        let mut made = Self::default();
        for file in files {
            let path = file.strip_prefix(workspace()).expect("it is below");
            let text = fs::read_to_string(&file).expect("a source in UTF-8");
            made.read(&path.display().to_string(), &text);
        }
        for code in NOT_PRINTED {
            if made.codes.remove(*code).is_none() {
                let line = format!("`NOT_PRINTED` lists `{code}`, which no source makes");
                made.unexplained.push(line);
            }
        }
        made
    }

    fn code(&mut self, code: String, file: &str) {
        self.codes.entry(code).or_insert_with(|| file.to_owned());
    }

    fn read(&mut self, file: &str, text: &str) {
        let text = without_comments(text);
        for quoted in quoted(&text) {
            if is_code(quoted) && !OTHER.contains(&quoted) {
                self.code(quoted.to_owned(), file);
            }
        }
        let longest = HALVES
            .iter()
            .filter(|(beginning, _, _)| file.starts_with(beginning))
            .map(|(beginning, _, _)| beginning.len())
            .max();
        for (beginning, before, words) in HALVES {
            if file.starts_with(beginning) && Some(beginning.len()) == longest {
                for half in halves(&text, before) {
                    let shared = SHARED.iter().find(|(of, it, _)| *of == file && *it == half);
                    let words = shared.map_or(*words, |(_, _, words)| *words);
                    for word in words {
                        self.code(joined(word, half), file);
                    }
                }
            }
        }
        for (of, stands, words, halves) in COMPOSED {
            if *of == file && text.contains(stands) {
                for word in *words {
                    for half in *halves {
                        self.code(joined(word, half), file);
                    }
                }
            }
        }
        if text.contains("Diagnostic::error(&") && !COMPOSERS.contains(&file) {
            let line = format!("{file} puts a code together, and no table says which");
            self.unexplained.push(line);
        }
    }
}

fn joined(word: &str, half: &str) -> String {
    match word {
        "" => half.to_owned(),
        word => format!("{word}/{half}"),
    }
}

/// The sources in a folder, or the one source, without tests.
pub(super) fn sources(path: &Path, found: &mut Vec<PathBuf>) {
    let name = path.file_stem().and_then(|name| name.to_str());
    if matches!(name, Some("tests" | "testing" | "planted")) {
        return;
    }
    if path.is_dir() {
        for entry in fs::read_dir(path).expect("a folder") {
            sources(&entry.expect("an entry").path(), found);
        }
    } else if path.extension().is_some_and(|ending| ending == "rs") {
        found.push(path.to_owned());
    }
}

pub(super) fn without_comments(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.trim().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// The texts in quotes that hold no quote themselves. One that begins in the middle of another is no code.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    let starts = text.match_indices('"');
    starts.filter_map(|(at, _)| text[at + 1..].split('"').next())
}

fn is_half(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c == '-')
}

fn is_code(text: &str) -> bool {
    let parts = text.split_once('/');
    parts.is_some_and(|(word, half)| is_half(word) && is_half(half))
}

/// The texts that come right behind `before`.
fn halves<'t>(text: &'t str, before: &str) -> Vec<&'t str> {
    let behind = text
        .match_indices(before)
        .map(|(at, found)| &text[at + found.len()..]);
    let quoted = behind.filter_map(|rest| rest.trim_start().strip_prefix('"'));
    quoted
        .filter_map(|rest| rest.split('"').next())
        .filter(|half| is_half(half))
        .collect()
}

/// A row of the page: what stands between its bars.
struct Row<'t> {
    line: usize,
    word: &'t str,
    cells: Vec<&'t str>,
}

/// The rows of the page below headings that are a word in ticks.
fn rows(page: &str) -> Vec<Row<'_>> {
    let mut word = None;
    let mut rows = Vec::new();
    for (index, line) in page.lines().enumerate() {
        if let Some(heading) = line.strip_prefix("## ") {
            word = heading
                .strip_prefix('`')
                .and_then(|it| it.strip_suffix('`'));
        }
        let cells = line.strip_prefix("| ").and_then(|it| it.strip_suffix(" |"));
        if let (Some(word), Some(cells)) = (word, cells)
            && cells.starts_with('`')
        {
            let cells = cells.split(" | ").collect();
            let line = index + 1;
            rows.push(Row { line, word, cells });
        }
    }
    rows
}

/// The exit codes of the README's table.
fn exits() -> BTreeSet<String> {
    let readme = fs::read_to_string(workspace().join("README.md")).expect("the README");
    let table = readme
        .lines()
        .skip_while(|line| !line.starts_with("| exit |"))
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    table
        .filter_map(|line| line.split('|').nth(1))
        .map(|exit| exit.trim().to_owned())
        .collect()
}

/// Returns the mistakes of a page, beside these codes and exits.
fn breaches(page: &str, made: &BTreeMap<String, String>, exits: &BTreeSet<String>) -> Vec<String> {
    let mut breaches = Vec::new();
    let mut listed = BTreeSet::new();
    let mut last: Option<String> = None;
    for row in rows(page) {
        let at = format!("{PAGE}:{}", row.line);
        let [code, meaning, remedy, exit] = row.cells.as_slice() else {
            breaches.push(format!("{at}: a row has code, meaning, remedy and exit"));
            continue;
        };
        let code = code.trim_matches('`').to_owned();
        if code.split('/').next() != Some(row.word) {
            breaches.push(format!("{at}: `{code}` stands below `{}`", row.word));
        }
        if last.as_ref().is_some_and(|last| *last >= code) {
            breaches.push(format!(
                "{at}: `{code}` is not in the order of the alphabet"
            ));
        }
        for text in [meaning, remedy] {
            if !text.ends_with('.') {
                breaches.push(format!("{at}: \"{text}\" is not a sentence"));
            }
        }
        if !exit.split(", ").all(|exit| exits.contains(exit)) {
            breaches.push(format!("{at}: the README has no exit code {exit}"));
        }
        if !made.contains_key(&code) {
            breaches.push(format!("{at}: no source makes `{code}`"));
        }
        last = Some(code.clone());
        listed.insert(code);
    }
    let missing = made.iter().filter(|(code, _)| !listed.contains(*code));
    breaches.extend(missing.map(|(code, file)| format!("{PAGE} lacks `{code}`, from {file}")));
    breaches
}

#[test]
fn the_page_of_codes_is_complete() {
    let made = Made::of_workspace();
    let page = fs::read_to_string(workspace().join(PAGE)).expect("the page");
    let mut all = breaches(&page, &made.codes, &exits());
    all.extend(made.unexplained);
    none("Every code that Usher prints has a row", all);
}

#[test]
fn a_page_that_says_less_or_more_is_found() {
    let mut made = Made::default();
    made.read(
        "runner/src/x.rs",
        "// \"run/old\"\nError::new(Exit::Usage, \"run/none\", \"no a/b\");\nError::new(\n    Exit::Bug,\n    \"bug\",\n)",
    );
    made.read(
        "runner/crates/core/src/recipe/keys.rs",
        "mistakes.add(\n    \"missing-key\", span)",
    );
    made.read(
        "runner/crates/core/src/other.rs",
        "Diagnostic::error(&code, message)",
    );
    assert_eq!(
        made.unexplained,
        ["runner/crates/core/src/other.rs puts a code together, and no table says which"]
    );
    let page = "## `run`\n\n| code | meaning | what to do | exit |\n|---|---|---|---|\n\
                | `run/none` | There is no run. | Name a run | 99 |\n\
                | `run/gone` | It is gone. | Look. | 20 |\n";
    let exits = BTreeSet::from(["20".to_owned()]);
    let expected = [
        "docs/codes.md:5: \"Name a run\" is not a sentence",
        "docs/codes.md:5: the README has no exit code 99",
        "docs/codes.md:6: `run/gone` is not in the order of the alphabet",
        "docs/codes.md:6: no source makes `run/gone`",
        "docs/codes.md lacks `bug`, from runner/src/x.rs",
        "docs/codes.md lacks `data/missing-key`, from runner/crates/core/src/recipe/keys.rs",
        "docs/codes.md lacks `orgs/missing-key`, from runner/crates/core/src/recipe/keys.rs",
        "docs/codes.md lacks `pack/missing-key`, from runner/crates/core/src/recipe/keys.rs",
        "docs/codes.md lacks `policy/missing-key`, from runner/crates/core/src/recipe/keys.rs",
        "docs/codes.md lacks `practice/missing-key`, from runner/crates/core/src/recipe/keys.rs",
        "docs/codes.md lacks `recipe/missing-key`, from runner/crates/core/src/recipe/keys.rs",
        "docs/codes.md lacks `rehearsal/missing-key`, from runner/crates/core/src/recipe/keys.rs",
    ];
    assert_eq!(breaches(page, &made.codes, &exits), expected);
}
