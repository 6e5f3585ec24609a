//! Words of evaluating a recipe: the values that there are, why there is none, and where a value comes from.

use std::collections::BTreeMap;
use std::ops::Range;

use serde_json::{Map, Value};

use crate::diagnostic::Diagnostic;
use usher_contract::value::Token;

/// The values that expressions may use.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// As [`crate::recipe::Recipe::bind_inputs`] gave them, records found, secrets replaced by `$ref`s.
    pub inputs: &'a Map<String, Value>,
    /// Outputs of the steps planned so far, by id.
    pub outputs: &'a BTreeMap<String, Value>,
}

/// Why a step has no input yet, or none at all.
#[derive(Clone, Debug, PartialEq)]
pub enum Evaluation {
    /// Something is made of values that nobody knows yet. (A value that is only passed on may be
    /// unknown.)
    Unknown(Vec<Token>),
    /// These steps have no outputs so far.
    Behind(Vec<String>),
    /// An expression cannot be evaluated.
    Failed(Vec<Diagnostic>),
}

/// Where a part of a step's input comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// In the recipe.
    pub span: Range<usize>,
    /// The input that the value was taken from, when it was taken from one.
    pub input: Option<String>,
}
