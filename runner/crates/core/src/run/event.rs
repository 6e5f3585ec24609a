//! What can happen to a run: the events of the journal. Variants and fields are only ever added, with defaults;
//! [`Event::needs`] tells which format of the journal the first of them came with.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::plan::{Confirmation, Plan, PlannedStep};
use crate::recipe::RecipesOf;
use crate::recognised::Recognised;
use usher_contract::id;
use usher_contract::read::Record;
use usher_contract::value::Unit;

/// Where a run comes from, beside its plan. Frozen with it, so that carrying it on needs no file and no
/// argument.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Origin {
    /// The org by the name the person gave it: `practice`, `http://127.0.0.1:8080`.
    pub alias: String,
    /// What the recipe's text is called in diagnostics.
    pub source: String,
    /// What the recipe's `use` names → hex SHA-256 of the component that it was.
    pub plugins: BTreeMap<String, String>,
    /// What the recipe's `use` names → the file that it was, by its whole path.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub files: BTreeMap<String, String>,
    /// The recipes whose grants count for the plugins; none: those of a pack in the box.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipes: Option<RecipesOf>,
    /// The run that this one takes back.
    pub undoes: Option<String>,
    /// The users who carried that run out, oldest first. What one of them made, another one may not see.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub users: Vec<User>,
    /// Inputs as a person gave them, without secrets. For people: a command that is shown repeats them.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub given: Map<String, Value>,
    /// Secret inputs → what recognises each, when it was given. A process that carries the run on asks for them again.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub secrets: BTreeMap<String, Option<Recognised>>,
}

/// A user of an org, in whose name a run is carried out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    pub id: String,
    pub username: String,
}

impl User {
    /// Says whether `id` is the user's, in 15 or in 18 characters.
    pub fn is(&self, id: &str) -> bool {
        let own = &self.id;
        own == id || id::canonical(own).is_some_and(|own| Some(own) == id::canonical(id))
    }
}

/// One change of one step.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ChangeKey {
    #[serde(flatten)]
    pub unit: Unit,
    pub address: String,
}

impl ChangeKey {
    /// The change or effect at `address` of `unit`.
    pub fn new(unit: &Unit, address: impl Into<String>) -> Self {
        Self {
            unit: unit.clone(),
            address: address.into(),
        }
    }
}

/// Who approved a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Approval {
    /// `--yes`
    Flag,
    /// Somebody answered the question.
    Person,
    /// A policy asks nobody for such a plan.
    Policy,
    /// An approval that was given before, for a saved plan.
    Written(Written),
}

/// An approval in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// Who says so, by the name of the user of a machine, or by a name that was given.
    pub by: String,
    /// UTC.
    pub at: String,
    /// Hex SHA-256 of the saved plan.
    pub plan: String,
}

/// How a change came to be as wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// We sent it and the org said so.
    #[default]
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
        /// How what it made came to be there before it failed; none: nothing of it is there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        how: Option<How>,
    },
    /// Sent, no answer, and looking did not settle it: a person must.
    Unsettled {
        reason: String,
        /// How what it made came to be there; none: nobody knows whether it is there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        how: Option<How>,
    },
    /// While taking a run back: left as it is, and why.
    Kept { reason: String },
    /// What the change would make is there, and not as planned: a person must. Nothing was sent for it, or what was
    /// sent is not what is there.
    Differs {
        /// `id` of what is there.
        values: BTreeMap<String, Value>,
        fields: Vec<Differing>,
    },
}

/// A field that does not hold what it should.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Differing {
    pub field: String,
    pub there: Value,
    pub planned: Value,
}

impl fmt::Display for Differing {
    /// ``` `Phone` is "1" and not "2" ```
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            field,
            there,
            planned,
        } = self;
        write!(
            f,
            "`{field}` is {} and not {}",
            short(there),
            short(planned)
        )
    }
}

/// Characters of a value in a sentence: a name or an address is read whole.
const VALUE_CHARS_MAX: usize = 80;

