//! `SharingRules` (docs/salesforce/sharing.md#sharing-rules): the rules that open records of one object to groups of
//! users. The component of an object holds its rules; each rule is a component, too: `Lead.Open_Leads` of the kind
//! `SharingCriteriaRule` or `SharingOwnerRule`.

mod check;
mod shape;

use serde_json::Value;
use usher_core::component::{parts, texts};

use crate::access::GUARDED;
use crate::components::{self, Content};
use crate::metadata::{Listed, Written, id_of};
use crate::recalculation::{self, Subject};
use crate::refusal::{Outcome, Refusal};
use crate::tenant::Tenant;

pub(super) use shape::{CRITERIA_RULE, OWNER_RULE, RULES};

const KIND: &str = "SharingRules";

/// Invented: no source has the prefix of sharing rules.
const PREFIX: &str = "0SR";

/// The kinds of rules: the element that holds them, and the kind of one of them.
const RULE_KINDS: [(&str, &str); 2] = [
    ("sharingCriteriaRules", "SharingCriteriaRule"),
    ("sharingOwnerRules", "SharingOwnerRule"),
];

/// The rules of an object by the element that holds them.
fn of_object(org: &Tenant<'_>, object: &str) -> Outcome<Content> {
    Ok(components::get(org, KIND, object)?.unwrap_or_default())
}

/// Every object that can have rules is listed \[inferred\].
pub(super) fn list() -> Vec<Listed> {
    let objects = GUARDED.iter().map(|guarded| guarded.object().name);
    objects
        .map(|name| Listed {
            full_name: name.to_owned(),
            id: id_of(PREFIX, name),
            stamps: None,
        })
        .collect()
}

/// The rules of a kind in all objects.
pub(super) fn list_rules(org: &Tenant<'_>, kind: &str) -> Outcome<Vec<Listed>> {
    let element = element_of(kind);
    let mut listed = Vec::new();
    for (object, rules) in components::list(org, KIND)? {
        for rule in parts(&rules, element) {
            let full_name = format!("{object}.{}", name_of(rule));
            listed.push(Listed {
                id: id_of(PREFIX, &full_name),
                full_name,
                stamps: None,
            });
        }
    }
    Ok(listed)
}

/// The rules of an object; an object without rules has an empty component \[inferred\].
pub(super) fn read(org: &Tenant<'_>, object: &str) -> Outcome<Option<Content>> {
    match own_name(object) {
        Some(object) => Ok(Some(of_object(org, object)?)),
        None => Ok(None),
    }
}

/// One rule, without its name.
pub(super) fn read_rule(org: &Tenant<'_>, kind: &str, full_name: &str) -> Outcome<Option<Content>> {
    match split(full_name) {
        Some((object, _)) => Ok(rule_of(&of_object(org, object)?, kind, full_name)),
        None => Ok(None),
    }
}

/// The rule of that kind and full name among the rules of its object, without its name.
fn rule_of(rules: &Content, kind: &str, full_name: &str) -> Option<Content> {
    let (_, name) = full_name.split_once('.')?;
    let mut all = parts(rules, element_of(kind));
    let mut rule = all.find(|rule| is_called(rule, name))?.clone();
    rule.remove("fullName");
    Some(rule)
}

/// Lays rules over those of the object: a rule of a name that is there is replaced, the others stay
/// (docs/salesforce/sharing.md#sharing-rules).
pub(super) fn write(
    org: &Tenant<'_>,
    object: &str,
    content: &Content,
    version: u32,
) -> Outcome<Written> {
    let Some(object) = own_name(object) else {
        return Err(no_such_object(object));
    };
    let before = of_object(org, object)?;
    let mut after = before.clone();
    for (element, kind) in RULE_KINDS {
        for rule in parts(content, element) {
            check::rule(org, object, kind, rule, version)?;
            lay(&mut after, element, rule)?;
        }
    }
    for element in ["sharingGuestRules", "sharingTerritoryRules"] {
        if content.contains_key(element) {
            // Not the platform's words: it has them, the practice org has not.
            let message = format!("the practice org does not know `{element}`");
            return Err(Refusal::save("INVALID_FIELD", message, &[element]));
        }
    }
    components::put(org, KIND, object, &after)?;
    recalculation::begin(org, Subject::Access, &format!("{KIND}/{object}"))?;
    Ok(Written {
        id: id_of(PREFIX, object),
        created: false,
        changed: before != after,
    })
}

