//! Tables that fit the window: columns take what they need, the widest give way first.

/// Between two columns.
const GAP: usize = 2;

/// The least that a column keeps.
const COLUMN_MIN: usize = 8;

/// Rows below a header, cut to `width` columns of text.
pub(crate) fn table(header: &[&str], rows: &[Vec<String>], width: usize) -> String {
    let mut widths: Vec<usize> = header.iter().map(|name| name.chars().count()).collect();
    for row in rows {
        for (column, cell) in row.iter().enumerate() {
            widths[column] = widths[column].max(cell.chars().count());
        }
    }
    let gaps = GAP * widths.len().saturating_sub(1);
    while widths.iter().sum::<usize>() + gaps > width {
        let Some(widest) = widths.iter_mut().max() else {
            break;
        };
        if *widest <= COLUMN_MIN {
            break;
        }
        *widest -= 1;
    }
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let mut text = String::new();
        for (cell, width) in cells.zip(&widths) {
            let cell = cut(cell, *width);
            let padding = width + GAP - cell.chars().count();
            text.push_str(&cell);
            text.push_str(&" ".repeat(padding));
        }
        format!("{}\n", text.trim_end())
    };
    let mut text = line(&mut header.iter().copied());
    for row in rows {
        text.push_str(&line(&mut row.iter().map(String::as_str)));
    }
    text
}

fn cut(cell: &str, width: usize) -> String {
    let cell: String = cell
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if cell.chars().count() <= width {
        return cell;
    }
    let kept: String = cell.chars().take(width.saturating_sub(1)).collect();
    format!("{kept}…")
}
