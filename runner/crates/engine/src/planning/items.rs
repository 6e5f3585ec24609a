//! The items of a step in a loop: rows of an input, or texts of a list.

use std::sync::Arc;

use serde_json::json;
use usher_core::id;
use usher_core::keep::SIGNED_IN_USER;
use usher_core::plan::{ProblemClass, StepState};
use usher_core::recipe::{Evaluation, InputKind, Item, Outputs, Scope, Step};

use crate::planning::Planning;
use crate::planning::course::Course;
use crate::planning::problem::{failed, note};

/// The items of a step: one that is nothing, when the step is in no loop.
pub(super) enum Items {
    /// The step is in no loop.
    One,
    Of(Arc<[Item]>),
}

impl Items {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::One => 1,
            Self::Of(items) => items.len(),
        }
    }

    pub(super) fn get(&self, index: usize) -> Option<&Item> {
        match self {
            Self::One => None,
            Self::Of(items) => items.get(index),
        }
    }
}

impl Planning<'_> {
    /// Returns the items of a step. Those of a loop are made once.
    ///
    /// # Errors
    ///
    /// As [`Evaluation`]: an item is not a text, or stands twice.
    pub(super) fn items(&self, step: &Step, course: &Course<'_>) -> Result<Items, Evaluation> {
        let Some(words) = step.loop_words() else {
            return Ok(Items::One);
        };
        let items = course.items(words, || self.made_items(step))?;
        Ok(Items::Of(items))
    }

    fn made_items(&self, step: &Step) -> Result<Arc<[Item]>, Evaluation> {
        if let Some(name) = step.looped_gone() {
            let gone = self.inputs.gone(name).iter();
            let items = gone.map(|gone| Item {
                key: gone.id.clone(),
                value: json!({ "id": gone.id, "name": gone.name, "key": gone.key }),
            });
            return Ok(items.collect());
        }
        if let Some(name) = step.looped_input().filter(|name| self.has_rows(name)) {
            return Ok(self.inputs.items(name).into());
        }
        let outputs = Outputs::default();
        let scope = Scope {
            inputs: &self.inputs.values,
            item: None,
            outputs: &outputs,
        };
        Ok(step.texts(&scope).unwrap_or(Ok(Vec::new()))?.into())
    }

    /// The reason why a step without items is skipped.
    pub(super) fn why_none(&self, step: &Step) -> String {
        let words = step.loop_words().unwrap_or_default();
        let Some(name) = step.looped_gone() else {
            return format!("`{words}` is empty");
        };
        let used = self.inputs.used.iter().find(|used| used.name == name);
        let left_out = used.and_then(|used| Some(used.kept.as_ref()?.left_out));
        match left_out.unwrap_or_default() {
            0 => format!("every record of the set has a row in `{name}`"),
            1 => "a row is left out, and Usher cannot know for whom it stands: nobody is let go"
                .to_owned(),
            rows => format!(
                "{rows} rows are left out, and Usher cannot know for whom they stand: nobody is let go"
            ),
        }
    }

    /// Returns the state of a gone record that is the signed-in user: a list never locks out who works with it.
    pub(super) fn is_oneself(&self, step: &Step, item: &Item) -> Option<StepState> {
        let is_own = id::canonical(&item.key) == id::canonical(&self.identity.user_id);
        step.looped_gone().filter(|_| is_own)?;
        let why = format!(
            "{} is the signed-in user, whom Usher never lets go",
            item.value["name"].as_str().unwrap_or(&item.key)
        );
        let mut note = note(SIGNED_IN_USER, why);
        note.remedy = Some("Narrow the set with `where`, or add a row for this user".to_owned());
        Some(failed(ProblemClass::Unmet, note))
    }

    fn has_rows(&self, input: &str) -> bool {
        let input = self.recipe.input(input);
        input.is_some_and(|input| matches!(input.kind, InputKind::Rows { .. }))
    }
}