pub(super) fn write_rule(
    org: &Tenant<'_>,
    kind: &str,
    full_name: &str,
    content: &Content,
    version: u32,
) -> Outcome<Written> {
    let Some((object, name)) = split(full_name) else {
        let object = full_name.split('.').next().unwrap_or_default();
        return Err(no_such_object(object));
    };
    let created = read_rule(org, kind, full_name)?.is_none();
    let mut rule = content.clone();
    rule.insert("fullName".to_owned(), Value::from(vec![name]));
    let rules: Content = [(element_of(kind).to_owned(), Value::from(vec![rule]))]
        .into_iter()
        .collect();
    let written = write(org, object, &rules, version)?;
    Ok(Written {
        id: id_of(PREFIX, full_name),
        created,
        ..written
    })
}

/// Deletes all rules of an object \[inferred\]: "deleting of all sharing rules is available".
pub(super) fn remove(org: &Tenant<'_>, object: &str) -> Outcome<bool> {
    match own_name(object) {
        Some(object) => components::remove(org, KIND, object),
        None => Ok(false),
    }
}

pub(super) fn remove_rule(org: &Tenant<'_>, kind: &str, full_name: &str) -> Outcome<bool> {
    let Some((object, name)) = split(full_name) else {
        return Ok(false);
    };
    let mut rules = of_object(org, object)?;
    let element = element_of(kind);
    let Some(Value::Array(all)) = rules.get_mut(element) else {
        return Ok(false);
    };
    let count = all.len();
    all.retain(|rule| !rule.as_object().is_some_and(|rule| is_called(rule, name)));
    let found = all.len() < count;
    if all.is_empty() {
        rules.remove(element);
    }
    components::put(org, KIND, object, &rules)?;
    Ok(found)
}

/// The name of a rule.
fn name_of(rule: &Content) -> &str {
    texts(rule, "fullName").next().unwrap_or_default()
}

/// Rules have one name in an object, whatever their kind \[inferred\].
fn lay(rules: &mut Content, element: &str, rule: &Content) -> Outcome<()> {
    let name = name_of(rule);
    for (other, kind) in RULE_KINDS.iter().filter(|(other, _)| *other != element) {
        if parts(rules, other).any(|one| is_called(one, name)) {
            // [inferred] The code and the text.
            let message = format!("A {kind} is called {name} already");
            return Err(Refusal::save(
                "DUPLICATE_DEVELOPER_NAME",
                message,
                &["fullName"],
            ));
        }
    }
    let all = rules
        .entry(element.to_owned())
        .or_insert_with(|| Value::Array(Vec::new()));
    let Value::Array(all) = all else {
        return Ok(());
    };
    let called = |one: &&mut Value| one.as_object().is_some_and(|one| is_called(one, name));
    match all.iter_mut().find(called) {
        Some(one) => *one = Value::Object(rule.clone()),
        None => all.push(Value::Object(rule.clone())),
    }
    Ok(())
}

/// Names are the same in any case \[inferred\].
fn is_called(rule: &Content, name: &str) -> bool {
    name_of(rule).eq_ignore_ascii_case(name)
}

fn own_name(object: &str) -> Option<&'static str> {
    let mut names = GUARDED.iter().map(|guarded| guarded.object().name);
    names.find(|name| name.eq_ignore_ascii_case(object))
}

/// Object and name of a rule: `Lead.Open_Leads`.
fn split(full_name: &str) -> Option<(&'static str, &str)> {
    let (object, name) = full_name.split_once('.')?;
    Some((own_name(object)?, name))
}

fn element_of(kind: &str) -> &'static str {
    let found = RULE_KINDS.iter().find(|(_, known)| *known == kind);
    found.map_or("", |(element, _)| element)
}

/// Not the platform's words: more objects have rules than those of the practice org.
fn no_such_object(object: &str) -> Refusal {
    let message = format!("the practice org does not know sharing rules of `{object}`");
    Refusal::save("INVALID_CROSS_REFERENCE_KEY", message, &[])
}

#[cfg(test)]
mod tests;
