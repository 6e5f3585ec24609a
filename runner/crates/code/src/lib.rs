//! The code of components: the settings that it is compiled with, and code that was compiled when Usher was built.
//!
//! The build script of `usher-ahead` compiles the plugins in the box with this crate, and `usher-host` loads the code
//! with it. So both have the same settings. It is a crate of its own because a build script with the whole host would be
//! built again after each change of the host.

mod ahead;
pub mod limit;
mod memory;
mod settings;

pub use ahead::{Ahead, Compiler, Paged};
pub use settings::{config, running};

#[cfg(test)]
mod tests;
