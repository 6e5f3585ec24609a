//! Step plugin `assign-permission-sets`: a user has permission sets and permission set groups, and the
//! permission set licenses that the sets need.
//!
//! What is assigned stays; nothing is ever taken away. Here is the way from input to plan; what is read
//! stands in `seen` and `licenses`, which set a name means is decided in `resolve`, and `assign` makes the
//! changes.

mod assign;
mod licenses;
mod resolve;
mod seen;

use serde::Deserialize;
use serde_json::json;
use usher_sdk::{Diagnostic, Failure, Org, Problems, StepPlan, Value};

use crate::assign::Assigning;
use crate::licenses::Licenses;
use crate::resolve::Target;
use crate::seen::Seen;

/// After the schema in `manifest.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    user: Value,
    permission_sets: Vec<String>,
}

/// Plans one user.
///
/// # Errors
///
/// A name means no set or several; there is no such user; the user, a license or a group is not ready. All
/// such problems at once.
pub fn plan(input: Input, org: &dyn Org) -> Result<StepPlan, Failure> {
    let seen = Seen::read(&input, org)?;
    let mut plan = StepPlan::new();
    let mut problems = Problems::default();
    let user = user(&input, &seen, &mut problems)?;
    let targets = resolve::all(&input.permission_sets, &seen, &mut plan, &mut problems)?;
    let mut missing: Vec<&Target> = vec![];
    for target in &targets {
        if !seen.is_assigned(target)? {
            missing.push(target);
        }
    }
    let licenses = Licenses::read(&missing, &user, org)?;
    let mut assigning = Assigning {
        user: &user,
        licenses: &licenses,
        seen: &seen,
        plan: &mut plan,
        problems: &mut problems,
    };
    for target in missing {
        assigning.assign(target)?;
    }
    problems.none()?;
    let assigned: Vec<&str> = targets.iter().map(|t| t.api_name.as_str()).collect();
    plan.answer(json!({ "user_id": input.user, "assigned": assigned }))
}

usher_sdk::export!(plan);

/// The user, as far as one is found.
struct User {
    id: Value,
    /// In texts.
    name: String,
    /// The license of the user's profile; none when no user was found.
    license: Option<Value>,
}

fn user(input: &Input, seen: &Seen, problems: &mut Problems) -> Result<User, Failure> {
    let somebody = "the user".to_owned();
    let Some(record) = &seen.user else {
        if let Value::Unknown(unknown) = &input.user {
            let reason = "the user is not there yet";
            return Err(Failure::deferred(&unknown.token, reason));
        }
        let id = input.user.text()?;
        problems.invalid(
            Diagnostic::error("unknown-user", "/user", format!("There is no user `{id}`"))
                .remedy("Give the id of a user of this org; it begins with 005"),
        );
        return Ok(User {
            id: input.user.clone(),
            name: somebody,
            license: None,
        });
    };
    let name = match record.value("Username")? {
        Value::Text(username) => username,
        _ => somebody,
    };
    // Not known of every user that is only planned; whoever plans an inactive one says so.
    if record.value("IsActive")? == Value::Truth(false) {
        problems.unmet(
            Diagnostic::error("user-inactive", "/user", format!("{name} is inactive"))
                .remedy("Activate the user first"),
        );
    }
    Ok(User {
        id: record.id()?,
        name,
        license: Some(record.value("Profile.UserLicenseId")?),
    })
}

#[cfg(test)]
mod tests;
