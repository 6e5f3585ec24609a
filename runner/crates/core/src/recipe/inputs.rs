//! Filling in a recipe's inputs: from `--set name=value`, from a TOML file, from defaults.
//!
//! A record remains the text that a person gave; the engine finds the record. No message here holds the value of a
//! secret.

mod written;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::diagnostic::{Diagnostic, SourceText, did_you_mean};
use crate::recipe::fitting::{fit, fit_node, from_text, named};
use crate::recipe::keys::Mistakes;
use crate::recipe::rows::{self, BoundRows, GivenRows};
use crate::recipe::syntax;
use crate::recipe::{Input, InputKind, Recipe};
use usher_contract::limit;

pub use written::{InputLine, written};

/// A value for every input.
#[derive(Clone, Debug, Default)]
pub struct BoundInputs {
    /// By the input's name. Rows are a list of tables: those that are right in themselves.
    pub values: Map<String, Value>,
    /// By the input's name.
    pub rows: BTreeMap<String, BoundRows>,
}

impl Recipe {
    /// Returns a value for every input: the one that was given, else the default, else null where it is optional.
    ///
    /// # Errors
    ///
    /// A name is not an input, a value does not fit, or an input that must be given is missing. The error holds all
    /// mistakes. A row that is wrong is no error: it is among the rows that are wrong.
    pub fn bind_inputs(&self, given: &Map<String, Value>) -> Result<BoundInputs, Vec<Diagnostic>> {
        let mut found = Vec::new();
        for name in given.keys() {
            if self.input(name).is_none() {
                found.push(self.no_input(name));
            }
        }
        let mut bound = Map::new();
        let mut rows = BTreeMap::new();
        for input in &self.inputs {
            if let (InputKind::Rows { key, columns }, Some(given)) =
                (&input.kind, given.get(&input.name))
            {
                match GivenRows::read(given) {
                    Some(given) => {
                        let read = rows::bind(key, columns, given);
                        bound.insert(input.name.clone(), read.values());
                        rows.insert(input.name.clone(), read);
                    }
                    None => found.push(no_rows(input)),
                }
                continue;
            }
            match (given.get(&input.name), &input.default) {
                (Some(value), _) => match fit(input.named(), value) {
                    Ok(value) => {
                        bound.insert(input.name.clone(), value);
                    }
                    Err(misfit) => found.push(misfit.diagnostic()),
                },
                (None, Some(default)) => {
                    bound.insert(input.name.clone(), default.clone());
                }
                (None, None) if input.is_optional => {
                    bound.insert(input.name.clone(), Value::Null);
                }
                (None, None) => found.push(missing(input)),
            }
        }
        if found.is_empty() {
            let values = bound;
            Ok(BoundInputs { values, rows })
        } else {
            Err(found)
        }
    }

    fn no_input(&self, name: &str) -> Diagnostic {
        let message = format!("recipe `{}` has no input `{name}`", self.name);
        let names = self.inputs.iter().map(|input| input.name.as_str());
        Diagnostic::error("input/unknown", message).help(did_you_mean(name, names))
    }
}

/// Returns the name and the value that `--set` was given.
///
/// # Errors
///
/// The text has no `=`, names no input, or its value does not fit.
pub fn parse_set(text: &str, recipe: &Recipe) -> Result<(String, Value), Box<Diagnostic>> {
    let split = text
        .split_once('=')
        .map(|(name, value)| (name.trim(), value));
    let Some((name, value)) = split.filter(|(name, _)| !name.is_empty()) else {
        // Without a name the text may be a secret, so it is not repeated.
        let error = Diagnostic::error("input/bad-set", "`--set` takes a name and a value");
        return Err(Box::new(error.help("write `--set name=value`")));
    };
    let input = recipe
        .input(name)
        .ok_or_else(|| Box::new(recipe.no_input(name)))?;
    if let InputKind::Rows { .. } = input.kind {
        let message = format!("`{name}` takes the rows of a file");
        let error = Diagnostic::error("input/bad-set", message);
        return Err(Box::new(error.help(format!("pass `--rows {name}=FILE`"))));
    }
    let input = input.named();
    let fitting = from_text(input, value).and_then(|value| fit(input, &value));
    match fitting {
        Ok(value) => Ok((name.to_owned(), value)),
        Err(misfit) => Err(Box::new(misfit.diagnostic())),
    }
}

/// Returns the values of a TOML file with inputs. Defaults are not filled in.
///
/// # Errors
///
/// The file is too large or not valid TOML, names something that is not an input, or a value does not fit. The error
/// holds all mistakes, with their places in the file.
pub fn parse_inputs(
    source: &SourceText,
    recipe: &Recipe,
) -> Result<Map<String, Value>, Vec<Diagnostic>> {
    let root =
        syntax::parse(source, "input", limit::INPUTS_BYTES_MAX).map_err(|error| vec![*error])?;
    let mut mistakes = Mistakes::new("input");
    let mut given = Map::new();
    for entry in &root.entries {
        let Some(input) = recipe.input(&entry.key) else {
            mistakes.push(recipe.no_input(&entry.key).at(entry.key_span.clone()));
            continue;
        };
        if let InputKind::Rows { columns, .. } = &input.kind {
            if let Some(rows) = rows::inline(source, input, columns, &entry.value, &mut mistakes) {
                given.insert(entry.key.clone(), rows.written());
            }
            continue;
        }
        match fit_node(input.named(), &entry.value) {
            Ok(value) => {
                given.insert(entry.key.clone(), value);
            }
            Err((misfit, span)) => mistakes.push(misfit.diagnostic().at(span)),
        }
    }
    mistakes.or(|| given)
}

/// The mistake for rows that are none.
fn no_rows(input: &Input) -> Diagnostic {
    let message = format!("`{}` is not a list of tables", input.name);
    let help = format!("pass `--rows {}=FILE`", input.name);
    Diagnostic::error("input/wrong-type", message).help(help)
}

/// The mistake for an input that is missing, with what to pass.
fn missing(input: &Input) -> Diagnostic {
    let name = &input.name;
    if let InputKind::Rows { .. } = input.kind {
        let help = format!("pass `--rows {name}=FILE`, a CSV or JSON file of rows");
        let help = match &input.help {
            Some(said) => format!("{help} ({said})"),
            None => help,
        };
        return Diagnostic::error("input/missing", format!("input `{name}` is missing")).help(help);
    }
    let value = match &input.kind {
        InputKind::Record { object } => {
            format!("the id of a {object}, or its unique name or email")
        }
        InputKind::Text => "a text".to_owned(),
        InputKind::Integer => "a whole number".to_owned(),
        InputKind::Boolean => "`true` or `false`".to_owned(),
        InputKind::Choice { choices } => {
            let choices: Vec<String> = named(choices).map(|choice| format!("`{choice}`")).collect();
            format!("one of {}", choices.join(", "))
        }
        InputKind::List => "texts with commas between them".to_owned(),
        InputKind::Table => "`Name=value`, with commas between them".to_owned(),
        InputKind::Secret => "its value".to_owned(),
        InputKind::Rows { .. } => "a file".to_owned(),
    };
    let help = match &input.help {
        Some(help) => format!("pass `--set {name}=…`, {value} ({help})"),
        None => format!("pass `--set {name}=…`, {value}"),
    };
    Diagnostic::error("input/missing", format!("input `{name}` is missing")).help(help)
}

#[cfg(test)]
mod tests;
