//! A plugin made of data: from its `plugin.toml` to the component, in memory. The same text gives the same bytes.

use std::path::Path;

use usher_core::diagnostic::SourceText;
use usher_core::limit;
use usher_core::recipe::{DataPlugin, parse_data_plugin};
use usher_guest::with_program;

use crate::error::Error;
use crate::exit::Exit;
use crate::text_file::read_text;

/// Says that a file is not a component but a plugin made of data.
pub(crate) fn is_one(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "toml")
}

/// Reads the plugin in a file. `shown`: the file as a person named it.
pub(crate) fn read(path: &Path, shown: &str) -> Result<DataPlugin, Error> {
    let source = SourceText {
        name: shown.to_owned(),
        text: read_text(path, limit::RECIPE_BYTES_MAX)?,
    };
    parse_data_plugin(&source).map_err(|mistakes| Error::mistakes(Some(&source), mistakes))
}

/// Makes the component of the plugin in a file.
pub(crate) fn component(path: &Path, shown: &str) -> Result<Vec<u8>, Error> {
    let plugin = read(path, shown)?;
    let written = with_program(
        usher_packs::interpreter(),
        &plugin.manifest,
        &plugin.program,
    );
    written.map_err(|error| {
        // The interpreter is tested when Usher is built, and any program fits.
        let message = format!("the program of `{shown}` cannot be written down: {error}");
        Error::new(Exit::Bug, "bug", message)
    })
}
