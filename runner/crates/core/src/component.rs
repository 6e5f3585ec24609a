//! The contents of metadata components, as data: checks that one holds what is wanted, lays a deployment over one,
//! undoes a deployment, and compares two.
//!
//! A content is element name → list of its occurrences in order, each a text or such an object again (`wit/step.wit`,
//! `component`). Facts are from the Metadata API Developer Guide.

mod added;
mod difference;
mod inverse;
mod overlay;

use serde_json::{Map, Value};

use usher_contract::operation::{Component, ComponentName};
use usher_contract::value::Scalar;

pub use added::{added, as_left, beyond, holds_any, reverted};
pub use difference::{Difference, differences};
pub use inverse::{NoInverse, inverse};
pub use overlay::overlay;

/// Element name → its occurrences.
pub type Content = Map<String, Value>;

/// The key of a component in a record of former contents: `SharingSet/Partners`. `None` as long as the component's name
/// is not known.
pub fn label(name: &ComponentName) -> Option<String> {
    match &name.full_name {
        Scalar::Text(full_name) => Some(format!("{}/{full_name}", name.kind)),
        _ => None,
    }
}

/// The content of a component that a plan deploys. Planning has refused every other text.
pub fn content(component: &Component) -> Content {
    match serde_json::from_str(&component.content) {
        Ok(Value::Object(content)) => content,
        _ => Content::new(),
    }
}

/// Says whether the org holds everything in `wanted`. The platform adds to what it is given, so elements that `wanted`
/// does not name may hold anything. It lists only what is enabled (Metadata API Developer Guide, Profile), so a part
/// that is wanted disabled may be missing.
pub fn contains(there: &Content, wanted: &Content) -> bool {
    wanted.iter().all(|(element, wanted)| {
        let Value::Array(wanted) = wanted else {
            // No element: `$ref` and its like.
            return there.get(element) == Some(wanted);
        };
        wanted.iter().all(|wanted| match wanted {
            Value::Object(wanted) => {
                let has = |wanted: &Content| parts(there, element).any(|one| contains(one, wanted));
                has(wanted) || enabled(wanted).is_some_and(|opposite| !has(&opposite))
            }
            wanted => occurrences(there, element).any(|one| one == wanted),
        })
    })
}

/// Returns the same part enabled, for a part that says that something is not enabled.
fn enabled(part: &Content) -> Option<Content> {
    let says = |text: &str| Value::Array(vec![Value::from(text)]);
    (part.get("enabled") == Some(&says("false"))).then(|| {
        let mut opposite = part.clone();
        opposite.insert("enabled".to_owned(), says("true"));
        opposite
    })
}

fn occurrences<'a>(content: &'a Content, element: &str) -> impl Iterator<Item = &'a Value> {
    let all = content.get(element).and_then(Value::as_array);
    all.into_iter().flatten()
}

/// The occurrences of an element that have elements of their own.
pub fn parts<'a>(content: &'a Content, element: &str) -> impl Iterator<Item = &'a Content> {
    occurrences(content, element).filter_map(Value::as_object)
}

/// The texts of an element.
pub fn texts<'a>(content: &'a Content, element: &str) -> impl Iterator<Item = &'a str> {
    occurrences(content, element).filter_map(Value::as_str)
}

/// Returns what tells one part of an element from the others: the permission of a `userPermissions`, the object of an
/// `accessMappings`. `None` where nothing does.
fn identity(element: &str, part: &Content) -> Option<String> {
    let text = |name: &str| texts(part, name).next();
    if element == "layoutAssignments" {
        // Each object and record type has one layout; `Account-Account Layout` is one of Account.
        let object = text("layout")?.split('-').next()?;
        return Some(
            format!("{object} {}", text("recordType").unwrap_or(""))
                .trim()
                .to_owned(),
        );
    }
    let key = match element {
        "objectPermissions" | "accessMappings" => "object",
        "fieldPermissions" => "field",
        "tabVisibilities" => "tab",
        "recordTypeVisibilities" => "recordType",
        "applicationVisibilities" => "application",
        "classAccesses" => "apexClass",
        "pageAccesses" => "apexPage",
        "flowAccesses" => "flow",
        "externalDataSourceAccesses" => "externalDataSource",
        _ => "name",
    };
    text(key).map(str::to_owned)
}

#[cfg(test)]
mod tests;
