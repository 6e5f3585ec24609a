//! Sources and documents point at nothing outside the repository, and the pages they point at are there. The facts
//! about Salesforce have a grade and a source.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use super::comments::files;
use super::{none, workspace};

const FOLDERS: &[&str] = &["runner", "plugins", "tests", "wit", "recipes", "docs"];
const ENDINGS: &[&str] = &["rs", "wit", "toml", "md"];
const TOP: &[&str] = &[
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "README.md",
];

/// Names of documents that are not in the repository, in two parts each: this file has none of them.
const OUTSIDE: &[(&str, &str)] = &[
    ("salesforce", "-api"),
    ("practice", "-clients"),
    ("paper", "-run"),
    ("wasm", "-host.md"),
    ("fact", " sheet"),
];

/// The sign of a section. Only an RFC, which is public, has one.
const SECTION: char = '\u{a7}';

/// The grades of facts. Only the last two need no source.
const GRADES: &[(&str, bool)] = &[
    ("documented", true),
    ("seen in public clients", true),
    ("no public source: inferred", false),
    ("not known", false),
];

/// The headings of the pages, by the path below the workspace.
type Pages = BTreeMap<String, BTreeSet<String>>;

fn texts() -> Vec<(String, String)> {
    let below = FOLDERS.iter().flat_map(|folder| files(folder, ENDINGS));
    below
        .chain(TOP.iter().map(|name| (*name).to_owned()))
        .map(|file| {
            let text = fs::read_to_string(workspace().join(&file)).expect("a text in UTF-8");
            (file, text)
        })
        .collect()
}

/// The lines of a text that point at what is not in the repository.
fn outside(file: &str, text: &str) -> Vec<String> {
    let mut breaches = vec![];
    for (index, line) in text.lines().enumerate() {
        let named = OUTSIDE
            .iter()
            .map(|(first, second)| format!("{first}{second}"))
            .find(|name| line.contains(name.as_str()));
        let section = line.contains(SECTION) && !line.contains("RFC ");
        let name = named.or_else(|| section.then(|| SECTION.to_string()));
        if let Some(name) = name {
            breaches.push(format!("{file}:{}: `{name}`", index + 1));
        }
    }
    breaches
}

/// The headings of a page, as links name them.
fn headings(page: &str) -> BTreeSet<String> {
    let mut in_code = false;
    let lines = page.lines().filter(|line| {
        in_code ^= line.trim_start().starts_with("```");
        !in_code
    });
    lines
        .filter_map(|line| Some(line.strip_prefix('#')?.trim_start_matches('#').trim()))
        .map(|heading| {
            let kept = heading
                .chars()
                .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
            kept.map(|c| if c == ' ' { '-' } else { c })
                .collect::<String>()
                .to_lowercase()
        })
        .collect()
}

/// The pages that a text cites as `docs/page.md` or `docs/page.md#heading`, with the line.
fn cited(text: &str) -> Vec<(usize, String, Option<String>)> {
    let mut cited = vec![];
    for (index, line) in text.lines().enumerate() {
        let is_part = |c: char| c.is_ascii_alphanumeric() || "-_./#".contains(c);
        for word in line.split(|c| !is_part(c)) {
            // A sentence may end behind the citation, and a link may begin with `../`.
            let word = word.trim_end_matches(['.', '#']);
            let Some(start) = word.find("docs/") else {
                continue;
            };
            let (page, heading) = match word[start..].split_once('#') {
                Some((page, heading)) => (page, Some(heading.to_owned())),
                None => (&word[start..], None),
            };
            if page.ends_with(".md") {
                cited.push((index + 1, page.to_owned(), heading));
            }
        }
    }
    cited
}

fn missing(file: &str, text: &str, pages: &Pages) -> Vec<String> {
    let missing = cited(text).into_iter().filter_map(|(line, page, heading)| {
        let Some(headings) = pages.get(&page) else {
            return Some(format!("{file}:{line}: there is no page {page}"));
        };
        let heading = heading.filter(|heading| !headings.contains(heading))?;
        Some(format!("{file}:{line}: {page} has no heading {heading}"))
    });
    missing.collect()
}

