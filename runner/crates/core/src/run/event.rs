//! The events that can happen to a run, as the journal holds them. Variants and fields are only ever added, with
//! defaults; [`Event::needs`] tells which format of the journal the first of them came with.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::plan::{Confirmation, Plan, PlannedStep};
use crate::recipe::RecipesOf;
use crate::recognised::Recognised;
use usher_contract::id;
use usher_contract::read::Record;
use usher_contract::value::Unit;

/// The source of a run, besides its plan. Kept with the run, so that resuming it needs no file and no argument.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Origin {
    /// The org by the name the person gave it: `practice`, `http://127.0.0.1:8080`.
    pub alias: String,
    /// The name of the recipe's text in diagnostics.
    pub source: String,
    /// Plugin, as the recipe's `use` names it → hex SHA-256 of the component that it was.
    pub plugins: BTreeMap<String, String>,
    /// Plugin, as the recipe's `use` names it → the whole path of the file that it was.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub files: BTreeMap<String, String>,
    /// The recipes whose grants count for the plugins; none: those of a pack in the box.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipes: Option<RecipesOf>,
    /// The run that this one undoes.
    pub undoes: Option<String>,
    /// The users who carried that run out, oldest first. A user may not see what another one of them made.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub users: Vec<User>,
    /// Inputs as a person gave them, without secrets. For people: a command that is shown repeats them.
    #[serde(with = "crate::shared", skip_serializing_if = "nothing_given")]
    pub given: Arc<Map<String, Value>>,
    /// Secret inputs → the hash that recognises each, when it was given. A process that resumes the run asks for them
    /// again.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub secrets: BTreeMap<String, Option<Recognised>>,
    /// An item of a loop that fails takes no other item down: `--continue-on-error`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub goes_on: bool,
}

fn nothing_given(given: &Arc<Map<String, Value>>) -> bool {
    given.is_empty()
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
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
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

/// The way in which a plan was approved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Approval {
    /// `--yes`
    Flag,
    /// A person answered the question.
    Person,
    /// A policy lets such a plan pass without asking a person.
    Policy,
    /// An approval that was given before, for a saved plan.
    Written(Written),
}

/// An approval in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// The person who approved: the name of the user of a machine, or a name that was given.
    pub by: String,
    /// UTC.
    pub at: String,
    /// Hex SHA-256 of the saved plan.
    pub plan: String,
}

/// The way in which a change came to be as wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// Usher sent it and the org said so.
    #[default]
    Sent,
    /// The answer was lost; Usher looked and found it.
    Found,
    /// Another user made it; Usher never undoes it.
    FoundNotOurs,
    /// It was as wanted when its turn came; nothing was sent.
    AsWanted,
    /// A duplicate rule of the org refused the record, and the one that the rule found is used in its place, as the
    /// plan said. Usher never undoes it.
    Duplicate {
        /// API name of the rule, when the org names it.
        rule: Option<String>,
    },
}

/// The outcome of a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    Done {
        how: How,
        /// The values that the change bound: `id`, and its results.
        values: BTreeMap<String, Value>,
    },
    Failed {
        /// Salesforce's error code, or one of Usher's (`run/…`).
        code: String,
        message: String,
        /// Says how what the change made came to be in the org before the change failed. `None`: nothing of it is in
        /// the org.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        how: Option<How>,
    },
    /// The change was sent and not answered, and looking did not settle it. A person must look.
    Unsettled {
        reason: String,
        /// Says how what the change made came to be in the org. `None`: it is not known to be there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        how: Option<How>,
    },
    /// The change is left as it is while a run is undone.
    Kept { reason: String },
    /// The org has what the change would make, but not as planned. A person must look. Nothing was sent for the change,
    /// or what was sent is not what the org has.
    Differs {
        /// The `id` of what the org has.
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
    /// Returns how what the change made came to be in the org; `None` when it is not known to be there.
    pub fn acted(&self) -> Option<How> {
        match self {
            Self::Done { how, .. } => Some(how.clone()),
            Self::Failed { how, .. } | Self::Unsettled { how, .. } => how.clone(),
            Self::Kept { .. } | Self::Differs { .. } => None,
        }
    }

    /// Says that a change ended as it should: it is done, or an undo leaves it on purpose.
    pub fn is_well(&self) -> bool {
        matches!(self, Self::Done { .. } | Self::Kept { .. })
    }

    /// Returns the same outcome for a change that the org had taken before. A change that only waited has not acted.
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

/// The result of looking for an announced effect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The effect is as announced.
    Held,
    /// The effect is not as announced after all the time that it may take.
    Missing {
        #[serde(default)]
        why: String,
    },
    /// Usher cannot tell: the org did not answer, or what the effect depends on is not in the org.
    Unread {
        #[serde(default)]
        why: String,
    },
}

