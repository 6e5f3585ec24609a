//! Plugins that have no grant, and files that were never meant for Usher, end soon, in words and with an exit code of
//! ours: no panic, no flood, no hang.

pub(crate) mod compiling;
mod files;
mod many;
mod mutated;
mod panics;
