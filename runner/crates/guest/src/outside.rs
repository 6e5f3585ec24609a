//! A plugin in a folder of its own, outside of this workspace: source in, component out.

mod c;
mod javascript;
mod python;
mod rust;

use std::fs;
use std::path::{Path, PathBuf};

use crate::language::Language;
use crate::tools::{Pins, Tools};
use crate::{GuestError, WasmStd, create_folder, lock, with_manifest, write_if_changed};

/// The order for the component of a plugin's folder.
pub struct PluginBuild<'a> {
    /// The folder, whole.
    pub folder: PathBuf,
    pub language: Language,
    /// The bytes of `manifest.json`. In Rust there may be none: the component describes itself.
    pub manifest: Option<Vec<u8>>,
    /// The files that fix the versions of the language's tools.
    pub pins: Pins<'a>,
    /// The cache home: files that are fetched or made once stay below it.
    pub cache: PathBuf,
    /// The one way to the wasm std that may be taken. `None`: the first that works.
    pub wasm_std: Option<WasmStd>,
    /// Gets one line for each thing that takes long.
    pub say: &'a dyn Fn(&str),
}

impl PluginBuild<'_> {
    /// The folder for files that are made while building. It can be removed at any time.
    fn made(&self) -> PathBuf {
        self.folder.join("target").join("usher")
    }

    fn tools(&self) -> Tools<'_> {
        Tools {
            language: self.language,
            pins: self.pins,
            cache: &self.cache,
            say: self.say,
        }
    }

    /// The manifest as text, for a language whose `describe` answers it.
    fn manifest_text(&self) -> Result<&str, GuestError> {
        let bytes = self.manifest.as_deref().unwrap_or_default();
        std::str::from_utf8(bytes).map_err(|_| GuestError::Compiler {
            language: self.language,
            output: "`manifest.json` is not UTF-8 text".to_owned(),
        })
    }

    /// The text of one of the pins.
    fn pin(&self, name: &str) -> Result<&str, GuestError> {
        let mut pins = self.pins.iter();
        let found = pins.find(|(file, _)| *file == name);
        let text = found.and_then(|(_, bytes)| std::str::from_utf8(bytes).ok());
        text.ok_or(GuestError::NoPins {
            language: self.language,
        })
    }

    /// Writes a file that is made while building.
    fn make(&self, name: &str, text: &str) -> Result<PathBuf, GuestError> {
        let path = self.made().join(name);
        write_if_changed(&path, text.as_bytes())?;
        Ok(path)
    }

    fn failed(&self, output: String) -> GuestError {
        GuestError::Compiler {
            language: self.language,
            output,
        }
    }
}

/// Builds the component. It has its manifest as a section when that is known.
///
/// Two builds of one folder run one after the other.
///
/// # Errors
///
/// A tool is missing or cannot be fetched, the compiler fails, or a file cannot be read or written.
pub fn build_plugin(build: &PluginBuild) -> Result<Vec<u8>, GuestError> {
    create_folder(&build.made())?;
    // Nothing that is made belongs into a repository, in whatever language.
    write_if_changed(&build.made().with_file_name(".gitignore"), b"*\n")?;
    let _lock = lock(&build.made().join(".lock"))?;
    let component = match build.language {
        Language::Rust => rust::build(build)?,
        Language::JavaScript => javascript::build(build)?,
        Language::Python => python::build(build)?,
        Language::C => c::build(build)?,
        Language::Data => {
            return Err(GuestError::NoPins {
                language: build.language,
            });
        }
    };
    let Some(manifest) = &build.manifest else {
        return Ok(component);
    };
    with_manifest(&component, manifest).map_err(|source| not_a_plugin(build, source))
}

fn not_a_plugin(build: &PluginBuild, source: crate::NotAPlugin) -> GuestError {
    let name = build.folder.file_name().unwrap_or_default();
    GuestError::NotAPlugin {
        package: name.to_string_lossy().into_owned(),
        source,
    }
}

/// A text between quotes, as JSON, JavaScript and Python read it.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn read(path: &Path) -> Result<Vec<u8>, GuestError> {
    fs::read(path).map_err(|source| GuestError::file(path, source))
}

#[cfg(test)]
mod tests;
