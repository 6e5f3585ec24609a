//! `grants.toml`, and the keys of a grant wherever they stand.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Diagnostic, SourceText};
use crate::recipe::keys::{Keys, Mistakes, Spanned};
use crate::recipe::names;
use crate::recipe::pack::{read_tables, root};
use crate::recipe::syntax::{Entry, Table};
use usher_contract::grant::{Grant, is_never_granted};

/// What a person allows a plugin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PluginGrant {
    pub grant: Grant,
    /// Only the component with this digest, `sha256:` and 64 digits; else any of that name.
    pub digest: Option<String>,
}

/// A `grants.toml`, by plugin.
///
/// # Errors
///
/// Every mistake in it.
pub fn parse_grants(source: &SourceText) -> Result<BTreeMap<String, PluginGrant>, Vec<Diagnostic>> {
    let root = root(source, "grants")?;
    let mut mistakes = Mistakes::new("grants");
    let mut keys = Keys::new(&root, "the file");
    let plugins = keys.optional("plugins");
    keys.finish(&[], &mut mistakes);
    let plugins = read_tables(plugins, &mut mistakes)
        .into_iter()
        .filter_map(|(entry, table)| read_plugin(entry, table, &mut mistakes))
        .collect();
    mistakes.or(|| plugins)
}

/// The name of a plugin as a key.
pub(super) fn plugin_name(entry: &Entry, mistakes: &mut Mistakes) -> Option<String> {
    if usher_contract::name::is_kebab(&entry.key) {
        return Some(entry.key.clone());
    }
    let message = format!("`{}` is no name of a plugin", entry.key);
    let span = entry.key_span.clone();
    mistakes.add("bad-name", span, message, names::kebab_help(&entry.key));
    None
}

/// Takes the keys of a grant out of a table.
pub(super) fn read_grant(keys: &mut Keys<'_>, mistakes: &mut Mistakes) -> Grant {
    let mut set = |key: &'static str| -> BTreeSet<String> {
        let texts = keys
            .optional(key)
            .and_then(|entry| mistakes.texts(key, &entry.value))
            .unwrap_or_default();
        if matches!(key, "get" | "request") {
            texts
                .iter()
                .for_each(|text| refuse_never_granted(text, mistakes));
        }
        texts.into_iter().map(|text| text.value).collect()
    };
    Grant {
        read: set("read"),
        query: set("query"),
        read_settings: set("read_settings"),
        read_components: set("read_components"),
        get: set("get"),
        create: set("create"),
        update: set("update"),
        delete: set("delete"),
        configure: set("configure"),
        deploy: set("deploy"),
        request: set("request"),
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
    let grant = read_grant(&mut keys, mistakes);
    keys.finish(&[], mistakes);
    if let Some(digest) = &digest
        && !is_digest(&digest.value)
    {
        let message = format!("`{}` is no digest", digest.value);
        let help = "copy it from `usher plugin inspect`: `sha256:` and 64 digits from 0 to f";
        mistakes.add("bad-digest", digest.span.clone(), message, help);
    }
    let digest = digest.map(|digest| digest.value);
    Some((name, PluginGrant { grant, digest }))
}

fn is_digest(text: &str) -> bool {
    text.strip_prefix("sha256:").is_some_and(|digits| {
        digits.len() == 64
            && digits
                .bytes()
                .all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    })
}
