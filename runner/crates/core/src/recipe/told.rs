//! Texts of a plugin, in the words of the recipe: `{with.nickname}` becomes the thing that a person can set.

use usher_contract::change::Note;

use crate::diagnostic::list;
use crate::recipe::template::{Kind, Template};
use crate::recipe::{Kept, Step};

/// Opens the name of a step's input in a text of its plugin.
const OPENS: &str = "{with.";

impl Step {
    /// Replaces each `{with.NAME}` in the summary and the remedy. NAME is an input of the step; `.` leads into a table
    /// (`{with.values.Email}`). Of several with `|` between them the first counts behind which an input of the recipe
    /// stands, else the first. Where none does, the remedy says that it takes another recipe.
    pub fn told(&self, note: &mut Note) {
        note.summary = self.in_words(&note.summary).0;
        let Some(remedy) = &mut note.remedy else {
            return;
        };
        let (mut told, fixed) = self.in_words(remedy);
        if !fixed.is_empty() {
            let fixed = list(&fixed);
            told = format!(
                "{}. This recipe has no input for {fixed}, so that takes a recipe of your own",
                told.trim_end_matches('.')
            );
        }
        *remedy = told;
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

    /// The text, and the inputs of the step in it that the recipe fixes, each once.
    fn in_words<'t>(&self, text: &'t str) -> (String, Vec<&'t str>) {
        let mut told = String::with_capacity(text.len());
        let mut fixed: Vec<&str> = Vec::new();
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
                None => {
                    if !fixed.contains(&first) {
                        fixed.push(first);
                    }
                    format!("`{first}` under `with` of the step `{}`", self.id)
                }
            });
            rest = after;
        }
        told.push_str(rest);
        (told, fixed)
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
