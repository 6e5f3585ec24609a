//! The course of a run, for those who watch it: what the run waits for, and how it ended.

use crate::run::event::{End, Stop};

/// The thing that a run is waiting for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice<'a> {
    /// Salesforce still works on a change after it answered.
    Waiting {
        step: &'a str,
        summary: &'a str,
        at_most_ms: u64,
    },
    /// A change is sent again after a pause.
    Again {
        step: &'a str,
        why: &'a str,
        in_ms: u64,
    },
    /// A request whose answer was lost may still be running.
    Doubt { step: &'a str, in_ms: u64 },
    /// A step is being planned.
    Planning { step: &'a str },
}

/// The result of carrying a run out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Carried {
    Finished(End),
    /// The run stopped before its end and can be resumed.
    Stopped(Stop),
}
