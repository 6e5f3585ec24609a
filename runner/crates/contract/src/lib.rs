//! The contract between Usher and a step plugin as data, and its pure rules: values, operations, changes, effects,
//! manifest, grants, names, and the one judge of a plugin's answers and reads.
//!
//! The host, the engine and the tests of plugin authors all judge by this crate, so that a test refuses
//! exactly what Usher refuses. Nothing here performs an effect (`clippy.toml` refuses to compile it), and
//! nothing here knows a WebAssembly engine or the language of recipes.

pub mod answer;
pub mod change;
pub mod convert;
pub mod described;
pub mod fault;
mod form;
pub mod gate;
pub mod grant;
pub mod handed;
pub mod id;
pub mod known;
pub mod limit;
pub mod lookup;
pub mod manifest;
pub mod name;
mod never;
pub mod operation;
pub mod package;
mod probe;
pub mod read;
pub mod rehearsal;
pub mod resource;
pub mod sameness;
pub mod soql;
pub mod text;
pub mod token;
pub mod used;
pub mod value;
pub mod values;
