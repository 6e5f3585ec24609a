//! The registry of a home on disk, `orgs.toml`: read whole, written whole, by one process at a time.

use std::fs::File;

use usher_core::diagnostic::SourceText;
use usher_core::limit;
use usher_core::orgs::{NamedOrg, Orgs, PRACTICE, repeated};
use usher_core::recipe::parse_orgs;

use crate::error::Error;
use crate::exit::Exit;
use crate::home::Home;
use crate::lock_file;
use crate::text_file::read_text;
use crate::whole_file::WholeFile;

/// The orgs that a home knows by name.
pub(crate) fn read(home: &Home) -> Result<Orgs, Error> {
    let path = home.orgs();
    match path.symlink_metadata() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Orgs::default()),
        Err(error) => return Err(Error::file("read", &path, &error)),
        Ok(_) => {}
    }
    let source = SourceText {
        name: path.display().to_string(),
        text: read_text(&path, limit::PACK_FILE_BYTES_MAX)?,
    };
    parse_orgs(&source).map_err(|diagnostics| {
        let text = keys_alone(&source.text);
        let shown = SourceText { text, ..source };
        Error::mistakes(Some(&shown), diagnostics)
    })
}

/// Longest key and header of the registry that an error shows.
const SHOWN_BYTES_MAX: usize = 80;

/// The text with `*` in the place of all but headers and keys: a user may have written a token into it. Every byte keeps
/// its place.
fn keys_alone(text: &str) -> String {
    let is_key = |part: &str| {
        let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b" -_.[]".contains(&byte);
        part.len() <= SHOWN_BYTES_MAX && part.bytes().all(is_letter)
    };
    let line = |line: &str| {
        let shown = match line.find('=') {
            Some(end) if is_key(&line[..end]) => end + 1,
            None if line.starts_with("[orgs") && is_key(line) => line.len(),
            _ => 0,
        };
        let (shown, hidden) = line.split_at(shown);
        let blank = hidden.len() - hidden.trim_start_matches(' ').len();
        let (blanks, stars) = (" ".repeat(blank), "*".repeat(hidden.len() - blank));
        format!("{shown}{blanks}{stars}")
    };
    let lines: Vec<String> = text.split('\n').map(line).collect();
    lines.join("\n")
}

/// Changes the registry. Nothing is written when `change` fails, or changes nothing.
pub(crate) fn change<T>(
    home: &Home,
    change: impl FnOnce(&mut Orgs) -> Result<T, Error>,
) -> Result<T, Error> {
    let _lock = lock(home)?;
    let before = read(home)?;
    let mut orgs = before.clone();
    let done = change(&mut orgs)?;
    if orgs != before {
        WholeFile::begin(&home.orgs_to_write()?)?.finish(&orgs.text())?;
    }
    Ok(done)
}

/// Refuses a registry that cannot be changed.
pub(crate) fn must_be_writable(home: &Home) -> Result<(), Error> {
    WholeFile::begin(&home.orgs_to_write()?)?;
    Ok(())
}

/// Held as long as the registry is read and written again.
fn lock(home: &Home) -> Result<File, Error> {
    lock_file::held(&home.orgs_lock()?)
}

/// The org of that name.
pub(crate) fn find(orgs: &Orgs, name: &str) -> Result<NamedOrg, Error> {
    let found = orgs.named.get(name).cloned();
    found.ok_or_else(|| unknown(name))
}

/// The error of a name that no org has.
pub(crate) fn unknown(name: &str) -> Error {
    let message = format!("there is no org `{}`", repeated(name));
    Error::new(Exit::Usage, "org/unknown", message).help(format!(
        "pass `{PRACTICE}`, `{PRACTICE}:<name>`, an address such as `https://HOST`, or a name of `usher org list`"
    ))
}
