//! What nobody granted and what nobody meant to give ends soon, in words and with an exit code of ours: no panic,
//! no flood, no hang.

pub(crate) mod compiling;
mod files;
mod many;
mod mutated;
mod panics;