impl Verdict {
    /// Says whether the effect was seen to be as announced; `None` when Usher cannot tell.
    pub fn verified(&self) -> Option<bool> {
        match self {
            Self::Held => Some(true),
            Self::Missing { .. } => Some(false),
            Self::Unread { .. } => None,
        }
    }
}

/// The end of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    Done,
    /// A change failed, and nothing that depends on it was sent; or a certain effect did not come.
    Failed,
    /// A change is in doubt. A person must look.
    InDoubt,
    /// The run was given up before its end, because it is undone. Nothing is in doubt.
    Abandoned,
}

/// The reason why a run stopped before its end. It can be resumed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stop {
    /// A user asked for it (Ctrl-C, SIGTERM).
    Interrupted,
    /// The org gives no answer.
    Unreachable { why: String },
    /// Something stands between Usher and the org, or the address is not that of the org: asking again does not help.
    /// `code`: that of the error; `remedy`: the way out.
    NoWay {
        code: String,
        why: String,
        remedy: String,
    },
    /// The org does not accept the sign-in any more. `code`: that of the error; `remedy`: the way out.
    SignedOut {
        code: String,
        why: String,
        remedy: String,
    },
    /// The org answers and takes nothing now: its limit of requests is used up, or what is to be changed stays locked.
    NotNow { why: String },
    /// Usher makes no more requests: a person allowed so many, or the org has few left. `code`: that of the error.
    Spent { code: String, why: String },
    /// The run has waited for Salesforce longer than a run may without a person.
    Waited { ms: u64 },
    /// A step could be planned only now, and is not approved yet.
    NotApproved {
        #[serde(flatten)]
        unit: Unit,
    },
    /// A person must do this manual step first, or say that it is done.
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
        /// Shared with the state of the run, as it may be large.
        #[serde(with = "crate::shared")]
        plan: Arc<Plan>,
        /// The recipe's text, so that a resumed run does not depend on the file.
        recipe: String,
        #[serde(default)]
        origin: Origin,
    },
    /// The plan, or all steps that were planned since, are approved.
    Approved {
        by: Approval,
    },
    /// A step that could not be planned before takes the place of the deferred one. When it has changes, they must be
    /// approved.
    StepPlanned {
        step: PlannedStep,
    },
    /// A person says that a manual step is done that no lookup verifies. Once per step.
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
        /// The values that the org had before the updates among them, by address.
        before: BTreeMap<String, Record>,
        /// The same for changes of items of a loop, whose addresses are not their own.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        before_of: Vec<(ChangeKey, Record)>,
        /// Milliseconds since 1970, UTC, by the org's clock if the org tells its time. The time for which the request
        /// may still be running counts from here.
        #[serde(default)]
        at_ms: i64,
        /// Milliseconds by which the org's clock was ahead of this machine's. `None`: the org does not tell its time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ahead_ms: Option<i64>,
    },
    /// A change that was sent has certainly not acted, and may be sent again.
    NotActed {
        change: ChangeKey,
        why: String,
        /// Says that the request was not answered and looking found nothing: what was sent may still come.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        doubted: bool,
    },
    /// The org took a change. `values`: what the answer bound. Durable before any wait begins.
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
    /// A record that an effect announced exists, so that later changes may refer to it. Binds `id`.
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
    /// Usher looked for an effect. Once per effect. Effects whose causes failed, and those that something later
    /// replaces, are not looked for.
    Verified {
        #[serde(flatten)]
        key: ChangeKey,
        verdict: Verdict,
    },
    /// The run stopped before its end.
    Stopped {
        why: Stop,
    },
    /// The run is resumed, after it stopped or after its process ended.
    Resumed,
    /// From here on another user of the org carries the run out, and a person has allowed it.
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

