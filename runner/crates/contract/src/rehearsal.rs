//! A rehearsal: the state of an org as a test describes it, the refusals of Usher when it takes an answer over, and an
//! answer as text. The tests of an author in Rust and `usher plugin test` show the same texts, because both are here.

mod reads;
mod render;
mod state;
mod taken_over;
mod words;

pub use render::{failure as failure_text, plan as plan_text};
pub use state::{Listed, State};
pub use taken_over::taken_over;
