//! Files of rows: from `--rows people=people.csv` to the rows of an input, and the rows that are left out.

use std::path::Path;

use serde_json::{Map, Value};
use usher_core::diagnostic::{Diagnostic, did_you_mean};
use usher_core::limit;
use usher_core::name::is_snake;
use usher_core::plan::{LeftOut, UsedInput};
use usher_core::recipe::{Column, InputKind, Recipe, parse_rows};
use usher_engine::inputs::WrongOf;
use usher_host::file;

use crate::error::{Beside, Error, WrongRows};
use crate::wording::count;
use crate::world::World;

/// The name of standard input in messages.
const STANDARD_INPUT: &str = "standard input";

/// A file of rows, as a person named it.
#[derive(Clone, Debug)]
pub(crate) struct RowsFile {
    /// `people.csv`, `people=people.csv`, `-`.
    pub(crate) text: String,
    /// The content of standard input, when that is meant.
    pub(crate) piped: Option<Vec<u8>>,
}

/// Reads the files into the inputs that were given.
pub(super) fn read(
    files: &[RowsFile],
    recipe: &Recipe,
    given: &mut Map<String, Value>,
    world: &World,
) -> Result<(), Error> {
    let mut mistakes = Vec::new();
    for file in files {
        let (name, columns, path) = match meant(&file.text, recipe) {
            Ok(meant) => meant,
            Err(mistake) => {
                mistakes.push(*mistake);
                continue;
            }
        };
        let bytes = match &file.piped {
            Some(bytes) => bytes.clone(),
            None => {
                let path = world.folder.join(path);
                file::read(&path, limit::ROWS_BYTES_MAX)
                    .map_err(|error| Error::unread(&path, error))?
            }
        };
        let called = match file.piped {
            Some(_) => STANDARD_INPUT,
            None => path,
        };
        match parse_rows(called, &bytes, columns) {
            Ok(rows) => {
                given.insert(name.to_owned(), rows.written());
            }
            Err(found) => mistakes.extend(found),
        }
    }
    match mistakes.is_empty() {
        true => Ok(()),
        false => Err(Error::mistakes(None, mistakes)),
    }
}

/// Returns the input that a file is for, its columns, and the file.
fn meant<'a>(
    text: &'a str,
    recipe: &'a Recipe,
) -> Result<(&'a str, &'a [Column], &'a str), Box<Diagnostic>> {
    let inputs = recipe.inputs.iter();
    let rows: Vec<(&str, &[Column])> = inputs
        .filter_map(|input| match &input.kind {
            InputKind::Rows { columns, .. } => Some((input.name.as_str(), columns.as_slice())),
            _ => None,
        })
        .collect();
    let names = || rows.iter().map(|(name, _)| *name);
    let said = text.split_once('=').filter(|(name, _)| is_snake(name));
    if let Some((name, path)) = said {
        let known = rows.iter().find(|(known, _)| *known == name);
        return known
            .map(|(name, columns)| (*name, *columns, path))
            .ok_or_else(|| {
                let message = format!(
                    "recipe `{}` has no input `{name}` of type `rows`",
                    recipe.name
                );
                Box::new(
                    Diagnostic::error("rows/no-input", message).help(did_you_mean(name, names())),
                )
            });
    }
    match rows.as_slice() {
        [(name, columns)] => Ok((name, columns, text)),
        [] => {
            let message = format!("recipe `{}` takes no rows", recipe.name);
            let help = "leave `--rows` out; `--set` and `--inputs` give the other inputs";
            Err(Box::new(
                Diagnostic::error("rows/no-input", message).help(help),
            ))
        }
        _ => {
            let message = format!("recipe `{}` has several inputs of type `rows`", recipe.name);
            let help = format!(
                "say which: `--rows NAME={text}`; {}",
                did_you_mean("", names())
            );
            Err(Box::new(
                Diagnostic::error("rows/no-input", message).help(help),
            ))
        }
    }
}

/// The wrong rows as a plan keeps them.
pub(super) fn left_out(wrong: &[WrongOf]) -> Vec<LeftOut> {
    let left_out = wrong.iter().flat_map(|of| {
        of.rows.iter().map(|row| {
            let faults = row.faults.iter();
            let texts = faults.map(|fault| format!("{}; {}", fault.message, fault.help));
            LeftOut {
                input: of.input.clone(),
                line: row.line,
                key: row.key.clone(),
                code: row
                    .faults
                    .first()
                    .map_or(String::new(), |fault| fault.code.clone()),
                message: texts.collect::<Vec<_>>().join(". "),
                cells: row.cells.clone(),
            }
        })
    });
    left_out.collect()
}

/// The error of rows that are wrong, when the others do not go on without them.
pub(super) fn refused(wrong: &[WrongOf], inputs: Vec<UsedInput>) -> Error {
    let mistakes: Vec<Diagnostic> = wrong.iter().flat_map(WrongOf::diagnostics).collect();
    let rows: usize = wrong.iter().map(|of| of.rows.len()).sum();
    let mut error = Error::mistakes(None, mistakes);
    let mistakes = count(error.mistakes.len(), "mistake");
    error.message = format!("{mistakes} in {}; nothing was changed", count(rows, "row"));
    error.help = Some(
        "correct the rows, or pass `--continue-on-error` to leave them out; `--results FILE` writes them with their \
         mistakes"
            .to_owned(),
    );
    error.beside = Some(Box::new(Beside::Rows(WrongRows {
        inputs,
        left_out: left_out(wrong),
    })));
    error
}

/// The file of `--rows`, without the input's name.
pub(crate) fn path(text: &str) -> &str {
    match text.split_once('=') {
        Some((name, path)) if is_snake(name) => path,
        _ => text,
    }
}

/// Says whether standard input is meant.
pub(crate) fn is_piped(text: &str) -> bool {
    Path::new(path(text)) == Path::new("-")
}
