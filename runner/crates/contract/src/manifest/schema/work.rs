//! Counts the cost of validating a value before the validator does it. The validator has no fuel, so Usher goes the
//! same way through schema and value with fuel, and without stopping early as the validator may: the count is never
//! less than the validator's steps. The count itself ends when the fuel is spent.
//!
//! A step is a word of a schema checked against a value, a name compared, or 64 bytes of text read. Branches of `anyOf`
//! and the like are visited once more at each level to describe mistakes, and each mistake found there keeps a copy of
//! its value. Both are counted, so that the count bounds memory, too.

use serde_json::Value;

use super::pattern::Patterns;
use super::words::{APPLICATORS, Against, Applicator, below};
use crate::limit;

/// Bytes of text that are read in one step.
const BYTES_A_STEP: usize = 64;

/// The validation takes more than the fuel, or goes too deep.
pub(super) struct TooMuch;

/// Returns the number of steps that may each keep a mistake, when validating `value` takes at most `steps_max`.
pub(super) fn steps(
    root: &Value,
    patterns: &Patterns,
    value: &Value,
    steps_max: u64,
) -> Result<u64, TooMuch> {
    let mut meter = Meter {
        root,
        patterns,
        left: steps_max,
        keeping: 0,
    };
    let place = Place {
        depth: 0,
        twice: 0,
        path_bytes: 0,
    };
    meter.apply(root, value, place)?;
    Ok(meter.keeping)
}

struct Meter<'a> {
    root: &'a Value,
    patterns: &'a Patterns,
    left: u64,
    /// Steps that may each keep a mistake.
    keeping: u64,
}

/// The place of the count in schema and value.
#[derive(Clone, Copy)]
struct Place {
    depth: usize,
    /// The number of words around it that visit everything below once more.
    twice: u64,
    /// The length of the value's own path: each mistake holds the path as a text.
    path_bytes: usize,
}

impl Place {
    fn below(self, against: Against, name_bytes: usize) -> Self {
        let twice = matches!(against, Against::SameTwice | Against::ItemsTwice);
        Self {
            depth: self.depth + 1,
            twice: self.twice + u64::from(twice),
            path_bytes: self.path_bytes + name_bytes,
        }
    }
}

