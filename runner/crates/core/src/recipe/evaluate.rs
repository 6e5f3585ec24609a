//! The vocabulary of evaluating a recipe: the values to use, reasons why there is no value, and places of values.

use std::collections::BTreeMap;
use std::ops::Range;

use serde_json::{Map, Value};

use crate::diagnostic::Diagnostic;
use usher_contract::value::Token;

/// The values that expressions may use.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// The inputs from [`crate::recipe::Recipe::bind_inputs`], with records found and secrets replaced by `$ref`s.
    pub inputs: &'a Map<String, Value>,
    /// Outputs of the steps planned so far, by id.
    pub outputs: &'a BTreeMap<String, Value>,
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
