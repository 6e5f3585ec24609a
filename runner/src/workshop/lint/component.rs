//! Findings about a component: everything for which this Usher would not load it, and what it imports in vain.

use std::path::Path;

use usher_core::diagnostic::{Diagnostic, SourceText, list};
use usher_host::{ImportKind, Inspection, PluginError, inspect};

use crate::error::{Error, Mistake};
use crate::plugins;
use crate::shelf::folder;
use crate::workshop::folder::manifest_mistakes;
use crate::workshop::lint::{manifest, warning};

/// The findings about the component in a file.
pub(super) fn findings(path: &Path, shown: &str) -> Result<Vec<Mistake>, Error> {
    let bytes = folder::component(path)?;
    let inspection = inspect(&bytes).map_err(|error| plugins::unusable(&error, shown))?;
    let mut found = problems(&inspection, shown);
    found.extend(muted(&inspection, shown));
    if let (Some(manifest), Some(text)) = (&inspection.manifest, &inspection.manifest_text) {
        let source = SourceText {
            name: format!("{shown}: manifest"),
            text: String::from_utf8_lossy(text).into_owned(),
        };
        let at = manifest::findings(manifest, &source);
        found.extend(at.into_iter().map(|diagnostic| Mistake {
            source: Some(source.clone()),
            diagnostic,
        }));
    }
    Ok(found)
}

/// The reasons why this Usher would not load it.
pub(super) fn problems(inspection: &Inspection, shown: &str) -> Vec<Mistake> {
    let mut found = Vec::new();
    for problem in &inspection.problems {
        if let PluginError::BadManifest(error) = problem {
            let text = inspection.manifest_text.as_deref().unwrap_or_default();
            let source = SourceText {
                name: format!("{shown}: manifest"),
                text: String::from_utf8_lossy(text).into_owned(),
            };
            let at = manifest_mistakes(error, &source);
            found.extend(at.into_iter().map(|diagnostic| Mistake {
                source: Some(source.clone()),
                diagnostic,
            }));
            continue;
        }
        let message = format!("`{shown}` cannot be used: {problem}");
        found.push(Mistake {
            source: None,
            diagnostic: Diagnostic::error(problem.code(), message),
        });
    }
    found
}

/// Imports of WASI.
pub(super) fn muted(inspection: &Inspection, shown: &str) -> Option<Mistake> {
    let muted = inspection.imports.iter();
    let muted = muted.filter(|import| import.kind == ImportKind::MutedWasi);
    let muted: Vec<&str> = muted.map(|import| import.name.as_str()).collect();
    if muted.is_empty() {
        return None;
    }
    let message = format!("`{shown}` imports {}, which give it nothing", list(&muted));
    let help = "its files, network and environment are empty, and its clock is the run's; build it without WASI if \
                you can";
    Some(warning("lint/muted-imports", message, help))
}
