//! The answer of a plugin: changes, effects, notes, or the reason why it has no plan. Mirrors `wit/step.wit`.
//!
//! Serialised unchanged into plans and journals; a new field needs a default.

mod globalise;
mod walk;

pub use walk::tokens_in;

use serde::{Deserialize, Serialize};

use crate::compact::Compact;
use crate::operation::{Check, Condition, Expectation, Field, Finding, Operation, Probe};
use crate::value::{Scalar, Token};

/// Looks until `until` holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wait {
    pub summary: String,
    pub look: Probe,
    pub until: Finding,
    pub failed: Vec<Check>,
    pub reason_at: Option<String>,
    pub every_ms: u32,
    pub at_most_ms: u32,
}

/// The source of a bound value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// JSON Pointer into the answer.
    Reply(String),
    /// A value that is read when all waits are over.
    Found { look: Probe, at: String },
}

/// A name for a value that is known only afterwards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binding {
    pub name: String,
    pub source: Source,
    pub secret: bool,
}

/// A thing that must be done before a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Prerequisite {
    /// Address of a change of the same plan.
    Change(String),
    Given(Token),
}

/// The way to undo a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WayBack {
    Restore,
    Instead(Box<Operation>),
}

/// The way to undo a change, with its conditions and what remains.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakeBack {
    pub way: WayBack,
    pub waits: Vec<Wait>,
    pub only_if: Vec<Expectation>,
    pub stays: Option<String>,
    pub destroys: Option<String>,
}

/// Says whether a change can be undone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Undo {
    Possible(TakeBack),
    Nothing,
    Impossible(String),
}

/// One difference that Usher makes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Names the change in its step: stable, made from what the change is about.
    pub address: String,
    pub summary: String,
    pub operation: Operation,
    #[serde(alias = "needs")]
    pub after: Vec<Prerequisite>,
    pub waits: Vec<Wait>,
    pub results: Vec<Binding>,
    pub undo: Undo,
}

/// The certainty of a prediction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Certainty {
    Certain,
    Likely,
    Possible,
}

/// A field that will be opened, with the value that existing records have in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenedField {
    pub object: String,
    pub field: String,
    pub initial: Scalar,
}

/// The kind of an effect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Consequence {
    Appears {
        object: String,
        fields: Vec<Field>,
        key: Vec<Condition>,
        /// `Nothing`: the effect binds it.
        id: Scalar,
    },
    Alters {
        object: String,
        id: Scalar,
        fields: Vec<Field>,
    },
    Disappears {
        object: String,
        id: Scalar,
    },
    Configures {
        settings: String,
        fields: Vec<Field>,
    },
    Opens {
        objects: Vec<String>,
        fields: Vec<OpenedField>,
    },
    Takes {
        object: String,
        id: Scalar,
        total: String,
        used: String,
        amount: u32,
    },
    Mails {
        recipients: Option<u32>,
        to: Vec<Scalar>,
    },
    Other,
}

/// One difference that Salesforce makes by itself because of changes of the same plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    /// Same name space as the changes' addresses.
    pub address: String,
    pub causes: Vec<String>,
    pub summary: String,
    pub certainty: Certainty,
    pub consequence: Consequence,
    pub within_ms: u32,
    pub remains: Option<String>,
}

/// The severity of a plugin's note.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Hash)]
#[serde(rename_all = "kebab-case")]
pub enum NoteSeverity {
    Error,
    Warning,
    Info,
}

/// A message of a plugin to a person. `at`: JSON Pointer into the step's input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    pub severity: NoteSeverity,
    pub code: String,
    pub summary: String,
    pub remedy: Option<String>,
    pub rule: Option<String>,
    pub at: String,
}

/// The answer: the changes that a step would make.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepPlan {
    pub changes: Vec<Change>,
    pub effects: Vec<Effect>,
    /// A JSON object that fits the manifest's output schema.
    pub outputs: Compact,
    pub notes: Vec<Note>,
}

/// The step cannot be planned before these tokens have values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deferral {
    pub waiting_for: Vec<Token>,
    pub reason: String,
    pub likely: Vec<String>,
}

/// The reason why a plugin has no plan. The case decides what Usher does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Failure {
    /// The input is wrong; shown at its place in the recipe.
    Invalid(Vec<Note>),
    /// The org is not ready, or not as a verifying step wants it.
    Unmet(Vec<Note>),
    Deferred(Deferral),
    Transient(String),
    /// The plugin is at fault.
    Broken(String),
}
