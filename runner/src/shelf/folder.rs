//! Recipes and plugins in a folder of this machine, with `pack.toml` and `practice.toml` beside them. A folder with a
//! `pack.toml` is a pack, and no link leads out of it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use usher_core::diagnostic::SourceText;
use usher_core::limit;
use usher_core::recipe::{Example, PackTexts, parse_pack, parse_practice};
use usher_host::file::{self, FileError};

use crate::data_plugin;
use crate::error::Error;
use crate::exit::Exit;
use crate::shelf::{Pack, Provenance};
use crate::text_file::read_text;

/// A recipe that is a file.
pub(crate) struct RecipeFile {
    pub(crate) pack: Pack,
    /// Its name without `.toml`.
    stem: String,
    pub(crate) source: SourceText,
    pub(crate) practice: Option<SourceText>,
    pub(crate) folder: PathBuf,
}

/// Reads the recipe in a file. `text`: its name as the person gave it, from the folder `below`.
pub(crate) fn recipe(text: &str, below: &Path) -> Result<RecipeFile, Error> {
    let path = below.join(text);
    let pack = pack(&path)?;
    let file = within(&path, &pack.provenance)?;
    let source = SourceText {
        name: text.to_owned(),
        text: read_text(&file, limit::RECIPE_BYTES_MAX)?,
    };
    let folder = path.parent().unwrap_or(Path::new(".")).to_owned();
    let practice = practice_beside(&folder, &pack)?;
    Ok(RecipeFile {
        pack,
        stem: stem(&path),
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
        Ok(parsed.examples.get(&self.stem).cloned())
    }
}

/// Returns the pack of a recipe that is a file: the folder, when it has a `pack.toml`, else the file alone.
pub(crate) fn pack(file: &Path) -> Result<Pack, Error> {
    let folder = file.parent().unwrap_or(Path::new("."));
    let head = folder.join("pack.toml");
    if head.symlink_metadata().is_err() {
        return Ok(file_alone(file));
    }
    let folder = folder
        .canonicalize()
        .map_err(|error| Error::file("read", folder, &error))?;
    let provenance = Provenance::Folder(folder);
    within(file, &provenance)?;
    let texts = PackTexts {
        pack: SourceText {
            name: head.display().to_string(),
            text: read_text(&within(&head, &provenance)?, limit::PACK_FILE_BYTES_MAX)?,
        },
        practice: None,
        recipes: BTreeMap::new(),
    };
    let source = texts.pack.clone();
    let parsed = parse_pack(texts).map_err(|wrong| {
        let found = wrong.into_iter().flat_map(|file| file.diagnostics);
        Error::mistakes(Some(&source), found.collect())
    })?;
    Ok(Pack {
        name: parsed.name,
        version: Some(parsed.version.to_string()),
        provenance,
        recipes: BTreeMap::new(),
        plugins: parsed.plugins,
    })
}

/// The pack of a file that stands for itself.
pub(crate) fn file_alone(file: &Path) -> Pack {
    let whole = file.canonicalize().unwrap_or_else(|_| file.to_owned());
    Pack {
        name: stem(file),
        version: None,
        provenance: Provenance::File(whole),
        recipes: BTreeMap::new(),
        plugins: BTreeMap::new(),
    }
}

/// Follows the links of a file of a pack, and refuses one that leads out of the pack's folder. The file to read is the one
/// that was looked at. A file that is not there is refused where it is read.
pub(crate) fn within(file: &Path, provenance: &Provenance) -> Result<PathBuf, Error> {
    let Provenance::Folder(folder) = provenance else {
        return Ok(file.to_owned());
    };
    match file.canonicalize() {
        Ok(whole) if whole.starts_with(folder) => Ok(whole),
        Ok(whole) => {
            let message = format!(
                "`{}` is `{}`, which is outside of the folder of its pack",
                file.display(),
                whole.display()
            );
            Err(Error::new(Exit::File, "pack/leads-out", message)
                .help("put the file itself into the folder of the pack"))
        }
        Err(_) => Ok(file.to_owned()),
    }
}

fn stem(file: &Path) -> String {
    let stem = file.file_stem().unwrap_or_default();
    stem.to_string_lossy().into_owned()
}

/// Reads a component from its file, or makes it of a plugin made of data.
pub(crate) fn component(path: &Path) -> Result<Vec<u8>, Error> {
    // Without the `.` of `./plugin.toml` in the middle.
    let path: &Path = &path.components().collect::<PathBuf>();
    if data_plugin::is_one(path) {
        return data_plugin::component(path, &path.display().to_string());
    }
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
fn practice_beside(folder: &Path, pack: &Pack) -> Result<Option<SourceText>, Error> {
    let path = folder.join("practice.toml");
    if !path.exists() {
        return Ok(None);
    }
    let name = path.display().to_string();
    let text = read_text(&within(&path, &pack.provenance)?, limit::INPUTS_BYTES_MAX)?;
    Ok(Some(SourceText { name, text }))
}
