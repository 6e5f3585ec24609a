//! The items of a step in a loop: rows of an input, or texts of a list.

use std::sync::Arc;

use usher_core::recipe::{Evaluation, InputKind, Item, Outputs, Scope, Step};

use crate::planning::Planning;
use crate::planning::course::Course;

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
    pub(super) fn items(&self, step: &Step, course: &mut Course<'_>) -> Result<Items, Evaluation> {
        let Some(words) = step.loop_words() else {
            return Ok(Items::One);
        };
        if let Some(items) = course.loops.get(words) {
            return Ok(Items::Of(Arc::clone(items)));
        }
        let items: Arc<[Item]> = match step.looped_input().filter(|name| self.has_rows(name)) {
            Some(name) => {
                let rows = self.inputs.items(name).into_iter();
                let items = rows.map(|row| Item {
                    key: row.key,
                    value: row.value,
                });
                items.collect()
            }
            None => {
                let outputs = Outputs::default();
                let scope = Scope {
                    inputs: &self.inputs.values,
                    item: None,
                    outputs: &outputs,
                };
                step.texts(&scope).unwrap_or(Ok(Vec::new()))?.into()
            }
        };
        course.loops.insert(words.to_owned(), Arc::clone(&items));
        Ok(Items::Of(items))
    }

    fn has_rows(&self, input: &str) -> bool {
        let input = self.recipe.input(input);
        input.is_some_and(|input| matches!(input.kind, InputKind::Rows { .. }))
    }
}
