//! Tables that fit the window: columns take what they need, the widest give way first.

use usher_core::text;

use crate::page::{Page, cut, width};

/// Between two columns.
const GAP: usize = 2;

/// The least that a column keeps.
const COLUMN_MIN: usize = 8;

/// Rows below a header, cut to `columns` columns of text.
pub(crate) fn table(header: &[&str], rows: &[Vec<String>], columns: usize) -> Page {
    let header: Vec<String> = header.iter().map(|name| text::visible(name)).collect();
    let cells = |row: &Vec<String>| row.iter().map(|cell| shown(cell)).collect();
    let rows: Vec<Vec<String>> = rows.iter().map(cells).collect();
    let mut widths: Vec<usize> = header.iter().map(|name| width(name)).collect();
    for row in &rows {
        for (column, cell) in row.iter().enumerate() {
            widths[column] = widths[column].max(width(cell));
        }
    }
    let gaps = GAP * widths.len().saturating_sub(1);
    while widths.iter().sum::<usize>() + gaps > columns {
        let Some(widest) = widths.iter_mut().max() else {
            break;
        };
        if *widest <= COLUMN_MIN {
            break;
        }
        *widest -= 1;
    }
    let mut page = Page::default();
    for row in std::iter::once(&header).chain(&rows) {
        let mut text = String::new();
        for (cell, wide) in row.iter().zip(&widths) {
            let cell = cut(cell, *wide);
            let padding = wide + GAP - width(&cell);
            text.push_str(&cell);
            text.push_str(&" ".repeat(padding));
        }
        page.line(0, text.trim_end());
    }
    page
}

/// The exact text of a cell, in quotes when its blanks would look like another column.
fn shown(cell: &str) -> String {
    let is_wide = |c: char| c.is_whitespace() && c != ' ';
    let looks_like_columns = cell.contains("  ") || cell.trim() != cell || cell.contains(is_wide);
    match looks_like_columns {
        true => text::quoted(cell),
        false => text::visible(cell),
    }
}
