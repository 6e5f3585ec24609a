//! Plan files on disk: written whole or not at all, read only when they are as they were written.

use std::io::Read;
use std::path::Path;

use usher_core::limit;
use usher_host::file::{self, FileError};

use crate::error::Error;
use crate::exit::Exit;
use crate::saved::envelope::{self, Broken};
use crate::saved::{SavedPlan, does_not_fit};
use crate::text_file::read_text;
use crate::whole_file::WholeFile;

/// The ending of every plan file's name, by which `apply` knows it.
const ENDING: &str = ".json";

/// Says whether a text that a person writes names a plan file.
pub(crate) fn is_named(text: &str) -> bool {
    text.ends_with(ENDING)
}

/// Reads a plan file.
pub(crate) fn read(path: &Path) -> Result<SavedPlan, Error> {
    let text = match read_text(path, limit::PLAN_BYTES_MAX) {
        // A plan file is text. A file that is not text any more was touched.
        Err(error) if error.code == "file/not-text" => return Err(broken(path, Broken::Touched)),
        text => text?,
    };
    let content = envelope::open(&text).map_err(|why| broken(path, why))?;
    let plan: SavedPlan = serde_json::from_str(content).map_err(|error| {
        let message = format!(
            "`{}` is not as this Usher writes plan files: {error}",
            path.display()
        );
        does_not_fit("plan/not-readable", message)
    })?;
    Ok(SavedPlan {
        digest: envelope::digest(content.as_bytes()),
        file: std::path::absolute(path).map_err(|error| Error::file("read", path, &error))?,
        ..plan
    })
}

/// Writes a plan file, readable by this user only and never half. Replaces an existing plan file, and leaves any other
/// file alone.
pub(crate) fn write(path: &Path, saved: &SavedPlan) -> Result<(), Error> {
    refuse_other_file(path)?;
    let content = serde_json::to_string_pretty(saved)
        .map_err(|error| Error::new(Exit::Bug, "bug", error.to_string()))?;
    WholeFile::begin(path)?.finish(&envelope::seal(&content))
}

/// Refuses a name that `apply` would not know again.
pub(crate) fn must_be_named(path: &Path) -> Result<(), Error> {
    if is_named(&path.to_string_lossy()) {
        return Ok(());
    }
    let message = format!(
        "a plan file's name ends in `{ENDING}`, and `{}` does not",
        path.display()
    );
    Err(Error::new(Exit::Usage, "plan/bad-name", message)
        .help(format!("write `-o {}{ENDING}`", path.display())))
}

fn refuse_other_file(path: &Path) -> Result<(), Error> {
    let mut first = Vec::new();
    let opened = file::open(path);
    match opened.and_then(|file| Ok(file.take(64).read_to_end(&mut first)?)) {
        Ok(_) if first.is_empty() || envelope::begins(&first) => Ok(()),
        Ok(_) => {
            let message = format!("`{}` is there and is not a plan file", path.display());
            Err(Error::new(Exit::File, "plan/other-file", message)
                .help("give another name, or take that file away"))
        }
        Err(FileError::Io(error)) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(FileError::Io(error)) => Err(Error::file("write", path, &error)),
        Err(error) => {
            let message = format!("cannot write `{}`: {error}", path.display());
            Err(Error::new(Exit::File, "file/not-regular", message)
                .help("give the name of a file, or of none that is there"))
        }
    }
}

fn broken(path: &Path, why: Broken) -> Error {
    let name = path.display();
    let (code, message) = match why {
        Broken::NotOne => ("plan/not-one", format!("`{name}` is not a plan file")),
        Broken::TooNew(format) => (
            "plan/too-new",
            format!("`{name}` was written by a newer Usher, in format {format}"),
        ),
        Broken::Truncated => (
            "plan/truncated",
            format!("`{name}` breaks off in the middle"),
        ),
        Broken::Touched => (
            "plan/touched",
            format!("`{name}` was changed since it was saved"),
        ),
    };
    does_not_fit(code, message)
}
