//! Texts that people read use the words of the commands: apply, undo, resume, manual step, license, fix.

use std::fs;
use std::path::PathBuf;

use super::codes::{sources, without_comments};
use super::{none, workspace};

/// The sources whose texts people read.
const SOURCES: &[&str] = &[
    "runner/src",
    "runner/crates/contract/src",
    "runner/crates/core/src",
    "runner/crates/engine/src",
    "runner/crates/host/src",
    "plugins",
];

/// A turn that no text has, and what a text says instead.
const INSTEAD: &[(&str, &str)] = &[
    ("take back", "undo"),
    ("taken back", "undone"),
    ("takes it back", "undoes it"),
    ("carry on", "resume"),
    ("carries on", "resumes"),
    ("by hand", "manual step"),
    ("icence", "license"),
    (" anew", "again"),
    ("\"mend", "fix"),
    (" mend ", "fix"),
    ("still is so", "still matches the recipe"),
    (" is no name", "is not a valid name"),
    ("nobody answers", "nothing answers"),
];

fn breaches(file: &str, text: &str) -> Vec<String> {
    // The comments of this file are the help.
    let text = match file.ends_with("src/args.rs") {
        true => text.to_owned(),
        false => without_comments(text),
    };
    let found = INSTEAD.iter().filter(|(turn, _)| text.contains(turn));
    found
        .map(|(turn, instead)| format!("{file}: write \"{instead}\" instead of \"{turn}\""))
        .collect()
}

#[test]
fn texts_use_the_words_of_the_commands() {
    let mut files: Vec<PathBuf> = Vec::new();
    for folder in SOURCES {
        sources(&workspace().join(folder), &mut files);
    }
    let mut all = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).expect("a source in UTF-8");
        let path = file.strip_prefix(workspace()).expect("it is below");
        all.extend(breaches(&path.display().to_string(), &text));
    }
    none("Texts use the words of the commands", all);
}

#[test]
fn another_word_is_found() {
    let text = "// by hand\nfn a() -> &'static str {\n    \"`usher undo` takes it back\"\n}\n";
    assert_eq!(
        breaches("a.rs", text),
        ["a.rs: write \"undoes it\" instead of \"takes it back\""]
    );
    assert_eq!(
        breaches("src/args.rs", "/// By licence"),
        ["src/args.rs: write \"license\" instead of \"icence\""]
    );
}
