//! The shelves that packs come from, one file each: the box, and folders. A pack is used in the same way wherever it comes
//! from, so that another shelf is another file here.

pub(crate) mod boxed;
pub(crate) mod folder;

use std::collections::BTreeMap;
use std::path::PathBuf;

use usher_core::diagnostic::SourceText;
use usher_core::recipe::{Example, PackPlugin, RecipesOf};

/// A pack as its shelf hands it out.
#[derive(Clone, Debug)]
pub(crate) struct Pack {
    pub(crate) name: String,
    /// A recipe that is a file without a pack has none.
    pub(crate) version: Option<String>,
    pub(crate) provenance: Provenance,
    /// By name without the pack.
    pub(crate) recipes: BTreeMap<String, ShelvedRecipe>,
    /// The plugins that the recipes may use, with their grants.
    pub(crate) plugins: BTreeMap<String, PackPlugin>,
}

impl Pack {
    /// The recipes that a grant for this pack counts for.
    pub(crate) fn recipes_of(&self) -> RecipesOf {
        match &self.provenance {
            Provenance::Boxed => RecipesOf::Pack(self.name.clone()),
            Provenance::Folder(folder) => RecipesOf::Pack(folder.to_string_lossy().into_owned()),
            Provenance::File(file) => RecipesOf::File(file.to_string_lossy().into_owned()),
        }
    }
}

/// A recipe of a pack. Its text is not parsed: the mistake in one hides no other.
#[derive(Clone, Debug)]
pub(crate) struct ShelvedRecipe {
    pub(crate) source: SourceText,
    pub(crate) example: Option<Example>,
}

/// The shelf that a pack comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Provenance {
    /// It comes with Usher.
    Boxed,
    /// It is a folder of this machine with a `pack.toml`, by its whole path.
    Folder(PathBuf),
    /// It is one file of this machine and no more, by its whole path.
    File(PathBuf),
}
