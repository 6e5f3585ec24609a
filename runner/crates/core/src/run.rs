//! A run: the events, which are all that ever happens to it, the state to which they add up, and the changes to send
//! next. Live runs, resumed runs and replayed journals go through the same functions.

mod batch;
mod carried;
mod event;
mod learn;
mod secrets;
mod state;
mod turn;
pub(crate) mod undo;

pub use batch::{Batch, Next, Queue, USERS_FIRST, write_requests};
pub use carried::{Carried, Notice};
pub use event::{
    Approval, ChangeKey, Differing, End, Event, How, Origin, Outcome, Stop, User, Verdict, Written,
};
pub use learn::{Learnable, learnable};
pub use secrets::{drop_secrets, secrets_in_doubt, secrets_needed};
pub use state::{
    ChangeState, DEPENDS, DEPLOYMENT_FAILED, EFFECT_MISSING, Impossible, Phase, Places, RunState,
    Sendings,
};
pub use turn::{planned_later, turn, turns};
pub use undo::{DESTROYS, LOST, TAKE_BACK, taken_back};

#[cfg(test)]
mod tests;
