//! Step plugin `enable-account`: a business account is a partner account, or a customer account.
//!
//! The box is ticked by an update, never with a new account. Clearing it again destroys the account's roles of that
//! kind and disables its users, so it is cleared only while no such user is active, and the plan says what is lost.

mod account;
mod licenses;

use serde::Deserialize;
use serde_json::json;
use usher_external_users::Family;
use usher_sdk::{
    Change, Diagnostic, Failure, Finding, Lookup, Org, Probe, Problems, ReadError, StepPlan,
    TakeBack, UpdateRecord, Value,
};

use crate::account::Account;

const PARTNER: &str =
    "Salesforce Help, Turning an existing business account into a partner account";
const FIELDS: &str = "Object Reference, Account, IsPartner and IsCustomerPortal";

/// The input, which follows the schema in `manifest.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    account: Value,
    #[serde(rename = "as")]
    family: Family,
}

/// Plans one account.
///
/// # Errors
///
/// There is no such account; it is a person account, or its owner is external, inactive or without a role;
/// the org has no such accounts, or no partner license. All such problems at once.
pub fn plan(input: Input, org: &dyn Org) -> Result<StepPlan, Failure> {
    let family = input.family;
    let person_accounts = org
        .describe_object("Account", &["IsPersonAccount"])?
        .contains_key("IsPersonAccount");
    // A text that cannot be the id of an account is not asked for: Salesforce would refuse the whole query.
    let id = Some(&input.account).filter(|id| id.may_be_id("001"));
    let found = org
        .find(&account::fields(family, person_accounts).whose_any("Id", id))
        .map_err(|error| without_field(family, error))?;
    let Some(found) = found.first() else {
        return Err(not_found(&input.account)?);
    };
    let account = Account::of(found, family, person_accounts)?;
    let mut plan = StepPlan::new();
    if account.enabled {
        return plan.answer(json!({ "account_id": account.id }));
    }
    let mut problems = Problems::default();
    account.suits(family, org, &mut problems)?;
    if family == Family::Partner {
        licenses::look(&account.id, org, &mut plan, &mut problems)?;
    }
    problems.none()?;

    plan.change(enable(&account, family));
    if family == Family::Partner {
        let summary = format!("`{}` can then be disabled, but not deleted", account.name);
        plan.note(Diagnostic::info("cannot-be-deleted", "/account", summary).rule(PARTNER));
    }
    plan.answer(json!({ "account_id": account.id }))
}

usher_sdk::export!(plan);

fn enable(account: &Account, family: Family) -> Change {
    let users = Lookup::of("User")
        .whose("AccountId", &account.id)
        .whose("IsActive", true)
        .whose_any("UserType", user_types(family));
    let back = TakeBack::restore()
        .only_if(Probe::Records(users), Finding::Absent)
        .destroys(format!(
            "the {} roles and groups of the account",
            word(family)
        ));
    Change::new(
        word(family),
        format!("Enable `{}` as a {} account", account.name, word(family)),
        UpdateRecord::of("Account", &account.id).set(field(family), true),
    )
    .undo(back)
}

/// The box of the account.
fn field(family: Family) -> &'static str {
    match family {
        Family::Partner => "IsPartner",
        Family::Customer => "IsCustomerPortal",
    }
}

/// The family in the text for people, and in the address of the change.
fn word(family: Family) -> String {
    family.word().to_lowercase()
}

/// `User.UserType` of the account's users, those without roles included.
fn user_types(family: Family) -> impl Iterator<Item = &'static str> {
    let without_roles = match family {
        Family::Partner => None,
        Family::Customer => Some("CspLitePortal"),
    };
    family.user_types().iter().copied().chain(without_roles)
}

/// Explains a missing box: only orgs that can have such accounts have it.
fn without_field(family: Family, error: ReadError) -> Failure {
    match error {
        ReadError::Refused(refusal) if refusal.code == "INVALID_FIELD" => {
            let (summary, remedy) = match family {
                Family::Partner => (
                    "This org has no partner accounts: Digital Experiences is off, or there is no partner license and partner users are not allowed",
                    "Turn on Digital Experiences and allow partner users in Setup > Digital Experiences > Settings, or add the step `digital-experiences`; partner users need licenses all the same",
                ),
                Family::Customer => (
                    "This org has no customer accounts: Digital Experiences is off",
                    "Turn on Digital Experiences in Setup > Digital Experiences > Settings, or add the step `digital-experiences`",
                ),
            };
            let code = match family {
                Family::Partner => "no-partner-accounts",
                Family::Customer => "no-customer-accounts",
            };
            Failure::unmet(
                Diagnostic::error(code, "/as", summary)
                    .remedy(remedy)
                    .rule(FIELDS),
            )
        }
        error => error.into(),
    }
}

fn not_found(account: &Value) -> Result<Failure, Failure> {
    if let Value::Unknown(unknown) = account {
        return Ok(Failure::deferred(
            &unknown.token,
            "the account is not there yet",
        ));
    }
    let summary = format!("There is no account `{}`", account.text()?);
    Ok(Failure::invalid(
        Diagnostic::error("unknown-account", "/account", summary)
            .remedy("Set {with.account} to an id of this org that begins with 001"),
    ))
}

#[cfg(test)]
mod tests;
