//! Carrying a run out as others see it: what it waits for, and how it ended.

use crate::run::event::{End, Stop};

/// What a run is waiting for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice<'a> {
    /// Salesforce does something after its answer.
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

/// How carrying out a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Carried {
    Finished(End),
    /// Before its end; it can be carried on.
    Stopped(Stop),
}