/// The facts of a page, each a list item, with the line and the grade in its last brackets.
fn ungraded(file: &str, page: &str) -> Vec<String> {
    let mut facts: Vec<(usize, String)> = vec![];
    for (index, line) in page.lines().enumerate() {
        if line.starts_with("- ") {
            facts.push((index + 1, line.to_owned()));
        } else if let (Some((_, fact)), true) = (facts.last_mut(), line.starts_with("  ")) {
            fact.push(' ');
            fact.push_str(line.trim());
        }
    }
    let ungraded = facts.into_iter().filter(|(_, fact)| !is_graded(fact));
    ungraded
        .map(|(line, fact)| format!("{file}:{line}: {fact}"))
        .collect()
}

fn is_graded(fact: &str) -> bool {
    let grade = fact
        .strip_suffix(']')
        .and_then(|fact| Some(fact.rsplit_once('[')?.1));
    let Some(grade) = grade else {
        return false;
    };
    GRADES.iter().any(|(name, needs_source)| {
        let Some(rest) = grade.strip_prefix(name) else {
            return false;
        };
        match rest.strip_prefix(": ") {
            Some(source) => !source.trim().is_empty(),
            None => rest.is_empty() && !needs_source,
        }
    })
}

#[test]
fn nothing_points_outside_the_repository() {
    let breaches = texts()
        .iter()
        .flat_map(|(file, text)| outside(file, text))
        .collect();
    none(
        "Pointers to what is not in the repository: name a page of `docs` or a public address, or say the fact",
        breaches,
    );
}

#[test]
fn every_page_and_heading_that_is_cited_is_there() {
    let texts = texts();
    let pages: Pages = texts
        .iter()
        .filter(|(file, _)| file.starts_with("docs/"))
        .map(|(file, text)| (file.clone(), headings(text)))
        .collect();
    let breaches: Vec<String> = texts
        .iter()
        // The examples below cite what is missing.
        .filter(|(file, _)| file != "tests/tidy/citations.rs")
        .flat_map(|(file, text)| missing(file, text, &pages))
        .collect();
    none("Pages and headings that are cited and missing", breaches);
}

#[test]
fn every_fact_about_salesforce_has_a_grade_and_a_source() {
    let mut breaches = vec![];
    for file in files("docs/salesforce", &["md"]) {
        let page = fs::read_to_string(workspace().join(&file)).expect("a page in UTF-8");
        breaches.extend(ungraded(&file, &page));
    }
    none(
        "Facts without a grade, or without its source (docs/salesforce/README.md#grades)",
        breaches,
    );
}

#[test]
fn pointers_that_lead_nowhere_are_found() {
    let text = format!(
        "// See {SECTION}4.\n// RFC 9110 {SECTION}6.6.1\n// {}{} says so.\n",
        OUTSIDE[0].0, OUTSIDE[0].1
    );
    assert_eq!(
        outside("a.rs", &text),
        [
            format!("a.rs:1: `{SECTION}`"),
            format!("a.rs:3: `{}{}`", OUTSIDE[0].0, OUTSIDE[0].1),
        ]
    );

    let page = "# Users\n\n## Never `deleted`, ever\n\n```\n# no heading\n```\n";
    let pages = Pages::from([("docs/users.md".to_owned(), headings(page))]);
    let text =
        "// docs/users.md#never-deleted-ever.\n// (docs/users.md#no-heading, docs/roles.md)\n";
    assert_eq!(
        missing("a.rs", text, &pages),
        [
            "a.rs:2: docs/users.md has no heading no-heading",
            "a.rs:2: there is no page docs/roles.md",
        ]
    );

    let page = "- One. [documented: A page]\n- Two. [not known]\n- Three is\n  long. [seen in public clients]\n- Four.\n";
    assert_eq!(
        ungraded("a.md", page),
        [
            "a.md:3: - Three is long. [seen in public clients]",
            "a.md:5: - Four.",
        ]
    );
}
