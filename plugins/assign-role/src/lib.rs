//! Step plugin `assign-role`: the owner of a contact and of its account, or a named user, has a role.
//!
//! Salesforce makes the roles of external users below the role of the account's owner, and refuses such users while
//! that owner has none. The documents name the contact's owner, the platform looks at the account's; both get a role
//! here. A user with a role keeps it unless `replace` says otherwise.
//!
//! Here is the way from input to plan; `people` finds the users, `role` finds the role of a name.

mod people;
mod role;

use serde::Deserialize;
use serde_json::json;
use usher_sdk::{
    Change, Diagnostic, Failure, Finding, Lookup, Org, Probe, Problems, StepPlan, TakeBack,
    UpdateRecord, Value,
};

use crate::people::Person;
use crate::role::Role;

const RULE: &str = "Create a Customer User to Access Financial Services Cloud in Experience Cloud, \
     before you begin";

/// The input, which follows the schema in `manifest.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    owner_of: Option<Value>,
    user: Option<Value>,
    role: String,
    replace: bool,
}

/// Plans one record or one user.
///
/// # Errors
///
/// Not exactly one of `owner_of` and `user`; no such record, no such role or several; a user who is inactive or
/// external. All such problems at once.
pub fn plan(input: Input, org: &dyn Org) -> Result<StepPlan, Failure> {
    let mut problems = Problems::default();
    let (people, role) = people::and_roles(&input, org, &mut problems)?;
    let mut plan = StepPlan::new();
    for person in &people {
        person.may_have_a_role(&mut problems);
        if let Some(role) = &role {
            give(person, role, &input, &mut plan)?;
        }
    }
    problems.none()?;
    let owner_ids: Vec<&Value> = people.iter().map(|person| &person.id).collect();
    plan.answer(json!({ "owner_ids": owner_ids }))
}

usher_sdk::export!(plan);

/// Gives the role to a person who has none, or another one that may go.
fn give(person: &Person, role: &Role, input: &Input, plan: &mut StepPlan) -> Result<(), Failure> {
    let (shown, name) = (person.shown(), &role.name);
    let present = match &person.role {
        None => None,
        Some(present) if present.id.is_same_id(&role.id) => return Ok(()),
        Some(present) => Some(&present.name),
    };
    if let Some(present) = present
        && !input.replace
    {
        let summary = format!("{shown} has the role `{present}` and keeps it");
        let note = Diagnostic::info("role-kept", "/role", summary)
            .remedy(format!("Set `replace = true` to make it `{name}`"));
        plan.note(note);
        return Ok(());
    }
    let mut back = TakeBack::restore();
    if let Some(present) = present {
        let summary = format!(
            "{shown} loses the role `{present}`; the roles of external users of accounts that this user \
             owns move below `{name}`, and access to their records with them"
        );
        let warning = Diagnostic::warning("re-parents-portal-roles", "/replace", summary)
            .rule("Record Access: Under the Hood, account roles move with the owner");
        plan.note(warning);
    } else {
        // Salesforce refuses to leave the owner of such an account without a role.
        let users = Lookup::of("User")
            .whose("Account.OwnerId", &person.id)
            .whose_any(
                "UserType",
                ["PowerCustomerSuccess", "PowerPartner", "CustomerSuccess"],
            );
        back = back.only_if(Probe::Records(users), Finding::Absent);
    }
    plan.change(
        Change::new(
            format!("role/{}", person.username),
            format!("Give {shown} the role `{name}`"),
            UpdateRecord::of("User", &person.id).set("UserRoleId", &role.id),
        )
        .undo(back),
    );
    Ok(())
}

#[cfg(test)]
mod tests;
