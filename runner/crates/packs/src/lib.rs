//! The things that come with Usher: the plugins of this workspace as components, and the packs of recipes, embedded.
//!
//! This crate holds data only. Nothing is parsed, checked or trusted here.

/// A plugin that comes with Usher.
#[derive(Clone, Copy, Debug)]
pub struct EmbeddedPlugin {
    /// The name for a recipe's `use`.
    pub name: &'static str,
    /// The bytes of the component.
    pub component: &'static [u8],
    /// SHA-256 of those bytes, hex.
    pub digest: &'static str,
}

/// A pack that comes with Usher.
#[derive(Clone, Copy, Debug)]
pub struct EmbeddedPack {
    pub name: &'static str,
    /// Path below the pack and text, of every `.toml` and `.md`, sorted by path.
    pub files: &'static [(&'static str, &'static str)],
}

/// The plugins, sorted by name.
pub fn plugins() -> &'static [EmbeddedPlugin] {
    embedded::PLUGINS
}

/// The packs, sorted by name.
pub fn packs() -> &'static [EmbeddedPack] {
    embedded::PACKS
}

mod embedded {
    use crate::{EmbeddedPack, EmbeddedPlugin};

    include!(concat!(env!("OUT_DIR"), "/embedded.rs"));
}

#[cfg(test)]
mod tests;
