//! The spans of a run, of its steps and of its requests, for those who read logs. Their fields are here and nowhere
//! else: ids, names and numbers. No field has a header, a body, or a value of a query.
//!
//! Spans say what happens; nothing depends on them, and without a reader they cost nothing.

use tracing::field::Empty;
use tracing::{debug_span, error, info_span, warn};
use usher_core::plan::PlannedStep;
use usher_core::run::{Carried, End, RunState, Stop};
use usher_core::value::Unit;

pub use tracing::{Instrument, Span};

/// The target of everything that Usher itself says; what libraries say has others.
pub const TARGET: &str = "usher";

/// The span of a command.
#[must_use]
pub fn command(name: &str) -> Span {
    info_span!(target: TARGET, "command", command = name, exit = Empty, code = Empty)
}

/// Notes in the span of a command how it ended: its exit code, and the code of its error.
pub fn ended((exit, code): (u8, Option<&str>)) {
    let span = Span::current();
    span.record("exit", exit);
    if let Some(code) = code {
        span.record("code", code);
        error!(target: TARGET, exit, code, "failed");
    }
}

/// The span of a run that is carried on in this process.
#[must_use]
pub fn run(id: &str, state: &RunState) -> Span {
    let plan = state.plan.as_ref();
    info_span!(
        target: TARGET,
        "run",
        run = id,
        recipe = plan.map(|plan| plan.recipe.as_str()),
        org_id = plan.map(|plan| plan.org.org_id.as_str()),
        outcome = Empty
    )
}

/// Notes in the span of a run how it ended in this process.
pub fn carried(carried: &Carried) {
    Span::current().record(
        "outcome",
        match carried {
            Carried::Finished(End::Done) => "done",
            Carried::Finished(End::Failed) => "failed",
            Carried::Finished(End::InDoubt) => "in-doubt",
            Carried::Finished(End::Abandoned) => "abandoned",
            Carried::Stopped(why) => stopped(why),
        },
    );
}

fn stopped(why: &Stop) -> &'static str {
    match why {
        Stop::Interrupted => "interrupted",
        Stop::Unreachable { .. } => "unreachable",
        Stop::NoWay { .. } => "no-way",
        Stop::SignedOut { .. } => "signed-out",
        Stop::NotNow { .. } => "not-now",
        Stop::Spent { .. } => "spent",
        Stop::Waited { .. } => "waited",
        Stop::NotApproved { .. } => "not-approved",
        Stop::ByHand { .. } => "by-hand",
    }
}

/// The span of the steps whose turn it is: one step, or items of one.
pub(crate) fn turn(steps: &[PlannedStep]) -> Span {
    let unit = match steps {
        [one] => one.unit(),
        many => Unit::step(many.first().map_or("", |step| step.id.as_str())),
    };
    info_span!(target: TARGET, "step", unit = %unit, outcome = Empty)
}

/// Notes in the span of a step what became of it.
pub(crate) fn stepped(outcome: &'static str) {
    Span::current().record("outcome", outcome);
}

/// The span of one request. `path`: the path without the values in it.
pub(crate) fn request(method: &str, path: impl FnOnce() -> String, attempt: u32) -> Span {
    let span = debug_span!(
        target: TARGET,
        "request",
        method,
        path = Empty,
        attempt,
        number = Empty,
        status = Empty
    );
    if !span.is_disabled() {
        span.record("path", path());
    }
    span
}

/// Notes in the span of a request its number and the status of its answer. None: no answer came.
pub(crate) fn answered(number: u64, status: Option<u16>) {
    let span = Span::current();
    span.record("number", number);
    if let Some(status) = status {
        span.record("status", status);
    }
}

/// Says that a read is sent again after a pause.
pub(crate) fn repeated(attempt: u32, pause_ms: u64) {
    warn!(target: TARGET, attempt, pause_ms, "read-repeated");
}
