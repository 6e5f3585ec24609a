//! The things that come with Usher: the plugins of this workspace as components, the packs of recipes, and for authors of
//! plugins the contract with the template, SDK and pins of each language, embedded.
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

/// A language in which a plugin outside of this workspace is written.
#[derive(Clone, Copy, Debug)]
pub struct EmbeddedLanguage {
    pub name: &'static str,
    /// Path and bytes of every file, sorted by path: `template/…` for a new plugin, `sdk/…` for its folder `sdk`,
    /// `toolchain/…` for its tools.
    pub files: &'static [(&'static str, &'static [u8])],
}

/// The plugins, sorted by name.
pub fn plugins() -> &'static [EmbeddedPlugin] {
    embedded::PLUGINS
}

/// The component that follows the program of a plugin made of data. It holds no program, and no recipe may name it.
pub fn interpreter() -> &'static [u8] {
    embedded::INTERPRETER
}

/// The packs, sorted by name.
pub fn packs() -> &'static [EmbeddedPack] {
    embedded::PACKS
}

/// The languages, sorted by name.
pub fn languages() -> &'static [EmbeddedLanguage] {
    embedded::LANGUAGES
}

/// The contract, `step.wit`.
pub fn contract() -> &'static str {
    embedded::CONTRACT
}

mod embedded {
    use crate::{EmbeddedLanguage, EmbeddedPack, EmbeddedPlugin};

    include!(concat!(env!("OUT_DIR"), "/embedded.rs"));
}

#[cfg(test)]
mod tests;
