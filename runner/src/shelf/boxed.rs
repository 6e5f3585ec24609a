//! The box, which comes with Usher: packs, and the plugins that every recipe may name.

use usher_core::diagnostic::SourceText;
use usher_core::recipe::{self, PackTexts, RecipesOf, parse_pack};
use usher_packs::EmbeddedPlugin;

use crate::error::Error;
use crate::exit::Exit;
use crate::shelf::{Pack, Provenance, ShelvedRecipe};

/// Reads the packs in the box.
pub(crate) fn packs() -> Result<Vec<Pack>, Error> {
    usher_packs::packs().iter().map(pack).collect()
}

/// Reads one pack in the box; none: there is none of this name.
pub(crate) fn pack_named(name: &str) -> Result<Option<Pack>, Error> {
    let mut packs = usher_packs::packs().iter();
    let found = packs.find(|pack| pack.name == name);
    found.map(pack).transpose()
}

/// Returns the names of all plugins in the box.
pub(crate) fn plugin_names() -> impl Iterator<Item = &'static str> {
    usher_packs::plugins().iter().map(|plugin| plugin.name)
}

/// Returns a plugin in the box.
pub(crate) fn plugin(name: &str) -> Option<&'static EmbeddedPlugin> {
    let mut plugins = usher_packs::plugins().iter();
    plugins.find(|plugin| plugin.name == name)
}

/// Says whether a component with this digest is in the box.
pub(crate) fn is_in_box(digest: &str) -> bool {
    usher_packs::plugins()
        .iter()
        .any(|plugin| plugin.digest == digest)
}

/// Says whether the recipes are those of a pack in the box. No other pack is named without its folder.
pub(crate) fn is_of_box(recipes: &RecipesOf) -> bool {
    matches!(recipes, RecipesOf::Pack(pack) if !pack.starts_with('/'))
}

/// Returns name and text of every `practice.toml` in the box.
pub(crate) fn fixtures() -> impl Iterator<Item = (&'static str, &'static str)> {
    let files = usher_packs::packs().iter().flat_map(|pack| pack.files);
    files
        .filter(|(path, _)| *path == "practice.toml")
        .map(|(name, text)| (*name, *text))
}

fn pack(embedded: &usher_packs::EmbeddedPack) -> Result<Pack, Error> {
    let parsed = parse_pack(texts(embedded)).map_err(|wrong| {
        // The box is tested when it is built; this is no mistake of whoever runs it.
        let found = wrong.into_iter().flat_map(|file| file.diagnostics);
        let messages: Vec<String> = found.map(|diagnostic| diagnostic.message).collect();
        Error::new(
            Exit::Bug,
            "bug",
            format!("pack `{}`: {}", embedded.name, messages.join("; ")),
        )
    })?;
    let recipe::Pack {
        name,
        version,
        plugins,
        recipes,
        mut practice,
        ..
    } = parsed;
    let recipes = recipes.into_iter().map(|(name, source)| {
        let example = practice.examples.remove(&name);
        (name, ShelvedRecipe { source, example })
    });
    Ok(Pack {
        name,
        version: Some(version.to_string()),
        provenance: Provenance::Boxed,
        recipes: recipes.collect(),
        plugins,
    })
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
