//! A plan or a run as one page of HTML that needs nothing else: no script, no font and no picture from outside, and a
//! policy that lets a browser fetch none.

mod element;
mod picture;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::page::Page;
use crate::report::html::element::Html;
use crate::report::item::{Item, Kind, Shown};
use crate::report::marks::Mark;
use crate::report::row::Row;
use crate::report::sheet::{Sheet, Step};

/// The style of the whole page: light or dark as the reader's system is, narrow windows, paper.
const STYLE: &str = include_str!("html/style.css");

/// The whole document, with everything.
pub(crate) fn html(sheet: &Sheet<'_>) -> String {
    let sheet = &sheet.whole();
    let mut html = Html::default();
    html.start("html", &[("lang", "en")]);
    html.within("head", "", |html| head(sheet, html));
    html.within("body", "", |html| {
        html.within("main", "", |html| body(sheet, html));
    });
    html.end("html");
    format!("<!doctype html>\n{}", html.into_text())
}

fn head(sheet: &Sheet<'_>, html: &mut Html) {
    html.start("meta", &[("charset", "utf-8")]);
    let policy = policy();
    let policy = [
        ("http-equiv", "Content-Security-Policy"),
        ("content", policy.as_str()),
    ];
    html.start("meta", &policy);
    let viewport = [
        ("name", "viewport"),
        ("content", "width=device-width, initial-scale=1"),
    ];
    html.start("meta", &viewport);
    html.start("meta", &[("name", "referrer"), ("content", "no-referrer")]);
    html.text("title", "", &format!("Usher: {}", sheet.title()));
    html.style(STYLE);
}

/// Nothing may be fetched, run or sent; the one style is known by its hash.
fn policy() -> String {
    let hash = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    format!("default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'")
}

fn body(sheet: &Sheet<'_>, html: &mut Html) {
    html.text("h1", "", &sheet.title());
    html.text("p", "by", sheet.recipe());
    if let Some(result) = sheet.result() {
        html.within("div", "box lead", |html| lines(&result, html));
    }
    html.text("p", "lead", &sheet.summary());
    if let Some(error) = sheet.error() {
        html.within("div", "box problem", |html| lines(&error, html));
    }
    for (heading, marks) in sheet.marks().headed() {
        marked(heading, marks, html);
    }
    for (what, fact) in sheet.facts() {
        html.text("p", "fact", &format!("{what} {fact}"));
    }
    roles(sheet, html);
    for step in sheet.steps() {
        html.within("section", "", |html| section(&step, html));
    }
    let became = sheet.became();
    if became.lines().next().is_some() {
        html.text("h2", "", "What became of it");
        html.within("div", "lines", |html| lines(&became, html));
    }
}

fn marked(heading: &str, marks: &[Mark], html: &mut Html) {
    if marks.is_empty() {
        return;
    }
    html.within("div", "box", |html| {
        html.text("p", "warning", &format!("{heading}: {}", marks.len()));
        for mark in marks {
            html.text("p", "", &format!("{}: {}", mark.step, mark.text));
        }
    });
}

fn roles(sheet: &Sheet<'_>, html: &mut Html) {
    let Some(trees) = sheet.roles() else {
        return;
    };
    html.text("h2", "", "Roles");
    html.within("div", "trees", |html| {
        let both = [
            ("Before", "Roles before", &trees.before),
            ("After", "Roles after", &trees.after),
        ];
        for (caption, about, tree) in both {
            html.within("figure", "", |html| {
                html.text("figcaption", "", caption);
                picture::draw(tree, about, html);
            });
        }
    });
}

fn section(step: &Step<'_>, html: &mut Html) {
    html.text("h2", "", &step.id);
    html.text("p", "by", &step.by);
    for item in &step.items {
        let class = match &item.kind {
            Kind::Change(shown) => match shown.change.operation.verb() {
                "create" => "item create",
                "delete" => "item delete",
                _ => "item change",
            },
            Kind::Problem => "item problem",
            Kind::Warning => "item warning",
            Kind::Effects | Kind::Note | Kind::State | Kind::More => "item",
        };
        html.within("div", class, |html| inner(item, html));
    }
}

fn inner(item: &Item<'_>, html: &mut Html) {
    let Kind::Change(shown) = &item.kind else {
        return lines(&item.page, html);
    };
    let first = item.page.lines().next();
    html.text(
        "p",
        "what",
        &first.map_or_else(String::new, |(_, text)| text),
    );
    html.text("p", "sent", &shown.subject);
    change(shown, html);
}

fn change(shown: &Shown<'_>, html: &mut Html) {
    if !shown.rows.is_empty() {
        table(&shown.rows, html);
    }
    if !shown.raises.is_empty() {
        let raises = format!("RAISES PRIVILEGES: {}", shown.raises.join(", "));
        html.text("p", "raises", &raises);
    }
    html.within("div", "lines", |html| {
        lines(&shown.key, html);
        lines(&shown.rest, html);
    });
}

/// The values, each beside the one that it replaces.
fn table(rows: &[Row], html: &mut Html) {
    html.within("table", "", |html| {
        html.within("thead", "", |html| {
            html.within("tr", "", |html| {
                html.text("th", "name", "What");
                html.text("th", "", "Before");
                html.text("th", "", "After");
            });
        });
        html.within("tbody", "", |html| {
            rows.iter().for_each(|one| row(one, html))
        });
    });
}

fn row(row: &Row, html: &mut Html) {
    let class = if row.raises { "marked" } else { "" };
    html.within("tr", class, |html| {
        html.with("td", &[("data-head", "")], &row.name);
        let before = row.before.as_deref().unwrap_or_default();
        html.with(
            "td",
            &[("class", "before"), ("data-head", "before")],
            before,
        );
        let after = row.after.as_deref().unwrap_or("taken away");
        html.with("td", &[("data-head", "after")], after);
    });
}

fn lines(page: &Page, html: &mut Html) {
    for (indent, text) in page.lines() {
        html.text("p", &format!("i{indent}"), &text);
    }
}
