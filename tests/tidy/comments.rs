//! Comments begin with the thing or a verb: "Returns the records that …". Texts in quotes are not comments.

use std::fs;
use std::iter::Peekable;
use std::path::Path;
use std::str::Chars;

use super::{none, workspace};

/// Folders whose comments are held to the rule.
const CLEAN: &[&str] = &["runner", "plugins", "tests", "wit"];

/// Words that no comment begins with.
const QUESTIONS: &[&str] = &[
    "What", "Which", "Whether", "Who", "Whoever", "Whom", "Whose", "Why", "How", "Where", "When",
];

/// Grades that may come before the first word.
const GRADES: &[&str] = &["[inferred]", "\\[inferred\\]", "[inferred:"];

/// One line of a comment.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Comment {
    pub(super) line: usize,
    /// `//`, `///` or `//!`.
    mark: &'static str,
    /// Code comes before it in the line.
    trails: bool,
    pub(super) text: String,
}

/// The files below a folder of the workspace that end in one of `endings`, by their path below the workspace.
pub(super) fn files(folder: &str, endings: &[&str]) -> Vec<String> {
    let mut found = vec![];
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(workspace().join(&folder)) {
            Ok(entries) => entries,
            Err(error) => panic!("{folder}: {error}"),
        };
        for entry in entries {
            let name = entry.expect("an entry").file_name();
            let name = name.to_str().expect("a name in UTF-8");
            let path = format!("{folder}/{name}");
            if workspace().join(&path).is_dir() {
                // Cargo's folder holds what it makes, not sources.
                if name != "target" {
                    folders.push(path);
                }
            } else if Path::new(name)
                .extension()
                .is_some_and(|ending| endings.iter().any(|known| ending == *known))
            {
                found.push(path);
            }
        }
    }
    found
}

/// The comments of a source in Rust or WIT.
pub(super) fn comments(source: &str) -> Vec<Comment> {
    let mut found = vec![];
    let mut line = 1;
    let mut code_before = false;
    let mut last = ' ';
    let mut characters = source.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\n' => {
                line += 1;
                code_before = false;
            }
            '/' if characters.peek() == Some(&'/') => {
                found.push(comment(&mut characters, line, code_before));
            }
            '/' if characters.peek() == Some(&'*') => block(&mut characters, &mut line),
            '"' => quoted(&mut characters, '"', &mut line),
            '\'' => quoted_character(&mut characters, &mut line),
            // Only what begins a raw text is no part of a name.
            'r' if !(last.is_alphanumeric() || last == '_') || last == 'b' || last == 'c' => {
                raw(&mut characters, &mut line);
            }
            _ => {}
        }
        code_before |= !character.is_whitespace();
        last = character;
    }
    found
}

/// The comment behind its first `/`, up to the end of its line.
fn comment(characters: &mut Peekable<Chars<'_>>, line: usize, trails: bool) -> Comment {
    let mut text = String::new();
    while let Some(character) = characters.next_if(|character| *character != '\n') {
        text.push(character);
    }
    let (mark, text) = match text.get(..2) {
        Some("//") => ("///", &text[2..]),
        Some("/!") => ("//!", &text[2..]),
        _ => ("//", &text[1..]),
    };
    Comment {
        line,
        mark,
        trails,
        text: text.trim().to_owned(),
    }
}

/// Skips a comment between `/*` and `*/`, which may hold others.
fn block(characters: &mut Peekable<Chars<'_>>, line: &mut usize) {
    let mut depth = 0;
    let mut last = '/';
    for character in characters.by_ref() {
        match (last, character) {
            ('/', '*') => depth += 1,
            ('*', '/') => depth -= 1,
            (_, '\n') => *line += 1,
            _ => {}
        }
        if depth == 0 {
            return;
        }
        last = character;
    }
}

/// Skips a text up to its quote.
fn quoted(characters: &mut Peekable<Chars<'_>>, quote: char, line: &mut usize) {
    let mut escaped = false;
    for character in characters.by_ref() {
        if character == '\n' {
            *line += 1;
        }
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if character == quote => return,
            _ => {}
        }
    }
}

/// Skips a character in quotes. The quote of a lifetime has no second one.
fn quoted_character(characters: &mut Peekable<Chars<'_>>, line: &mut usize) {
    let mut ahead = characters.clone();
    let is_character = match ahead.next() {
        Some('\\') => true,
        Some(_) => ahead.next() == Some('\''),
        None => false,
    };
    if is_character {
        quoted(characters, '\'', line);
    }
}

/// Skips a raw text behind its `r`, if it is one.
fn raw(characters: &mut Peekable<Chars<'_>>, line: &mut usize) {
    let mut ahead = characters.clone();
    let mut hashes = 0;
    while ahead.next_if_eq(&'#').is_some() {
        hashes += 1;
    }
    if ahead.next() != Some('"') {
        return;
    }
    *characters = ahead;
    while let Some(character) = characters.next() {
        if character == '\n' {
            *line += 1;
        }
        if character != '"' {
            continue;
        }
        let mut behind = characters.clone();
        if (0..hashes).all(|_| behind.next() == Some('#')) {
            *characters = behind;
            return;
        }
    }
}

/// The comments that begin one, or a paragraph of one.
fn beginnings(source: &str) -> Vec<Comment> {
    let all = comments(source);
    let begins = |index: usize| {
        let Some(before) = index.checked_sub(1).map(|before| &all[before]) else {
            return true;
        };
        let comment = &all[index];
        let goes_on = before.line + 1 == comment.line
            && before.mark == comment.mark
            && before.trails == comment.trails
            && !before.text.is_empty();
        !goes_on
    };
    let begins: Vec<bool> = (0..all.len()).map(begins).collect();
    all.into_iter()
        .zip(begins)
        .filter_map(|(comment, begins)| begins.then_some(comment))
        .collect()
}

fn breaches(file: &str, source: &str) -> Vec<String> {
    let mut breaches = vec![];
    for comment in beginnings(source) {
        let graded = GRADES
            .iter()
            .find_map(|grade| comment.text.strip_prefix(grade));
        let text = graded.unwrap_or(&comment.text).trim_start();
        let word: String = text.chars().take_while(|c| c.is_alphabetic()).collect();
        if QUESTIONS.contains(&word.as_str()) {
            breaches.push(format!("{file}:{}: {}", comment.line, comment.text));
        }
    }
    breaches
}

#[test]
fn comments_begin_with_the_thing_or_a_verb() {
    let mut all = vec![];
    for file in CLEAN
        .iter()
        .flat_map(|folder| files(folder, &["rs", "wit"]))
    {
        let source = fs::read_to_string(workspace().join(&file)).expect("a source in UTF-8");
        all.extend(breaches(&file, &source));
    }
    none("Comments that begin with a question word", all);
}

#[test]
fn beginnings_with_a_question_word_are_found() {
    let source = r##"//! Which file it is.

/// Returns the records that are there.
/// What goes on is no beginning.
///
/// How it is found.
fn f<'a>(x: &'a str) -> char {
    // [inferred] Whether it is so.
    let url = "https://a"; // Where it is.
    let text = r#"
    // What a text holds is no comment.
    "#;
    let quote = '"'; /* What /* is */ skipped */
    // Whatever the bytes are.
    '\''
}
"##;
    assert_eq!(
        breaches("a.rs", source),
        [
            "a.rs:1: Which file it is.",
            "a.rs:6: How it is found.",
            "a.rs:8: [inferred] Whether it is so.",
            "a.rs:9: Where it is.",
        ]
    );
}
