//! The contract that this host has: its version, what it gives, and what a plugin for a later one asks for beyond it.

use wasmtime::Engine;
use wasmtime::component::Component;
use wasmtime::component::types::ComponentItem;

/// The package of the contract, as `wit/step.wit` names it.
pub const CONTRACT: &str = "usher:step@1.0.0-rc";

/// The functions that each interface gives.
pub(crate) const GIVEN: &[(&str, &[&str])] = &[
    ("context", &["now", "who"]),
    ("log", &["emit"]),
    (
        "org",
        &[
            "count",
            "describe-object",
            "find",
            "find-all",
            "get",
            "get-settings",
            "list-components",
            "query",
            "read-component",
        ],
    ),
    ("types", &[]),
];

/// Says whether this host has the contract in that version.
///
/// A release candidate is itself alone (Semantic Versioning 2.0.0, item 9: it may not fit what it precedes), so there is
/// no range. Until 1.0.0 the contract grows by functions and interfaces, and what a plugin does not use it does not need.
pub(crate) fn is_ours(version: &str) -> bool {
    version == own_version()
}

/// Says whether a version of the contract came after this host's.
pub(crate) fn is_later(version: &str) -> bool {
    let parsed = |text| semver::Version::parse(text);
    match (parsed(version), parsed(own_version())) {
        (Ok(version), Ok(own)) => version > own,
        _ => false,
    }
}

fn own_version() -> &'static str {
    CONTRACT.split_once('@').map_or("", |(_, version)| version)
}

/// The interface of the contract that a name is about, without its version: `org` of `usher:step/org@1.0.0-rc`.
pub(crate) fn interface(name: &str) -> Option<&str> {
    let own = name.strip_prefix("usher:step/")?;
    Some(own.split_once('@').map_or(own, |(interface, _)| interface))
}

/// The functions of the contract that a component imports and this host does not give, as `org.find`: those of a later
/// contract.
pub(crate) fn lacking(component: &Component, engine: &Engine) -> Vec<String> {
    let mut lacking = Vec::new();
    for (name, import) in component.component_type().imports(engine) {
        let (Some(interface), ComponentItem::ComponentInstance(instance)) =
            (interface(name), import.ty)
        else {
            continue;
        };
        let given = GIVEN.iter().find(|(own, _)| *own == interface);
        let given = given.map_or(&[][..], |(_, functions)| functions);
        for (function, item) in instance.exports(engine) {
            if matches!(item.ty, ComponentItem::ComponentFunc(_)) && !given.contains(&function) {
                lacking.push(format!("{interface}.{function}"));
            }
        }
    }
    lacking
}
