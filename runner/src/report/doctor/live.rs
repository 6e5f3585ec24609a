//! Answers of a live check: a table in Markdown, to paste.

use serde_json::{Value, json};
use usher_core::doctor::Answer;
use usher_core::read::Identity;
use usher_core::text::sentence;

use crate::page::Page;
use crate::report::FORMAT;

/// The most letters of an answer. A table is for people.
const ANSWER_MAX: usize = 600;

pub(crate) fn live_page(identity: &Identity, answers: &[Answer]) -> Page {
    let mut page = Page::default();
    page.line(
        0,
        format!(
            "Org {}, API {}. Compare each answer with what is taken for true; docs/live-check.md says what else to do.",
            identity.org_id, identity.api_version
        ),
    );
    page.blank();
    page.line(0, "| key | taken for true | fact | the org says |");
    page.line(0, "|---|---|---|---|");
    for answer in answers {
        let doubt = answer.doubt;
        let cells = [
            format!("`{}`", doubt.key),
            cell(doubt.taken),
            format!("docs/salesforce/{}", doubt.fact),
            cell(&answer.found),
        ];
        page.line(0, format!("| {} |", cells.join(" | ")));
    }
    page
}

pub(crate) fn live_json(identity: &Identity, answers: &[Answer]) -> Value {
    let answers = answers.iter().map(|answer| {
        json!({
            "key": answer.doubt.key,
            "taken": answer.doubt.taken,
            "fact": format!("docs/salesforce/{}", answer.doubt.fact),
            "found": answer.found,
            "is_answered": answer.is_answered,
        })
    });
    json!({
        "format": FORMAT,
        "org_id": identity.org_id,
        "api_version": identity.api_version,
        "answers": answers.collect::<Vec<_>>(),
    })
}

/// A text in a cell: one line, without a bar.
fn cell(text: &str) -> String {
    let text = sentence(text).replace('|', "\\|");
    match text.char_indices().nth(ANSWER_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
