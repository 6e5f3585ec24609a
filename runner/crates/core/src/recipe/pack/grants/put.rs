//! Putting one grant into a `grants.toml`, which a person may have written. Everything else in it stays as it is.

use crate::diagnostic::SourceText;
use crate::recipe::pack::grants::{PluginGrant, RecipesOf, parse_grants};
use crate::recipe::syntax::{self, Data};
use usher_contract::grant::lines;
use usher_contract::limit;

/// Returns the lines of a grant as they are in `grants.toml`, with their header.
pub fn section(recipes: &RecipesOf, plugin: &str, granted: &PluginGrant) -> String {
    let mut section = header_of(recipes, plugin) + "\n";
    if let Some(digest) = &granted.digest {
        section.push_str(&format!("digest = \"{digest}\"\n"));
    }
    let limits = granted.limits.named().into_iter();
    let limits: Vec<String> = limits
        .filter_map(|(name, _, value)| Some(format!("{name} = {}", value?)))
        .collect();
    if !limits.is_empty() {
        section.push_str(&format!("limits = {{ {} }}\n", limits.join(", ")));
    }
    section + &lines(&granted.grant)
}

/// Returns the header of that section.
pub fn header_of(recipes: &RecipesOf, plugin: &str) -> String {
    format!("[{}]", recipes.keys(plugin).map(key).join("."))
}

/// A key as it may be in a header.
fn key(key: &str) -> String {
    let is_bare = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    match !key.is_empty() && key.bytes().all(is_bare) {
        true => key.to_owned(),
        // TOML escapes in a text as JSON does.
        false => serde_json::Value::from(key).to_string(),
    }
}

/// Returns the text of a `grants.toml` with this grant in it: in the place of the section of the same recipes and plugin,
/// else at the end. Comments stay. None: the file is written in a way that only a person can change.
pub fn put(
    source: &SourceText,
    recipes: &RecipesOf,
    plugin: &str,
    granted: &PluginGrant,
) -> Option<String> {
    let mut wanted = parse_grants(source).ok()?;
    let all = wanted.plugins.entry(recipes.clone()).or_default();
    all.insert(plugin.to_owned(), granted.clone());
    let text = with_section(source, recipes, plugin, &section(recipes, plugin, granted));
    let name = source.name.clone();
    let written = parse_grants(&SourceText {
        name,
        text: text.clone(),
    })
    .ok()?;
    (written == wanted).then_some(text)
}

fn with_section(source: &SourceText, recipes: &RecipesOf, plugin: &str, section: &str) -> String {
    let keys = recipes.keys(plugin);
    let (mut before, mut inside, mut after) = (Vec::new(), Vec::new(), Vec::new());
    let mut is_inside = false;
    for line in source.text.lines() {
        if let Some(header) = header(line) {
            is_inside = header.iter().map(String::as_str).take(keys.len()).eq(keys);
        }
        if is_inside {
            inside.push(line);
        } else if inside.is_empty() {
            before.push(line);
        } else {
            after.push(line);
        }
    }
    let is_comment = |line: &&str| line.trim_start().starts_with('#');
    let is_kept = |line: &&str| is_comment(line) || line.trim().is_empty();
    // Comments at the end of the section may be about the next one.
    let own = inside.len() - inside.iter().rev().take_while(|line| is_kept(line)).count();
    let (own, behind) = inside.split_at(own);
    let mut lines = before;
    if own.is_empty() && lines.last().is_some_and(|line| !line.trim().is_empty()) {
        lines.push("");
    }
    let mut section = section.lines();
    lines.extend(section.next());
    lines.extend(own.iter().copied().filter(is_comment));
    lines.extend(section);
    lines.extend(behind);
    lines.extend(after);
    lines.join("\n") + "\n"
}

/// Returns the keys of a line that is the header of a table.
fn header(line: &str) -> Option<Vec<String>> {
    let line = line.trim_start();
    if !line.starts_with('[') || line.starts_with("[[") {
        return None;
    }
    let source = SourceText {
        name: String::new(),
        text: line.to_owned(),
    };
    let mut table = syntax::parse(&source, "grants", limit::PACK_FILE_BYTES_MAX).ok()?;
    let mut keys = Vec::new();
    while let Some(entry) = table.entries.pop() {
        keys.push(entry.key);
        match entry.value.data {
            Data::Table(below) => table = below,
            _ => return None,
        }
    }
    Some(keys)
}
