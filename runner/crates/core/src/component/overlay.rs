//! The content that a component gets when it is deployed.

use serde_json::Value;

use crate::component::{Content, identity};

/// Returns the content after `deployed` is deployed over `there`.
///
/// A profile keeps the elements that `deployed` does not name (Metadata API Developer Guide, Profile). Any other
/// component is replaced \[inferred\].
pub fn overlay(kind: &str, there: Option<&Content>, deployed: &Content) -> Content {
    let (Some(there), "Profile") = (there, kind) else {
        return deployed.clone();
    };
    let mut content = there.clone();
    for (element, occurrences) in deployed {
        let parts: Option<Vec<&Content>> = occurrences
            .as_array()
            .map(|all| all.iter().filter_map(Value::as_object).collect());
        match parts {
            Some(parts) if !parts.is_empty() && element != "loginHours" => {
                let there = content
                    .entry(element.clone())
                    .or_insert_with(|| Value::Array(Vec::new()));
                if let Value::Array(there) = there {
                    parts.into_iter().for_each(|part| lay(element, there, part));
                }
            }
            _ => {
                content.insert(element.clone(), occurrences.clone());
            }
        }
    }
    drop_disabled(&mut content);
    content
}

/// Replaces the part that is about the same thing, element for element; adds `part` when there is none.
fn lay(element: &str, there: &mut Vec<Value>, part: &Content) {
    let wanted = identity(element, part);
    let same = |one: &Content| match &wanted {
        Some(wanted) => identity(element, one).is_some_and(|own| own.eq_ignore_ascii_case(wanted)),
        None => one == part,
    };
    match there
        .iter_mut()
        .filter_map(Value::as_object_mut)
        .find(|one| same(one))
    {
        Some(one) => one.extend(part.clone()),
        None => there.push(Value::Object(part.clone())),
    }
}

/// Removes permissions that are not enabled: a profile lists only enabled ones (Metadata API Developer Guide, Profile).
fn drop_disabled(profile: &mut Content) {
    if let Some(Value::Array(permissions)) = profile.get_mut("userPermissions") {
        permissions.retain(|one| one["enabled"][0] != "false");
    }
}
