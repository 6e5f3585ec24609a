//! A recipe as it was written: keys and types are right or noted as mistakes, names are not looked up.

mod group;
mod step;

use std::collections::HashMap;
use std::ops::Range;

use crate::diagnostic::{Diagnostic, SourceText};
use crate::recipe::declared::{self, RawInput};
use crate::recipe::in_org::{self, RawOrgValue};
use crate::recipe::keys::{Keys, Mistakes, Spanned};
use crate::recipe::syntax::{self, Data, Entry};
use crate::recipe::{PluginRef, names};
use usher_contract::limit;

pub(super) use step::{RawKept, RawStep, RawUse};

/// A recipe whose names have not been looked up.
#[derive(Debug)]
pub struct RawRecipe {
    pub(super) source: SourceText,
    pub(super) name: String,
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
    pub(super) inputs: Vec<RawInput>,
    pub(super) in_org: Vec<RawOrgValue>,
    pub(super) steps: Vec<RawStep>,
    pub(super) mistakes: Mistakes,
}

/// Keys of a recipe that have no meaning yet, and what to do instead.
const RESERVED_IN_RECIPES: &[(&str, &str)] = &[
    (
        "group",
        "write it as a step: `[[steps]]`, with its steps as `[[steps.group]]`",
    ),
    (
        "groups",
        "write each as a step: `[[steps]]`, with its steps as `[[steps.group]]`",
    ),
    (
        "finally",
        "write `finally = true` in a step or a group at the end",
    ),
    ("retry", "write it in a step or a group"),
];

/// Reads a recipe. Mistakes beyond the syntax are kept in it for [`crate::recipe::check`], so that all of them are
/// reported at once.
///
/// # Errors
///
/// The text is larger than [`limit::RECIPE_BYTES_MAX`], or not valid TOML.
pub fn parse(source: SourceText) -> Result<RawRecipe, Box<Diagnostic>> {
    let root = syntax::parse(&source, "recipe", limit::RECIPE_BYTES_MAX)?;
    let mut mistakes = Mistakes::new("recipe");
    let mut keys = Keys::new(&root, "the recipe");
    format(keys.optional("format"), &mut mistakes);
    let name = keys.optional_text("name", &mut mistakes);
    let title = keys.required_text("title", "title = \"What the recipe does\"", &mut mistakes);
    let description = keys.optional_text("description", &mut mistakes);
    let inputs = keys
        .optional("inputs")
        .map(|entry| declared::read(entry, &source, &mut mistakes))
        .unwrap_or_default();
    let in_org = keys
        .optional("in_org")
        .map(|entry| in_org::read_values(entry, &source, &mut mistakes))
        .unwrap_or_default();
    let steps = keys.required("steps", "[[steps]]");
    let steps = steps
        .map(|entry| read_steps(entry, &source, &mut mistakes))
        .unwrap_or_default();
    keys.finish(RESERVED_IN_RECIPES, &mut mistakes);
    Ok(RawRecipe {
        name: recipe_name(&source, name, &mut mistakes),
        source,
        title: title.map(|title| title.value),
        description: description.map(|text| text.value),
        inputs,
        in_org,
        steps,
        mistakes,
    })
}

impl RawRecipe {
    /// Returns the plugins that the recipe uses, each once, with the place of the first use. [`crate::recipe::check`]
    /// needs their manifests.
    pub fn plugins(&self) -> Vec<(PluginRef, Range<usize>)> {
        let mut found: Vec<(PluginRef, Range<usize>)> = Vec::new();
        let used = self.steps.iter().filter_map(RawStep::used);
        for plugin in used.filter_map(|used| used.plugin.as_ref()) {
            if !found.iter().any(|(known, _)| *known == plugin.value) {
                found.push((plugin.value.clone(), plugin.span.clone()));
            }
        }
        found
    }

    /// The text.
    pub fn source(&self) -> &SourceText {
        &self.source
    }
}

fn format(entry: Option<&Entry>, mistakes: &mut Mistakes) {
    let Some(entry) = entry else { return };
    match entry.value.data {
        Data::Integer(1) => {}
        Data::Integer(other) => mistakes.add(
            "unknown-format",
            entry.value.span.clone(),
            format!("the recipe has format {other}; this Usher knows format 1"),
            "use a newer Usher, or write the recipe in format 1",
        ),
        _ => mistakes.wrong_type("format", &entry.value, "an integer", "`format = 1`"),
    }
}

/// Reads the name: a pack's recipe has the name of its file.
fn recipe_name(
    source: &SourceText,
    name: Option<Spanned<String>>,
    mistakes: &mut Mistakes,
) -> String {
    let file = source.name.strip_suffix(".toml").unwrap_or(&source.name);
    let stem = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let in_pack = file == source.name && names::RecipeName::parse(file).is_ok();
    let called = if in_pack { file } else { stem };
    let Some(name) = name else {
        return called.to_owned();
    };
    if !usher_contract::name::is_kebab(&name.value) {
        mistakes.add(
            "bad-name",
            name.span,
            format!("`{}` is not a valid name for a recipe", name.value),
            names::kebab_help(&name.value),
        );
    } else if in_pack && name.value != stem {
        mistakes.add(
            "bad-name",
            name.span,
            format!(
                "the recipe calls itself `{}` but its file `{stem}`",
                name.value
            ),
            format!("write `name = \"{stem}\"`, or leave it out"),
        );
    } else if !in_pack {
        return name.value;
    }
    called.to_owned()
}

fn read_steps(entry: &Entry, source: &SourceText, mistakes: &mut Mistakes) -> Vec<RawStep> {
    let tables = mistakes.tables("steps", &entry.value);
    if let Data::List(nodes) = &entry.value.data
        && nodes.is_empty()
    {
        let span = entry.value.span.clone();
        mistakes.add(
            "missing-key",
            span,
            "the recipe has no steps",
            "add `[[steps]]`",
        );
    }
    if tables.len() > limit::STEPS_PER_RECIPE_MAX {
        too_many(tables.len(), entry, mistakes);
        return Vec::new();
    }
    let mut steps: Vec<RawStep> = Vec::new();
    let mut ids: HashMap<String, usize> = HashMap::new();
    for table in tables {
        let (group, read) = match table.get("group") {
            Some(_) => group::read(table, source, mistakes),
            None => (None, vec![step::read(table, source, mistakes)]),
        };
        let ids_read = read.iter().filter_map(|step| step.id.as_ref());
        for id in group.iter().chain(ids_read) {
            let first = *ids.entry(id.value.clone()).or_insert(id.span.start);
            if first == id.span.start {
                continue;
            }
            let (line, _) = source.position(first);
            mistakes.add(
                "duplicate-step",
                id.span.clone(),
                format!("there is a step `{}` already, in line {line}", id.value),
                "give each step an id of its own",
            );
        }
        steps.extend(read);
    }
    if steps.len() > limit::STEPS_PER_RECIPE_MAX {
        too_many(steps.len(), entry, mistakes);
        return Vec::new();
    }
    steps
}

fn too_many(steps: usize, entry: &Entry, mistakes: &mut Mistakes) {
    mistakes.add(
        "too-large",
        entry.value.span.clone(),
        format!("{steps} steps, more than {}", limit::STEPS_PER_RECIPE_MAX),
        "split the recipe",
    );
}
