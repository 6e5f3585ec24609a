//! Finding recipes: those in the box, and files. What a recipe's folder says (pack, example) comes along.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use usher_core::diagnostic::{SourceText, did_you_mean};
use usher_core::limit;
use usher_core::recipe::{
    Example, Pack, PackTexts, RawRecipe, RecipeName, parse, parse_pack, parse_practice,
};
use usher_host::file;

use crate::error::Error;
use crate::exit::Exit;
use crate::world::World;

/// The packs in the box.
pub(crate) struct Catalog {
    pub(crate) packs: BTreeMap<String, Pack>,
}

/// A recipe that was found and read, not yet checked.
pub(crate) struct Found {
    pub(crate) raw: RawRecipe,
    /// The pack in the box that it belongs to.
    pub(crate) pack: Option<String>,
    pub(crate) example: Option<Example>,
    /// The `practice.toml` beside a recipe outside the box.
    pub(crate) practice: Option<SourceText>,
    /// The folder in which `./x.wasm` is looked for.
    pub(crate) folder: PathBuf,
}

impl Catalog {
    /// Reads the packs in the box.
    pub(crate) fn load() -> Result<Self, Error> {
        let mut packs = BTreeMap::new();
        for embedded in usher_packs::packs() {
            let pack = parse_pack(texts(embedded)).map_err(|wrong| {
                // The box is tested when it is built; this is no mistake of whoever runs it.
                let found = wrong.into_iter().flat_map(|file| file.diagnostics);
                let messages: Vec<String> = found.map(|diagnostic| diagnostic.message).collect();
                Error::new(
                    Exit::Bug,
                    "bug",
                    format!("pack `{}`: {}", embedded.name, messages.join("; ")),
                )
            })?;
            packs.insert(pack.name.clone(), pack);
        }
        Ok(Self { packs })
    }

    /// Full names and titles of all recipes in the box.
    pub(crate) fn recipes(&self) -> Vec<(String, &Pack, &SourceText)> {
        let all = self.packs.values().flat_map(|pack| {
            let recipes = pack.recipes.iter();
            recipes.map(move |(name, source)| (format!("{}/{name}", pack.name), pack, source))
        });
        all.collect()
    }

    /// Finds the recipe that a person names: `fsc/assign-permissions`, or a file.
    pub(crate) fn find(&self, text: &str, world: &World) -> Result<Found, Error> {
        if text.ends_with(".toml") || text.starts_with('.') || text.starts_with('/') {
            return self.file(text, world);
        }
        let unknown = || {
            let names: Vec<String> = self.recipes().into_iter().map(|(name, ..)| name).collect();
            let help = did_you_mean(text, names.iter().map(String::as_str));
            Error::new(
                Exit::Invalid,
                "recipe/not-found",
                format!("there is no recipe `{text}` in the box"),
            )
            .help(format!(
                "{help}; a file is named with its ending: `./{text}.toml`"
            ))
        };
        let name = RecipeName::parse(text).map_err(|_| unknown())?;
        let pack = self.packs.get(&name.pack).ok_or_else(unknown)?;
        let source = pack.recipes.get(&name.recipe).ok_or_else(unknown)?;
        Ok(Found {
            raw: read(source.clone())?,
            pack: Some(pack.name.clone()),
            example: pack.practice.examples.get(&name.recipe).cloned(),
            practice: None,
            folder: world.folder.clone(),
        })
    }

    fn file(&self, text: &str, world: &World) -> Result<Found, Error> {
        let path = world.folder.join(text);
        let source = SourceText {
            name: text.to_owned(),
            text: read_text(&path, limit::RECIPE_BYTES_MAX)?,
        };
        let folder = path.parent().unwrap_or(Path::new(".")).to_owned();
        let stem = path
            .file_stem()
            .and_then(|stem| stem.to_str())
            .unwrap_or_default();
        let practice = practice_beside(&folder)?;
        Ok(Found {
            raw: read(source)?,
            pack: None,
            example: match &practice {
                Some(practice) => example(practice, stem)?,
                None => None,
            },
            practice,
            folder,
        })
    }
}

/// A text file of at most so many bytes.
pub(crate) fn read_text(path: &Path, bytes_max: u64) -> Result<String, Error> {
    let bytes = file::read(path, bytes_max).map_err(|error| Error::unread(path, error))?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let message = format!("`{}` is no UTF-8 text (byte {at})", path.display());
        Error::new(Exit::Invalid, "file/not-text", message)
    })
}

fn read(source: SourceText) -> Result<RawRecipe, Error> {
    let text = source.clone();
    parse(source).map_err(|mistake| Error::mistakes(Some(&text), vec![*mistake]))
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

/// The recipe's example in a `practice.toml`.
fn example(practice: &SourceText, recipe: &str) -> Result<Option<Example>, Error> {
    let practice = parse_practice(practice)
        .map_err(|diagnostics| Error::mistakes(Some(practice), diagnostics))?;
    Ok(practice.examples.get(recipe).cloned())
}

fn texts(embedded: &usher_packs::EmbeddedPack) -> PackTexts {
    let source = |path: &str, text: &str| SourceText {
        name: format!("{}/{path}", embedded.name),
        text: text.to_owned(),
    };
    let named = |wanted: &str| {
        let found = embedded.files.iter().find(|(path, _)| *path == wanted);
        found.map(|(path, text)| source(path, text))
    };
    let recipes = embedded.files.iter().filter_map(|(path, text)| {
        let name = path.strip_suffix(".toml")?;
        let other = matches!(name, "pack" | "practice") || name.contains('/');
        let full = SourceText {
            name: format!("{}/{name}", embedded.name),
            text: (*text).to_owned(),
        };
        (!other).then(|| (name.to_owned(), full))
    });
    PackTexts {
        pack: named("pack.toml").unwrap_or_else(|| source("pack.toml", "")),
        practice: named("practice.toml"),
        recipes: recipes.collect(),
    }
}
