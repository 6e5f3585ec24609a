//! One case of the sweep: a recipe, the hurt of its run, and the place. Its text is a value of `USHER_SWEEP`.

use std::fmt;
use std::str::FromStr;

use crate::sweep::hurt::{Deed, Hurt};

/// The run that is hurt: the recipe's, or its undo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    Apply,
    Undo,
}

/// The things that `n` counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Counts {
    Requests,
    Writes,
    Saves,
    Collections,
    Jobs,
    Events,
    /// Changes that another user can make before the run does.
    Deeds(Deed),
}

/// One point at which a run is hurt.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Case {
    pub(crate) recipe: String,
    pub(crate) phase: Phase,
    pub(crate) hurt: Hurt,
    pub(crate) n: u64,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let phase = match self.phase {
            Phase::Apply => "",
            Phase::Undo => "undo/",
        };
        write!(f, "{} {phase}{} {}", self.recipe, self.hurt, self.n)
    }
}

impl FromStr for Case {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let [recipe, hurt, n] = words.as_slice() else {
            return Err(format!("`{text}` is not `<recipe> <hurt> <n>`"));
        };
        let (phase, hurt) = match hurt.strip_prefix("undo/") {
            Some(hurt) => (Phase::Undo, hurt),
            None => (Phase::Apply, *hurt),
        };
        let known = Hurt::all()
            .into_iter()
            .find(|known| known.to_string() == hurt);
        Ok(Self {
            recipe: (*recipe).to_owned(),
            phase,
            hurt: known.ok_or_else(|| format!("there is no hurt `{hurt}`"))?,
            n: n.parse().map_err(|error| format!("`{n}`: {error}"))?,
        })
    }
}
