//! Code shared by the steps that give a user permission sets: finds the sets, groups and licenses of the names,
//! compares them with those of the user, and makes the changes for the missing ones.
//!
//! This is a library, not a plugin: `assign-permission-sets` takes the names from its input, `clm-permission-sets` from
//! the documents. Assignments stay; none is ever removed. `seen` and `licenses` read, `resolve` decides which set a
//! name means, and `assign` makes the changes.

mod assign;
mod licenses;
mod names;
mod resolve;
mod seen;
mod user;

use usher_sdk::{Diagnostic, Failure, Org, Problems, StepPlan, Value};

use crate::assign::Assigning;
use crate::licenses::Licenses;
use crate::resolve::Target;
pub use crate::seen::Seen;
use crate::user::User;

/// The sets and licenses that a user shall have.
pub struct Wanted<'w> {
    /// The user, at `/user` in the plugin's input.
    pub user: &'w Value,
    /// Further fields of the user that the plugin wants to see.
    pub user_fields: &'static [&'static str],
    /// Permission sets and groups, by id, API name or label.
    pub sets: Vec<Wish>,
    /// Permission set licenses, by id, developer name or label; those that a set is bound to come along without being
    /// named.
    pub licenses: Vec<Wish>,
    /// Internal users are refused.
    pub external_only: bool,
}

/// A name, and its place in the plugin's input.
pub struct Wish {
    pub name: String,
    /// JSON Pointer.
    pub at: String,
}

/// The words of the plugin, for a name that means nothing or several things.
pub trait Voice {
    /// No permission set and no group has that label or API name.
    fn unknown_set(&self, wish: &Wish, problems: &mut Problems);

    /// Returns the advice on a license that this org does not have under that name.
    fn find_license(&self, wish: &Wish) -> String;

    /// Returns the advice on choosing between several sets. `names`: their API names, ready to be shown.
    fn choose(&self, wish: &Wish, names: &str) -> String;
}

/// A plan without its outputs, and the values for them.
pub struct Planned {
    pub plan: StepPlan,
    /// API names of the sets and groups that the user then has, in the order of the wishes.
    pub assigned: Vec<String>,
}

/// Plans the missing sets and licenses. `problems`: those that the plugin has found so far.
///
/// # Errors
///
/// A name means nothing or several things; there is no such user; the user, a license or a group is not ready. All such
/// problems at once.
pub fn plan(
    wanted: &Wanted,
    seen: &Seen,
    voice: &dyn Voice,
    mut problems: Problems,
    org: &dyn Org,
) -> Result<Planned, Failure> {
    let mut plan = StepPlan::new();
    let user = User::of(wanted, seen, &mut problems)?;
    let targets = resolve::all(&wanted.sets, seen, voice, &mut plan, &mut problems)?;
    let mut missing: Vec<&Target> = vec![];
    let mut taken: Vec<&Target> = vec![];
    for target in &targets {
        if seen.is_revoked(target.assignment_field(), &target.id)? {
            taken.push(target);
        } else if !seen.is_assigned(target.assignment_field(), &target.id)? {
            missing.push(target);
        }
    }
    let licenses = Licenses::read(&missing, &user, org)?;
    let mut assigning = Assigning {
        user: &user,
        licenses: &licenses,
        seen,
        voice,
        plan: &mut plan,
        problems: &mut problems,
        full: vec![],
    };
    for wish in &wanted.licenses {
        assigning.named_license(wish)?;
    }
    for target in missing {
        assigning.assign(target)?;
    }
    problems.none()?;
    for target in &taken {
        plan.note(policy_takes(&user, target));
    }
    let is_taken = |target: &Target| taken.iter().any(|other| other.id.is_same_id(&target.id));
    let assigned = targets.iter().filter(|target| !is_taken(target));
    Ok(Planned {
        plan,
        assigned: assigned.map(|target| target.api_name.clone()).collect(),
    })
}

/// A policy of the org has the last word: the set is not planned again each time.
fn policy_takes(user: &User, target: &Target) -> Diagnostic {
    let summary = format!(
        "A user access policy of this org takes the {} from {}, and this step does not give it again; Setup > User Access Policies shows why",
        target.shown(),
        user.name
    );
    Diagnostic::warning("taken-by-policy", &target.at, summary)
        .remedy("Look at the filters in Setup > User Access Policies when the user needs it")
        .rule("docs/salesforce/permission-sets.md#user-access-policies")
}

/// Names and labels are compared as SOQL compares them.
fn same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}
