//! A run: the events that are all that ever happens to one, the state they add up to, and what is to
//! be sent next. Live runs, resumed runs and replayed journals go through the same functions.

mod batch;
mod event;
mod state;
mod undo;

pub use batch::{Batch, Next, next_batch, write_requests};
pub use event::{Approval, ChangeKey, End, Event, How, Origin, Outcome, Stop, Verdict};
pub use state::{ChangeState, EFFECT_MISSING, Impossible, Phase, RunState, Sendings};
pub use undo::taken_back;

#[cfg(test)]
mod tests;
