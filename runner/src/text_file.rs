//! Text files that a person names.

use std::path::Path;

use usher_host::file;

use crate::error::Error;
use crate::exit::Exit;

/// A text file of at most so many bytes.
pub(crate) fn read_text(path: &Path, bytes_max: u64) -> Result<String, Error> {
    let bytes = file::read(path, bytes_max).map_err(|error| Error::unread(path, error))?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let message = format!("`{}` is no UTF-8 text (byte {at})", path.display());
        Error::new(Exit::Invalid, "file/not-text", message)
    })
}
