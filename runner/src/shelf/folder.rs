//! What is in a folder of this machine: a recipe, the `practice.toml` beside it, and plugins.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use usher_core::diagnostic::SourceText;
use usher_core::limit;
use usher_core::recipe::{Example, parse_practice};
use usher_host::file::{self, FileError};

use crate::error::Error;
use crate::exit::Exit;
use crate::shelf::{Pack, Provenance};
use crate::text_file::read_text;

/// A recipe that is a file.
pub(crate) struct RecipeFile {
    /// The file is all that the pack holds.
    pub(crate) pack: Pack,
    pub(crate) source: SourceText,
    pub(crate) practice: Option<SourceText>,
    pub(crate) folder: PathBuf,
}

/// Reads the recipe in a file. `text`: its name as the person gave it, from the folder `below`.
pub(crate) fn recipe(text: &str, below: &Path) -> Result<RecipeFile, Error> {
    let path = below.join(text);
    let source = SourceText {
        name: text.to_owned(),
        text: read_text(&path, limit::RECIPE_BYTES_MAX)?,
    };
    let folder = path.parent().unwrap_or(Path::new(".")).to_owned();
    let practice = practice_beside(&folder)?;
    Ok(RecipeFile {
        pack: pack(&path),
        source,
        practice,
        folder,
    })
}

impl RecipeFile {
    /// Returns the recipe's example in the `practice.toml` beside it.
    pub(crate) fn example(&self) -> Result<Option<Example>, Error> {
        let Some(practice) = &self.practice else {
            return Ok(None);
        };
        let parsed = parse_practice(practice)
            .map_err(|diagnostics| Error::mistakes(Some(practice), diagnostics))?;
        Ok(parsed.examples.get(&self.pack.name).cloned())
    }
}

/// Returns the pack of a recipe that is a file.
pub(crate) fn pack(file: &Path) -> Pack {
    let whole = file.canonicalize().unwrap_or_else(|_| file.to_owned());
    let stem = file.file_stem().unwrap_or_default();
    Pack {
        name: stem.to_string_lossy().into_owned(),
        version: None,
        provenance: Provenance::File(whole),
        recipes: BTreeMap::new(),
        plugins: BTreeMap::new(),
    }
}

/// Reads a component from its file.
pub(crate) fn component(path: &Path) -> Result<Vec<u8>, Error> {
    file::read(path, limit::COMPONENT_BYTES_MAX).map_err(|error| {
        let code = match error {
            FileError::NotRegular => "plugin/not-a-file",
            FileError::TooLarge { .. } => "plugin/too-large",
            FileError::Io(_) => "plugin/not-found",
        };
        let message = format!("cannot read the plugin `{}`: {error}", path.display());
        Error::new(Exit::Plugin, code, message)
    })
}

/// The `practice.toml` that lies beside a recipe file.
fn practice_beside(folder: &Path) -> Result<Option<SourceText>, Error> {
    let path = folder.join("practice.toml");
    if !path.is_file() {
        return Ok(None);
    }
    let name = path.display().to_string();
    let text = read_text(&path, limit::INPUTS_BYTES_MAX)?;
    Ok(Some(SourceText { name, text }))
}
