//! The keychain of a home where the system has none: a file that its owner alone reads.

use std::collections::BTreeMap;
use std::fs::File;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use serde_json::{Value, json};
use usher_core::limit;

use crate::error::Error;
use crate::exit::Exit;
use crate::home::Home;
use crate::keychain::{Failure, Keychain, Place};
use crate::lock_file;
use crate::text_file::read_text;
use crate::whole_file::WholeFile;

/// The format of the file.
const FORMAT: u64 = 1;

/// A file of texts by org.
pub(super) struct FileKeychain {
    home: Home,
}

/// The texts of the file: of each home, and in it of each org.
type Texts = BTreeMap<String, String>;

impl FileKeychain {
    pub(super) fn new(home: &Home) -> Self {
        Self { home: home.clone() }
    }

    fn texts(&self) -> Result<Texts, Failure> {
        let path = self.home.secrets();
        match path.symlink_metadata() {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Texts::new()),
            Err(error) => return Err(Failure::File(Error::file("read", &path, &error))),
            Ok(metadata) => must_be_own(&path, metadata.mode())?,
        }
        let text = read_text(&path, limit::PACK_FILE_BYTES_MAX).map_err(Failure::File)?;
        let unreadable = || {
            let message = format!(
                "`{}` is not the file that Usher has written",
                path.display()
            );
            Failure::File(
                Error::new(Exit::File, "keychain/malformed", message)
                    .help("remove it, and sign in again with `usher org login`"),
            )
        };
        let value: Value = serde_json::from_str(&text).map_err(|_| unreadable())?;
        let texts = (value["format"].as_u64() == Some(FORMAT)).then(|| value["orgs"].as_object());
        let texts = texts.flatten().ok_or_else(unreadable)?;
        let text = |(org, text): (&String, &Value)| Some((org.clone(), text.as_str()?.to_owned()));
        let texts: Option<Texts> = texts.iter().map(text).collect();
        texts.ok_or_else(unreadable)
    }

    fn change(&self, change: impl FnOnce(&mut Texts)) -> Result<(), Failure> {
        let _lock = self.lock()?;
        let before = self.texts()?;
        let mut texts = before.clone();
        change(&mut texts);
        if texts == before {
            return Ok(());
        }
        let value = json!({
            "about": "Usher keeps secrets here because the system has no keychain, or USHER_KEYCHAIN says so. Give this file to nobody.",
            "format": FORMAT,
            "orgs": texts,
        });
        let path = self.home.secrets_to_write().map_err(Failure::File)?;
        let written = WholeFile::begin(&path).and_then(|file| file.finish(&value.to_string()));
        written.map_err(Failure::File)
    }

    /// Held as long as the file is read and written again.
    fn lock(&self) -> Result<File, Failure> {
        let path = self.home.secrets_file_lock().map_err(Failure::File)?;
        lock_file::held(&path).map_err(Failure::File)
    }
}

/// Refuses a file that others than its owner can read.
fn must_be_own(path: &Path, mode: u32) -> Result<(), Failure> {
    if mode & 0o077 == 0 {
        return Ok(());
    }
    let message = format!(
        "`{}` holds secrets, and others than you can read it",
        path.display()
    );
    Err(Failure::File(
        Error::new(Exit::File, "keychain/open-to-others", message).help(format!(
            "run `chmod 600 {}`; sign in again if somebody may have read it",
            path.display()
        )),
    ))
}

impl Keychain for FileKeychain {
    fn read(&self, place: &Place) -> Result<Option<String>, Failure> {
        Ok(self.texts()?.remove(&place.org))
    }

    fn write(&self, place: &Place, text: &str) -> Result<(), Failure> {
        self.change(|texts| {
            texts.insert(place.org.clone(), text.to_owned());
        })
    }

    fn remove(&self, place: &Place) -> Result<(), Failure> {
        self.change(|texts| {
            texts.remove(&place.org);
        })
    }
}
