//! `grants.toml`, and the keys of a grant, which other files have as well.

mod put;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::diagnostic::{Diagnostic, SourceText};
use crate::privilege;
use crate::recipe::keys::{Keys, Mistakes, Spanned};
use crate::recipe::names;
use crate::recipe::pack::{read_tables, root};
use crate::recipe::syntax::{Data, Entry, Table};
use usher_contract::grant::{Grant, LISTS, LISTS_BY_NAME, Limits, is_never_granted};

pub use put::{header_of, put, section};

/// The recipes that a grant counts for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecipesOf {
    /// A pack: its name when it is in the box, else its folder by the whole path.
    Pack(String),
    /// A file without a pack, by its whole path.
    File(String),
}

impl RecipesOf {
    /// Returns the keys in `grants.toml` below which the grant of a plugin is: `recipes`, the file, `plugins`, the plugin.
    fn keys<'a>(&'a self, plugin: &'a str) -> [&'a str; 4] {
        match self {
            Self::Pack(pack) => ["packs", pack, "plugins", plugin],
            Self::File(file) => ["recipes", file, "plugins", plugin],
        }
    }
}

/// The things that a person allows a plugin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PluginGrant {
    pub grant: Grant,
    /// Only the component with this digest, `sha256:` and 64 digits, is allowed. Without a digest, only a component
    /// below a folder of [`Grants::development`] is.
    pub digest: Option<String>,
    /// Limits that the person has lowered.
    pub limits: Limits,
}

/// A `grants.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grants {
    /// By the name of the plugin.
    pub plugins: BTreeMap<RecipesOf, BTreeMap<String, PluginGrant>>,
    /// Folders of plugins that are being written. Their bytes change with every build, so their grants need no digest.
    pub development: Vec<String>,
}

impl Grants {
    /// Returns the grant of a plugin in these recipes.
    pub fn of(&self, recipes: &RecipesOf, plugin: &str) -> Option<&PluginGrant> {
        self.plugins.get(recipes)?.get(plugin)
    }
}

/// Reads a `grants.toml`.
///
/// # Errors
///
/// Every mistake in it.
pub fn parse_grants(source: &SourceText) -> Result<Grants, Vec<Diagnostic>> {
    let root = root(source, "grants")?;
    let mut mistakes = Mistakes::new("grants");
    let mut keys = Keys::new(&root, "the file");
    let packs = keys.optional("packs");
    let recipes = keys.optional("recipes");
    let development = keys.optional("development");
    let unbound = keys.optional("plugins");
    keys.finish(&[], &mut mistakes);
    if let Some(entry) = unbound {
        let message =
            "a grant for a plugin does not say for the recipes of which file or pack it is";
        let help = "delete it, and run `usher allow RECIPE`, which writes \
                    `[recipes.\"/home/ada/mine.toml\".plugins.NAME]`";
        mistakes.add("no-recipe", entry.key_span.clone(), message, help);
    }
    let mut plugins = BTreeMap::new();
    for (entry, table) in read_tables(packs, &mut mistakes) {
        let is_name = usher_contract::name::is_kebab(&entry.key) || entry.key.starts_with('/');
        if !is_name {
            let help =
                "write the name of a pack in the box, or the folder of a pack by its whole path";
            bad_name(entry, "a pack", help, &mut mistakes);
            continue;
        }
        let read = read_recipes(entry, table, &mut mistakes);
        plugins.insert(RecipesOf::Pack(entry.key.clone()), read);
    }
    for (entry, table) in read_tables(recipes, &mut mistakes) {
        if !entry.key.starts_with('/') {
            let help =
                "write the path from the root: `[recipes.\"/home/ada/mine.toml\".plugins.NAME]`";
            bad_name(entry, "a recipe's file", help, &mut mistakes);
            continue;
        }
        let read = read_recipes(entry, table, &mut mistakes);
        plugins.insert(RecipesOf::File(entry.key.clone()), read);
    }
    let development = development.map(|entry| read_folders(entry, &mut mistakes));
    mistakes.or(|| Grants {
        plugins,
        development: development.unwrap_or_default(),
    })
}

