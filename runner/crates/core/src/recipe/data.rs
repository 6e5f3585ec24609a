//! A plugin made of data: from the text of a `plugin.toml` to the manifest and the program that follow from it.
//!
//! `SourceText` → [`parse_data_plugin`] → [`DataPlugin`]. The file uses the words of recipes: inputs, expressions,
//! conditions. All mistakes are collected, each with its place. The manifest declares exactly what the file reads and
//! writes, so an author declares nothing.
//!
//! `head`, `finds`, `values`, `told`, `changes` and `results` read the parts of the file; `scope` knows the names that each part
//! may use and notes the fields that they read; `lower` makes the program's values of templates; `manifest` writes down
//! what was noted.

mod changes;
mod fields;
mod finds;
mod head;
mod lower;
mod manifest;
mod results;
mod schema;
mod scope;
mod told;
mod undo;
mod values;
mod verb;

use usher_contract::limit;
use usher_contract::manifest::Manifest;
use usher_program::{FORMAT, Program};

use crate::diagnostic::{Diagnostic, SourceText};
use crate::recipe::data::scope::Scope;
use crate::recipe::keys::{Keys, Mistakes};
use crate::recipe::syntax;

/// The first half of every code.
const AREA: &str = "data";

/// A step in data, ready to be written into a component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataPlugin {
    pub name: String,
    /// JSON, as `usher:manifest` holds it.
    pub manifest: String,
    /// JSON that the interpreter in the component follows.
    pub program: String,
}

/// The parts of a file that are read, and those that are written down with them.
struct Reader<'s> {
    source: &'s SourceText,
    scope: Scope,
    mistakes: Mistakes,
}

/// Reads a `plugin.toml`. The same text gives the same bytes.
///
/// # Errors
///
/// Every mistake, in the order of the file.
pub fn parse_data_plugin(source: &SourceText) -> Result<DataPlugin, Vec<Diagnostic>> {
    let root =
        syntax::parse(source, AREA, limit::RECIPE_BYTES_MAX).map_err(|error| vec![*error])?;
    let mut keys = Keys::new(&root, "the plugin");
    let mut reader = Reader {
        source,
        scope: Scope::default(),
        mistakes: Mistakes::new(AREA),
    };
    let head = head::read(&mut keys, &mut reader);
    let finds = keys.optional("find");
    let values = keys.optional("values");
    let requires = keys.optional("require");
    let changes = keys.optional("change");
    let notes = keys.optional("note");
    let results = keys.optional("results");
    keys.finish(&[], &mut reader.mistakes);

    let finds = finds::read(finds, &mut reader);
    let values = values::read(values, &mut reader);
    let requires = told::requires(requires, &mut reader);
    let changes = changes::read(changes, head.kind, &mut reader);
    let notes = told::notes(notes, &mut reader);
    let results = results::read(results, &mut reader);
    if finds.is_empty() && changes.is_empty() {
        let (message, help) = (
            "the plugin reads nothing and changes nothing",
            "add `[[find]]`, or `[[change]]`",
        );
        reader.mistakes.add("missing-key", 0..0, message, help);
    }

    let Reader {
        scope,
        mut mistakes,
        ..
    } = reader;
    let program = Program {
        format: FORMAT,
        finds: finds::with_fields(finds, &scope),
        values,
        requires,
        changes,
        notes,
        results: results.iter().map(results::value).collect(),
    };
    let manifest = manifest::of(&head, &scope, &program, &results);
    let manifest = format!("{manifest:#}\n");
    // A file without mistakes can still make a manifest that is too large.
    if !mistakes.has_any()
        && let Err(why) = Manifest::parse(&manifest)
    {
        let help = "make two plugins of it, or use shorter texts";
        mistakes.add("bad-manifest", 0..0, why.to_string(), help);
    }
    let program = serde_json::to_string(&program).expect("texts and numbers are JSON");
    mistakes.or(|| DataPlugin {
        name: head.name.unwrap_or_default(),
        manifest,
        program,
    })
}

#[cfg(test)]
mod tests;
