//! The SDK in the folder of a plugin: written by Usher as a whole, never edited.

use std::fs;

use crate::error::Error;
use crate::exit::Exit;
use crate::workshop::files::{part_of, write_folder};
use crate::workshop::{PluginFolder, template};

/// The SDK before and after.
pub(crate) struct Renewed {
    /// The lines of its file `VERSION` before; none: there was no SDK.
    pub(crate) before: Option<String>,
    pub(crate) after: String,
    pub(crate) files: usize,
}

/// Writes the SDK of this Usher in the place of the one that is there.
pub(crate) fn renew(folder: &PluginFolder) -> Result<Renewed, Error> {
    let sdk = folder.path.join("sdk");
    let before = before(folder)?;
    let files = template::sdk(folder.language);
    if sdk.exists() {
        let aside = part_of(&folder.path.join("sdk.old"));
        let moved = fs::rename(&sdk, &aside);
        moved.map_err(|error| Error::file("write", &sdk, &error))?;
        if let Err(error) = write_folder(&sdk, &files) {
            // The former SDK is better than none. The error that counts is the first one.
            let _back = fs::rename(&aside, &sdk);
            return Err(error);
        }
        fs::remove_dir_all(&aside).map_err(|error| Error::file("remove", &aside, &error))?;
    } else {
        write_folder(&sdk, &files)?;
    }
    Ok(Renewed {
        before,
        after: template::version(),
        files: files.len(),
    })
}

/// The version of the SDK that is there. A folder of this name that Usher has not written is refused.
fn before(folder: &PluginFolder) -> Result<Option<String>, Error> {
    let sdk = folder.path.join("sdk");
    if !sdk.exists() {
        return Ok(None);
    }
    match version_of(folder) {
        Some(version) => Ok(Some(version)),
        None => {
            let shown = folder.name_of("sdk");
            let message =
                format!("`{shown}` is not an SDK that Usher has written: it has no `VERSION`");
            Err(Error::new(Exit::File, "workshop/foreign-sdk", message)
                .help("move what is there to another place; Usher replaces the whole folder"))
        }
    }
}

/// The lines of the file `VERSION`, when there is one.
pub(super) fn version_of(folder: &PluginFolder) -> Option<String> {
    let path = folder.path.join("sdk").join(template::VERSION);
    let bytes = usher_host::file::read(&path, VERSION_BYTES_MAX).ok()?;
    String::from_utf8(bytes).ok()
}

/// Two lines with a version each.
const VERSION_BYTES_MAX: u64 = 1024;
