//! Files of rows: from `--rows people=people.csv` to the rows of an input, and the rows that are left out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Map, Value};
use usher_core::diagnostic::{Diagnostic, did_you_mean};
use usher_core::limit;
use usher_core::name::is_snake;
use usher_core::plan::{LeftOut, Plan, UsedInput};
use usher_core::recipe::{Column, Input, InputKind, Recipe, no_rows, parse_rows};
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

/// Reads the files into the inputs that were given. `let_go`: by input, the records that a person lets go of its list, which
/// may then be empty.
pub(super) fn read(
    files: &[RowsFile],
    recipe: &Recipe,
    let_go: &BTreeMap<String, usize>,
    given: &mut Map<String, Value>,
    world: &World,
) -> Result<(), Error> {
    let inputs = recipe
        .inputs
        .iter()
        .filter(|input| columns(input).is_some());
    let inputs: Vec<&Input> = inputs.collect();
    let names: Vec<&str> = inputs.iter().map(|input| input.name.as_str()).collect();
    let mut mistakes = Vec::new();
    let mut read = BTreeSet::new();
    for file in files {
        let (input, path) = match meant("--rows", &file.text, &names, &recipe.name) {
            Ok((place, path)) => (inputs[place], path),
            Err(mistake) => {
                mistakes.push(*mistake);
                continue;
            }
        };
        // Of two files one would be lost, and everybody in it would be gone from a list that is kept true.
        if !read.insert(&input.name) {
            let message = format!("`--rows` is there twice for `{}`", input.name);
            let help = "put all rows into one file, and leave the other one out";
            mistakes.push(Diagnostic::error("rows/two-files", message).help(help));
            continue;
        }
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
        match parse_rows(called, &bytes, columns(input).unwrap_or_default()) {
            Ok(rows) if rows.rows.is_empty() && !let_go.contains_key(&input.name) => {
                mistakes.push(no_rows(called, without_rows(input)));
            }
            Ok(rows) => {
                given.insert(input.name.clone(), rows.written());
            }
            Err(found) => mistakes.extend(found),
        }
    }
    match mistakes.is_empty() {
        true => Ok(()),
        false => Err(Error::mistakes(None, mistakes)),
    }
}

fn columns(input: &Input) -> Option<&[Column]> {
    match &input.kind {
        InputKind::Rows { columns, .. } => Some(columns),
        _ => None,
    }
}

/// The remedy for a file without any row.
fn without_rows(input: &Input) -> &'static str {
    match input.keep {
        None => "write one row for each item below the header",
        Some(_) => {
            "write one row for each item below the header; when nobody is on the list any more, pass `--let-go` with the \
             most that are let go"
        }
    }
}

/// Returns the place of the input that a file is for, and the file. `option`: the one that names it. `names`: of the inputs
/// with rows.
fn meant<'a>(
    option: &str,
    text: &'a str,
    names: &[&str],
    recipe: &str,
) -> Result<(usize, &'a str), Box<Diagnostic>> {
    let wrong = |message: String, help: String| {
        Err(Box::new(
            Diagnostic::error("rows/no-input", message).help(help),
        ))
    };
    match (named_file(text), names) {
        (_, []) => {
            let message = format!("recipe `{recipe}` takes no rows");
            let help = format!("leave `{option}` out");
            wrong(message, help)
        }
        ((Some(name), path), _) => {
            if let Some(place) = names.iter().position(|known| *known == name) {
                return Ok((place, path));
            }
            let message = format!("recipe `{recipe}` has no input `{name}` of type `rows`");
            wrong(message, did_you_mean(name, names.iter().copied()))
        }
        ((None, path), [_]) => Ok((0, path)),
        ((None, path), [first, ..]) => {
            let message = format!("recipe `{recipe}` has several inputs of type `rows`");
            let names = did_you_mean("", names.iter().copied());
            wrong(
                message,
                format!("say which, as in `{option} {first}={path}`; {names}"),
            )
        }
    }
}

/// Refuses files of results that are of no input. `names`: of the inputs with rows.
fn must_have_results(texts: &[String], names: &[&str], recipe: &str) -> Result<(), Error> {
    let mistakes = texts.iter();
    let mistakes = mistakes.filter_map(|text| meant("--results", text, names, recipe).err());
    let mistakes: Vec<Diagnostic> = mistakes.map(|mistake| *mistake).collect();
    match mistakes.is_empty() {
        true => Ok(()),
        false => Err(Error::mistakes(None, mistakes)),
    }
}

/// The same for the results of a plan or a run.
pub(crate) fn must_have_results_of(plan: &Plan, texts: &[String]) -> Result<(), Error> {
    let inputs = plan.inputs.iter().filter(|input| input.rows.is_some());
    let names: Vec<&str> = inputs.map(|input| input.name.as_str()).collect();
    must_have_results(texts, &names, &plan.recipe)
}

/// The same for the results of a recipe.
pub(super) fn must_have_results_for(recipe: &Recipe, texts: &[String]) -> Result<(), Error> {
    let inputs = recipe
        .inputs
        .iter()
        .filter(|input| columns(input).is_some());
    let names: Vec<&str> = inputs.map(|input| input.name.as_str()).collect();
    must_have_results(texts, &names, &recipe.name)
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
                repair: row.repair.clone(),
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

/// Splits `people=people.csv` into the input's name, if there is one, and the file.
pub(crate) fn named_file(text: &str) -> (Option<&str>, &str) {
    match text.split_once('=') {
        Some((name, path)) if is_snake(name) => (Some(name), path),
        _ => (None, text),
    }
}

/// The file of `--rows` or `--results`, without the input's name.
pub(crate) fn path(text: &str) -> &str {
    named_file(text).1
}

/// Says whether standard input is meant.
pub(crate) fn is_piped(text: &str) -> bool {
    Path::new(path(text)) == Path::new("-")
}
