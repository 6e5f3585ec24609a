//! The vocabulary of evaluating a recipe: the values to use, reasons why there is no value, and places of values.

use std::borrow::Cow;
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
    Step(Value),
    /// By the keys of the items.
    Items(HashMap<String, OfItem>),
}

/// The outputs of one item of a step.
#[derive(Clone, Debug)]
enum OfItem {
    /// There may be a hundred thousand, and each is used by few expressions.
    Text(Compact),
    /// Text is read to a certain depth only.
    Deep(Value),
}

/// Levels of lists and objects up to which outputs are kept as text. JSON is read to 128.
const LEVELS_MAX: usize = 64;

impl From<Value> for OfItem {
    fn from(outputs: Value) -> Self {
        match is_deeper(&outputs, LEVELS_MAX) {
            true => Self::Deep(outputs),
            false => Self::Text(outputs.into()),
        }
    }
}

/// Says whether a value has more levels than these.
fn is_deeper(value: &Value, levels: usize) -> bool {
    let Some(below) = levels.checked_sub(1) else {
        return true;
    };
    match value {
        Value::Array(values) => values.iter().any(|value| is_deeper(value, below)),
        Value::Object(object) => object.values().any(|value| is_deeper(value, below)),
        _ => false,
    }
}

impl FromIterator<(String, Value)> for Outputs {
    /// Of steps outside of loops.
    fn from_iter<T: IntoIterator<Item = (String, Value)>>(steps: T) -> Self {
        let steps = steps.into_iter();
        Self(
            steps
                .map(|(step, outputs)| (step, Of::Step(outputs)))
                .collect(),
        )
    }
}

impl Outputs {
    /// Adds the outputs of a step, or of an item of a step.
    pub fn add(&mut self, unit: &Unit, outputs: Value) {
        let Some(item) = &unit.item else {
            self.0.insert(unit.step.clone(), Of::Step(outputs));
            return;
        };
        let empty = || Of::Items(HashMap::new());
        let outputs = OfItem::from(outputs);
        match self.0.entry(unit.step.clone()).or_insert_with(empty) {
            Of::Items(items) => {
                items.insert(item.clone(), outputs);
            }
            one @ Of::Step(_) => *one = Of::Items(HashMap::from([(item.clone(), outputs)])),
        }
    }

    /// Returns the outputs of a step; in a loop those of the item with this key.
    pub(super) fn of(&self, step: &str, item: Option<&str>) -> Option<Cow<'_, Value>> {
        Some(match self.0.get(step)? {
            Of::Step(outputs) => Cow::Borrowed(outputs),
            Of::Items(items) => match items.get(item?)? {
                OfItem::Text(outputs) => Cow::Owned(outputs.value()),
                OfItem::Deep(outputs) => Cow::Borrowed(outputs),
            },
        })
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use usher_contract::value::Unit;

    use super::Outputs;

    #[test]
    fn outputs_of_any_depth_are_kept() {
        let mut outputs = Outputs::default();
        for levels in [0, 60, 100, 200] {
            let nested = (0..levels).fold(json!(1), |inner, _| json!({ "in": inner }));
            let value = json!({ "id": "x", "reply": nested });
            for item in [None, Some("a".to_owned())] {
                let step = format!("{levels} {item:?}");
                outputs.add(
                    &Unit {
                        step: step.clone(),
                        item: item.clone(),
                    },
                    value.clone(),
                );
                let kept = outputs
                    .of(&step, item.as_deref())
                    .map(|kept| kept.into_owned());
                assert_eq!(kept, Some(value.clone()), "{step}");
            }
        }
        assert_eq!(
            outputs
                .of("0 None", Some("a"))
                .as_deref()
                .map(Value::is_object),
            Some(true)
        );
    }
}
