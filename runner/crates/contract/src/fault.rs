//! Mistakes in what a plugin says. Texts of the plugin are in here in the form in which they may be shown.

use std::fmt;

use crate::limit;
use crate::resource::Barred;

/// An answer that cannot be right, with the place in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct BadAnswer {
    /// Address of a change or effect, or `outputs`; empty for the answer as a whole.
    pub at: String,
    pub fault: Fault,
}

impl fmt::Display for BadAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.at.as_str() {
            "" => write!(f, "{}", self.fault),
            at => write!(f, "`{at}`: {}", self.fault),
        }
    }
}

/// The mistake.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    // ---- names and values
    #[error("`{text}` is not a valid {what}")]
    Name { what: &'static str, text: String },
    #[error("`{text}` is not a number as JSON has them, without exponent")]
    Number { text: String },
    #[error("`{text}` is not {what}")]
    Time { what: &'static str, text: String },
    #[error("`{text}` is not a JSON Pointer")]
    Pointer { text: String },
    #[error("`{name}` is there twice")]
    Twice { name: String },
    #[error("this Usher cannot deploy a `{kind}`, only {known}")]
    Undeployable { kind: String, known: String },
    #[error("`{text}` cannot be the name of a file in a package")]
    FileName { text: String },
    #[error("it deploys one `{kind}` twice")]
    DeployedTwice { kind: String },
    #[error("records of `{object}` are to be found by no condition")]
    NoCondition { object: String },
    #[error("there are more than {max} {what}")]
    TooMany { what: &'static str, max: usize },

    // ---- references
    #[error("the reference `{token}` was not handed to this call")]
    Forged { token: String },
    #[error("nothing in this plan binds `{name}` of `{address}`")]
    Unbound { address: String, name: String },
    #[error("a read cannot name what a plan binds")]
    BoundInRead,
    #[error("`{address}` is not a change of this plan")]
    NoChange { address: String },
    #[error("these wait for each other: {}", addresses.join(", "))]
    Circle { addresses: Vec<String> },
    #[error("it uses its own result `{name}` before there is one")]
    OwnResult { name: String },
    #[error(
        "it goes to what `{address}` brings, and no change makes that: Salesforce is only predicted to"
    )]
    Claimed { address: String },
    #[error(
        "`{field}` of its key is compared with several values, and one of them is not known yet; compare it with that one alone"
    )]
    AmbiguousKey { field: String },
    #[error("the id of a record that comes to be is one that a change among its causes binds")]
    NotOfCause,
    #[error("it is caused by nothing")]
    NoCause,
    #[error("it has to wait, but names nothing to wait for")]
    WaitsForNothing,

    // ---- secrets
    #[error(
        "the secret `{name}` stands where no secret may: a secret is the whole value of a field that is set, or a \
         value in the body of a request"
    )]
    SecretPlace { name: String },
    #[error(
        "`restore` cannot undo an update that sets a secret: Usher keeps neither the secret nor what it replaces"
    )]
    SecretRestored,

    // ---- JSON
    #[error("{what}: {reason}")]
    Json { what: &'static str, reason: String },
    #[error("{what}: no key may begin with `$` but `$ref`, `$bound` and `$join`; found `{key}`")]
    DollarKey { what: &'static str, key: String },
    #[error("{what}: this is not a `{kind}`: {json}")]
    StandIn {
        what: &'static str,
        kind: &'static str,
        json: String,
    },
    #[error("a value at `{at}` must be known; the output schema allows no reference there")]
    MustBeKnown { at: String },
    #[error("{message}{}", place(at))]
    Output { at: String, message: String },

    // ---- operations
    #[error("it sets nothing")]
    SetsNothing,
    #[error("the option `{name}` is not one that this Usher knows")]
    Option { name: String },
    #[error(
        "the path `{resource}` does not begin with a text: a first segment that comes to be later could be any"
    )]
    FirstSegment { resource: String },
    #[error("{0}")]
    NeverGranted(Barred),
    #[error("{0}")]
    Segment(Barred),
    #[error("{0}")]
    Parameter(Barred),
    #[error("`restore` cannot undo a `{verb}`")]
    NoRestore { verb: &'static str },
    #[error("it waits for nothing")]
    NoWait,
    #[error(
        "a wait looks every {} ms or more rarely, and ends: every {every_ms} ms, at most {at_most_ms} ms",
        limit::WAIT_EVERY_MS_MIN
    )]
    Wait { every_ms: u32, at_most_ms: u32 },
    #[error(
        "it waits for {} s in all; a change may wait for {} s",
        ms.div_ceil(1_000),
        limit::WAIT_MS_MAX / 1_000
    )]
    WaitsTooLong { ms: u64 },
    #[error(
        "its way back deletes what no change of this plan makes: only the id that a create binds, or the answer to a \
         request"
    )]
    DeletesForeign,
    #[error("a verifying step changes nothing")]
    VerifyingChanges,
}

impl From<Barred> for Fault {
    fn from(barred: Barred) -> Self {
        match barred {
            Barred::NeverGranted { .. } => Self::NeverGranted(barred),
            Barred::Segment { .. } => Self::Segment(barred),
            Barred::Parameter { .. } => Self::Parameter(barred),
        }
    }
}

impl Fault {
    /// The fault at a place.
    pub fn at(self, at: &str) -> BadAnswer {
        BadAnswer {
            at: at.to_owned(),
            fault: self,
        }
    }
}

fn place(at: &str) -> String {
    match at {
        "" => String::new(),
        at => format!(" (at `{at}`)"),
    }
}
