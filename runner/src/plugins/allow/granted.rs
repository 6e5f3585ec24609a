//! Reading and writing `grants.toml`, in which a person allows plugins what they ask for.

use std::fs::File;

use usher_core::diagnostic::SourceText;
use usher_core::limit;
use usher_core::recipe::{Grants, PluginGrant, RecipesOf, parse_grants, put_grant};

use crate::error::Error;
use crate::exit::Exit;
use crate::home::Home;
use crate::lock_file;
use crate::plugins::allow::Wish;
use crate::text_file::read_text;
use crate::whole_file::WholeFile;

/// Reads the person's grants.
pub(super) fn read(home: &Home) -> Result<Grants, Error> {
    let source = source(home)?;
    parse_grants(&source).map_err(|diagnostics| Error::mistakes(Some(&source), diagnostics))
}

/// Writes down that the wishes are allowed. Everything else in the file stays as it is.
pub(super) fn write(recipes: &RecipesOf, wishes: &[Wish], home: &Home) -> Result<(), Error> {
    let granted = wishes.iter();
    let granted = granted.map(|wish| (wish.stamp.name.as_str(), &wish.granted));
    put_all(recipes, granted, home)
}

/// Writes down what one plugin is allowed. Everything else in the file stays as it is.
pub(super) fn put(
    recipes: &RecipesOf,
    name: &str,
    granted: &PluginGrant,
    home: &Home,
) -> Result<(), Error> {
    put_all(recipes, std::iter::once((name, granted)), home)
}

fn put_all<'g>(
    recipes: &RecipesOf,
    all: impl Iterator<Item = (&'g str, &'g PluginGrant)>,
    home: &Home,
) -> Result<(), Error> {
    let _lock = lock(home)?;
    let mut source = source(home)?;
    let file = WholeFile::begin(&home.grants_to_write()?)?;
    for (name, granted) in all {
        source.text = put_grant(&source, recipes, name, granted).ok_or_else(|| {
            let message = format!(
                "`{}` says something of the plugin `{name}` in a form that Usher does not change",
                source.name
            );
            Error::new(Exit::Refused, "grant/not-written", message)
                .help("delete what the file says of that plugin, then run the command again")
        })?;
    }
    file.finish(&source.text)
}

/// Held as long as the file is read and written again.
fn lock(home: &Home) -> Result<File, Error> {
    lock_file::held(&home.grants_lock()?)
}

/// The file's text; an empty one when there is no file.
fn source(home: &Home) -> Result<SourceText, Error> {
    let path = home.grants();
    let name = path.display().to_string();
    let text = match path.exists() {
        true => read_text(&path, limit::PACK_FILE_BYTES_MAX)?,
        false => String::new(),
    };
    Ok(SourceText { name, text })
}
