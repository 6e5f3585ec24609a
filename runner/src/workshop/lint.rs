//! Everything that can be better in a plugin, found without running any of it.

mod component;
mod manifest;
mod neighbours;

use std::path::Path;

use usher_core::diagnostic::{Diagnostic, Severity};

use crate::error::{Error, Mistake};
use crate::workshop::PluginFolder;
use crate::world::World;

/// The findings about a folder: its manifest, its component, and the files beside them.
pub(crate) fn lint_folder(folder: &PluginFolder, world: &World) -> Result<Vec<Mistake>, Error> {
    let mut found = Vec::new();
    let name = match folder.manifest() {
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
    };
    found.extend(neighbours::findings(folder, name.as_deref(), world)?);
    Ok(found)
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
