//! An org before anything is done in it: facts about the signed-in user and the org, what a plan needs there, and
//! findings with their remedies. Data and decisions only; the engine reads the facts.

mod anyway;
mod fact;
mod finding;
mod live;
mod of_plan;
mod setup;

pub use anyway::anyway;
pub use fact::{Edition, Fact, Facts, License, Limit, Settings, Site, User};
pub use finding::{Finding, Scope, Weight};
pub use live::{Answer, DOUBTS, Doubt, Proof};
pub use of_plan::{Needed, Wanted, of_plan};
pub use setup::Place;

/// The limit of API requests in 24 hours, as the org names it.
pub const DAILY_REQUESTS: &str = "DailyApiRequests";

#[cfg(test)]
mod tests;
