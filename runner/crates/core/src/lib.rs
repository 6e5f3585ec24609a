//! Vocabulary and decisions of Usher: recipe, manifest, grant, plan, view, run.
//!
//! Nothing here performs an effect: no I/O, no clock, no async, no randomness (`clippy.toml` refuses
//! to compile it). A function in this crate can fail only because of its arguments.

pub mod comparison;
pub mod component;
pub mod csv_form;
pub mod diagnostic;
pub mod difference;
pub mod doctor;
pub mod keep;
mod kind;
pub mod orgs;
pub mod plan;
pub mod policy;
pub mod privilege;
pub mod recipe;
pub mod recognised;
pub mod rights;
pub mod run;
pub mod shared;
pub mod soql;
pub mod view;

// The contract is the vocabulary of every decision made here.
pub use usher_contract::{
    answer, change, compact, described, gate, grant, id, known, limit, lookup, manifest, name,
    operation, package, read, rehearsal, resource, sameness, text, used, value, values,
};
