//! A new plugin: the files of its language's template under its own name, and the SDK.

use std::path::{Path, PathBuf};

use usher_core::name::is_kebab;
use usher_guest::Language;

use crate::error::Error;
use crate::exit::Exit;
use crate::shelf::boxed;
use crate::workshop::files::{NamedFile, write_folder};
use crate::workshop::template;

/// A plugin that was made.
pub(crate) struct Made {
    pub(crate) language: Language,
    pub(crate) folder: PathBuf,
    /// The files that its author edits, sorted.
    pub(crate) files: Vec<String>,
    /// The number of files of the SDK.
    pub(crate) sdk: usize,
}

/// Makes the folder, or nothing.
pub(crate) fn make(name: &str, language: Language, below: &Path) -> Result<Made, Error> {
    check(name)?;
    let folder = below.join(name);
    must_be_free(&folder, name)?;
    let own = template::template(language, name)?;
    let sdk = template::sdk(language);
    let below_sdk = |(path, bytes): &NamedFile| (format!("sdk/{path}"), bytes.clone());
    let all: Vec<NamedFile> = own
        .iter()
        .cloned()
        .chain(sdk.iter().map(below_sdk))
        .collect();
    write_folder(&folder, &all)?;
    let mut files: Vec<String> = own.into_iter().map(|(path, _)| path).collect();
    files.sort();
    Ok(Made {
        language,
        folder,
        files,
        sdk: sdk.len(),
    })
}

/// Refuses a name that no plugin can have, or that one in the box has.
fn check(name: &str) -> Result<(), Error> {
    let refused =
        |code, message: String, help: &str| Err(Error::new(Exit::Usage, code, message).help(help));
    // The package of a plugin in Rust cannot begin with a digit.
    if !is_kebab(name) || !name.starts_with(|first: char| first.is_ascii_lowercase()) {
        let message = format!("`{name}` is not a valid name of a plugin");
        let help = "write a lower-case letter, then lower-case letters, digits and single hyphens, at most 64, as in \
                    `account-groups`";
        return refused("workshop/bad-name", message, help);
    }
    if boxed::plugin_names().any(|known| known == name) {
        let message = format!("`{name}` is the name of a plugin in the box");
        let help = "give another name: grants know a plugin by its name";
        return refused("workshop/name-taken", message, help);
    }
    Ok(())
}

/// Refuses a place where something is.
fn must_be_free(folder: &Path, name: &str) -> Result<(), Error> {
    let message = match folder.read_dir() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::NotADirectory => {
            format!("`{name}` is a file")
        }
        Err(error) => return Err(Error::file("read the folder", folder, &error)),
        Ok(mut entries) => match entries.next() {
            None => return Ok(()),
            Some(_) => format!("the folder `{name}` is not empty"),
        },
    };
    Err(Error::new(Exit::File, "workshop/not-empty", message)
        .help("give another name, or remove what is there; nothing was written"))
}
