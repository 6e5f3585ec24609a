//! Everything that can be better in a plugin, found without running any of it.

mod component;
mod manifest;
mod neighbours;

use std::path::Path;

use usher_core::diagnostic::{Diagnostic, Severity};
use usher_guest::Language;

use crate::data_plugin;
use crate::error::{Error, Mistake};
use crate::workshop::PluginFolder;
use crate::world::World;

/// The findings about a folder: its manifest, its component, and the files beside them.
pub(crate) fn lint_folder(folder: &PluginFolder, world: &World) -> Result<Vec<Mistake>, Error> {
    let mut found = Vec::new();
    let name = match folder.language {
        Language::Data => of_data(folder, &mut found)?,
        _ => of_manifest(folder, &mut found)?,
    };
    found.extend(neighbours::findings(folder, name.as_deref(), world)?);
    Ok(found)
}

/// Adds the mistakes of a plugin made of data. Returns its name.
fn of_data(folder: &PluginFolder, found: &mut Vec<Mistake>) -> Result<Option<String>, Error> {
    let source = Language::Data.source();
    match data_plugin::read(&folder.path.join(source), &folder.name_of(source)) {
        Ok(plugin) => Ok(Some(plugin.name)),
        Err(error) if !error.mistakes.is_empty() => {
            found.extend(error.mistakes);
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Adds the findings about the manifest. Returns the plugin's name.
fn of_manifest(folder: &PluginFolder, found: &mut Vec<Mistake>) -> Result<Option<String>, Error> {
    Ok(match folder.manifest() {
        Ok(Some((manifest, source))) => {
            let at = manifest::findings(&manifest, &source);
            found.extend(at.into_iter().map(|diagnostic| Mistake {
                source: Some(source.clone()),
                diagnostic,
            }));
            Some(manifest.name)
        }
        Ok(None) => None,
        // Mistakes of the manifest are findings like others; anything else keeps it from being read.
        Err(error) if !error.mistakes.is_empty() => {
            found.extend(error.mistakes);
            None
        }
        Err(error) => return Err(error),
    })
}

/// The findings about a component alone.
pub(crate) fn lint_component(path: &Path, shown: &str) -> Result<Vec<Mistake>, Error> {
    component::findings(path, shown)
}

/// A finding without a place.
fn warning(code: &str, message: impl Into<String>, help: &str) -> Mistake {
    Mistake {
        source: None,
        diagnostic: warned(code, message).help(help),
    }
}

fn warned(code: &str, message: impl Into<String>) -> Diagnostic {
    Diagnostic {
        severity: Severity::Warning,
        ..Diagnostic::error(code, message)
    }
}
