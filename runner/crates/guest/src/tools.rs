//! The tools of a language that Usher fetches from its registry: once, in fixed versions, into the cache home. Tools are
//! kept by the digest of what fixes their versions, so that two Ushers never share tools that differ.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::language::Language;
use crate::{GuestError, create_folder, digest, lock};

/// Twenty minutes: the largest tools have 90 MB, over a slow line.
pub(crate) const FETCH_AT_MOST: Duration = Duration::from_secs(1_200);

/// Ten minutes: no compiler of these languages takes a tenth of that for a plugin that Usher loads.
pub(crate) const COMPILE_AT_MOST: Duration = Duration::from_secs(600);

/// Hexadecimal digits of a digest that name a folder: enough that no two of a person's ever meet.
const NAME_DIGITS: usize = 16;

/// The files that fix the versions of a language's tools, with their names.
pub type Pins<'a> = &'a [(&'a str, &'a [u8])];

/// The order for tools.
pub(crate) struct Tools<'a> {
    pub(crate) language: Language,
    pub(crate) pins: Pins<'a>,
    pub(crate) cache: &'a Path,
    pub(crate) say: &'a dyn Fn(&str),
}

impl Tools<'_> {
    /// The folder with the tools. When it is not there, `fetch` fills it: it gets a folder that holds the pins.
    pub(crate) fn folder(
        &self,
        what: &str,
        fetch: impl FnOnce(&Path) -> Result<(), String>,
    ) -> Result<PathBuf, GuestError> {
        if self.pins.is_empty() {
            let language = self.language;
            return Err(GuestError::NoPins { language });
        }
        let home = self.cache.join("toolchains");
        let name = format!("{}-{}", self.language.word(), self.key());
        let folder = home.join(&name);
        if folder.is_dir() {
            return Ok(folder);
        }
        create_folder(&home)?;
        let _lock = lock(&home.join(format!(".{name}.lock")))?;
        // Another process may have fetched them while this one waited.
        if folder.is_dir() {
            return Ok(folder);
        }
        let new = home.join(format!(".{name}.new"));
        if new.exists() {
            // A process that was stopped left it behind.
            fs::remove_dir_all(&new).map_err(|source| GuestError::file(&new, source))?;
        }
        create_folder(&new)?;
        for (file, bytes) in self.pins {
            let path = new.join(file);
            fs::write(&path, bytes).map_err(|source| GuestError::file(&path, source))?;
        }
        (self.say)(&format!("fetching {what}, once"));
        fetch(&new).map_err(|output| GuestError::NotFetched {
            tools: what.to_owned(),
            output,
        })?;
        fs::rename(&new, &folder).map_err(|source| GuestError::file(&folder, source))?;
        Ok(folder)
    }

    /// A digest of the pins and of the kind of machine.
    fn key(&self) -> String {
        let mut all = format!("{} {}\n", std::env::consts::OS, std::env::consts::ARCH).into_bytes();
        for (file, bytes) in self.pins {
            all.extend_from_slice(format!("{file} {}\n", bytes.len()).as_bytes());
            all.extend_from_slice(bytes);
        }
        let mut key = digest(&all);
        key.truncate(NAME_DIGITS);
        key
    }

    /// The version that a pin fixes, for messages: the word behind `name` and a sign.
    pub(crate) fn version(&self, name: &str) -> String {
        let texts = self.pins.iter();
        let mut lines = texts.filter_map(|(_, bytes)| std::str::from_utf8(bytes).ok());
        let found = lines.find_map(|text| {
            let (_, behind) = text.split_once(name)?;
            let number = behind.trim_start_matches(|c: char| !c.is_ascii_digit());
            let end = number.find(|c: char| !c.is_ascii_digit() && c != '.');
            Some(number[..end.unwrap_or(number.len())].to_owned())
        });
        found.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
