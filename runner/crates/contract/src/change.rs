//! What a plugin answers: changes, effects, notes, or why there is no plan. Mirrors `wit/step.wit`.
//!
//! Serialised as it stands into plans and journals; a new field needs a default.

mod globalise;
mod walk;

pub use walk::tokens_in;

use serde::{Deserialize, Serialize};
use serde_json::Value;

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

/// Where a bound value comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// JSON Pointer into the answer.
    Reply(String),
    /// Read when all waits are over.
    Found { look: Probe, at: String },
}

/// A name for a value that is known only afterwards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binding {
    pub name: String,
    pub source: Source,
    pub secret: bool,
}

/// What must be done first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Prerequisite {
    /// Address of a change of the same plan.
    Change(String),
    Given(Token),
}

/// How a change is taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WayBack {
    Restore,
    Instead(Operation),
}

/// How, when and with what remainder a change is taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakeBack {
    pub way: WayBack,
    pub waits: Vec<Wait>,
    pub only_if: Vec<Expectation>,
    pub stays: Option<String>,
    pub destroys: Option<String>,
}

/// Whether a change can be taken back.
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
    /// Names the change inside the step: stable, made from what it is about.
    pub address: String,
    pub summary: String,
    pub operation: Operation,
    #[serde(alias = "needs")]
    pub after: Vec<Prerequisite>,
    pub waits: Vec<Wait>,
    pub results: Vec<Binding>,
    pub undo: Undo,
}

/// How sure a prediction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Certainty {
    Certain,
    Likely,
    Possible,
}

/// A field that comes to be, and what existing records have in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenedField {
    pub object: String,
    pub field: String,
    pub initial: Scalar,
}

/// What kind of effect it is.
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

/// How grave a note of a plugin is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoteSeverity {
    Error,
    Warning,
    Info,
}

/// One thing a plugin tells a person. `at`: JSON Pointer into the step's input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    pub severity: NoteSeverity,
    pub code: String,
    pub summary: String,
    pub remedy: Option<String>,
    pub rule: Option<String>,
    pub at: String,
}

/// The answer: what would change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepPlan {
    pub changes: Vec<Change>,
    pub effects: Vec<Effect>,
    /// JSON object after the manifest's output schema.
    pub outputs: Value,
    pub notes: Vec<Note>,
}

/// The step cannot be planned before these are known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deferral {
    pub waiting_for: Vec<Token>,
    pub reason: String,
    pub likely: Vec<String>,
}

/// Why a plugin has no plan. The case decides what Usher does.
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
