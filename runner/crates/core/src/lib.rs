//! Vocabulary and decisions of Usher: recipe, manifest, grant, plan, view, run.
//!
//! Nothing here performs an effect: no I/O, no clock, no async, no randomness (`clippy.toml` refuses
//! to compile it). A function in this crate can fail only because of its arguments.

pub mod change;
pub mod component;
pub mod diagnostic;
pub mod difference;
pub mod grant;
pub mod id;
pub mod known;
pub mod limit;
pub mod manifest;
pub mod operation;
pub mod plan;
pub mod read;
pub mod recipe;
pub mod run;
pub mod soql;
pub mod value;
pub mod view;
