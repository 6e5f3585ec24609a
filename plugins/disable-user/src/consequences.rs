//! The consequences of a deactivation: the partner document's list first, then what everybody loses.

use std::collections::BTreeMap;

use usher_sdk::{Certainty, Condition, Consequence, Diagnostic, Effect, Failure, Org, StepPlan};

use crate::PARTNER;
use crate::needed;
use crate::target::Target;
use crate::user::User;

/// Reports what comes with the deactivation of these users.
pub(crate) fn report(
    users: &[&User],
    target: &Target<'_>,
    org: &dyn Org,
    plan: &mut StepPlan,
) -> Result<(), Failure> {
    if users.is_empty() {
        return Ok(());
    }
    let at = format!("/{}", target.input());
    for user in users.iter().filter(|user| user.is_partner()) {
        roll_up(user, target, &at, plan);
    }
    for user in users {
        keep_out(user, target, plan);
    }
    seats(users, target, plan);
    if let Some(partner) = users.iter().find(|user| user.is_partner())
        && none_is_left(partner, users, org)?
    {
        let summary = format!(
            "No active partner user of the account `{}` is left; this step leaves it a partner account, which can be disabled, but not deleted",
            partner.account
        );
        plan.note(Diagnostic::info("last-partner-user", at.as_str(), summary).rule(PARTNER));
    }
    needed::look(users, &at, org, plan);
    let summary = "Salesforce refuses to deactivate a user whom a setting needs: as default owner of cases or leads, or in a custom hierarchy field of another user; the user can then still sign in";
    plan.note(
        Diagnostic::info("may-be-needed", at.as_str(), summary)
            .remedy("If Salesforce refuses, freeze the user in Setup > Users, change the setting, and apply again")
            .rule("docs/salesforce/users.md#activity"),
    );
    Ok(())
}

/// The user cannot sign in any more.
pub(crate) fn keep_out(user: &User, target: &Target<'_>, plan: &mut StepPlan) {
    let whose = match target.is_account() {
        true => user.username.as_str(),
        false => "The user",
    };
    let summary = format!(
        "{whose} cannot sign in any more; the contact and the account `{}` stay",
        user.account
    );
    let effect = other(target.address("sign-in", &user.username), summary);
    plan.effect(effect.because_of(target.address("user", &user.username)));
}

/// Records of a partner stop rolling up to the account.
fn roll_up(user: &User, target: &Target<'_>, at: &str, plan: &mut StepPlan) {
    let whose = match target.is_account() {
        true => user.username.as_str(),
        false => "the user",
    };
    let role = match &user.role {
        Some(role) => format!("The role `{role}` of {whose} becomes obsolete"),
        None => format!("The partner role of {whose} becomes obsolete"),
    };
    let summary = format!(
        "{role}, and the user's records stop rolling up to the partner account `{}`",
        user.account
    );
    let remedy = match target.is_account() {
        true => "Give the user's records to an internal user first",
        false => "Give the user's records to another user of the account first",
    };
    plan.note(
        Diagnostic::warning("stops-rolling-up", at, summary.as_str())
            .remedy(remedy)
            .rule(PARTNER),
    );
    let effect = other(target.address("roll-up", &user.username), summary);
    plan.effect(effect.because_of(target.address("user", &user.username)));
}

/// Seats that are free again, one effect for each license.
fn seats(users: &[&User], target: &Target<'_>, plan: &mut StepPlan) {
    let mut licenses: BTreeMap<&str, Vec<&User>> = BTreeMap::new();
    for user in users {
        licenses.entry(&user.license).or_default().push(user);
    }
    for (license, users) in licenses {
        let summary = match users.as_slice() {
            [_] => format!("A seat of the license `{license}` is free again"),
            several => format!(
                "{} seats of the license `{license}` are free again",
                several.len()
            ),
        };
        let address = match target.is_account() {
            true => format!("seat/{license}"),
            false => "seat".to_owned(),
        };
        let mut effect = other(address, summary);
        for user in users {
            effect = effect.because_of(target.address("user", &user.username));
        }
        plan.effect(effect);
    }
}

/// Says that no active partner user of the account is left beside these.
fn none_is_left(user: &User, users: &[&User], org: &dyn Org) -> Result<bool, Failure> {
    let active = [
        Condition::is("AccountId", &user.account_id),
        Condition::is("UserType", user.user_type.as_str()),
        Condition::is("IsActive", true),
    ];
    let partners = users.iter().filter(|user| user.is_partner()).count();
    Ok(org.count("User", &active)? <= partners as u64)
}

fn other(address: String, summary: String) -> Effect {
    Effect::new(address, summary, Certainty::Certain, Consequence::Other)
}
