//! The folder of a plugin: its component, its rehearsals, its recipe, its practice records.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use usher_core::diagnostic::SourceText;
use usher_core::limit;
use usher_host::Plugin;

use crate::error::Error;
use crate::exit::Exit;
use crate::shelf::folder;
use crate::text_file::read_text;

/// Rehearsals of one plugin. A test of a thousand files takes a second.
const REHEARSALS_MAX: usize = 1_000;

/// The folder of a plugin.
pub(super) struct Folder {
    path: PathBuf,
    component: PathBuf,
    bytes: Arc<[u8]>,
}

impl Folder {
    /// Finds the component in a folder, and reads it.
    pub(super) fn open(path: &Path) -> Result<Self, Error> {
        let mut found = files(path, "wasm")?;
        let component = match (found.pop(), found.is_empty()) {
            (Some(component), true) => component,
            (None, _) => {
                let message = format!("`{}` holds no component", path.display());
                return Err(Error::new(Exit::Plugin, "plugin/not-built", message).help(
                    "run `usher plugin build` first, or name the folder of a plugin that is built",
                ));
            }
            (Some(last), false) => {
                found.push(last);
                let names: Vec<String> = found
                    .iter()
                    .map(|it| format!("`{}`", name_of(it)))
                    .collect();
                let message = format!(
                    "`{}` holds several components: {}",
                    path.display(),
                    names.join(", ")
                );
                return Err(Error::new(Exit::Plugin, "plugin/several-built", message)
                    .help("leave one component in the folder of a plugin"));
            }
        };
        let bytes = folder::component(&component)?.into();
        Ok(Self {
            path: path.to_owned(),
            component,
            bytes,
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The bytes of the component.
    pub(super) fn component(&self) -> Arc<[u8]> {
        Arc::clone(&self.bytes)
    }

    /// The component as a recipe in the folder names it.
    pub(super) fn component_name(&self) -> String {
        format!("./{}", name_of(&self.component))
    }

    /// The rehearsals, by the names of their files.
    pub(super) fn rehearsals(&self) -> Result<Vec<SourceText>, Error> {
        let tests = self.path.join("tests");
        if !tests.exists() {
            return Ok(Vec::new());
        }
        let files = files(&tests, "toml")?;
        if files.len() > REHEARSALS_MAX {
            let message = format!(
                "`{}` holds more than {REHEARSALS_MAX} rehearsals",
                tests.display()
            );
            return Err(Error::new(Exit::Limit, "rehearsal/too-many", message)
                .help("keep fewer rehearsals in the folder"));
        }
        let read = |file: &PathBuf| {
            Ok(SourceText {
                name: format!("tests/{}", name_of(file)),
                text: read_text(file, limit::REHEARSAL_BYTES_MAX)?,
            })
        };
        files.iter().map(read).collect()
    }

    /// The recipe that uses the plugin, when the folder has one.
    pub(super) fn has_recipe(&self) -> bool {
        self.path.join("recipe.toml").exists()
    }

    /// The manifest as the author writes it; none: the component's is made from the sources.
    pub(super) fn manifest(&self) -> Result<Option<String>, Error> {
        let path = self.manifest_path();
        if !path.exists() {
            return Ok(None);
        }
        let max = u64::try_from(limit::MANIFEST_BYTES_MAX).unwrap_or(u64::MAX);
        read_text(&path, max).map(Some)
    }

    pub(super) fn manifest_path(&self) -> PathBuf {
        self.path.join("manifest.json")
    }

    /// Refuses a component that was built with another manifest than the one in the folder: its test would say nothing
    /// about the plugin as it is now. While the manifest is being written, the difference is what the test is for.
    pub(super) fn must_declare_as_built(
        &self,
        plugin: &Plugin,
        declares: bool,
    ) -> Result<(), Error> {
        match self.manifest()? {
            Some(text) if !declares && text.as_bytes() != plugin.manifest_text() => {
                let message = format!(
                    "`{}` was built with another manifest than `manifest.json` is now",
                    self.component_name()
                );
                Err(Error::new(Exit::Plugin, "plugin/not-built", message)
                    .help("run `usher plugin build` again"))
            }
            _ => Ok(()),
        }
    }
}

/// The files of a folder with an ending, in the order of their names.
fn files(folder: &Path, ending: &str) -> Result<Vec<PathBuf>, Error> {
    let unread = |error: std::io::Error| Error::file("read", folder, &error);
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unread)? {
        let path = entry.map_err(unread)?.path();
        let is_hidden = name_of(&path).starts_with('.');
        if path.extension().is_some_and(|it| it == ending) && !is_hidden && path.is_file() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn name_of(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}
