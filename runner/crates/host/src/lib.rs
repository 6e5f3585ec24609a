//! Runs step plugins: WebAssembly components that plan. Only this crate knows the engine, wasmtime.
//!
//! A [`Host`] loads bytes into a [`Plugin`], and a plugin makes plans out of [`Call`]s. A plugin gets no network,
//! files, clock or randomness. Its reads are checked and then go through the [`Reads`](usher_contract::read::Reads)
//! port; its answers are checked before anything else uses them. This crate decides nothing about grants, order or the
//! view: it only keeps a plugin to its manifest and its contract.

mod ahead;
mod bindings;
mod cache;
pub mod compiler;
mod contract;
mod convert;
mod engine;
mod error;
pub mod file;
mod functions;
mod host;
mod imports;
mod inspect;
mod limit;
mod log;
mod looked_at;
mod own_time;
mod plugin;
mod pool;
mod reading;
mod state;
mod trap;
mod wasi;

pub use contract::CONTRACT;
pub use error::{HostError, Ident, NoPlan, PlanError, PluginError};
pub use host::Host;
pub use inspect::{Import, ImportKind, Inspection, MANIFEST_SECTION, digest_of, inspect};
pub use log::{Level, LogLine, Source};
pub use looked_at::{Bytes, LookedAt};
pub use plugin::{Call, Planned, Plugin};
pub use trap::help as trap_help;

#[cfg(test)]
mod tests;