fn short(value: &Value) -> String {
    let text = match value {
        Value::Null => return "empty".to_owned(),
        other => other.to_string(),
    };
    match text.char_indices().nth(VALUE_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

impl Outcome {
    /// How what the change made came to be there; none when it is not known to be there.
    pub fn acted(&self) -> Option<How> {
        match self {
            Self::Done { how, .. } => Some(*how),
            Self::Failed { how, .. } | Self::Unsettled { how, .. } => *how,
            Self::Kept { .. } | Self::Differs { .. } => None,
        }
    }

    /// The same outcome of a change that the org had taken before. What only waited has not acted.
    #[must_use]
    pub fn having_acted(mut self, before: How) -> Self {
        if let Self::Failed { how, .. } | Self::Unsettled { how, .. } = &mut self
            && before != How::AsWanted
        {
            *how = Some(before);
        }
        self
    }
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
    /// Given up before its end, because it is taken back. Nothing is in doubt.
    Abandoned,
}

/// Why a run stopped before its end. It can be carried on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stop {
    /// Somebody asked for it (Ctrl-C, SIGTERM).
    Interrupted,
    /// The org gives no answer, or does not accept the sign-in any more.
    Unreachable { why: String },
    /// The org answers and takes nothing now: its limit of requests is used up, or what is to be changed stays locked.
    NotNow { why: String },
    /// The run has waited for Salesforce longer than a run may without a person.
    Waited { ms: u64 },
    /// A step could be planned only now, and nobody has approved it yet.
    NotApproved {
        #[serde(flatten)]
        unit: Unit,
    },
    /// A person must do this step first, or say that it is done.
    ByHand {
        #[serde(flatten)]
        unit: Unit,
    },
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
        #[serde(default)]
        origin: Origin,
    },
    /// The plan, or the step that was planned last, may be carried out.
    Approved {
        by: Approval,
    },
    /// A step that could not be planned before; takes the place of the deferred one. When it has changes,
    /// somebody must approve them.
    StepPlanned {
        step: PlannedStep,
    },
    /// Somebody says that a step by hand is done, one that no lookup verifies. Once per step.
    Confirmed {
        #[serde(flatten)]
        unit: Unit,
        confirmation: Confirmation,
    },
    /// These changes are about to be sent in one request. Durable before the request leaves.
    Intent {
        /// Counts the run's writing requests from 1.
        request: u64,
        changes: Vec<ChangeKey>,
        /// What the updates among them found, by address.
        before: BTreeMap<String, Record>,
        /// Milliseconds since 1970, UTC, at the org as far as it tells its time: how long the request may still be
        /// running is counted from here.
        #[serde(default)]
        at_ms: i64,
        /// By how much the org's clock was ahead of this machine's; none: the org does not tell its time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ahead_ms: Option<i64>,
    },
    /// A change that was sent has certainly not acted, and may be sent again.
    NotActed {
        change: ChangeKey,
        why: String,
        /// Says that nobody answered and looking found nothing: what was sent may still come.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        doubted: bool,
    },
    /// The org took a change; what the answer bound. Durable before any wait begins.
    Answered {
        change: ChangeKey,
        values: BTreeMap<String, Value>,
        #[serde(default)]
        how: How,
    },
    Settled {
        change: ChangeKey,
        outcome: Outcome,
    },
    /// A record that an effect announced is there, so that later changes may refer to it. Binds `id`.
    Appeared {
        #[serde(flatten)]
        key: ChangeKey,
        id: String,
    },
    /// Fields of a record that a change created or an effect announced were read, because a later change refers
    /// to them. Binds each under its name.
    Learned {
        #[serde(flatten)]
        key: ChangeKey,
        values: BTreeMap<String, Value>,
    },
    /// An effect was looked for. Once per effect; those whose causes failed, and those that something
    /// later replaces, are not looked for.
    Verified {
        #[serde(flatten)]
        key: ChangeKey,
        verdict: Verdict,
    },
    /// Stopped before its end.
    Stopped {
        why: Stop,
    },
    /// Carried on, after it stopped or after its process ended.
    Resumed,
    /// From here on another user of the org carries the run on, and a person has allowed it.
    HandedOver {
        to: User,
    },
    Finished {
        end: End,
    },
}

/// Names of all events, as the journal holds them.
const NAMES: [&str; 15] = [
    "planned",
    "approved",
    "step-planned",
    "confirmed",
    "intent",
    "not-acted",
    "answered",
    "settled",
    "appeared",
    "learned",
    "verified",
    "stopped",
    "resumed",
    "handed-over",
    "finished",
];

