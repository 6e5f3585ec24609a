//! Users whom a custom hierarchy field of other users names: Salesforce refuses to deactivate them
//! (docs/salesforce/users.md#activity). Other settings that need a user cannot be read.

use serde_json::Value as Json;
use usher_sdk::{Condition, Diagnostic, Org, ResourcePath, StepPlan};

use crate::user::User;

/// Fields that are looked at: an org has few that lead from users to users.
const FIELDS_MAX: usize = 5;

/// Warns of fields that name one of the users. What cannot be read is left out; Salesforce tells then.
pub(crate) fn look(users: &[&User], at: &str, org: &dyn Org, plan: &mut StepPlan) {
    let path = ResourcePath::of(["sobjects", "User", "describe"]);
    let described = org.get(&path).unwrap_or_default();
    let fields = described["fields"].as_array().into_iter().flatten();
    for field in fields
        .filter(|field| leads_to_users(field))
        .take(FIELDS_MAX)
    {
        let name = field["name"].as_str().unwrap_or_default();
        let ids = users.iter().map(|user| &user.id);
        let Ok(count @ 1..) = org.count("User", &[Condition::any(name, ids)]) else {
            continue;
        };
        let label = field["label"].as_str().unwrap_or(name);
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
fn leads_to_users(field: &Json) -> bool {
    let name = field["name"].as_str().unwrap_or_default();
    let mut targets = field["referenceTo"].as_array().into_iter().flatten();
    name.ends_with("__c") && targets.any(|target| target == "User")
}
