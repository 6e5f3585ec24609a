//! A tree of roles as a picture: a box for each role, below the one that it reports to, and a dot for each user in it.

use crate::page::width;
use crate::report::html::element::Html;
use crate::report::tree::{Branch, Fate};

/// Pixels of a line, of one level, and of a column of text.
const LINE: usize = 26;
const LEVEL: usize = 22;
const COLUMN: usize = 9;

/// Adds the picture.
pub(super) fn draw(branches: &[Branch], about: &str, html: &mut Html) {
    let right = |one: &Branch| one.depth * LEVEL + width(&one.label) * COLUMN + 50;
    let wide = branches.iter().map(right).max().unwrap_or(0).max(200);
    let high = branches.len() * LINE + 10;
    let view = format!("0 0 {wide} {high}");
    html.start(
        "svg",
        &[
            ("viewBox", view.as_str()),
            ("width", &wide.to_string()),
            ("height", &high.to_string()),
            ("role", "img"),
            ("aria-label", about),
        ],
    );
    for (row, branch) in branches.iter().enumerate() {
        edge(branches, row, html);
        node(branch, row, html);
    }
    html.end("svg");
}

/// The line from the role above, around the corner.
fn edge(branches: &[Branch], row: usize, html: &mut Html) {
    let branch = &branches[row];
    let above = branches[..row]
        .iter()
        .rposition(|above| above.depth < branch.depth);
    let Some(above) = above else {
        return;
    };
    let x = branches[above].depth * LEVEL + 12;
    let path = format!(
        "M{x} {} V{} H{}",
        above * LINE + LINE,
        row * LINE + LINE / 2 + 5,
        branch.depth * LEVEL + 6
    );
    html.with("path", &[("class", "edge"), ("d", &path)], "");
}

fn node(branch: &Branch, row: usize, html: &mut Html) {
    let fate = match branch.fate {
        Fate::Stays => "",
        Fate::New => " new",
        Fate::Gone => " gone",
    };
    let (x, y) = (branch.depth * LEVEL + 6, row * LINE + 6);
    if branch.is_user {
        let class = format!("user{fate}");
        let (x, y) = ((x + 8).to_string(), (y + 11).to_string());
        let attributes = [
            ("class", class.as_str()),
            ("cx", &x),
            ("cy", &y),
            ("r", "4"),
        ];
        html.with("circle", &attributes, "");
    } else {
        let class = format!("role{fate}");
        let wide = (width(&branch.label) * COLUMN + 18).to_string();
        let (x, y) = (x.to_string(), y.to_string());
        let attributes = [
            ("class", class.as_str()),
            ("x", &x),
            ("y", &y),
            ("rx", "4"),
            ("width", &wide),
            ("height", "21"),
        ];
        html.with("rect", &attributes, "");
    }
    let x = (x + if branch.is_user { 20 } else { 9 }).to_string();
    let y = (y + 15).to_string();
    let attributes = [("class", fate.trim()), ("x", x.as_str()), ("y", &y)];
    html.with("text", &attributes, &branch.label);
}
