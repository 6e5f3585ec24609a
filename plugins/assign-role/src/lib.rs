//! Step plugin `assign-role`: the owner of a contact and of its account, or a named user, has a role.
//!
//! Salesforce makes the roles of external users below the role of the account's owner, and refuses such users while
//! that owner has none. The documents name the contact's owner, the platform looks at the account's: the account's
//! owner is a condition, the contact's owner gets a role where that is possible. A user with a role keeps it unless
//! `replace` says otherwise, and a role is looked for only when a user needs one.
//!
//! Here is the way from input to plan; `people` finds the users, `role` finds the role of a name, `choice` the roles
//! that a remedy names.

mod choice;
mod people;
mod role;
mod target;

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
/// Not exactly one of `owner_of` and `user`; no such record; an account's owner or a user who is inactive or external;
/// a role that is needed and not given, not there, or one of several. All such problems at once.
pub fn plan(input: Input, org: &dyn Org) -> Result<StepPlan, Failure> {
    let mut problems = Problems::default();
    let mut plan = StepPlan::new();
    let mut people = people::of(&input, org, &mut plan, &mut problems)?;
    let mut suited = vec![];
    for person in people.drain(..) {
        if person.may_have_a_role(&mut plan, &mut problems) {
            suited.push(person);
        }
    }
    let role = wanted(&suited, &input, org, &mut plan, &mut problems)?;
    let mut owner_ids = vec![];
    for person in &suited {
        match &role {
            Some(role) => give(person, role, &input, &mut plan),
            None => keep(person, &input, &mut plan),
        }
        if role.is_some() || person.role.is_some() {
            owner_ids.push(&person.id);
        }
    }
    problems.none()?;
    plan.answer(json!({ "owner_ids": owner_ids }))
}

usher_sdk::export!(plan);

/// Finds the role of the input when a user needs it.
fn wanted(
    people: &[Person],
    input: &Input,
    org: &dyn Org,
    plan: &mut StepPlan,
    problems: &mut Problems,
) -> Result<Option<Role>, Failure> {
    let without = || people.iter().filter(|person| person.role.is_none());
    if !input.role.trim().is_empty() {
        let is_needed = without().next().is_some() || (input.replace && !people.is_empty());
        return match is_needed {
            true => role::meant(input.role.trim(), org, problems),
            false => Ok(None),
        };
    }
    for person in without() {
        let summary = format!("{} has no role", person.shown());
        if person.is_condition() {
            let problem = Diagnostic::error("role-needed", "/role", summary).rule(RULE);
            problems.invalid(problem.remedy(choice::remedy(org)));
        } else {
            let summary = format!(
                "{summary}; Salesforce asks for a role of the account's owner only, and the document names the contact's"
            );
            let note = Diagnostic::info("contact-owner-without-role", "/role", summary).rule(RULE);
            plan.note(note.remedy("Set {with.role} when this user needs one, too"));
        }
    }
    Ok(None)
}

/// Gives the role to a person who has none, or another one that may go.
fn give(person: &Person, role: &Role, input: &Input, plan: &mut StepPlan) {
    let (shown, name) = (person.shown(), &role.name);
    let present = match &person.role {
        None => None,
        Some(present) if present.id.is_same_id(&role.id) => return,
        Some(present) => Some(&present.name),
    };
    if present.is_some() && !input.replace {
        keep(person, input, plan);
        return;
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
    if role.at_the_top {
        let summary = format!(
            "No role is above `{name}`: {shown} gets access to the records of every user below it in the role hierarchy; {{with.role}} may be a lower role, as Setup > Roles shows them"
        );
        let warning = Diagnostic::warning("top-role", "/role", summary)
            .remedy("Set {with.role} to a lower role when this user shall see less")
            .rule("docs/salesforce/roles.md#access-through-the-hierarchy");
        plan.note(warning);
    }
    plan.change(
        Change::new(
            format!("role/{}", person.username),
            format!("Give {shown} the role `{name}`"),
            UpdateRecord::of("User", &person.id).set("UserRoleId", &role.id),
        )
        .undo(back),
    );
}

/// Reports that a user keeps another role than the one of the input.
fn keep(person: &Person, input: &Input, plan: &mut StepPlan) {
    let (Some(present), wanted) = (&person.role, input.role.trim()) else {
        return;
    };
    if wanted.is_empty() || present.is_called(wanted) {
        return;
    }
    let summary = format!(
        "{} has the role `{}` and keeps it",
        person.shown(),
        present.name
    );
    let note = Diagnostic::info("role-kept", "/role", summary).remedy(format!(
        "Set {{with.replace}} to true to make it `{wanted}`"
    ));
    plan.note(note);
}

#[cfg(test)]
mod tests;
