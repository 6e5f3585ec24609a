//! Step plugin `enable-account`: a business account is a partner account, or a customer account.
//!
//! The box is ticked by an update, never with a new account. Clearing it again destroys the account's roles of
//! that kind and disables its users, so it is cleared only while nobody is active, and the plan says what goes.

mod account;
mod licenses;

use serde::Deserialize;
use serde_json::json;
use usher_sdk::{
    Change, Diagnostic, Failure, Finding, Lookup, Org, Probe, Problems, ReadError, StepPlan,
    TakeBack, UpdateRecord, Value,
};

use crate::account::Account;

const PARTNER: &str =
    "Salesforce Help, Turning an existing business account into a partner account";
const FIELDS: &str = "Object Reference, Account, IsPartner and IsCustomerPortal";

/// After the schema in `manifest.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    account: Value,
    #[serde(rename = "as")]
    kind: Kind,
}

/// What the users of the account will be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Partner,
    Customer,
}

/// Plans one account.
///
/// # Errors
///
/// There is no such account; it is a person account, or its owner is external, inactive or without a role;
/// the org has no such accounts, or no partner license is left. All such problems at once.
pub fn plan(input: Input, org: &dyn Org) -> Result<StepPlan, Failure> {
    let kind = input.kind;
    let person_accounts = org
        .describe_object("Account", &["IsPersonAccount"])?
        .contains_key("IsPersonAccount");
    // What cannot be the id of an account is not asked for: Salesforce would refuse the whole query.
    let id = Some(&input.account).filter(|id| id.may_be_id("001"));
    let found = org
        .find(&account::fields(kind, person_accounts).whose_any("Id", id))
        .map_err(|error| without_field(kind, error))?;
    let Some(found) = found.first() else {
        return Err(not_found(&input.account)?);
    };
    let account = Account::of(found, kind, person_accounts)?;
    let mut plan = StepPlan::new();
    if account.enabled {
        return plan.answer(json!({ "account_id": account.id }));
    }
    let mut problems = Problems::default();
    account.suits(kind, org, &mut problems)?;
    if kind == Kind::Partner {
        licenses::one_is_left(org, &mut problems)?;
    }
    problems.none()?;

    plan.change(enable(&account, kind));
    if kind == Kind::Partner {
        let summary = format!("`{}` can then be disabled, but not deleted", account.name);
        plan.note(Diagnostic::info("cannot-be-deleted", "/account", summary).rule(PARTNER));
    }
    plan.answer(json!({ "account_id": account.id }))
}

usher_sdk::export!(plan);

fn enable(account: &Account, kind: Kind) -> Change {
    let users = Lookup::of("User")
        .whose("AccountId", &account.id)
        .whose("IsActive", true)
        .whose_any("UserType", kind.user_types().iter().copied());
    let back = TakeBack::restore()
        .only_if(Probe::Records(users), Finding::Absent)
        .destroys(format!(
            "the {} roles and groups of the account",
            kind.word()
        ));
    Change::new(
        kind.word(),
        format!("Enable `{}` as a {} account", account.name, kind.word()),
        UpdateRecord::of("Account", &account.id).set(kind.field(), true),
    )
    .undo(back)
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Partner => "partner",
            Self::Customer => "customer",
        }
    }

    /// The box of the account.
    fn field(self) -> &'static str {
        match self {
            Self::Partner => "IsPartner",
            Self::Customer => "IsCustomerPortal",
        }
    }

    fn user_types(self) -> &'static [&'static str] {
        match self {
            Self::Partner => &["PowerPartner"],
            Self::Customer => &["PowerCustomerSuccess", "CustomerSuccess", "CspLitePortal"],
        }
    }
}

/// The box is there only in orgs that can have such accounts.
fn without_field(kind: Kind, error: ReadError) -> Failure {
    match error {
        ReadError::Refused(refusal) if refusal.code == "INVALID_FIELD" => {
            let (summary, remedy) = match kind {
                Kind::Partner => (
                    "This org has no partner accounts: Digital Experiences is off, or there is no partner license and partner users are not allowed",
                    "Step `digital-experiences` with `partner_users = true`, or Setup > Digital Experiences > Settings; partner users need licenses all the same",
                ),
                Kind::Customer => (
                    "This org has no customer accounts: Digital Experiences is off",
                    "Step `digital-experiences`, or Setup > Digital Experiences > Settings",
                ),
            };
            let code = match kind {
                Kind::Partner => "no-partner-accounts",
                Kind::Customer => "no-customer-accounts",
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
            .remedy("Give an id that begins with 001, of this org"),
    ))
}

#[cfg(test)]
mod tests;
