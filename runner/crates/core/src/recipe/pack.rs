//! The files of a pack besides its recipes, and a person's `grants.toml`: plugins, what they may do, and examples that
//! can be tried on a practice org.
//!
//! The records of a fixture are only a list of tables here; the practice org knows their meaning.

mod grants;

use std::collections::BTreeMap;
use std::ops::Range;

use semver::{Version, VersionReq};
use serde_json::{Map, Value};

use crate::diagnostic::{Diagnostic, SourceText, did_you_mean};
use crate::recipe::keys::{Keys, Mistakes, Spanned};
use crate::recipe::names;
use crate::recipe::syntax::{self, Entry, Table};
use usher_contract::grant::Grant;
use usher_contract::limit;

pub use grants::{
    Grants, PluginGrant, RecipesOf, header_of as grant_header, parse_grants, put as put_grant,
    section as grant_section,
};

/// The practice org for the examples that name no start.
const COMMON: &str = "practice";

/// A versioned folder of recipes and the plugins they use.
#[derive(Clone, Debug)]
pub struct Pack {
    /// kebab-case; the name of its folder.
    pub name: String,
    pub version: Version,
    pub title: String,
    pub plugins: BTreeMap<String, PackPlugin>,
    /// Recipes by name without the pack. They are not parsed, so one recipe's mistake does not hide the others.
    pub recipes: BTreeMap<String, SourceText>,
    pub practice: Practice,
}

/// A plugin that the recipes of a pack may use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackPlugin {
    pub requirement: VersionReq,
    /// Counts only for a pack that comes with Usher.
    pub grant: Grant,
}

/// `practice.toml`: the practice org and the examples on which a pack's recipes are tried.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Practice {
    /// The fixture: records as tables, dates as texts.
    pub records: Vec<Map<String, Value>>,
    /// Metadata, as tables.
    pub components: Vec<Map<String, Value>>,
    /// Other starts, by the name of their practice org.
    pub starts: BTreeMap<String, Start>,
    /// Examples by recipe, without the pack.
    pub examples: BTreeMap<String, Example>,
}

impl Practice {
    /// Says that it has records or components for the common practice org.
    pub fn has_common_records(&self) -> bool {
        !self.records.is_empty() || !self.components.is_empty()
    }
}

/// The initial state of a practice org of its own.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Start {
    /// Settings by full name.
    pub settings: Map<String, Value>,
    /// Records like the fixture's.
    pub records: Vec<Map<String, Value>>,
    /// Components like the fixture's.
    pub components: Vec<Map<String, Value>>,
}

/// An example of one recipe.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// Inputs for [`crate::recipe::Recipe::bind_inputs`].
    pub inputs: Map<String, Value>,
    /// The practice org that the example runs in, as in `practice:<name>`; else the common one.
    pub start: Option<String>,
    /// Notes that confirm manual steps on a practice org, where no person does them.
    pub confirm: BTreeMap<String, String>,
    /// The header of the example, in `practice.toml`.
    pub span: Range<usize>,
}

/// The texts of a pack's files.
#[derive(Clone, Debug)]
pub struct PackTexts {
    pub pack: SourceText,
    pub practice: Option<SourceText>,
    /// Recipes by name without the pack: the file without `.toml`.
    pub recipes: BTreeMap<String, SourceText>,
}

/// The mistakes of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileMistakes {
    pub source: SourceText,
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads a pack from its texts.
///
/// # Errors
///
/// The mistakes of `pack.toml` and of `practice.toml`.
pub fn parse_pack(texts: PackTexts) -> Result<Pack, Vec<FileMistakes>> {
    let mut wrong = Vec::new();
    let mut noted = |source: &SourceText, diagnostics| {
        wrong.push(FileMistakes {
            source: source.clone(),
            diagnostics,
        });
    };
    let head = read_head(&texts.pack).map_err(|found| noted(&texts.pack, found));
    let practice = match &texts.practice {
        Some(source) => parse_practice(source)
            .and_then(|practice| examples_fit(practice, &texts.recipes))
            .map_err(|found| noted(source, found)),
        None => Ok(Practice::default()),
    };
    match (head, practice) {
        (Ok(head), Ok(practice)) => Ok(Pack {
            name: head.name,
            version: head.version,
            title: head.title,
            plugins: head.plugins,
            recipes: texts.recipes,
            practice,
        }),
        _ => Err(wrong),
    }
}

