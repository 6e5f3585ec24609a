//! Nothing but the console writes to a terminal, and it takes nothing but pages, whose lines hide nothing.

use std::fs;
use std::path::{Path, PathBuf};

use super::{none, workspace};

/// Code that writes to a terminal, or would make a line that has not been through `page`, with the only files that hold
/// it.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("stdout()", &["desk.rs"]),
    ("stderr()", &["desk.rs"]),
    ("println!", &[]),
    ("print!(", &[]),
    ("eprintln!", &[]),
    ("eprint!(", &[]),
    ("dbg!", &[]),
    ("\\x1b", &["page.rs"]),
    ("\\u{1b}", &["page.rs"]),
    // Help is laid out by the parser of command lines, a piece of a file with its mistake by its renderer.
    ("Page::laid_out(", &["command.rs", "report/diagnostics.rs"]),
    ("console.out", &["desk.rs"]),
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

fn breaches(file: &str, text: &str) -> Vec<String> {
    let mut breaches = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let code = line.split("//").next().unwrap_or_default();
        for (what, files) in ONLY_IN {
            if code.contains(what) && !files.contains(&file) {
                breaches.push(format!("{file}:{}: `{what}`", index + 1));
            }
        }
    }
    breaches
}

#[test]
fn only_pages_come_to_a_terminal() {
    let root = workspace().join("runner/src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let mut all = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).expect("a source");
        let name = file.strip_prefix(&root).expect("it is below").display();
        all.extend(breaches(&name.to_string(), &text));
    }
    none("What a person reads goes through `page`", all);
}

#[test]
fn a_way_around_the_door_is_found() {
    let text = "fn f() {\n    println!(\"{}\", name);\n    // println!\n}\n";
    assert_eq!(
        breaches("report/plan.rs", text),
        ["report/plan.rs:2: `println!`"]
    );
}