fn bad_name(entry: &Entry, what: &str, help: &str, mistakes: &mut Mistakes) {
    let message = format!("`{}` is not a valid name of {what}", entry.key);
    mistakes.add("bad-name", entry.key_span.clone(), message, help);
}

/// Reads the plugins of one pack or one file.
fn read_recipes(
    entry: &Entry,
    table: &Table,
    mistakes: &mut Mistakes,
) -> BTreeMap<String, PluginGrant> {
    let mut keys = Keys::new(table, format!("the grants of `{}`", entry.key));
    let plugins = keys.optional("plugins");
    keys.finish(&[], mistakes);
    read_tables(plugins, mistakes)
        .into_iter()
        .filter_map(|(entry, table)| read_plugin(entry, table, mistakes))
        .collect()
}

fn read_folders(entry: &Entry, mistakes: &mut Mistakes) -> Vec<String> {
    let folders = mistakes.texts(&entry.key, &entry.value).unwrap_or_default();
    for folder in folders.iter().filter(|it| !it.value.starts_with('/')) {
        let message = format!("`{}` is not the whole path of a folder", folder.value);
        let help = "write the path from the root: `development = [\"/home/ada/plugins\"]`";
        mistakes.add("bad-folder", folder.span.clone(), message, help);
    }
    folders.into_iter().map(|folder| folder.value).collect()
}

/// The name of a plugin as a key.
pub(super) fn plugin_name(entry: &Entry, mistakes: &mut Mistakes) -> Option<String> {
    if usher_contract::name::is_kebab(&entry.key) {
        return Some(entry.key.clone());
    }
    let message = format!("`{}` is not a valid name of a plugin", entry.key);
    let span = entry.key_span.clone();
    mistakes.add("bad-name", span, message, names::kebab_help(&entry.key));
    None
}

/// Takes the keys of a grant out of a table.
pub(super) fn read_grant(keys: &mut Keys<'_>, mistakes: &mut Mistakes) -> Grant {
    let mut grant = Grant::default();
    for key in LISTS_BY_NAME {
        if let Some(entry) = keys.optional(key) {
            read_by_name(key, entry, &mut grant, mistakes);
        }
    }
    for key in LISTS {
        let Some(entry) = keys.optional(key) else {
            continue;
        };
        let texts = mistakes.texts(key, &entry.value).unwrap_or_default();
        if *key == "raises" && texts.len() > RAISES_MAX {
            let message = format!("`raises` has more than {RAISES_MAX} privileges");
            let help = "list only those that a plan of the plugin raises";
            mistakes.add(
                "too-many-privileges",
                entry.value.span.clone(),
                message,
                help,
            );
            continue;
        }
        for text in texts {
            if *key == "raises" && !privilege::is_name(&text.value) {
                let message = format!("`{}` is not a privilege that a plan raises", text.value);
                let help = "write `ProfileId`, `ModifyAllData`, `a role at the top` or `viewAllRecords of Account`";
                mistakes.add("bad-privilege", text.span.clone(), message, help);
                continue;
            }
            if matches!(*key, "get" | "request") {
                refuse_never_granted(&text, mistakes);
            }
            grant.add(key, &text.value);
        }
    }
    grant
}

/// Reads `read.User = ["Name"]`.
fn read_by_name(key: &'static str, entry: &Entry, grant: &mut Grant, mistakes: &mut Mistakes) {
    let table = match &entry.value.data {
        Data::Table(table) => table,
        Data::List(nodes) => {
            let names = nodes.iter().filter_map(|node| match &node.data {
                Data::Text(name) => Some(format!("`{key}.{name} = [\"…\"]`")),
                _ => None,
            });
            let mut lines: Vec<String> = names.take(LINES_MAX).collect();
            if lines.is_empty() {
                lines.push(example(key));
            }
            let message = format!("`{key}` is a list; a grant names fields, too");
            let help = format!(
                "write a line for each, with what is allowed of it: {}",
                lines.join(", ")
            );
            mistakes.add("no-fields", entry.value.span.clone(), message, help);
            return;
        }
        _ => {
            mistakes.wrong_type(key, &entry.value, "a table of lists", &example(key));
            return;
        }
    };
    for entry in &table.entries {
        let is_name = match key {
            "secret" => usher_contract::name::is_property(&entry.key),
            _ => usher_contract::name::is_api(&entry.key),
        };
        if !is_name {
            let message = format!("`{}` is not a valid name below `{key}`", entry.key);
            mistakes.add(
                "bad-name",
                entry.key_span.clone(),
                message,
                format!("write {}", example(key)),
            );
            continue;
        }
        let name = format!("{key}.{}", entry.key);
        if let Some(texts) = mistakes.texts(&name, &entry.value) {
            let texts = texts.into_iter().map(|text| text.value);
            grant.add_by_name(key, &entry.key, texts);
        }
    }
}

