//! Tables that fit the window: columns take what they need, the widest give way first.

use usher_core::text;

use crate::page::{Page, cut, parts, width};

/// Between two columns.
const GAP: usize = 2;

/// The least that a column keeps.
const COLUMN_MIN: usize = 8;

/// Rows below a header, cut to `columns` columns of text.
pub(crate) fn table(header: &[&str], rows: &[Vec<String>], columns: usize) -> Page {
    let rows = with_header(header, rows);
    let widths = widths(&rows, columns);
    let mut page = Page::default();
    for row in &rows {
        let cells = row.iter().zip(&widths).map(|(cell, wide)| cut(cell, *wide));
        line(cells, &widths, &mut page);
    }
    page
}

/// The same without cutting: a cell that is wider than its column goes on below itself.
pub(crate) fn wrapped_table(header: &[&str], rows: &[Vec<String>], columns: usize) -> Page {
    let rows = with_header(header, rows);
    let widths = widths(&rows, columns);
    let mut page = Page::default();
    for row in &rows {
        let cells = row.iter().zip(&widths);
        let cells: Vec<Vec<&str>> = cells.map(|(cell, wide)| parts(cell, *wide)).collect();
        for index in 0..cells.iter().map(Vec::len).max().unwrap_or(0) {
            let parts = cells
                .iter()
                .map(|parts| parts.get(index).unwrap_or(&"").to_string());
            line(parts, &widths, &mut page);
        }
    }
    page
}

fn with_header(header: &[&str], rows: &[Vec<String>]) -> Vec<Vec<String>> {
    let header = header.iter().map(|name| text::visible(name)).collect();
    let cells = |row: &Vec<String>| row.iter().map(|cell| shown(cell)).collect();
    let rows = rows.iter().map(cells);
    std::iter::once(header).chain(rows).collect()
}

/// The widths of the columns of rows that have equally many.
fn widths(rows: &[Vec<String>], columns: usize) -> Vec<usize> {
    let mut widths = vec![0; rows.first().map_or(0, Vec::len)];
    for row in rows {
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
    widths
}

fn line(cells: impl Iterator<Item = String>, widths: &[usize], page: &mut Page) {
    let mut text = String::new();
    for (cell, wide) in cells.zip(widths) {
        let padding = wide + GAP - width(&cell);
        text.push_str(&cell);
        text.push_str(&" ".repeat(padding));
    }
    page.line(0, text.trim_end());
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
