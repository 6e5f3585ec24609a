//! What a change writes or undoes beyond the manifest.

use std::collections::BTreeMap;

use crate::testing::manifest::{Manifest, Writes, contains, entry, fits};
use crate::{Change, Field, Method, Operation, Undo, WayBack};

/// Everything that the change, or what takes it back, writes undeclared.
pub(crate) fn undeclared(manifest: &Manifest, change: &Change) -> Vec<String> {
    let mut found = beyond(&manifest.writes, &change.operation);
    if let Undo::Possible(back) = &change.undo
        && let WayBack::Instead(inverse) = &back.way
    {
        found.extend(beyond(&manifest.writes, inverse));
    }
    found
        .into_iter()
        .map(|what| {
            format!(
                "{what} (`{}`) is not declared in the manifest",
                change.address
            )
        })
        .collect()
}

fn beyond(writes: &Writes, operation: &Operation) -> Vec<String> {
    match operation {
        Operation::Create(it) => fields("create", &writes.create, &it.object, &it.fields),
        Operation::Update(it) => fields("update", &writes.update, &it.object, &it.fields),
        Operation::Configure(it) => {
            fields("configure", &writes.configure, &it.settings, &it.fields)
        }
        Operation::Delete(it) if contains(&writes.delete, &it.object) => vec![],
        Operation::Delete(it) => vec![format!("delete of `{}`", it.object)],
        Operation::Deploy(it) => {
            let components = it.components.iter().map(|component| &component.name);
            components
                .chain(&it.removals)
                .filter(|name| !contains(&writes.deploy, &name.kind))
                .map(|name| format!("deploy of `{}`", name.kind))
                .collect()
        }
        Operation::Request(it) => {
            let method = match it.method {
                Method::Post => "POST",
                Method::Put => "PUT",
                Method::Patch => "PATCH",
                Method::Delete => "DELETE",
            };
            let allowed = writes.requests.iter().any(|pattern| {
                pattern
                    .split_once(' ')
                    .is_some_and(|(verb, below)| verb == method && fits(below, &it.path))
            });
            if allowed {
                vec![]
            } else {
                vec![format!("{method} request")]
            }
        }
        Operation::WaitOnly => vec![],
    }
}

fn fields(
    verb: &str,
    declared: &BTreeMap<String, Vec<String>>,
    name: &str,
    fields: &[Field],
) -> Vec<String> {
    let Some(allowed) = entry(declared, name) else {
        return vec![format!("{verb} of `{name}`")];
    };
    fields
        .iter()
        .filter(|field| !contains(allowed, &field.name))
        .map(|field| format!("{verb} of `{}` in `{name}`", field.name))
        .collect()
}
