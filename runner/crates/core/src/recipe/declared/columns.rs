//! The columns of an input of type `rows`: `[inputs.<name>.columns.<column>]`.

use std::ops::Range;

use super::kind::{Shared, read_default, read_kind};
use crate::diagnostic::did_you_mean;
use crate::recipe::keys::{Keys, Mistakes};
use crate::recipe::syntax::{Data, Entry};
use crate::recipe::{Column, InputKind, names};
use usher_contract::limit;

/// The keys of rows.
pub(super) struct Rows<'t> {
    pub(super) key: Option<&'t Entry>,
    pub(super) columns: Option<&'t Entry>,
}

/// A cell holds one value: no table, no rows. A secret would be kept with the plan.
const TYPES: &[&str] = &["record", "string", "integer", "boolean", "choice", "list"];

/// Reads the columns and the key. `None` where there is a mistake.
pub(super) fn read(
    name: &str,
    rows: &Rows<'_>,
    header: &Range<usize>,
    mistakes: &mut Mistakes,
) -> Option<InputKind> {
    let lacks = |key: &str, help: String, mistakes: &mut Mistakes| {
        let message = format!("input `{name}` lacks `{key}`");
        mistakes.add("missing-key", header.clone(), message, help);
    };
    let example = match rows.columns.map(|entry| &entry.value.data) {
        Some(Data::Table(table)) => table.entries.first().map(|entry| entry.key.as_str()),
        _ => None,
    };
    if rows.key.is_none() {
        let example = example.unwrap_or("email");
        let help = format!("add `key = \"{example}\"`: the column that recognises a row");
        lacks("key", help, mistakes);
    }
    let Some(entry) = rows.columns else {
        let help = format!("add `[inputs.{name}.columns.email]` with its keys below, and so on");
        lacks("columns", help, mistakes);
        return None;
    };
    let columns = read_columns(name, entry, mistakes)?;
    let key = mistakes.text("key", &rows.key?.value)?;
    let Some(column) = columns.iter().find(|(column, _)| *column == key.value) else {
        let message = format!("input `{name}` has no column `{}`", key.value);
        let help = did_you_mean(
            &key.value,
            columns.iter().map(|(column, _)| column.as_str()),
        );
        mistakes.add("unknown-column", key.span, message, help);
        return None;
    };
    if let Some(column) = &column.1 {
        must_recognise(column, &key.span, mistakes)?;
    }
    let all = columns.len();
    let columns: Vec<Column> = columns
        .into_iter()
        .filter_map(|(_, column)| column)
        .collect();
    (columns.len() == all).then_some(InputKind::Rows {
        key: key.value,
        columns,
    })
}

/// Refuses a key that could be empty, or that many rows would share.
fn must_recognise(column: &Column, span: &Range<usize>, mistakes: &mut Mistakes) -> Option<()> {
    let name = &column.name;
    let (message, help) = match &column.kind {
        InputKind::Boolean | InputKind::List => (
            format!(
                "column `{name}` of type `{}` recognises no row",
                column.kind.name()
            ),
            "name a column of type `record`, `string`, `integer` or `choice`",
        ),
        InputKind::Choice { choices } if choices.iter().any(String::is_empty) => (
            format!(
                "the key column `{name}` has an empty choice, by which nothing recognises the row"
            ),
            "leave out the empty one of its `choices`",
        ),
        _ if column.is_optional || column.default.is_some() => (
            format!(
                "the key column `{name}` may be left empty, and then nothing recognises the row"
            ),
            "leave out its `optional` or `default`",
        ),
        _ => return Some(()),
    };
    mistakes.add("bad-key", span.clone(), message, help);
    None
}

/// The columns, each with its name. Without a column where it is itself a mistake.
fn read_columns(
    name: &str,
    entry: &Entry,
    mistakes: &mut Mistakes,
) -> Option<Vec<(String, Option<Column>)>> {
    let table = mistakes.table("columns", &entry.value)?;
    let count = table.entries.len();
    if count == 0 {
        let message = format!("input `{name}` has no columns");
        let help = format!("add `[inputs.{name}.columns.email]` with its keys below, and so on");
        mistakes.add("missing-key", entry.key_span.clone(), message, help);
        return None;
    }
    if count > limit::COLUMNS_MAX {
        let message = format!("{count} columns, more than {}", limit::COLUMNS_MAX);
        let span = entry.key_span.clone();
        mistakes.add(
            "too-large",
            span,
            message,
            "leave out those that no step uses",
        );
        return None;
    }
    let columns = table.entries.iter();
    let columns = columns.map(|entry| (entry.key.clone(), read_column(name, entry, mistakes)));
    Some(columns.collect())
}

fn read_column(input: &str, entry: &Entry, mistakes: &mut Mistakes) -> Option<Column> {
    let name = &entry.key;
    let is_named = names::check_snake("a column", name, &entry.key_span, mistakes);
    let Data::Table(table) = &entry.value.data else {
        let example = format!("`[inputs.{input}.columns.{name}]` with its keys below");
        mistakes.wrong_type(name, &entry.value, "a table", &example);
        return None;
    };
    let mut keys = Keys::new(table, format!("column `{name}`"));
    let shared = Shared::read(&mut keys, mistakes);
    keys.finish(&[], mistakes);
    let said = shared.said(format!("column `{name}`"), &table.span, TYPES)?;
    let mut column = Column {
        name: name.clone(),
        kind: read_kind(&said, mistakes)?,
        default: None,
        is_optional: shared.is_optional(shared.default, mistakes),
        help: shared.help,
        span: entry.key_span.clone(),
    };
    if let Some(entry) = shared.default {
        column.default = Some(read_default(column.named(), entry, mistakes)?);
    }
    is_named.then_some(column)
}
