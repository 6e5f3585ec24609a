//! The vocabulary of evaluating a recipe: the values to use, reasons why there is no value, and places of values.

use std::collections::HashMap;
use std::ops::Range;

use serde_json::{Map, Value};

use crate::diagnostic::Diagnostic;
use usher_contract::compact::Compact;
use usher_contract::value::{Token, Unit};

/// The values that expressions may use.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// The inputs from [`crate::recipe::Recipe::bind_inputs`], with records found and secrets replaced by `$ref`s.
    pub inputs: &'a Map<String, Value>,
    /// The item of a step in a loop.
    pub item: Option<&'a Item>,
    pub outputs: &'a Outputs,
}

/// One item of a loop.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// The item's identity, in journals too: the text of the row's key column, or the text of the list.
    pub key: String,
    /// `item` in expressions: the columns of a row, or a text.
    pub value: Value,
}

/// Outputs of the steps planned so far.
#[derive(Clone, Debug, Default)]
pub struct Outputs(HashMap<String, Of>);

/// The outputs of a step. Each is an object.
#[derive(Clone, Debug)]
enum Of {
    Step(Compact),
    /// By the keys of the items.
    Items(HashMap<String, Compact>),
}

impl FromIterator<(String, Value)> for Outputs {
    /// Of steps outside of loops.
    fn from_iter<T: IntoIterator<Item = (String, Value)>>(steps: T) -> Self {
        let steps = steps.into_iter();
        Self(
            steps
                .map(|(step, outputs)| (step, Of::Step(outputs.into())))
                .collect(),
        )
    }
}

impl Outputs {
    /// Adds the outputs of a step, or of an item of a step.
    pub fn add(&mut self, unit: &Unit, outputs: impl Into<Compact>) {
        let outputs = outputs.into();
        let Some(item) = &unit.item else {
            self.0.insert(unit.step.clone(), Of::Step(outputs));
            return;
        };
        let empty = || Of::Items(HashMap::new());
        match self.0.entry(unit.step.clone()).or_insert_with(empty) {
            Of::Items(items) => {
                items.insert(item.clone(), outputs);
            }
            one @ Of::Step(_) => *one = Of::Items(HashMap::from([(item.clone(), outputs)])),
        }
    }

    /// Returns the outputs of a step; in a loop those of the item with this key.
    pub(super) fn of(&self, step: &str, item: Option<&str>) -> Option<Value> {
        let outputs = match self.0.get(step)? {
            Of::Step(outputs) => outputs,
            Of::Items(items) => items.get(item?)?,
        };
        Some(outputs.value())
    }
}

/// The reason why a step has no input yet, or never has one.
#[derive(Clone, Debug, PartialEq)]
pub enum Evaluation {
    /// Something is computed from values that are not known yet. (A value that is only passed on may be unknown.)
    Unknown(Vec<Token>),
    /// These steps have no outputs so far.
    Behind(Vec<String>),
    /// An expression cannot be evaluated.
    Failed(Vec<Diagnostic>),
}

/// The origin of a part of a step's input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The place in the recipe.
    pub span: Range<usize>,
    /// The input that the value was taken from, if any.
    pub input: Option<String>,
}
