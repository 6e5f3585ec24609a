//! A plan or a run as Markdown, for a comment on a pull request: the facts that a person must know come first, details
//! are folded.
//!
//! A text of a plugin, a record, an org or a recipe is code: there nothing of it is a heading, a table, a link, an
//! image, a mention or HTML.

use crate::page::Page;
use crate::report::item::{Item, Kind};
use crate::report::marks::Mark;
use crate::report::sheet::{Sheet, Step};
use crate::report::words::count;

/// The most characters of a document: GitHub takes 65,536 in a comment, and the user who posts it may add a heading.
const CHARS_MAX: usize = 60_000;

/// Room for the words about what is left out.
const REST_CHARS: usize = 400;

/// More marks of one kind than this are counted.
const MARKS_MAX: usize = 10;

/// Characters of one line outside of the details.
const LINE_CHARS_MAX: usize = 400;

/// Characters of the part before the steps.
const HEAD_CHARS_MAX: usize = 24_000;

/// Characters of the lines about the result of a run, and about the problems of a plan.
const BLOCK_CHARS_MAX: usize = 12_000;

/// The whole document, of at most [`CHARS_MAX`] characters.
pub(crate) fn markdown(sheet: &Sheet<'_>) -> String {
    let mut out = head(sheet);
    let tail = tail(sheet);
    let room = CHARS_MAX - REST_CHARS - chars(&tail);
    let steps = sheet.steps();
    let mut left_out: &[Step<'_>] = &[];
    let mut bare = 0;
    for (index, step) in steps.iter().enumerate() {
        let left = room.saturating_sub(chars(&out));
        let whole = section(step, true);
        if chars(&whole) <= left {
            out.push_str(&whole);
            continue;
        }
        let short = section(step, false);
        if chars(&short) > left {
            left_out = &steps[index..];
            break;
        }
        bare += 1;
        out.push_str(&short);
    }
    if bare > 0 {
        let bare = count(bare, "step");
        out.push_str(&format!(
            "\n*The details of {bare} are left out: the text would be too long.*\n"
        ));
    }
    if !left_out.is_empty() {
        let changes: usize = left_out.iter().map(|step| step.changes).sum();
        let (steps, changes) = (count(left_out.len(), "step"), count(changes, "change"));
        out.push_str(&format!(
            "\n**{steps} with {changes} are left out: the text would be too long.**\n"
        ));
    }
    out.push_str(&tail);
    out
}

/// The text as code, in one line: the one way for a foreign text into a paragraph.
fn code(text: &str) -> String {
    let text = line(text);
    let fence = "`".repeat(longest_run(&text) + 1);
    // A blank at both ends is taken off again; it keeps backticks of the text from the fence.
    format!("{fence} {text} {fence}")
}

/// The lines as a block of code: the one way for foreign lines into the document.
fn block(page: &Page) -> String {
    let lines: Vec<String> = page
        .lines()
        .map(|(indent, text)| format!("{}{text}", " ".repeat(indent)))
        .collect();
    let longest = lines.iter().map(|line| longest_run(line)).max();
    let fence = "`".repeat(longest.unwrap_or(0).max(2) + 1);
    format!("{fence}text\n{}\n{fence}\n", lines.join("\n"))
}

/// The text as one line that is not empty.
fn line(text: &str) -> String {
    let text = usher_core::text::sentence(text);
    match text.char_indices().nth(LINE_CHARS_MAX) {
        _ if text.is_empty() => usher_core::text::EMPTY.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// The most backticks in a row.
fn longest_run(text: &str) -> usize {
    let runs = text.split(|c| c != '`');
    runs.map(str::len).max().unwrap_or(0)
}

fn chars(text: &str) -> usize {
    text.chars().count()
}

fn head(sheet: &Sheet<'_>) -> String {
    let result = sheet.result();
    let what = match result {
        Some(_) => "Run",
        None => "Plan",
    };
    let mut out = format!("### Usher: {what} of {}\n\n", code(&sheet.title()));
    let mut lines: Vec<String> = Vec::new();
    let result = result.iter().flat_map(Page::lines);
    lines.extend(result.map(|(_, text)| format!("- {}\n", code(&text))));
    lines.push(format!("- **{}**\n", code(&sheet.summary())));
    for (heading, marks) in sheet.marks().headed() {
        marked(heading, marks, &mut lines);
    }
    lines.push(format!("- recipe {}\n", code(sheet.recipe())));
    let facts = sheet.facts().into_iter();
    lines.extend(facts.map(|(what, fact)| format!("- {what} {}\n", code(&fact))));
    fit(lines, &mut out);
    if let Some(error) = sheet.error() {
        out.push_str(&format!("\n{}", block(&cut(&error))));
    }
    out
}

/// Adds as many lines as there is room for, and the number of the others. Each line is whole by itself.
fn fit(lines: Vec<String>, out: &mut String) {
    let mut room = HEAD_CHARS_MAX;
    let mut left_out = 0;
    for line in lines {
        match room.checked_sub(chars(&line)) {
            Some(left) if left_out == 0 => {
                room = left;
                out.push_str(&line);
            }
            _ => left_out += 1,
        }
    }
    if left_out > 0 {
        out.push_str(&format!("- {} left out\n", count(left_out, "line")));
    }
}

fn marked(heading: &str, marks: &[Mark], lines: &mut Vec<String>) {
    if marks.is_empty() {
        return;
    }
    lines.push(format!("- **{heading}: {}**\n", marks.len()));
    let shown = marks.iter().take(MARKS_MAX);
    lines.extend(shown.map(|mark| format!("  - {} {}\n", code(&mark.step), code(&mark.text))));
    if marks.len() > MARKS_MAX {
        lines.push(format!("  - {} more\n", marks.len() - MARKS_MAX));
    }
}

/// One step: its changes, line by line, and below them all details, folded.
fn section(step: &Step<'_>, with_details: bool) -> String {
    let mut out = format!("\n#### {}\n\n{}\n\n", code(&step.id), code(&step.by));
    let mut details = Page::default();
    let mut folded = false;
    for item in &step.items {
        out.push_str(&bullet(item));
        let lines = item.page.lines().count();
        folded |= lines > 1;
        details.append(item.page.clone());
    }
    if folded && with_details {
        // Blank lines end the HTML, so that what is between them is Markdown again.
        out.push_str("\n<details><summary>Details</summary>\n\n");
        out.push_str(&block(&details));
        out.push_str("\n</details>\n");
    }
    out
}

fn bullet(item: &Item<'_>) -> String {
    let mut lines = item.page.lines();
    let (_, first) = lines.next().unwrap_or_default();
    let first = code(&first);
    match &item.kind {
        Kind::Change(shown) if !shown.raises.is_empty() => {
            let raises = code(&shown.raises.join(", "));
            format!("- {first} **raises privileges:** {raises}\n")
        }
        Kind::Problem | Kind::Warning => format!("- **{first}**\n"),
        Kind::Effects => {
            let mut out = String::from("- As a result, Salesforce will:\n");
            for (indent, text) in lines {
                if indent == 4 {
                    out.push_str(&format!("  - {}\n", code(&text)));
                }
            }
            out
        }
        Kind::Change(_) | Kind::Note | Kind::State | Kind::More => format!("- {first}\n"),
    }
}

/// The result of a run, folded.
fn tail(sheet: &Sheet<'_>) -> String {
    let became = sheet.became();
    if became.lines().next().is_none() {
        return String::new();
    }
    let block = block(&cut(&became));
    format!("\n<details open><summary>What became of it</summary>\n\n{block}\n</details>\n")
}

/// The first lines of a page, as many as there is room for, and the number of the others.
fn cut(page: &Page) -> Page {
    let mut room = BLOCK_CHARS_MAX;
    let mut kept = Page::default();
    let mut hidden = 0;
    for (indent, text) in page.lines() {
        let text = match text.char_indices().nth(LINE_CHARS_MAX) {
            Some((end, _)) => format!("{}…", &text[..end]),
            None => text,
        };
        match room.checked_sub(indent + chars(&text) + 1) {
            Some(left) if hidden == 0 => {
                room = left;
                kept.line(indent, text);
            }
            _ => hidden += 1,
        }
    }
    if hidden > 0 {
        kept.line(0, format!("… {} more", count(hidden, "line")));
    }
    kept
}
