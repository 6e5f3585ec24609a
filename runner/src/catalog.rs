//! Finding recipes: those in the box, and files. What a recipe's folder says (pack, example) comes along.

use std::collections::BTreeMap;
use std::path::PathBuf;

use usher_core::diagnostic::{SourceText, did_you_mean};
use usher_core::recipe::{Example, RawRecipe, RecipeName, parse};

use crate::error::Error;
use crate::exit::Exit;
use crate::shelf::{Pack, Provenance, ShelvedRecipe, boxed, folder};
use crate::world::World;

/// The packs in the box.
pub(crate) struct Catalog {
    packs: BTreeMap<String, Pack>,
}

/// A recipe that was found and read, not yet checked.
pub(crate) struct Found {
    pub(crate) raw: RawRecipe,
    /// The pack that it belongs to.
    pub(crate) pack: Pack,
    pub(crate) example: Option<Example>,
    /// The `practice.toml` beside a recipe outside the box.
    pub(crate) practice: Option<SourceText>,
    /// The folder in which `./x.wasm` is looked for.
    pub(crate) folder: PathBuf,
}

impl Found {
    /// The name of its pack, when the pack is in the box.
    pub(crate) fn boxed(&self) -> Option<&str> {
        let is_boxed = self.pack.provenance == Provenance::Boxed;
        is_boxed.then_some(self.pack.name.as_str())
    }
}

impl Catalog {
    /// Reads the packs in the box.
    pub(crate) fn load() -> Result<Self, Error> {
        let packs = boxed::packs()?.into_iter();
        Ok(Self {
            packs: packs.map(|pack| (pack.name.clone(), pack)).collect(),
        })
    }

    /// Full names, packs and texts of all recipes in the box.
    pub(crate) fn recipes(&self) -> Vec<(String, &Pack, &SourceText)> {
        let all = self.packs.values().flat_map(|pack| {
            let recipes = pack.recipes.iter();
            recipes.map(move |(name, recipe)| {
                let full = format!("{}/{name}", pack.name);
                (full, pack, &recipe.source)
            })
        });
        all.collect()
    }
}

/// Finds the recipe that a person names: `fsc/assign-permissions`, or a file. No other pack is read.
pub(crate) fn find(text: &str, world: &World) -> Result<Found, Error> {
    if text.ends_with(".toml") || text.starts_with('.') || text.starts_with('/') {
        let file = folder::recipe(text, &world.folder)?;
        return Ok(Found {
            raw: read(file.source.clone())?,
            example: file.example()?,
            pack: file.pack,
            practice: file.practice,
            folder: file.folder,
        });
    }
    let Some((pack, recipe)) = in_box(text)? else {
        return Err(unknown(text)?);
    };
    Ok(Found {
        raw: read(recipe.source)?,
        pack,
        example: recipe.example,
        practice: None,
        folder: world.folder.clone(),
    })
}

fn in_box(text: &str) -> Result<Option<(Pack, ShelvedRecipe)>, Error> {
    let Ok(name) = RecipeName::parse(text) else {
        return Ok(None);
    };
    let pack = boxed::pack_named(&name.pack)?;
    Ok(pack.and_then(|pack| {
        let recipe = pack.recipes.get(&name.recipe)?.clone();
        Some((pack, recipe))
    }))
}

fn unknown(text: &str) -> Result<Error, Error> {
    let catalog = Catalog::load()?;
    let recipes = catalog.recipes().into_iter();
    let names: Vec<String> = recipes.map(|(name, ..)| name).collect();
    let help = did_you_mean(text, names.iter().map(String::as_str));
    Ok(Error::new(
        Exit::Invalid,
        "recipe/not-found",
        format!("there is no recipe `{text}` in the box"),
    )
    .help(format!(
        "{help}; a file is named with its ending: `./{text}.toml`"
    )))
}

fn read(source: SourceText) -> Result<RawRecipe, Error> {
    let text = source.clone();
    parse(source).map_err(|mistake| Error::mistakes(Some(&text), vec![*mistake]))
}
