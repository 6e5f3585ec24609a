//! Mistakes and failures as text: the mistake, its place with a caret, the remedy, and the stable code.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use serde_json::{Value, json};
use usher_core::diagnostic::{Diagnostic, RowPlace, Severity, SourceText};
use usher_core::{limit, text};

use crate::error::{Error, Mistake};
use crate::page::Page;
use crate::report::difference;
use crate::wording::count;

/// An error for a person.
pub(super) fn error_page(error: &Error) -> Page {
    let mut page = Page::default();
    if error.mistakes.is_empty() {
        difference::lines(error.differences(), &mut page);
        block(
            &error.message,
            error.help.as_deref(),
            &error.code,
            &mut page,
        );
        return page;
    }
    // A check that stops at so many says so in one more.
    let shown = match error.mistakes.len() {
        all if error.rows().is_none() && all <= limit::MISTAKES_MAX + 1 => all,
        all => all.min(limit::MISTAKES_MAX),
    };
    page.append(mistakes_page(&error.mistakes[..shown]));
    if shown < error.mistakes.len() {
        let more = error.mistakes.len() - shown;
        let how = match error.rows() {
            Some(_) => "`--json` and `--results FILE` show all",
            None => "`--json` shows all",
        };
        page.line(0, format!("… {} ({how})", count(more, "more mistake")));
        page.line(0, format!("in all: {}", by_code(&error.mistakes)));
        page.blank();
    }
    page.line(0, format!("error: {}", text::sentence(&error.message)));
    if let Some(help) = error.help.as_ref().filter(|_| error.rows().is_some()) {
        page.line(0, format!("help: {help}"));
    }
    page
}

/// "60 rows/missing-cell, 30 rows/bad-choice": the most first.
fn by_code(mistakes: &[Mistake]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for mistake in mistakes {
        *counts.entry(&mistake.diagnostic.code).or_default() += 1;
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| Reverse(*count));
    let counts = counts.iter().map(|(code, count)| format!("{count} {code}"));
    counts.collect::<Vec<_>>().join(", ")
}

/// Mistakes, one below the other.
pub(super) fn mistakes_page(mistakes: &[Mistake]) -> Page {
    let mut page = Page::default();
    for mistake in mistakes {
        mistake_lines(mistake, &mut page);
        page.blank();
    }
    page
}

/// Mistakes as the JSON of `diagnostics`.
pub(super) fn json(mistakes: &[Mistake]) -> Value {
    let entries = mistakes.iter().map(|mistake| {
        let place = mistake
            .source
            .as_ref()
            .zip(mistake.diagnostic.span.as_ref());
        let (line, column) = place
            .map(|(source, span)| source.position(span.start))
            .unzip();
        let row = mistake.diagnostic.row.as_ref();
        let source = mistake.source.as_ref().map(|source| &source.name);
        json!({
            "code": mistake.diagnostic.code,
            "severity": severity(mistake.diagnostic.severity),
            "line": line.or_else(|| row.and_then(|row| row.line)),
            "column": column.map(Value::from).or_else(|| row.map(|row| row.column.as_deref().into())),
            "file": source.or_else(|| row.and_then(|row| row.file.as_ref())),
            "message": mistake.diagnostic.message,
            "help": mistake.diagnostic.help,
        })
    });
    entries.collect()
}

fn mistake_lines(mistake: &Mistake, page: &mut Page) {
    let Diagnostic {
        code,
        severity,
        message,
        span,
        help,
        row,
    } = &mistake.diagnostic;
    match (&mistake.source, span) {
        (Some(source), Some(span)) => {
            let snippet = snippet(source, *severity, message, span, help.as_deref());
            page.append(Page::laid_out(&snippet));
            page.line(0, format!("code: {code}"));
        }
        _ => match row {
            Some(row) => row_block(*severity, message, row, help.as_deref(), code, page),
            None => block_of(*severity, message, help.as_deref(), code, page),
        },
    }
}

fn snippet(
    source: &SourceText,
    severity: Severity,
    message: &str,
    span: &Range<usize>,
    help: Option<&str>,
) -> String {
    let end = source.text.len();
    let start = span.start.min(end);
    // A snippet of many lines says less than its first.
    let stop = source.text[start..]
        .find('\n')
        .map_or(end, |length| start + length);
    let span = start..span.end.clamp(start, stop.max(start));
    let (source, span) = visible(source, span);
    let message = text::sentence(message);
    let help = help.map(text::sentence);
    let level = match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group = level.primary_title(&message).element(
        Snippet::source(source.text.as_str())
            .path(source.name.as_str())
            .annotation(AnnotationKind::Primary.span(span)),
    );
    if let Some(help) = &help {
        group = group.element(Level::HELP.message(help));
    }
    Renderer::plain().render(&[group])
}

/// The text with the hidden characters of its lines written out, and the new place of the span.
fn visible(source: &SourceText, span: Range<usize>) -> (SourceText, Range<usize>) {
    let lines = |text: &str| {
        // A tab is laid out by the renderer.
        let lines = text.split('\n').map(|line| {
            let cells = line.trim_end_matches('\r').split('\t');
            cells.map(text::visible).collect::<Vec<_>>().join("\t")
        });
        lines.collect::<Vec<_>>().join("\n")
    };
    let before = lines(&source.text[..span.start]);
    let within = lines(&source.text[span.clone()]);
    let after = lines(&source.text[span.end..]);
    let span = before.len()..before.len() + within.len();
    let source = SourceText {
        name: text::visible(&source.name),
        text: before + &within + &after,
    };
    (source, span)
}

/// An error without a place. Its help may be lines to copy, which get lines of their own.
fn block(message: &str, help: Option<&str>, code: &str, page: &mut Page) {
    block_of(Severity::Error, message, help, code, page);
}

/// A mistake in a row of a file.
fn row_block(
    of: Severity,
    message: &str,
    row: &RowPlace,
    help: Option<&str>,
    code: &str,
    page: &mut Page,
) {
    page.line(0, format!("{}: {}", severity(of), text::sentence(message)));
    page.line(0, format!("  --> {}", text::sentence(&place(row))));
    if let Some(help) = help {
        page.line(0, format!("help: {}", text::sentence(help)));
    }
    page.line(0, format!("code: {code}"));
}

/// "people.csv:17, column `title`".
fn place(row: &RowPlace) -> String {
    let file = row.file.as_deref().unwrap_or("the inputs");
    let line = row.line.map_or(String::new(), |line| format!(":{line}"));
    let column = row.column.as_ref();
    let column = column.map_or(String::new(), |column| format!(", column `{column}`"));
    format!("{file}{line}{column}")
}

fn block_of(of: Severity, message: &str, help: Option<&str>, code: &str, page: &mut Page) {
    page.line(0, format!("{}: {}", severity(of), text::sentence(message)));
    let mut help = help.into_iter().flat_map(str::lines);
    if let Some(first) = help.next() {
        page.line(0, format!("help: {first}"));
    }
    for line in help {
        page.line(0, line);
    }
    page.line(0, format!("code: {code}"));
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}