impl Meter<'_> {
    fn spend(&mut self, steps: u64) -> Result<(), TooMuch> {
        self.left = self.left.checked_sub(steps).ok_or(TooMuch)?;
        Ok(())
    }

    fn spend_keeping(&mut self, steps: u64) -> Result<(), TooMuch> {
        self.keeping = self.keeping.saturating_add(steps);
        self.spend(steps)
    }

    /// Counts a schema that is checked against a value, with everything below both.
    fn apply(&mut self, schema: &Value, value: &Value, place: Place) -> Result<(), TooMuch> {
        if place.depth > limit::SCHEMA_STACK_MAX {
            return Err(TooMuch);
        }
        let mut each = 1 + (place.path_bytes / BYTES_A_STEP) as u64;
        if place.twice > 0 {
            each += self.size(value)?;
        }
        let Value::Object(words) = schema else {
            return self.spend_keeping(each.saturating_mul(1 + place.twice));
        };
        each = each.saturating_mul(1 + words.len() as u64);
        self.spend_keeping(each.saturating_mul(1 + place.twice))?;
        self.own(schema, value, place)?;
        for applicator in APPLICATORS {
            if let Some(held) = words.get(applicator.word) {
                self.below(schema, applicator, held, value, place)?;
            }
        }
        Ok(())
    }

    /// Counts the words of a schema that hold no schemas.
    fn own(&mut self, schema: &Value, value: &Value, place: Place) -> Result<(), TooMuch> {
        let times = 1 + place.twice;
        for word in [
            "enum",
            "const",
            "required",
            "dependentRequired",
            "dependencies",
            "not",
        ] {
            if let Some(said) = schema.get(word) {
                // The word is compared with the value, or kept with the mistake.
                let size = self.size(said)?;
                self.spend_keeping(size.saturating_mul(times))?;
            }
        }
        if schema.get("uniqueItems").is_some() && value.is_array() {
            // A few items are compared each with each, more of them by their hashes.
            let size = self.size(value)?;
            self.spend(size.saturating_mul(COMPARED_MAX * times))?;
        }
        if let Value::String(text) = value {
            self.spend((text.len() / BYTES_A_STEP) as u64 * times)?;
            if let Some(pattern) = schema.get("pattern").and_then(Value::as_str) {
                let steps = self.patterns.steps(pattern, text.len());
                self.spend(steps.saturating_mul(times))?;
            }
        }
        Ok(())
    }

    /// Counts the schemas below one word.
    fn below(
        &mut self,
        schema: &Value,
        applicator: &Applicator,
        held: &Value,
        value: &Value,
        place: Place,
    ) -> Result<(), TooMuch> {
        let schemas = below(self.root, applicator.shape, held);
        let against = applicator.against;
        match (against, value) {
            (Against::Same | Against::SameTwice, _) => {
                let place = place.below(against, 0);
                let mut all = schemas.into_iter();
                all.try_for_each(|(_, schema)| self.apply(schema, value, place))
            }
            (Against::Members, Value::Object(members)) => match applicator.word {
                "properties" => schemas.into_iter().try_for_each(|(name, schema)| {
                    let name = name.unwrap_or_default();
                    match members.get(name) {
                        Some(member) => {
                            self.apply(schema, member, place.below(against, name.len()))
                        }
                        None => self.spend(1),
                    }
                }),
                word => {
                    let named = schema
                        .get("properties")
                        .filter(|_| word == "additionalProperties");
                    for (name, member) in members {
                        let inner = place.below(against, name.len());
                        self.spend(1)?;
                        if named.is_some_and(|named| named.get(name).is_some()) {
                            continue;
                        }
                        for (pattern, schema) in &schemas {
                            if let Some(pattern) = pattern {
                                let steps = self.patterns.steps(pattern, name.len());
                                self.spend(steps.saturating_mul(1 + place.twice))?;
                            }
                            self.apply(schema, member, inner)?;
                        }
                    }
                    Ok(())
                }
            },
            (Against::Names, Value::Object(members)) => {
                for name in members.keys() {
                    let text = Value::String(name.clone());
                    for (_, schema) in &schemas {
                        // A mistake in a name keeps a copy of it.
                        self.apply(schema, &text, place.below(Against::SameTwice, name.len()))?;
                    }
                }
                Ok(())
            }
            (Against::Items | Against::ItemsTwice, Value::Array(items)) => {
                self.items(schema, applicator, held, &schemas, items, place)
            }
            _ => Ok(()),
        }
    }

    fn items(
        &mut self,
        schema: &Value,
        applicator: &Applicator,
        held: &Value,
        schemas: &[(Option<&str>, &Value)],
        items: &[Value],
        place: Place,
    ) -> Result<(), TooMuch> {
        // Each schema of a list is for one item.
        if held.is_array() {
            let mut each = schemas.iter().zip(items);
            return each.try_for_each(|((_, schema), item)| {
                self.apply(schema, item, place.below(applicator.against, INDEX_BYTES))
            });
        }
        let first = match applicator.word {
            "items" => schema.get("prefixItems").and_then(Value::as_array),
            "additionalItems" => schema.get("items").and_then(Value::as_array),
            _ => None,
        };
        for item in items.iter().skip(first.map_or(0, Vec::len)) {
            for (_, schema) in schemas {
                self.apply(schema, item, place.below(applicator.against, INDEX_BYTES))?;
            }
        }
        Ok(())
    }

    /// Returns the size of a value in steps. Measuring it takes that much fuel.
    fn size(&mut self, value: &Value) -> Result<u64, TooMuch> {
        let text = |bytes: usize| 1 + (bytes / BYTES_A_STEP) as u64;
        let before = self.left;
        match value {
            Value::String(own) => self.spend(text(own.len()))?,
            Value::Array(items) => {
                self.spend(1)?;
                for item in items {
                    self.size(item)?;
                }
            }
            Value::Object(members) => {
                self.spend(1)?;
                for (name, member) in members {
                    self.spend(text(name.len()))?;
                    self.size(member)?;
                }
            }
            _ => self.spend(1)?,
        }
        Ok(before - self.left)
    }
}

/// Items of an array that are compared each with each.
const COMPARED_MAX: u64 = 16;

/// The longest index of an item in a path.
const INDEX_BYTES: usize = 8;
