//! API names of rules: given ones, and those that are made from the records and the users, so that rules which share other
//! records or with other users have other names.

use usher_sdk::{Diagnostic, Failure, Problems, Value};

use crate::input;
use crate::rules::{Group, GroupInput, RULE, Records, Rule};

/// Characters of an API name [inferred].
const CHARS_MAX: usize = 80;

/// Reports a name that cannot be one. An empty name is made.
pub(super) fn check(name: &str, at: &str, problems: &mut Problems) {
    let is_plain = name.starts_with(|first: char| first.is_ascii_alphabetic())
        && !name.ends_with('_')
        && !name.contains("__")
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if is_plain || name.is_empty() {
        return;
    }
    let at = format!("{at}/name");
    let summary = format!("`{name}` cannot be the API name of a sharing rule");
    problems.invalid(
        Diagnostic::error("bad-rule-name", &at, summary)
            .remedy(format!(
                "In {}, write a letter, then letters, digits and single `_`",
                input(&at)
            ))
            .rule(RULE),
    );
}

pub(super) fn twice(object: &str, name: &str, at: &str) -> Diagnostic {
    let at = format!("{at}/name");
    let summary = format!("Two rules of `{object}` are called `{name}`");
    Diagnostic::error("rule-named-twice", &at, summary)
        .remedy(format!("Set {} to another name", input(&at)))
}

/// "Lead_for_partner_roles_of_001D00000000001IAA_of_CEO".
pub(super) fn made(rule: &Rule, records: &Records, with: &Group) -> Result<String, Failure> {
    let users = users(&rule.with, with)?;
    let mut parts = vec![format!("{}_for_{users}", rule.object)];
    match (records, &rule.owned_by) {
        (Records::OwnedBy(group), Some(input)) => {
            parts.push(format!("of_{}", self::users(input, group)?))
        }
        (Records::OwnedBy(_), None) => {}
        (Records::Having(fields), _) => {
            parts.extend(
                fields
                    .iter()
                    .map(|one| format!("{}_{}", one.field, one.value)),
            );
        }
    }
    let plain: String = parts
        .join("_")
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect();
    let words: Vec<&str> = plain.split('_').filter(|word| !word.is_empty()).collect();
    let name: String = words.join("_").chars().take(CHARS_MAX).collect();
    Ok(name.trim_end_matches('_').to_owned())
}

/// A group in a name. The roles of an account go by its id, which is known before they are there.
fn users(input: &GroupInput, group: &Group) -> Result<String, Failure> {
    if let Some((people, account)) = input.account() {
        return Ok(format!("{people}_roles_of_{}", account.text()?));
    }
    let below = match group.element {
        "roleAndSubordinates" => "_and_below",
        "roleAndSubordinatesInternal" => "_and_internal_below",
        _ => "",
    };
    Ok(match &group.name {
        Value::Nothing => group.element.to_owned(),
        name => format!("{}{below}", name.text()?),
    })
}