/// Reads a `practice.toml`.
///
/// # Errors
///
/// Every mistake in it. The recipes of the examples are not looked up.
pub fn parse_practice(source: &SourceText) -> Result<Practice, Vec<Diagnostic>> {
    let root = root(source, "practice")?;
    let mut mistakes = Mistakes::new("practice");
    let mut keys = Keys::new(&root, "the file");
    let records = keys.optional("records");
    let components = keys.optional("components");
    let starts = keys.optional("starts");
    let examples = keys.optional("examples");
    know_rules(&mut keys);
    keys.finish(&[], &mut mistakes);
    let records = as_they_stand("records", records, &mut mistakes);
    let components = as_they_stand("components", components, &mut mistakes);
    let starts: BTreeMap<String, Start> = read_tables(starts, &mut mistakes)
        .into_iter()
        .filter_map(|(entry, table)| read_start(entry, table, &mut mistakes))
        .collect();
    let examples = read_tables(examples, &mut mistakes);
    let examples: BTreeMap<String, Example> = examples
        .into_iter()
        .filter_map(|(entry, table)| {
            Some((
                entry.key.clone(),
                read_example(entry, table, &starts, &mut mistakes)?,
            ))
        })
        .collect();
    mistakes.or(|| Practice {
        records,
        components,
        starts,
        examples,
    })
}

struct Head {
    name: String,
    version: Version,
    title: String,
    plugins: BTreeMap<String, PackPlugin>,
}

fn read_head(source: &SourceText) -> Result<Head, Vec<Diagnostic>> {
    let root = root(source, "pack")?;
    let mut mistakes = Mistakes::new("pack");
    let mut keys = Keys::new(&root, "the pack");
    let name = keys.required_text("name", "name = \"fsc\"", &mut mistakes);
    let version = keys.required_text("version", "version = \"0.1.0\"", &mut mistakes);
    let title = keys.required_text("title", "title = \"What the pack is for\"", &mut mistakes);
    let plugins = keys.optional("plugins");
    keys.finish(&[], &mut mistakes);
    let name = name.and_then(|name| kebab(name, "a pack", &mut mistakes));
    let version = version.and_then(|version| read_version(version, &mut mistakes));
    let plugins = read_tables(plugins, &mut mistakes)
        .into_iter()
        .filter_map(|(entry, table)| read_plugin(entry, table, &mut mistakes))
        .collect();
    const MISSING: &str = "what is missing or wrong is a mistake";
    mistakes.or(|| Head {
        name: name.expect(MISSING),
        version: version.expect(MISSING),
        title: title.expect(MISSING).value,
        plugins,
    })
}

fn read_plugin(
    entry: &Entry,
    table: &Table,
    mistakes: &mut Mistakes,
) -> Option<(String, PackPlugin)> {
    let name = grants::plugin_name(entry, mistakes)?;
    let mut keys = Keys::new(table, format!("plugin `{name}`"));
    let requirement = keys.required_text("version", "version = \"0.1\"", mistakes);
    let grant = grants::read_grant(&mut keys, mistakes);
    keys.finish(&[], mistakes);
    let requirement = requirement?;
    let Ok(parsed) = VersionReq::parse(&requirement.value) else {
        let message = format!("`{}` is not a valid range of versions", requirement.value);
        let help = "write `version = \"0.1\"` for 0.1.0 and what is compatible with it";
        mistakes.add("bad-version", requirement.span, message, help);
        return None;
    };
    let requirement = parsed;
    Some((name, PackPlugin { requirement, grant }))
}

fn read_version(version: Spanned<String>, mistakes: &mut Mistakes) -> Option<Version> {
    let parsed = Version::parse(&version.value).ok();
    if parsed.is_none() {
        let message = format!("`{}` is not a valid version", version.value);
        let help = "write three numbers, as in `1.2.0`";
        mistakes.add("bad-version", version.span, message, help);
    }
    parsed
}

/// Lets pass what an org has of its own: features, fields and rules. Only the practice org reads it.
fn know_rules(keys: &mut Keys<'_>) {
    for key in [
        "features",
        "custom_fields",
        "duplicate_rules",
        "validation_rules",
    ] {
        keys.optional(key);
    }
}

/// Returns tables unread: only the practice org knows their meaning.
fn as_they_stand(
    key: &str,
    entry: Option<&Entry>,
    mistakes: &mut Mistakes,
) -> Vec<Map<String, Value>> {
    let tables = entry.map(|entry| mistakes.tables(key, &entry.value));
    let tables = tables.unwrap_or_default();
    tables.iter().map(|table| table.json()).collect()
}