/// The format of the journal that brought changes whose record exists and differs.
const DIFFERS: i64 = 4;

/// The format of the journal that brought runs that stop because the org takes nothing now.
const NOT_NOW: i64 = 4;

/// The format of the journal that brought changes that failed, or are in doubt, although the org had taken them.
const ACTED: i64 = 4;

/// The format of the journal that brought records that a duplicate rule found.
const DUPLICATE: i64 = 4;

/// The format of the journal that brought runs that another user carries on.
const HANDED_OVER: i64 = 4;

/// The format of the journal that brought grants to the recipes of one file.
const GRANTED_TO: i64 = 4;

/// The format of the journal that brought what recognises secret inputs.
const RECOGNISED: i64 = 4;

/// The format of the journal that brought changes that are kept because others could not be undone.
const KEPT_WITH: i64 = 4;

/// The format of the journal that brought steps that are carried out at the end, whatever happened before.
const FINALLY: i64 = 4;

/// The format of the journal that brought approvals by policy and from files.
const APPROVED_ELSEWHERE: i64 = 4;

/// The format of the journal that brought runs in which an item that fails takes no other one down.
const GOES_ON: i64 = 4;

/// The format of the journal that brought requests with changes of several items.
const BEFORE_OF: i64 = 4;

/// The format of the journal that brought approvals of several items that were planned later.
const APPROVED_TOGETHER: i64 = 4;

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

    /// Says whether this Usher has an event of that name.
    pub fn is_known(name: &str) -> bool {
        NAMES.contains(&name)
    }

    /// Returns the smallest format of the journal whose Usher replays this event as this one does. Every change of an
    /// event that an older Usher would skip, or read otherwise, needs a line here.
    pub fn needs(&self) -> i64 {
        if let Self::Planned { plan, .. } = self
            && plan.steps.iter().any(|step| !step.kept_with.is_empty())
        {
            return KEPT_WITH;
        }
        if let Self::Planned { plan, .. } = self
            && plan.steps.iter().any(|step| step.terms.finally)
        {
            return FINALLY;
        }
        if let Self::Planned { plan, .. } = self
            && plan.steps.iter().any(is_within)
        {
            return WITHIN;
        }
        let has_item = match self {
            Self::Planned { origin, .. } if origin.recipes.is_some() => return GRANTED_TO,
            Self::Planned { origin, .. } if !origin.secrets.is_empty() => return RECOGNISED,
            Self::Planned { origin, .. } if origin.goes_on => return GOES_ON,
            Self::HandedOver { .. } => return HANDED_OVER,
            // A format that does not know them takes for gone what the user may not see.
            Self::Planned { origin, .. } if !origin.users.is_empty() => return HANDED_OVER,
            Self::Approved {
                by: Approval::Policy | Approval::Written(_),
            } => return APPROVED_ELSEWHERE,
            Self::StepPlanned { step } if is_within(step) => return WITHIN,
            Self::Planned { plan, .. } => plan.steps.iter().any(|step| step.item.is_some()),
            // An older Usher would send what only the last of them is not approved for.
            Self::StepPlanned { step } if step.item.is_some() => return APPROVED_TOGETHER,
            Self::StepPlanned { .. } => false,
            Self::Learned { .. } => return LEARNED,
            Self::NotActed { doubted: true, .. } => return DOUBTED,
            Self::Intent {
                ahead_ms: Some(_), ..
            } => return AT_ORG,
            Self::Intent { before_of, .. } if !before_of.is_empty() => return BEFORE_OF,
            Self::Settled {
                outcome: Outcome::Differs { .. },
                ..
            } => return DIFFERS,
            Self::Stopped {
                why:
                    Stop::NotNow { .. }
                    | Stop::Spent { .. }
                    | Stop::SignedOut { .. }
                    | Stop::NoWay { .. },
            } => return NOT_NOW,
            Self::Answered {
                how: How::Duplicate { .. },
                ..
            }
            | Self::Settled {
                outcome:
                    Outcome::Done {
                        how: How::Duplicate { .. },
                        ..
                    },
                ..
            } => return DUPLICATE,
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
