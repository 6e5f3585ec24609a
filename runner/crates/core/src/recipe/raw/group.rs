//! A group: one loop and one condition for several steps. Its steps are steps like others, each with the group's loop
//! and condition.

use crate::diagnostic::SourceText;
use crate::plan::Terms;
use crate::recipe::each;
use crate::recipe::keys::{Keys, Mistakes, Spanned};
use crate::recipe::raw::step::{self, RawStep};
use crate::recipe::syntax::{Data, Table};
use crate::recipe::terms::Entries;
use crate::recipe::when;
use crate::recipe::{names, time};

/// Keys that belong to the steps of a group.
const OF_STEPS: [&str; 3] = ["use", "with", "manual"];

/// Returns the group's name and its steps, in their order.
pub(super) fn read(
    table: &Table,
    source: &SourceText,
    mistakes: &mut Mistakes,
) -> (Option<Spanned<String>>, Vec<RawStep>) {
    let mut keys = Keys::new(table, "the group");
    let id = keys.required_text("id", "id = \"people\"", mistakes);
    let each = keys.optional("for_each");
    let when = keys.optional("when");
    let timeout = keys.optional("timeout");
    let terms = Entries::of(&mut keys);
    let steps = keys.required("group", "[[steps.group]]");
    for key in OF_STEPS {
        if let Some(other) = keys.optional(key) {
            let message = format!("a group has no `{key}`");
            let help = format!("write `{key}` in a step of the group: `[[steps.group]]`");
            mistakes.add("unknown-key", other.key_span.clone(), message, help);
        }
    }
    keys.finish(&[], mistakes);
    if let Some(id) = &id {
        names::check_snake("a group", &id.value, &id.span, mistakes);
    }
    let each = each.and_then(|entry| each::read(entry, source, mistakes));
    let when = when.and_then(|entry| when::read(entry, source, mistakes));
    let timeout_ms = timeout.and_then(|entry| time::read(entry, mistakes));
    let terms = terms.read(mistakes);
    let tables = steps
        .map(|entry| mistakes.tables("steps.group", &entry.value))
        .unwrap_or_default();
    if let Some(entry) =
        steps.filter(|entry| matches!(&entry.value.data, Data::List(nodes) if nodes.is_empty()))
    {
        let message = "the group has no steps";
        mistakes.add(
            "missing-key",
            entry.value.span.clone(),
            message,
            "add `[[steps.group]]`",
        );
    }
    let of_group = |key: &&str| table.get(key).is_some();
    let for_plugins: Vec<&str> = ["finally", "retry"].into_iter().filter(of_group).collect();
    let mut read = Vec::new();
    for table in tables {
        if let Some(inner) = table.get("group") {
            let message = "a group has no groups";
            let help = "write the steps of the inner group as steps of the outer one";
            mistakes.add("unknown-key", inner.key_span.clone(), message, help);
            continue;
        }
        if let (Some(_), Some(inner)) = (&each, table.get("for_each")) {
            let message = "the group goes through its items already";
            let help = "leave `for_each` out here, or move the step out of the group";
            mistakes.add("unknown-key", inner.key_span.clone(), message, help);
        }
        if let Some(inner) = table.get("finally") {
            let message = "the steps of a group are carried out together";
            let help = "write `finally = true` at the group, or move the step out of it";
            mistakes.add("unknown-key", inner.key_span.clone(), message, help);
        }
        if let Some(manual) = table.get("manual") {
            for key in &for_plugins {
                let message = format!("the group has `{key}`, and a manual step has none");
                let help = format!("move the step out of the group, or leave out `{key}`");
                mistakes.add("unknown-key", manual.key_span.clone(), message, help);
            }
        }
        let mut step = step::read(table, source, mistakes);
        if each.is_some() {
            step.each.clone_from(&each);
        }
        step.when.splice(0..0, when.clone());
        step.timeout_ms = step.timeout_ms.or(timeout_ms);
        step.terms = Terms {
            retry: step.terms.retry.or(terms.retry),
            ..terms
        };
        read.push(step);
    }
    (id, read)
}
