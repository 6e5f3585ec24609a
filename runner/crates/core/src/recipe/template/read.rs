//! Reads templates: cuts texts at their expressions and compiles each one. Mistakes are noted at their places in the
//! file.

use std::ops::Range;

use serde_json::Value;

use crate::diagnostic::SourceText;
use crate::recipe::expression::scan::{self, Cut, Word};
use crate::recipe::expression::{Expression, refusal};
use crate::recipe::keys::{Mistakes, Spanned};
use crate::recipe::syntax::{Data, Node, Table};
use crate::recipe::template::{Kind, Piece, Template};

/// The templates of a table.
pub(in crate::recipe) fn read_table(
    table: &Table,
    source: &SourceText,
    mistakes: &mut Mistakes,
) -> Vec<(Spanned<String>, Template)> {
    let mut entries = Vec::new();
    for entry in &table.entries {
        // Only Usher makes `$ref` and its like. A recipe could otherwise forge them.
        if entry.key.starts_with('$') {
            mistakes.add(
                "bad-name",
                entry.key_span.clone(),
                format!("`{}` begins with `$`", entry.key),
                "keys that begin with `$` are Usher's own; refer with `\"${steps.….…}\"`",
            );
            continue;
        }
        let key = Spanned {
            value: entry.key.clone(),
            span: entry.key_span.clone(),
        };
        entries.push((key, read(&entry.value, source, mistakes)));
    }
    entries
}

/// Reads the template of a value. An expression that is not valid becomes a mistake and an empty text.
pub(in crate::recipe) fn read(
    node: &Node,
    source: &SourceText,
    mistakes: &mut Mistakes,
) -> Template {
    let kind = match &node.data {
        Data::Text(text) => read_text(text, node, source, mistakes),
        Data::List(nodes) => {
            let templates = nodes.iter().map(|node| read(node, source, mistakes));
            Kind::List(templates.collect())
        }
        Data::Table(table) => Kind::Table(read_table(table, source, mistakes)),
        Data::Time(_) => {
            mistakes.wrong_type("value", node, "a text", "it in quotes");
            Kind::Literal(node.json())
        }
        _ => Kind::Literal(node.json()),
    };
    Template {
        span: node.span.clone(),
        kind,
    }
}

fn read_text(text: &str, node: &Node, source: &SourceText, mistakes: &mut Mistakes) -> Kind {
    let cuts = scan::cut(text);
    let literal = |cuts: &[Cut]| match cuts {
        [] => Some(String::new()),
        [Cut::Text(text)] => Some(text.clone()),
        _ => None,
    };
    if let Some(text) = literal(&cuts) {
        return Kind::Literal(Value::String(text));
    }
    let inside = |range: Range<usize>| inside(node, text, source, range);
    let mut pieces = Vec::new();
    for cut in cuts {
        match cut {
            Cut::Text(text) => pieces.push(Piece::Text(text)),
            Cut::Unclosed { range } => mistakes.add(
                "bad-expression",
                inside(range),
                "the expression has no end",
                "close it with `}`; for the characters themselves write `$${`",
            ),
            Cut::Expression { range } => {
                let code = &text[range.start + 2..range.end - 1];
                let span = inside(range.clone());
                let offset = range.start + 2;
                let place = |word: Range<usize>| inside(offset + word.start..offset + word.end);
                pieces.extend(read_expression(code, span, &place, mistakes).map(Piece::Expression));
            }
        }
    }
    if pieces.is_empty() {
        return Kind::Literal(Value::String(String::new()));
    }
    Kind::Text(pieces)
}

fn read_expression(
    code: &str,
    span: Range<usize>,
    place: &dyn Fn(Range<usize>) -> Range<usize>,
    mistakes: &mut Mistakes,
) -> Option<Expression> {
    let mut paths = Vec::new();
    let mut refused = false;
    for word in scan::words(code) {
        let refusal = match word {
            Word::Path(mut path) => {
                path.span = place(path.span);
                paths.push(path);
                continue;
            }
            Word::Filter(name, range) => refusal::filter(&name).map(|r| (r, range)),
            Word::Test(name, range) => refusal::test(&name).map(|r| (r, range)),
            Word::Call(name, range) => Some((refusal::call(&name), range)),
        };
        if let Some(((message, help), range)) = refusal {
            mistakes.add("bad-expression", place(range), message, help);
            refused = true;
        }
    }
    if refused {
        return None;
    }
    let is_path = scan::is_path(code);
    match Expression::compile(code, span.clone(), paths, is_path) {
        Ok(expression) => Some(expression),
        Err(why) => {
            let message = match code.trim() {
                "" => "the expression is empty".to_owned(),
                code => format!("`{code}` is not a valid expression: {why}"),
            };
            let help = "write `${inputs.<name>}` or `${steps.<id>.<output>}`; for the characters \
                        themselves `$${`";
            mistakes.add("bad-expression", span, message, help);
            None
        }
    }
}

/// The place of a part of a text in the file. A text with escapes gives the place of the whole text.
fn inside(node: &Node, text: &str, source: &SourceText, range: Range<usize>) -> Range<usize> {
    let raw = source.text.get(node.span.clone()).unwrap_or_default();
    let quotes = if raw.starts_with("\"\"\"") || raw.starts_with("'''") {
        3
    } else {
        1
    };
    let found = raw.get(quotes..raw.len().saturating_sub(quotes));
    // A line break right after three quotes is not part of the text.
    let skipped = match found {
        Some(inner) if inner == text => 0,
        Some(inner) if inner.strip_prefix('\n') == Some(text) => 1,
        Some(inner) if inner.strip_prefix("\r\n") == Some(text) => 2,
        _ => return node.span.clone(),
    };
    let start = node.span.start + quotes + skipped;
    start + range.start..start + range.end
}