/// The number of privileges that a grant may list. There are far fewer that a plan can raise on a few objects.
const RAISES_MAX: usize = 200;

/// The number of lines in the new form that a message shows for a list in the old one.
const LINES_MAX: usize = 3;

fn example(key: &str) -> String {
    match key {
        "configure" | "predict_settings" => {
            format!("`{key}.Communities = [\"enableNetworksEnabled\"]`")
        }
        "secret" => format!("`{key}.password = [\"create Thing__c.Password__c\"]`"),
        _ => format!("`{key}.User = [\"Username\"]`"),
    }
}

fn refuse_never_granted(resource: &Spanned<String>, mistakes: &mut Mistakes) {
    if is_never_granted(&resource.value) {
        mistakes.add(
            "never-granted",
            resource.span.clone(),
            format!("`{}` can never be granted", resource.value),
            "leave it out: such a resource carries other calls or code",
        );
    }
}

fn read_plugin(
    entry: &Entry,
    table: &Table,
    mistakes: &mut Mistakes,
) -> Option<(String, PluginGrant)> {
    let name = plugin_name(entry, mistakes)?;
    let mut keys = Keys::new(table, format!("the grant of plugin `{name}`"));
    let digest = keys.optional_text("digest", mistakes);
    let limits = keys.optional("limits");
    let grant = read_grant(&mut keys, mistakes);
    keys.finish(&[], mistakes);
    if let Some(digest) = &digest
        && !is_digest(&digest.value)
    {
        let message = format!("`{}` is not a valid digest", digest.value);
        let help = "copy it from `usher plugin inspect`: `sha256:` and 64 digits from 0 to f";
        mistakes.add("bad-digest", digest.span.clone(), message, help);
    }
    let digest = digest.map(|digest| digest.value);
    let limits = limits.map(|entry| read_limits(entry, mistakes));
    let limits = limits.unwrap_or_default();
    let grant = PluginGrant {
        grant,
        digest,
        limits,
    };
    Some((name, grant))
}

/// Reads `limits = { reads = 100, seconds = 2 }`. A grant lowers limits; it never raises one.
fn read_limits(entry: &Entry, mistakes: &mut Mistakes) -> Limits {
    let mut read = Limits::default();
    let Some(table) = mistakes.table(&entry.key, &entry.value) else {
        return read;
    };
    let mut keys = Keys::new(table, "`limits`");
    for (name, most, _) in read.named() {
        let Some(entry) = keys.optional(name) else {
            continue;
        };
        let Data::Integer(value) = entry.value.data else {
            mistakes.wrong_type(
                name,
                &entry.value,
                "an integer",
                &format!("`{name} = {most}`"),
            );
            continue;
        };
        let value = u64::try_from(value).unwrap_or(0);
        if value == 0 || value > most {
            let message =
                format!("`{name}` is not between 1 and {most}, which is Usher's own limit");
            let help = "lower the limit, or leave it out: a grant raises none";
            mistakes.add("bad-limit", entry.value.span.clone(), message, help);
            continue;
        }
        let small = usize::try_from(value).ok();
        match name {
            "reads" => read.reads = small,
            "rows" => read.rows = small,
            "seconds" => read.seconds = Some(value),
            _ => read.memory_mib = small,
        }
    }
    keys.finish(&[], mistakes);
    read
}

fn is_digest(text: &str) -> bool {
    text.strip_prefix("sha256:").is_some_and(|digits| {
        digits.len() == 64
            && digits
                .bytes()
                .all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    })
}
