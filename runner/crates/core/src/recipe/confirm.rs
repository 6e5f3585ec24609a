//! `--confirm step="note"`: a person's word that a manual step is done.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, did_you_mean, list};
use crate::plan::{Plan, StepState};
use crate::recipe::{Kept, Recipe};
use usher_contract::limit;

/// Steps of a recipe or of a run, with whether a person may confirm each.
#[derive(Clone, Debug)]
pub struct Confirmable {
    recipe: String,
    steps: Vec<(String, Doing)>,
}

#[derive(Clone, Debug)]
enum Doing {
    /// The plugin of that name keeps the step.
    ByPlugin(String),
    /// A manual step that a lookup verifies.
    Verified,
    /// A manual step that a person confirms.
    Asked,
}

impl Confirmable {
    /// The steps of a recipe.
    pub fn of_recipe(recipe: &Recipe) -> Self {
        let steps = recipe.steps.iter().map(|step| {
            let doing = match &step.kept {
                Kept::ByPlugin(used) => Doing::ByPlugin(used.plugin.to_string()),
                Kept::ByHand(manual) if manual.is_verified() => Doing::Verified,
                Kept::ByHand(_) => Doing::Asked,
            };
            (step.id.clone(), doing)
        });
        Self {
            recipe: recipe.name.clone(),
            steps: steps.collect(),
        }
    }

    /// The steps of a run.
    pub fn of_plan(plan: &Plan) -> Self {
        let steps = plan.steps.iter().map(|step| {
            let doing = match (&step.plugin, &step.state) {
                (Some(plugin), _) => Doing::ByPlugin(plugin.name.clone()),
                (None, StepState::AsWanted) => Doing::Verified,
                (None, StepState::Manual(manual)) if manual.look.is_some() => Doing::Verified,
                (None, _) => Doing::Asked,
            };
            (step.id.clone(), doing)
        });
        Self {
            recipe: plan.recipe.clone(),
            steps: steps.collect(),
        }
    }

    /// The notes that `--confirm` was given, by step.
    ///
    /// # Errors
    ///
    /// A text has no `=` or no note, names a step that is not manual or that a lookup verifies, or names a step a
    /// second time. The error holds all mistakes.
    pub fn parse(&self, texts: &[String]) -> Result<BTreeMap<String, String>, Vec<Diagnostic>> {
        let mut notes = BTreeMap::new();
        let mut found = Vec::new();
        for text in texts {
            let Some((step, note)) = text.split_once('=') else {
                let message = format!("`--confirm {text}` has no note");
                let help = "write `--confirm step=\"what you did\"`";
                found.push(Diagnostic::error("confirm/no-note", message).help(help));
                continue;
            };
            let step = step.trim();
            if let Err(mistake) = self.check(step, note) {
                found.push(*mistake);
            } else if notes
                .insert(step.to_owned(), note.trim().to_owned())
                .is_some()
            {
                let message = format!("step `{step}` is confirmed twice");
                let help = "confirm it once";
                found.push(Diagnostic::error("confirm/twice", message).help(help));
            }
        }
        if found.is_empty() {
            Ok(notes)
        } else {
            Err(found)
        }
    }

    /// Checks that a person may confirm this step with this note.
    ///
    /// # Errors
    ///
    /// There is no such step, it is not manual, a lookup verifies it, or the note says nothing or too much.
    pub fn check(&self, step: &str, note: &str) -> Result<(), Box<Diagnostic>> {
        let refused = |what: &str, message: String, help: String| {
            let code = format!("confirm/{what}");
            Err(Box::new(Diagnostic::error(&code, message).help(help)))
        };
        let asked = self.steps.iter().filter_map(|(id, doing)| match doing {
            Doing::Asked => Some(id.as_str()),
            Doing::ByPlugin(_) | Doing::Verified => None,
        });
        let asked: Vec<&str> = asked.collect();
        let Some((_, doing)) = self.steps.iter().find(|(id, _)| id == step) else {
            let message = format!("recipe `{}` has no step `{step}`", self.recipe);
            return refused("unknown-step", message, did_you_mean(step, asked));
        };
        match doing {
            Doing::ByPlugin(plugin) => refused(
                "not-by-hand",
                format!("step `{step}` is kept by the plugin `{plugin}`; it is not a manual step"),
                match asked.as_slice() {
                    [] => "leave out `--confirm`: no step waits for one".to_owned(),
                    steps => format!("confirm {}", list(steps)),
                },
            ),
            Doing::Verified => refused(
                "verified",
                format!(
                    "Usher verifies step `{step}` with a lookup, so a confirmation does not count"
                ),
                "leave out `--confirm`, and do what the step says".to_owned(),
            ),
            Doing::Asked if note.trim().is_empty() => refused(
                "no-note",
                format!("the confirmation of step `{step}` has no note"),
                format!("say what was done: `--confirm {step}=\"…\"`"),
            ),
            Doing::Asked if note.len() > limit::SHOWN_TEXT_BYTES_MAX => refused(
                "long-note",
                format!(
                    "the note on step `{step}` has {} bytes, more than {}",
                    note.len(),
                    limit::SHOWN_TEXT_BYTES_MAX
                ),
                "say it shorter".to_owned(),
            ),
            Doing::Asked => Ok(()),
        }
    }
}
