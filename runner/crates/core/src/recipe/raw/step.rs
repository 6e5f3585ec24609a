//! One `[[steps]]` as it was written: kept by a plugin, or a manual step.

use std::ops::Range;

use crate::diagnostic::SourceText;
use crate::plan::Terms;
use crate::recipe::each::{self, Each};
use crate::recipe::keys::{Keys, Mistakes, Spanned};
use crate::recipe::manual::{self, Manual};
use crate::recipe::syntax::{Data, Table};
use crate::recipe::template::{self, Template};
use crate::recipe::terms::Entries;
use crate::recipe::when::{self, When};
use crate::recipe::{PluginRef, names, time};

/// A step. Parts that are missing or not valid are `None`.
#[derive(Debug)]
pub(in crate::recipe) struct RawStep {
    pub(in crate::recipe) id: Option<Spanned<String>>,
    pub(in crate::recipe) kept: RawKept,
    pub(in crate::recipe) each: Option<Each>,
    /// Its own condition, and that of its group before it.
    pub(in crate::recipe) when: Vec<When>,
    /// Milliseconds.
    pub(in crate::recipe) timeout_ms: Option<u32>,
    pub(in crate::recipe) terms: Terms,
    /// The header.
    pub(in crate::recipe) span: Range<usize>,
}

/// The way in which a step is kept.
#[derive(Debug)]
pub(in crate::recipe) enum RawKept {
    ByPlugin(RawUse),
    /// `None` where it is itself a mistake.
    ByHand(Option<Manual>),
}

/// A plugin and its input. The plugin is `None` when it is missing or not valid.
#[derive(Debug)]
pub(in crate::recipe) struct RawUse {
    pub(in crate::recipe) plugin: Option<Spanned<PluginRef>>,
    pub(in crate::recipe) with: Vec<(Spanned<String>, Template)>,
    pub(in crate::recipe) with_span: Range<usize>,
}

impl RawStep {
    /// Returns the plugin and its input, when a plugin keeps the step.
    pub(in crate::recipe) fn used(&self) -> Option<&RawUse> {
        match &self.kept {
            RawKept::ByPlugin(used) => Some(used),
            RawKept::ByHand(_) => None,
        }
    }
}

/// The step below one header.
pub(super) fn read(table: &Table, source: &SourceText, mistakes: &mut Mistakes) -> RawStep {
    let what = match table.get("id").map(|entry| &entry.value.data) {
        Some(Data::Text(id)) => format!("step `{id}`"),
        _ => "the step".to_owned(),
    };
    let by_hand = table.get("manual").is_some();
    let mut keys = Keys::new(table, what);
    let id = keys.required_text("id", "id = \"user\"", mistakes);
    let each = keys.optional("for_each");
    let when = keys.optional("when");
    let timeout = keys.optional("timeout");
    let terms = Entries::of(&mut keys);
    let manual = keys.optional("manual");
    // A manual step needs no plugin. If it has one all the same, the mistake is at `use`.
    let plugin = if by_hand {
        keys.optional_text("use", mistakes)
    } else {
        keys.required_text("use", "use = \"assign-permission-sets\"", mistakes)
    };
    let with = keys.optional("with");
    keys.finish(&[], mistakes);
    if let Some(id) = &id {
        names::check_snake("a step", &id.value, &id.span, mistakes);
    }
    let each = each.and_then(|entry| each::read(entry, source, mistakes));
    let when = when.and_then(|entry| when::read(entry, source, mistakes));
    let kept = match manual {
        Some(entry) => {
            for key in ["use", "with", "timeout", "finally", "retry"] {
                if let Some(other) = table.get(key) {
                    let message = format!("a manual step has no `{key}`");
                    let help = format!("leave out `{key}`, or `manual`");
                    mistakes.add("unknown-key", other.key_span.clone(), message, help);
                }
            }
            RawKept::ByHand(manual::read(entry, source, mistakes))
        }
        None => RawKept::ByPlugin(RawUse {
            plugin: plugin.and_then(|plugin| read_use(plugin, mistakes)),
            with: with
                .and_then(|entry| mistakes.table("with", &entry.value))
                .map(|table| template::read_table(table, source, mistakes))
                .unwrap_or_default(),
            with_span: with.map_or_else(|| table.span.clone(), |entry| entry.value.span.clone()),
        }),
    };
    RawStep {
        id,
        kept,
        each,
        when: when.into_iter().collect(),
        timeout_ms: timeout.and_then(|entry| time::read(entry, mistakes)),
        terms: terms.read(mistakes),
        span: table.span.clone(),
    }
}

fn read_use(text: Spanned<String>, mistakes: &mut Mistakes) -> Option<Spanned<PluginRef>> {
    let Some(value) = PluginRef::parse(&text.value) else {
        let help = if text.value.ends_with(".wasm") {
            "write a file relative to the recipe: `./x.wasm`".to_owned()
        } else if text.value.ends_with(".toml") {
            "write a file relative to the recipe: `./plugin.toml`".to_owned()
        } else {
            names::kebab_help(&text.value)
        };
        let message = format!("`{}` is not a valid name of a plugin", text.value);
        mistakes.add("bad-name", text.span, message, help);
        return None;
    };
    let span = text.span;
    Some(Spanned { value, span })
}
