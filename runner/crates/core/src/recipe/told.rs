//! Texts of a plugin, in the words of the recipe: `{with.nickname}` becomes the thing that a person can set.

use usher_contract::change::Note;

use crate::recipe::{Kept, Step, template};

/// Opens the name of a step's input in a text of its plugin.
const OPENS: &str = "{with.";

impl Step {
    /// Replaces each `{with.NAME}` in the summary and the remedy. NAME is an input of the step; `.` leads into a table
    /// (`{with.values.Email}`).
    pub fn told(&self, note: &mut Note) {
        note.summary = self.in_words(&note.summary);
        if let Some(remedy) = &mut note.remedy {
            *remedy = self.in_words(remedy);
        }
    }

    /// The recipe's input behind an input of the step; `None` when the recipe passes none of its inputs there.
    pub fn behind(&self, name: &str) -> Option<String> {
        let Kept::ByPlugin(used) = &self.kept else {
            return None;
        };
        let pointer = format!("/{}", name.replace('.', "/"));
        template::locate(&used.with, &used.with_span, &pointer).input
    }

    fn in_words(&self, text: &str) -> String {
        let mut told = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once(OPENS) {
            told.push_str(before);
            let name = after.split_once('}').filter(|(name, _)| is_path(name));
            let Some((name, after)) = name else {
                told.push_str(OPENS);
                rest = after;
                continue;
            };
            told.push_str(&match self.behind(name) {
                Some(input) => format!("the input `{input}`"),
                None => format!("`{name}` under `with` of the step `{}`", self.id),
            });
            rest = after;
        }
        told.push_str(rest);
        told
    }
}

/// Says that a text is names joined by dots.
fn is_path(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let mut names = text.split('.');
    names.all(|name| !name.is_empty() && name.chars().all(plain))
}