/// The format of the journal that brought items of loops.
const ITEMS: i64 = 3;

/// The format of the journal that brought fields that are read when they are needed.
const LEARNED: i64 = 3;

/// The format of the journal that brought the org's time.
const AT_ORG: i64 = 4;

/// The format of the journal that brought changes that may still come after they were looked for.
const DOUBTED: i64 = 4;

/// The format of the journal that brought changes whose record is there and differs.
const DIFFERS: i64 = 4;

/// The format of the journal that brought runs that stop because the org takes nothing now.
const NOT_NOW: i64 = 4;

/// The format of the journal that brought changes that failed, or are in doubt, although the org had taken them.
const ACTED: i64 = 4;

/// The format of the journal that brought runs that another user carries on.
const HANDED_OVER: i64 = 4;

/// The format of the journal that brought grants to the recipes of one file.
const GRANTED_TO: i64 = 4;

/// The format of the journal that brought what recognises secret inputs.
const RECOGNISED: i64 = 4;

/// The format of the journal that brought changes that are kept because others could not be undone.
const KEPT_WITH: i64 = 4;

/// The format of the journal that brought approvals by policy and from files.
const APPROVED_ELSEWHERE: i64 = 4;

/// The format of the journal that brought bounds with numbers and values.
const WITHIN: i64 = 4;

impl Event {
    /// As the journal names it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Planned { .. } => "planned",
            Self::Approved { .. } => "approved",
            Self::StepPlanned { .. } => "step-planned",
            Self::Confirmed { .. } => "confirmed",
            Self::Intent { .. } => "intent",
            Self::NotActed { .. } => "not-acted",
            Self::Answered { .. } => "answered",
            Self::Settled { .. } => "settled",
            Self::Appeared { .. } => "appeared",
            Self::Learned { .. } => "learned",
            Self::Verified { .. } => "verified",
            Self::Stopped { .. } => "stopped",
            Self::Resumed => "resumed",
            Self::HandedOver { .. } => "handed-over",
            Self::Finished { .. } => "finished",
        }
    }

    /// Whether this Usher has an event of that name.
    pub fn is_known(name: &str) -> bool {
        NAMES.contains(&name)
    }

    /// The smallest format of the journal whose Usher replays this event as this one does. Every change of an
    /// event that an older Usher would skip, or read otherwise, needs a line here.
    pub fn needs(&self) -> i64 {
        if let Self::Planned { plan, .. } = self
            && plan.steps.iter().any(|step| !step.kept_with.is_empty())
        {
            return KEPT_WITH;
        }
        if let Self::Planned { plan, .. } = self
            && plan.steps.iter().any(is_within)
        {
            return WITHIN;
        }
        let has_item = match self {
            Self::Planned { origin, .. } if origin.recipes.is_some() => return GRANTED_TO,
            Self::Planned { origin, .. } if !origin.secrets.is_empty() => return RECOGNISED,
            Self::HandedOver { .. } => return HANDED_OVER,
            Self::Approved {
                by: Approval::Policy | Approval::Written(_),
            } => return APPROVED_ELSEWHERE,
            Self::StepPlanned { step } if is_within(step) => return WITHIN,
            Self::Planned { plan, .. } => plan.steps.iter().any(|step| step.item.is_some()),
            Self::StepPlanned { step } => step.item.is_some(),
            Self::Learned { .. } => return LEARNED,
            Self::NotActed { doubted: true, .. } => return DOUBTED,
            Self::Intent {
                ahead_ms: Some(_), ..
            } => return AT_ORG,
            Self::Settled {
                outcome: Outcome::Differs { .. },
                ..
            } => return DIFFERS,
            Self::Stopped {
                why: Stop::NotNow { .. },
            } => return NOT_NOW,
            Self::Settled {
                outcome:
                    Outcome::Failed { how: Some(_), .. } | Outcome::Unsettled { how: Some(_), .. },
                ..
            } => return ACTED,
            _ => false,
        };
        if has_item { ITEMS } else { 1 }
    }
}

/// Says that the step is planned later, within numbers and values.
fn is_within(step: &PlannedStep) -> bool {
    let bound = step.bound.as_ref();
    bound.is_some_and(|bound| bound.within.is_some())
}
