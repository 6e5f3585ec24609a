//! The port between a flow and whoever wants it: a console, a page, a worker without a person.

use std::path::Path;

use usher_core::plan::{Plan, PlannedStep};
use usher_core::policy::Broken;
use usher_core::run::{Event, Notice, RunState};
use usher_engine::port::Boxed;

use crate::flow::user::Other;
use crate::person::Typed;
use crate::plugins::allow::Wishes;
use crate::roles::Seen;

/// Shows what a flow does, and answers its questions.
pub(crate) trait Attendant: Send {
    /// Hears of something that is no result.
    fn told(&mut self, told: &Told<'_>);
    /// Sees the plan that the next question is about.
    fn shown(&mut self, shown: &Shown<'_>);
    /// Sees the steps that the next question is about, items of one step or one alone: they could be planned only now.
    fn steps(&mut self, steps: &[PlannedStep]);
    /// Answers yes or no.
    fn asked<'a>(&'a mut self, question: &'a Question<'a>) -> Boxed<'a, Answer>;
    /// Gives a secret that `run` needs again.
    fn secret<'a>(&'a mut self, run: &'a str, name: &'a str) -> Boxed<'a, Typed>;
    /// Hears that a run begins or goes on. From here on it can be asked to stop.
    fn begins(&mut self);
    /// Sees every event of a run after it is durable.
    fn event(&mut self, run: &str, event: &Event, at_ms: i64, state: &RunState);
    /// Hears of something that takes time.
    fn notice(&mut self, notice: &Notice<'_>);
}

/// The subject of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// A plan is to be applied.
    Plan,
    /// A step of a run could be planned only now.
    Step,
    /// A run is to be undone.
    Undo,
    /// A saved plan is to be approved for later.
    SavedPlan,
    /// A run that was approved goes on.
    Rest,
    /// A live check changes the org for a moment.
    LiveCheck,
}

/// A question, answered with yes or no.
#[derive(Clone, Copy)]
pub(crate) enum Question<'a> {
    /// May this be done? `because`: the rules by which a policy asks. `names`: those of a production org, of which one
    /// is typed instead of yes.
    Approve {
        subject: Subject,
        because: &'a [Broken],
        names: &'a [String],
    },
    /// May these things be lost for good?
    Destroy(&'a [String]),
    /// May the plugins have what they ask for?
    Allow(&'a Wishes),
}

/// An answer to a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Yes,
    No,
    /// There is nobody who could be asked.
    Nobody,
    /// Instead of an answer the run is to stop.
    Stop,
}

/// A plan before a question.
pub(crate) struct Shown<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) alias: &'a str,
    /// Says that the plan undoes a run.
    pub(crate) undoes: bool,
}

/// Something that is no result.
pub(crate) enum Told<'a> {
    /// No inputs are given, so those of the example are used: the recipe's own, or one beside it.
    Example { is_own: bool },
    /// The example starts from a practice org of its own.
    StartsFrom { org: &'a str },
    /// The practice org of that start was made before its `practice.toml` was changed.
    MadeBefore { start: &'a str },
    /// A `practice.toml` beside a recipe has records that belong to no start, so that they are in no practice org.
    NoStart { practice: &'a str },
    /// A run that cannot be read is passed over.
    PassedOver { run: &'a str, why: &'a str },
    /// Another user resumes the run.
    Resumes(&'a Other),
    /// Another user undoes the run.
    Undoes(&'a Other),
    /// Another user looks up the outcome of what is in doubt, so that the run is this user's from here on.
    LooksUp { run: &'a str, to: &'a str },
    /// An undo that was interrupted goes on as this run.
    GoesOn { run: &'a str },
    /// The plugins are allowed what they ask for: this file says so now.
    Allowed { grants: &'a Path },
    /// The plan is made again: another run was at work in the org meanwhile.
    PlanMoved,
    /// Without these secrets Usher cannot see the outcome of everything that was sent.
    SecretsMissing { names: &'a [&'a str] },
}

/// The roles that a plan is about, when they were looked up.
pub(crate) type Roles = Option<Seen>;
