//! Texts of a plugin about an input that an earlier step gives: `{with.account}`, where the recipe passes
//! `${steps.account.record_id}`, becomes what that step gives, with the record that a person has named for it.

use usher_contract::change::Note;

use crate::recipe::template::Template;
use crate::recipe::{InputKind, Kept, Recipe, Step};

/// Opens the name of a step's input in a text of its plugin.
const OPENS: &str = "{with.";

impl Recipe {
    /// Replaces each `{with.NAME}` behind which an output of another step stands. The others are left to [`Step::told`].
    pub fn traced(&self, step: &Step, note: &mut Note) {
        note.summary = self.in_words(step, &note.summary);
        if let Some(remedy) = &mut note.remedy {
            *remedy = self.in_words(step, remedy);
        }
    }

    fn in_words(&self, step: &Step, text: &str) -> String {
        let mut told = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once(OPENS) {
            told.push_str(before);
            let given = after
                .split_once('}')
                .and_then(|(paths, after)| Some((self.given(step, paths)?, after)));
            match given {
                Some((given, after)) => {
                    told.push_str(&given);
                    rest = after;
                }
                None => {
                    told.push_str(OPENS);
                    rest = after;
                }
            }
        }
        told.push_str(rest);
        told
    }

    /// None when a person can set one of the alternatives, or no step gives one.
    fn given(&self, step: &Step, paths: &str) -> Option<String> {
        if paths.split('|').any(|path| step.behind(path).is_some()) {
            return None;
        }
        let mut givers = paths
            .split('|')
            .filter_map(|path| Some((path, step.giver(path)?)));
        let (path, giver) = givers.next()?;
        let giver = self.steps.iter().find(|step| step.id == giver)?;
        Some(match self.passed(giver, path) {
            Some(input) => format!("what the step `{}` gives by the input `{input}`", giver.id),
            None => format!("what the step `{}` gives", giver.id),
        })
    }

    /// The input that the recipe passes to a step for what that gives: the one of this name, or the one record.
    fn passed(&self, step: &Step, name: &str) -> Option<String> {
        let Kept::ByPlugin(used) = &step.kept else {
            return None;
        };
        let inputs = || used.with.iter().filter_map(|(_, value)| value.only_input());
        if let Some(same) = inputs().find(|input| input == name) {
            return Some(same);
        }
        let inputs = inputs();
        let mut records = inputs.filter(|name| {
            let is = |input: &&crate::recipe::Input| &input.name == name;
            let input = self.inputs.iter().find(is);
            input.is_some_and(|input| matches!(input.kind, InputKind::Record { .. }))
        });
        let first = records.next()?;
        records.all(|other| other == first).then_some(first)
    }
}

impl Step {
    /// The step whose output alone stands behind an input of this one.
    fn giver(&self, input: &str) -> Option<&str> {
        let Kept::ByPlugin(used) = &self.kept else {
            return None;
        };
        let (_, value) = used.with.iter().find(|(key, _)| key.value == input)?;
        of_step(value)
    }
}

/// `${steps.<id>.<output>}`: the id.
fn of_step(value: &Template) -> Option<&str> {
    match value.as_expression()?.as_path()?.segments.as_slice() {
        [root, id, _] if root == "steps" => Some(id),
        _ => None,
    }
}
