//! The plugins in the box, compiled when Usher is built. So the first plan on a new machine compiles nothing.
//!
//! This crate holds data only. Without code, as for a target that the engine has no code for, each plugin is compiled at
//! its first use.

use usher_code::Ahead;

/// The code of the plugins in the box.
pub fn plugins() -> &'static [Ahead] {
    &embedded::PLUGINS
}

mod embedded {
    include!(concat!(env!("OUT_DIR"), "/embedded.rs"));
}

#[cfg(test)]
mod tests;
