//! Texts of a plugin, in the words of the recipe: `{with.nickname}` becomes the thing that a person can set.

use usher_contract::change::Note;

use crate::recipe::template::{Kind, Template};
use crate::recipe::{Kept, Step};

/// Opens the name of a step's input in a text of its plugin.
const OPENS: &str = "{with.";

impl Step {
    /// Replaces each `{with.NAME}` in the summary and the remedy. NAME is an input of the step; `.` leads into a table
    /// (`{with.values.Email}`). Of several with `|` between them the first counts behind which an input of the recipe
    /// stands, else the first.
    pub fn told(&self, note: &mut Note) {
        note.summary = self.in_words(&note.summary);
        if let Some(remedy) = &mut note.remedy {
            *remedy = self.in_words(remedy);
        }
    }

    /// The recipe's input behind an input of the step, and the rest of the path, which leads into it; `None` when the
    /// recipe passes none of its inputs there.
    pub fn behind<'p>(&self, path: &'p str) -> Option<(String, &'p str)> {
        let Kept::ByPlugin(used) = &self.kept else {
            return None;
        };
        let next = |path: &'p str| path.split_once('.').unwrap_or((path, ""));
        let (name, mut rest) = next(path);
        let mut found = &used.with.iter().find(|(key, _)| key.value == name)?.1;
        while !rest.is_empty() {
            let (name, after) = next(rest);
            found = match &found.kind {
                Kind::Table(entries) => &entries.iter().find(|(key, _)| key.value == name)?.1,
                Kind::List(items) => items.get(name.parse::<usize>().ok()?)?,
                Kind::Literal(_) | Kind::Text(_) => break,
            };
            rest = after;
        }
        let input = found.only_input().or_else(|| of_list(found));
        Some((input.or_else(|| of_table(found))?, rest))
    }

    fn in_words(&self, text: &str) -> String {
        let mut told = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once(OPENS) {
            told.push_str(before);
            let paths = after.split_once('}');
            let Some((paths, after)) = paths.filter(|(paths, _)| paths.split('|').all(is_path))
            else {
                told.push_str(OPENS);
                rest = after;
                continue;
            };
            let mut all = paths.split('|');
            let first = paths.split('|').next().unwrap_or(paths);
            told.push_str(&match all.find_map(|path| self.behind(path)) {
                Some((input, "")) => format!("the input `{input}`"),
                Some((input, within)) => format!("`{within}` of the input `{input}`"),
                None => format!("`{first}` under `with` of the step `{}`", self.id),
            });
            rest = after;
        }
        told.push_str(rest);
        told
    }
}

/// The input of a list with one item: `profiles = ["${inputs.profile}"]`.
fn of_list(template: &Template) -> Option<String> {
    match &template.kind {
        Kind::List(items) => match items.as_slice() {
            [one] => one.only_input(),
            _ => None,
        },
        _ => None,
    }
}

/// The only input that stands in the entries of a table: `key = { Email = "${inputs.email}" }`.
fn of_table(template: &Template) -> Option<String> {
    let Kind::Table(entries) = &template.kind else {
        return None;
    };
    let mut inputs = entries.iter().filter_map(|(_, value)| value.only_input());
    let first = inputs.next()?;
    inputs.all(|other| other == first).then_some(first)
}

/// Says that a text is names joined by dots.
fn is_path(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let mut names = text.split('.');
    names.all(|name| !name.is_empty() && name.chars().all(plain))
}
