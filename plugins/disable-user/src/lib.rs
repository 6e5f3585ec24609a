//! Step plugin `disable-user`: an external user, or every external user of an account, is inactive or frozen. The plan
//! reports the consequences.
//!
//! Salesforce deletes no users, and partner accounts neither: both are disabled. A disabled user keeps contact and
//! role, so that everything is as before when the user is activated again.
//!
//! Here is the way from input to plan; `target` reads the input, `user` judges each user, `needed` looks for what stands
//! in the way, `consequences` reports; `freezing` is the other way to keep users out.

mod consequences;
mod freezing;
mod needed;
mod target;
mod user;

use serde::Deserialize;
use serde_json::json;
use usher_sdk::{
    Change, Diagnostic, Failure, Org, Problems, Record, StepPlan, UpdateRecord, Value,
};

use crate::target::Target;
use crate::user::{Kind, User};

const PARTNER: &str =
    "Salesforce Help, Turning an existing business account into a partner account";

/// The input, which follows the schema in `manifest.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    user: Option<Value>,
    contact: Option<Value>,
    account: Option<Value>,
    #[serde(default)]
    only: Kind,
    #[serde(default)]
    how: How,
}

/// The way in which users are kept out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum How {
    #[default]
    Deactivate,
    Freeze,
}

impl How {
    /// "deactivate".
    fn word(self) -> &'static str {
        match self {
            Self::Deactivate => "deactivate",
            Self::Freeze => "freeze",
        }
    }
}

/// Plans one user, or those of one account.
///
/// # Errors
///
/// Not exactly one of `user`, `contact` and `account`; no such user or account; an internal user, one of another kind
/// than the step is for, one whom this very plan makes; more users than one request takes; the signed-in user may not see
/// who is frozen. All such problems at once.
pub fn plan(input: Input, org: &dyn Org) -> Result<StepPlan, Failure> {
    let target = Target::of(&input)?;
    let mut plan = StepPlan::new();
    let mut problems = Problems::default();
    let users = match target {
        Target::Account(_) => target.of_account(input.only, input.how, org, &mut plan)?,
        _ => {
            let found = org.find(&target.lookup())?;
            match chosen(&found)? {
                Some(user) => vec![user.clone()],
                None => {
                    target.not_found(&mut plan)?;
                    vec![]
                }
            }
        }
    };
    let mut suited = vec![];
    for user in &users {
        suited.extend(User::of(
            user,
            target.input(),
            (input.only, input.how),
            org,
            &mut problems,
        )?);
    }
    problems.none()?;
    let active: Vec<&User> = suited.iter().filter(|user| user.active).collect();
    match input.how {
        How::Deactivate => {
            for user in &active {
                plan.change(Change::new(
                    target.address("user", &user.username),
                    format!("Deactivate {}", user.username),
                    UpdateRecord::of("User", &user.id).set("IsActive", false),
                ));
            }
            consequences::report(&active, &target, org, &mut plan)?;
        }
        How::Freeze => freezing::plan(&active, &target, org, &mut plan)?,
    }
    let ids: Vec<&Value> = suited.iter().map(|user| &user.id).collect();
    match (&target, ids.as_slice()) {
        (Target::Account(_), _) | (_, []) => plan.answer(json!({ "user_ids": ids })),
        (_, [id, ..]) => plan.answer(json!({ "user_id": id, "user_ids": ids })),
    }
}

usher_sdk::export!(plan);

/// Returns the active one of a contact's users, if there is one.
fn chosen(users: &[Record]) -> Result<Option<&Record>, Failure> {
    for user in users {
        if user.value("IsActive")? == Value::Truth(true) {
            return Ok(Some(user));
        }
    }
    Ok(users.first())
}

/// A text for an optional record that is empty counts as not given: a recipe cannot leave an input out.
fn given(value: Option<&Value>) -> Option<&Value> {
    value.filter(|value| **value != Value::Text(String::new()))
}

/// "Set {with.user} to …".
fn set(input: &str, to: &str) -> String {
    format!("Set {{with.{input}}} to {to}")
}

/// An error at the input of that name.
fn problem(code: &str, input: &str, summary: String) -> Diagnostic {
    Diagnostic::error(code, format!("/{input}"), summary)
}

#[cfg(test)]
mod tests;
