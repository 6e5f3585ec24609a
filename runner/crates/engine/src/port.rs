//! The ports: everything outside that the engine uses. `usher` plugs in the adapters.

use std::sync::Arc;

use serde_json::{Map, Value};
use usher_core::change::{Failure, Note, StepPlan};
use usher_core::limit;
use usher_core::manifest::{InputProblem, Manifest};
use usher_core::plan::{Confirmation, PlannedStep, PluginStamp};
use usher_core::read::Identity;
use usher_core::run::{Approval, Event, Notice, RunState, Stop};
use usher_core::value::Unit;

pub use usher_core::read::{Boxed, Reads};

/// Time.
pub trait Clock: Send + Sync {
    /// Milliseconds since 1970, UTC, as this machine's clock says, which people can set. It is for people; nothing
    /// depends on it.
    fn now_ms(&self) -> i64;
    /// Milliseconds since some moment. It never goes back, and cannot be set: it measures how long something lasts.
    fn ticks_ms(&self) -> u64;
    /// Returns after so long.
    fn sleep(&self, ms: u64) -> Boxed<'_, ()>;
}

/// The events of one run, in their order.
pub trait RunLog: Send {
    /// Writes `events` down, the first of them as the one of this number, counted from 1, and returns once all of them
    /// would survive a power cut. The number is what the caller expects: when the log holds more or fewer events before
    /// it, nothing is written.
    ///
    /// The engine calls this before it acts on the events. An error therefore means that nothing has happened yet,
    /// and the run can simply stop.
    ///
    /// # Errors
    ///
    /// As [`LogError`]; none of the events is written down.
    fn append_all(&mut self, first: u64, events: &[Event], at_ms: i64) -> Result<(), LogError>;

    /// Writes one event down.
    ///
    /// # Errors
    ///
    /// As [`RunLog::append_all`].
    fn append(&mut self, number: u64, event: &Event, at_ms: i64) -> Result<(), LogError> {
        self.append_all(number, std::slice::from_ref(event), at_ms)
    }
}

/// The reason why an event is not written down.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogError {
    /// Another process has written to the run since the caller loaded it.
    #[error(
        "another process has written to run {run}: it has {found} events, and this process knows {known}"
    )]
    OtherWriter { run: String, known: u64, found: u64 },
    #[error(
        "the run has {} events, the most there may be",
        limit::JOURNAL_EVENTS_MAX
    )]
    Full,
    /// The disk is full or gone.
    #[error("the journal cannot be used: {0}")]
    Unusable(String),
}

/// The plugins of a recipe.
pub trait Steps: Send + Sync {
    /// The manifest and stamp of the plugin that a recipe's `use` names. It was loaded before.
    fn plugin(&self, name: &str) -> Option<(&Manifest, &PluginStamp)>;
    /// Plans one step.
    fn plan(&self, name: &str, call: StepCall) -> Boxed<'_, Result<StepAnswer, StepError>>;
    /// Hears that the plan of a call that was made ahead is kept, the last one of this unit.
    fn keeps(&self, _: &Unit) {}
}

/// Plans the steps that could not be planned before the run began.
pub trait Planner: Send + Sync {
    /// Plans one step, or some items of one step, again against the org as it is, each with the ones before it in
    /// view. `state`: holds the values that the run has bound by now. The answers are in the order of the units.
    fn plan<'a>(&'a self, units: &'a [Unit], state: &'a RunState) -> Boxed<'a, Vec<PlannedStep>>;
}

/// The people around a run: they look on, are asked, and may stop it.
pub trait Watch: Send {
    /// Sees every event after it is durable.
    fn event(&mut self, event: &Event, state: &RunState);
    /// Sees that something takes time.
    fn notice(&mut self, notice: &Notice<'_>);
    /// Approves the changes of steps that could be planned only now, all of them together.
    ///
    /// # Errors
    ///
    /// The run stops: there is no approval.
    fn approve<'a>(&'a mut self, steps: &'a [PlannedStep]) -> Boxed<'a, Result<Approval, Stop>>;
    /// Returns, for each of some steps that could be planned only now, the reason why it must not be carried out, even if it
    /// is approved. None: it may be carried out.
    ///
    /// # Errors
    ///
    /// The run stops: that cannot be seen now.
    fn judge<'a>(
        &'a mut self,
        steps: &'a [PlannedStep],
        _: &'a RunState,
    ) -> Boxed<'a, Result<Vec<Option<Note>>, Stop>> {
        Box::pin(async { Ok(vec![None; steps.len()]) })
    }
    /// Returns a person's confirmation that a manual step is done. None: there is no confirmation.
    fn confirm(&mut self, step: &PlannedStep) -> Option<Confirmation>;
}

/// The input of a plugin's call.
pub struct StepCall {
    pub unit: Unit,
    pub identity: Identity,
    /// The one time of the whole run, UTC.
    pub now: String,
    pub input: Map<String, Value>,
    pub reads: Arc<dyn Reads>,
    /// The call is made ahead: nobody is told of it, unless [`Steps::keeps`] says that its plan is kept.
    pub is_ahead: bool,
    /// Other calls are made at the same time.
    pub is_beside: bool,
}

/// The answer of a plugin.
pub struct StepAnswer {
    pub plan: StepPlan,
    /// Reads that were refused, and without which the plugin went on.
    pub denied: Vec<String>,
}

impl StepError {
    /// Says whether another call with the same input and the same answers may end otherwise: limits and time are shared
    /// with calls beside it.
    pub(crate) fn is_by_chance(&self) -> bool {
        match self {
            Self::Limit(_) | Self::Broke { .. } | Self::Plugin(_) => true,
            Self::Failed(failure) => matches!(failure, Failure::Transient(_)),
            Self::Input(_) | Self::Undeclared(_) | Self::Raises { .. } => false,
        }
    }
}

/// The reason why a step has no plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepError {
    /// The input does not match the manifest's schema.
    Input(Vec<InputProblem>),
    /// The plugin gives the reason.
    Failed(Failure),
    /// The plugin read or planned something that its manifest does not declare.
    Undeclared(Vec<String>),
    /// The plugin planned to raise privileges that it may not raise. `remedy`: the way in which a person allows it.
    Raises { what: Vec<String>, remedy: String },
    /// The plugin took too long or too much memory, or answered too much.
    Limit(String),
    /// The plugin broke off. `remedy`: for its author.
    Broke { why: String, remedy: String },
    /// The plugin's answer makes no sense.
    Plugin(String),
}
