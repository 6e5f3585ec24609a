//! The folder of one plugin: its language, its manifest, the files beside them.

use std::path::{Path, PathBuf};

use usher_core::diagnostic::{Diagnostic, SourceText};
use usher_core::limit::MANIFEST_BYTES_MAX;
use usher_core::manifest::{Manifest, ManifestError};
use usher_guest::Language;

use crate::error::Error;
use crate::exit::Exit;
use crate::text_file::read_text;
use crate::workshop::place;

/// The folder of a plugin, which holds the source of one language.
pub(crate) struct PluginFolder {
    pub(crate) path: PathBuf,
    /// The folder as the person named it.
    pub(crate) shown: String,
    pub(crate) language: Language,
}

impl PluginFolder {
    /// The folder that a person names.
    pub(crate) fn at(below: &Path, given: &Path) -> Result<Self, Error> {
        let path = below.join(given);
        let shown = given.display().to_string();
        let path = path
            .canonicalize()
            .map_err(|error| Error::file("read the folder", given, &error))?;
        let here = |language: &Language| path.join(language.source()).is_file();
        let languages: Vec<Language> = Language::ALL.into_iter().filter(here).collect();
        match languages[..] {
            [language] => Ok(Self {
                path,
                shown,
                language,
            }),
            [] => Err(no_plugin(&shown)),
            [..] => Err(several(&shown, &languages)),
        }
    }

    /// The manifest and its text, checked. None: the folder has no `manifest.json`, which only Rust and data do without.
    pub(crate) fn manifest(&self) -> Result<Option<(Manifest, SourceText)>, Error> {
        let path = self.path.join(MANIFEST);
        if !path.exists() {
            return match self.language {
                Language::Rust | Language::Data => Ok(None),
                _ => Err(no_manifest(&self.shown)),
            };
        }
        let text = read_text(&path, MANIFEST_BYTES_MAX as u64)?;
        let source = SourceText {
            name: self.name_of(MANIFEST),
            text,
        };
        match Manifest::parse(&source.text) {
            Ok(manifest) => Ok(Some((manifest, source))),
            Err(error) => Err(Error::mistakes(
                Some(&source),
                manifest_mistakes(&error, &source),
            )),
        }
    }

    /// A file of the folder, as it is shown.
    pub(crate) fn name_of(&self, file: &str) -> String {
        match self.shown.as_str() {
            "." => file.to_owned(),
            folder => format!("{}/{file}", folder.trim_end_matches('/')),
        }
    }
}

/// The file with the manifest.
pub(crate) const MANIFEST: &str = "manifest.json";

/// Every mistake in a manifest, at its place.
pub(crate) fn manifest_mistakes(error: &ManifestError, source: &SourceText) -> Vec<Diagnostic> {
    let code = "plugin/bad-manifest";
    match error {
        ManifestError::Wrong(problems) => problems
            .iter()
            .map(|problem| {
                Diagnostic::error(code, &problem.message).at(place::of(&source.text, &problem.at))
            })
            .collect(),
        // Only the parser of JSON knows where it has stopped.
        error => match serde_json::from_str::<serde::de::IgnoredAny>(&source.text) {
            Err(broken) => {
                let message = format!("this is not JSON: {broken}");
                let at = place::of_line(&source.text, broken.line(), broken.column());
                vec![Diagnostic::error(code, message).at(at)]
            }
            Ok(_) => vec![Diagnostic::error(code, error.to_string())],
        },
    }
}

fn no_plugin(shown: &str) -> Error {
    let sources = Language::ALL.map(Language::source);
    let list = usher_core::diagnostic::list(&sources);
    let message = format!("`{shown}` is not the folder of a plugin: it has none of {list}");
    Error::new(Exit::Usage, "workshop/no-plugin", message)
        .help("name the folder of a plugin, or make one with `usher plugin new NAME --lang LANG`")
}

fn several(shown: &str, languages: &[Language]) -> Error {
    let sources: Vec<&str> = languages.iter().map(|one| one.source()).collect();
    let list = usher_core::diagnostic::list(&sources);
    let message = format!("`{shown}` has the sources of several plugins: {list}");
    Error::new(Exit::Usage, "workshop/several-sources", message)
        .help("give each plugin a folder of its own, with one of these files")
}

fn no_manifest(shown: &str) -> Error {
    let message =
        format!("`{shown}` has no `{MANIFEST}`, which says what the plugin reads and writes");
    Error::new(Exit::Plugin, "workshop/no-manifest", message)
        .help("write one; `usher plugin new NAME --lang LANG` makes one to begin with")
}
