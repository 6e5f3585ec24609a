//! Carries a run out: reads an org for plans, sends changes, journals, awaits.
//!
//! Owns the async ports ([`port`]); knows Salesforce's REST face ([`client`]) and SQLite ([`journal`]).
//! It knows neither wasmtime nor the practice org: `usher` wires those in.

pub mod client;
pub mod conduct;
pub mod doctor;
pub mod foresight;
pub mod inputs;
pub mod journal;
pub mod names;
pub mod org_time;
mod own_rights;
pub mod planning;
pub mod port;
pub mod reads;
pub mod session;
pub mod spans;
pub mod stop;
pub mod survey;
#[cfg(test)]
mod testing;
mod together;
mod veil;
pub mod wire;
