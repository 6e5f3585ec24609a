//! The permissions that a profile gets, as a person compares them: user permissions that are switched on before those
//! that are switched off, and a table of objects.

use std::collections::BTreeMap;

use serde_json::Value;
use usher_core::component::Difference;
use usher_core::privilege;
use usher_core::text;

use crate::page::{Page, width};
use crate::report::Detail;
use crate::report::words::{count, shows_all, value};

/// More values or objects of one component than this are counted, not listed: a whole profile has hundreds.
pub(super) const VALUES_LISTED_MAX: usize = 20;

/// The element of each column, and its heading.
const COLUMNS: &[(&str, &str)] = &[
    ("allowRead", "read"),
    ("allowCreate", "create"),
    ("allowEdit", "edit"),
    ("allowDelete", "delete"),
    ("viewAllRecords", "view all"),
    ("modifyAllRecords", "modify all"),
];

/// Between two columns.
const GAP: usize = 2;

/// Permissions among the values that change in a component.
pub(super) struct Permissions<'a> {
    on: Vec<String>,
    off: Vec<String>,
    /// By the object, and by the element.
    objects: BTreeMap<&'a str, BTreeMap<&'a str, &'a Difference>>,
    /// The values that are not a permission of a user or an object.
    pub(super) others: Vec<&'a Difference>,
}

impl<'a> Permissions<'a> {
    /// Sorts the values of one component.
    pub(super) fn of(differences: &'a [Difference]) -> Self {
        let mut all = Self {
            on: Vec::new(),
            off: Vec::new(),
            objects: BTreeMap::new(),
            others: Vec::new(),
        };
        for one in differences {
            match place(one) {
                Some(("userPermissions", name, "enabled")) => all.user_permission(name, one),
                Some((_, name, _)) if is_name(name, one) => {}
                Some(("objectPermissions", object, element)) if is_column(element) => {
                    all.objects.entry(object).or_default().insert(element, one);
                }
                _ => all.others.push(one),
            }
        }
        all.on
            .sort_by_key(|name| !privilege::is_user_permission(name));
        all
    }

    fn user_permission(&mut self, name: &str, one: &'a Difference) {
        let text = |value: &'a Option<Value>| value.as_ref().map(Value::as_str);
        match (text(&one.before), text(&one.after)) {
            (_, Some(Some("true"))) => self.on.push(text::value(name)),
            (_, Some(Some("false"))) | (Some(Some("true")), None) => {
                self.off.push(text::value(name));
            }
            _ => self.others.push(one),
        }
    }

    /// Adds the lines of user permissions and objects.
    pub(super) fn lines(&self, detail: Detail, indent: usize, page: &mut Page) {
        if !self.on.is_empty() {
            let on = self.on.join(", ");
            page.line(indent, format!("user permissions on: {on}"));
        }
        if !self.off.is_empty() {
            let off = self.off.join(", ");
            page.line(indent, format!("user permissions off: {off}"));
        }
        self.table(detail, indent, page);
    }

    /// Adds the objects, first those of which all records are opened.
    fn table(&self, detail: Detail, indent: usize, page: &mut Page) {
        let mut objects: Vec<_> = self.objects.iter().collect();
        let opens = |elements: &BTreeMap<&str, &Difference>| {
            let mut differences = elements.values();
            differences.any(|one| privilege::of_difference(one).is_some())
        };
        objects.sort_by_key(|(_, elements)| !opens(elements));
        let opened = objects.iter().filter(|(_, elements)| opens(elements));
        let shown = match detail {
            Detail::Full => objects.len(),
            Detail::Normal | Detail::Undo => VALUES_LISTED_MAX.max(opened.count()),
        };
        let mut rows: Vec<Vec<String>> = Vec::new();
        for (object, elements) in objects.iter().take(shown) {
            let mut row = vec![text::value(object)];
            row.extend(
                COLUMNS
                    .iter()
                    .map(|(element, _)| cell(elements.get(element))),
            );
            rows.push(row);
        }
        if rows.is_empty() {
            return;
        }
        let mut header = vec!["object".to_owned()];
        header.extend(COLUMNS.iter().map(|(_, heading)| (*heading).to_owned()));
        rows.insert(0, header);
        let column = |at: usize| rows.iter().map(|row| width(&row[at])).max().unwrap_or(0);
        let widths: Vec<usize> = (0..=COLUMNS.len()).map(column).collect();
        for row in &rows {
            let mut line = String::new();
            for (cell, wide) in row.iter().zip(&widths) {
                line.push_str(cell);
                line.push_str(&" ".repeat(wide + GAP - width(cell)));
            }
            page.line(indent, line.trim_end());
        }
        if objects.len() > shown {
            let hidden = count(objects.len() - shown, "object");
            page.line(indent, format!("… {hidden} more {}", shows_all(detail)));
        }
    }
}

/// `userPermissions`, `ApiEnabled` and `enabled`.
fn place(one: &Difference) -> Option<(&str, &str, &str)> {
    let (part, element) = one.at.rsplit_once(": ")?;
    let (kind, name) = part.split_once(' ')?;
    Some((kind, name, element))
}

/// Says that the value only repeats the name of the element that holds it.
fn is_name(name: &str, one: &Difference) -> bool {
    one.before.is_none() && one.after.as_ref().is_some_and(|after| after == name)
}

fn is_column(element: &str) -> bool {
    COLUMNS.iter().any(|(known, _)| *known == element)
}

/// "yes", "no -> yes"; "-" where nothing changes.
fn cell(one: Option<&&Difference>) -> String {
    let word = |of: &Value| match of.as_str() {
        Some("true") => "yes".to_owned(),
        Some("false") => "no".to_owned(),
        _ => value(of, Detail::Normal),
    };
    match one.map(|one| (one.before.as_ref(), one.after.as_ref())) {
        None | Some((None, None)) => "-".to_owned(),
        Some((None, Some(after))) => word(after),
        Some((Some(before), Some(after))) => format!("{} -> {}", word(before), word(after)),
        Some((Some(before), None)) => format!("{} -> nothing", word(before)),
    }
}
