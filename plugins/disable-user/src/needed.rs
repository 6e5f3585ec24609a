//! Users whom a custom hierarchy field of other users names: Salesforce refuses to deactivate them
//! (docs/salesforce/users.md#activity). Other settings that need a user cannot be read.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use usher_sdk::{Condition, Diagnostic, Org, StepPlan};

use crate::user::User;

/// Fields that are looked at: an org has few that lead from users to users.
const FIELDS_MAX: usize = 5;

/// Warns of fields that name one of the users. What cannot be read is left out; Salesforce tells then.
pub(crate) fn look(users: &[&User], at: &str, org: &dyn Org, plan: &mut StepPlan) {
    let described = org.describe_object("User", &[]).unwrap_or_default();
    let references = described.get("referenceFields").and_then(Json::as_object);
    let references = references.into_iter().flatten();
    let fields: Vec<&str> = references
        .filter(|(name, objects)| leads_to_users(name, objects))
        .map(|(name, _)| name.as_str())
        .take(FIELDS_MAX)
        .collect();
    let described = match fields.is_empty() {
        true => BTreeMap::new(),
        false => org.describe_object("User", &fields).unwrap_or_default(),
    };
    for name in fields {
        let ids = users.iter().map(|user| &user.id);
        let Ok(count @ 1..) = org.count("User", &[Condition::any(name, ids)]) else {
            continue;
        };
        let label = described
            .get(name)
            .and_then(|field| field["label"].as_str());
        let label = label.unwrap_or(name);
        let (who, names) = match users {
            [user] => (user.username.clone(), "this user"),
            _ => ("some of the users".to_owned(), "one of them"),
        };
        let others = match count {
            1 => "another user".to_owned(),
            several => format!("{several} other users"),
        };
        let summary = format!(
            "Salesforce likely refuses to deactivate {who}: the field *{label}* (`{name}`) of {others} names {names}; empty the field first"
        );
        plan.note(
            Diagnostic::warning("named-by-users", at, summary)
                .remedy("Empty the field first, or name another user in it")
                .rule("docs/salesforce/users.md#activity"),
        );
    }
}

/// A custom field of users that holds a user is a hierarchy field.
fn leads_to_users(name: &str, objects: &Json) -> bool {
    let mut objects = objects.as_array().into_iter().flatten();
    name.ends_with("__c") && objects.any(|object| object == "User")
}
