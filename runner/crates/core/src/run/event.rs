//! What can happen to a run. The journal's format, version 1: variants and fields are only ever added,
//! with defaults.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::plan::Plan;
use crate::read::Record;

/// One change of one step.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ChangeKey {
    pub step: String,
    pub address: String,
}

/// Who approved a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Approval {
    /// `--yes`
    Flag,
    /// Somebody answered the question.
    Person,
}

/// How a change came to be as wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// We sent it and the org said so.
    Sent,
    /// The answer was lost; we looked and found it.
    Found,
    /// Somebody else made it; it is never undone by us.
    FoundNotOurs,
    /// It was as wanted when its turn came; nothing was sent.
    AsWanted,
}

/// How a change ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    Done {
        how: How,
        /// What the change bound: `id`, and its results.
        values: BTreeMap<String, Value>,
    },
    Failed {
        /// Salesforce's error code, or one of ours (`run/…`).
        code: String,
        message: String,
    },
    /// Sent, no answer, and looking did not settle it: a person must.
    Unsettled { reason: String },
}

/// What looking for an announced effect found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It is as announced.
    Held,
    /// It is not, after all the time that it may take.
    Missing {
        #[serde(default)]
        why: String,
    },
    /// Nobody can tell: the org did not answer, or what it hangs on is not there.
    Unread {
        #[serde(default)]
        why: String,
    },
}

impl Verdict {
    /// Whether the effect was seen to be there, or not to be; none when nobody can tell.
    pub fn verified(&self) -> Option<bool> {
        match self {
            Self::Held => Some(true),
            Self::Missing { .. } => Some(false),
            Self::Unread { .. } => None,
        }
    }
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    Done,
    /// A change failed, and nothing behind it was sent; or a certain effect did not come.
    Failed,
    /// Something is in doubt and needs a person.
    InDoubt,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// The plan that the run carries out. Always first.
    Planned {
        plan: Plan,
        /// The recipe's text, so that a resumed run does not depend on the file.
        recipe: String,
    },
    Approved {
        by: Approval,
    },
    /// These changes are about to be sent in one request. Durable before the request leaves.
    Intent {
        /// Counts the run's writing requests from 1.
        request: u64,
        changes: Vec<ChangeKey>,
        /// What the updates among them found, by address.
        before: BTreeMap<String, Record>,
    },
    /// The org took a change; what the answer bound. Durable before any wait begins.
    Answered {
        change: ChangeKey,
        values: BTreeMap<String, Value>,
    },
    Settled {
        change: ChangeKey,
        outcome: Outcome,
    },
    /// A record that an effect announced is there, so that later changes may refer to it. Binds `id`.
    Appeared {
        step: String,
        address: String,
        id: String,
    },
    /// An effect was looked for. Once per effect; those whose causes failed, and those that something
    /// later replaces, are not looked for.
    Verified {
        step: String,
        address: String,
        verdict: Verdict,
    },
    Finished {
        end: End,
    },
}