fn read_start(entry: &Entry, table: &Table, mistakes: &mut Mistakes) -> Option<(String, Start)> {
    let mut keys = Keys::new(table, format!("start `{}`", entry.key));
    let settings = keys.optional("settings");
    let records = keys.optional("records");
    let components = keys.optional("components");
    know_rules(&mut keys);
    keys.finish(&[], mistakes);
    let settings = settings.and_then(|entry| mistakes.table("settings", &entry.value));
    let records = as_they_stand("records", records, mistakes);
    let components = as_they_stand("components", components, mistakes);
    let name = Spanned {
        value: entry.key.clone(),
        span: entry.key_span.clone(),
    };
    let name = kebab(name, "a practice org", mistakes)?;
    if name == COMMON {
        let message = format!("`{COMMON}` is the common practice org");
        let help = "give the start a name of its own";
        mistakes.add("bad-name", entry.key_span.clone(), message, help);
        return None;
    }
    let settings = settings.map(|table| table.json()).unwrap_or_default();
    let start = Start {
        settings,
        records,
        components,
    };
    Some((name, start))
}

fn read_example(
    entry: &Entry,
    table: &Table,
    starts: &BTreeMap<String, Start>,
    mistakes: &mut Mistakes,
) -> Option<Example> {
    let mut keys = Keys::new(table, format!("example `{}`", entry.key));
    let inputs = keys.required("inputs", "inputs = { … }");
    let start = keys.optional_text("start", mistakes);
    let confirm = keys.optional("confirm");
    keys.finish(&[], mistakes);
    if let Some(start) = start
        .as_ref()
        .filter(|start| !starts.contains_key(&start.value))
    {
        mistakes.add(
            "unknown-start",
            start.span.clone(),
            format!("the file has no start `{}`", start.value),
            did_you_mean(&start.value, starts.keys().map(String::as_str)),
        );
    }
    let inputs = inputs.and_then(|entry| mistakes.table("inputs", &entry.value))?;
    Some(Example {
        inputs: inputs.json(),
        start: start.map(|start| start.value),
        confirm: confirm.map_or_else(BTreeMap::new, |entry| read_confirm(entry, mistakes)),
        span: entry.key_span.clone(),
    })
}

fn read_confirm(entry: &Entry, mistakes: &mut Mistakes) -> BTreeMap<String, String> {
    let table = mistakes.table("confirm", &entry.value);
    let entries = table
        .map(|table| table.entries.as_slice())
        .unwrap_or_default();
    let notes = entries.iter().filter_map(|entry| {
        let note = mistakes.text(&entry.key, &entry.value)?;
        Some((entry.key.clone(), note.value))
    });
    notes.collect()
}

/// Returns `practice`, when there is a recipe for each of its examples.
fn examples_fit(
    practice: Practice,
    recipes: &BTreeMap<String, SourceText>,
) -> Result<Practice, Vec<Diagnostic>> {
    let mut mistakes = Mistakes::new("practice");
    for (name, example) in &practice.examples {
        if !recipes.contains_key(name) {
            mistakes.add(
                "unknown-recipe",
                example.span.clone(),
                format!("the pack has no recipe `{name}`"),
                did_you_mean(name, recipes.keys().map(String::as_str)),
            );
        }
    }
    mistakes.or(|| practice)
}

fn root(source: &SourceText, area: &str) -> Result<Table, Vec<Diagnostic>> {
    syntax::parse(source, area, limit::PACK_FILE_BYTES_MAX).map_err(|error| vec![*error])
}

/// The tables below a key, each with its own.
fn read_tables<'t>(
    entry: Option<&'t Entry>,
    mistakes: &mut Mistakes,
) -> Vec<(&'t Entry, &'t Table)> {
    let table = entry.and_then(|entry| mistakes.table(&entry.key, &entry.value));
    let entries = table
        .map(|table| table.entries.as_slice())
        .unwrap_or_default();
    entries
        .iter()
        .filter_map(|entry| Some((entry, mistakes.table(&entry.key, &entry.value)?)))
        .collect()
}

fn kebab(name: Spanned<String>, what: &str, mistakes: &mut Mistakes) -> Option<String> {
    if usher_contract::name::is_kebab(&name.value) {
        return Some(name.value);
    }
    let message = format!("`{}` is not a valid name for {what}", name.value);
    mistakes.add(
        "bad-name",
        name.span,
        message,
        names::kebab_help(&name.value),
    );
    None
}

#[cfg(test)]
mod tests;
