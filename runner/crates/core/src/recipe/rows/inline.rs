//! Rows in an inputs file: `[[people]]`.

use serde_json::Value;

use super::{Column, GivenRow, GivenRows};
use crate::diagnostic::SourceText;
use crate::recipe::Input;
use crate::recipe::keys::Mistakes;
use crate::recipe::syntax::{Data, Node};
use usher_contract::limit;

/// The rows of a list of tables, or mistakes.
pub(in crate::recipe) fn inline(
    source: &SourceText,
    input: &Input,
    columns: &[Column],
    node: &Node,
    mistakes: &mut Mistakes,
) -> Option<GivenRows> {
    let tables = mistakes.tables(&input.name, node);
    if !matches!(&node.data, Data::List(nodes) if nodes.len() == tables.len()) {
        return None;
    }
    if tables.len() > limit::ROWS_MAX {
        let message = format!("{} rows, more than {}", tables.len(), limit::ROWS_MAX);
        let help = "split the list";
        mistakes.add("too-large", node.span.clone(), message, help);
        return None;
    }
    let is_there = |name: &str| tables.iter().any(|table| table.get(name).is_some());
    let names = columns.iter().map(|column| column.name.clone());
    let mut lines = Lines::of(source);
    let rows = tables.iter().map(|table| GivenRow {
        line: Some(lines.at(table.span.start)),
        cells: table
            .entries
            .iter()
            .map(|entry| (entry.key.clone(), cell(&entry.value)))
            .collect(),
        fault: None,
        repair: None,
    });
    Some(GivenRows {
        rows: rows.collect(),
        file: Some(source.name.clone()),
        columns: names.filter(|name| is_there(name)).collect(),
        form: None,
    })
}

/// A date without quotes is the text that the person sees.
fn cell(node: &Node) -> Value {
    match &node.data {
        Data::Time(text) => Value::from(text.as_str()),
        _ => node.json(),
    }
}

/// Counts lines once over a text, however many places are asked for in order.
struct Lines<'s> {
    text: &'s str,
    offset: usize,
    line: usize,
}

impl<'s> Lines<'s> {
    fn of(source: &'s SourceText) -> Self {
        Self {
            text: &source.text,
            offset: 0,
            line: 1,
        }
    }

    fn at(&mut self, offset: usize) -> usize {
        let offset = offset.min(self.text.len());
        if offset < self.offset {
            (self.offset, self.line) = (0, 1);
        }
        let between = &self.text.as_bytes()[self.offset..offset];
        self.line += between.iter().filter(|byte| **byte == b'\n').count();
        self.offset = offset;
        self.line
    }
}
