//! A page that sends the browser on to an address. Only the person can read it: the address is for nobody else.

use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

use crate::error::Error;
use crate::home::Home;

/// The bytes of a path that an address cannot hold.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A page is of use to a sign-in of five minutes.
const USE_MAX: Duration = Duration::from_secs(600);

/// A page in the home, until it is dropped.
pub(crate) struct Page {
    path: PathBuf,
}

impl Page {
    /// Writes a page that sends the browser on to `target`.
    pub(crate) fn to(target: &str, home: &Home) -> Result<Self, Error> {
        let folder = home.pages()?;
        remove_old(&folder);
        let path = folder.join(format!("{}.html", std::process::id()));
        // A process of the same number was killed before it could remove its page.
        let _none = std::fs::remove_file(&path);
        write(&path, &redirecting(target)).map_err(|error| Error::file("write", &path, &error))?;
        Ok(Self { path })
    }

    /// The address of the page itself.
    pub(crate) fn address(&self) -> String {
        let path = percent_encode(self.path.as_os_str().as_bytes(), PATH);
        format!("file://{path}")
    }
}

/// Removes the pages of processes that were killed before they could do it.
fn remove_old(folder: &Path) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries {
        let made = entry.metadata().and_then(|metadata| metadata.modified());
        let age = made.ok().and_then(|made| made.elapsed().ok());
        if age.is_some_and(|age| age > USE_MAX) {
            let _gone = std::fs::remove_file(entry.path());
        }
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        let _gone = std::fs::remove_file(&self.path);
    }
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())
}

fn redirecting(target: &str) -> String {
    let target = escaped(target);
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Usher</title>\
         <meta name=\"referrer\" content=\"no-referrer\">\
         <meta http-equiv=\"refresh\" content=\"0;url={target}\">\
         <body><p><a href=\"{target}\">Sign in to Salesforce</a></p></body></html>\n"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}
