//! Step plugin `disable-account`: a business account is not a partner account any more.
//!
//! Salesforce deletes no partner accounts; it disables them. Clearing the box deletes the partner roles and groups of
//! the account for good, and disables its partner users. So the step clears it only when no partner user of the account
//! is active, and the plan begins with what is lost.

use serde::Deserialize;
use serde_json::json;
use usher_sdk::{
    Certainty, Change, Condition, Consequence, Diagnostic, Disappearance, Effect, Failure, Lookup,
    Org, ReadError, Record, StepPlan, TakeBack, UpdateRecord, Value, ticked,
};

const PARTNER: &str =
    "Salesforce Help, Turning an existing business account into a partner account";
const DISABLING: &str = "docs/salesforce/accounts.md#disabling-an-account";

/// Salesforce disables up to so many partner users with an account.
const USERS_MAX: u64 = 15;

/// Usernames that a refusal names; of more, it names the number only.
const NAMED_MAX: u64 = 20;

/// The input, which follows the schema in `manifest.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    account: Value,
}

/// Plans one account.
///
/// # Errors
///
/// There is no such account; the org has no partner accounts; partner users of the account are active.
pub fn plan(input: Input, org: &dyn Org) -> Result<StepPlan, Failure> {
    // A text that cannot be the id of an account is not asked for: Salesforce would refuse the whole query.
    let id = Some(&input.account).filter(|id| id.may_be_id("001"));
    let account = Lookup::of("Account")
        .read(["Name", "IsPartner"])
        .whose_any("Id", id);
    let accounts = org.find(&account).map_err(without_field)?;
    let Some(account) = accounts.first() else {
        return Err(not_found(&input.account)?);
    };
    let mut plan = StepPlan::new();
    let id = account.id()?;
    let name = account.text("Name")?;
    // No user can tick the box of an account that is only planned.
    if account.value("IsPartner")? != Value::Truth(true) {
        let summary = format!("`{name}` is not a partner account");
        plan.note(Diagnostic::info(
            "not-a-partner-account",
            "/account",
            summary,
        ));
        return plan.answer(json!({ "account_id": id }));
    }
    none_is_active(&id, name, org)?;
    let roles = Lookup::of("UserRole")
        .read(["Name"])
        .whose("PortalAccountId", &id)
        .whose("PortalType", "Partner");
    let roles = org.find(&roles)?;
    lost(&id, name, &roles, org, &mut plan)?;
    plan.change(
        Change::new(
            "partner",
            format!("Disable the partner account `{name}`"),
            UpdateRecord::of("Account", &id).set("IsPartner", false),
        )
        .undo(TakeBack::restore().stays(
            "the account is a partner account again; its deleted roles and groups do not come back",
        )),
    );
    for role in &roles {
        let role_name = role.text("Name")?;
        plan.effect(
            Effect::new(
                format!("role/{role_name}"),
                format!("Salesforce deletes the role `{role_name}`"),
                Certainty::Likely,
                Consequence::Disappears(Disappearance {
                    object: "UserRole".to_owned(),
                    id: role.id()?.into(),
                }),
            )
            .because_of("partner")
            .remains("the role stays deleted"),
        );
    }
    plan.answer(json!({ "account_id": id }))
}

usher_sdk::export!(plan);

/// Refuses an account with active partner users: Salesforce would disable them unasked, and no more than fifteen.
fn none_is_active(id: &Value, name: &str, org: &dyn Org) -> Result<(), Failure> {
    let active = [
        Condition::is("AccountId", id),
        Condition::is("UserType", "PowerPartner"),
        Condition::is("IsActive", true),
    ];
    let count = org.count("User", &active)?;
    if count == 0 {
        return Ok(());
    }
    let mut who = String::new();
    if count <= NAMED_MAX {
        let mut users = Lookup::of("User").read(["Username"]);
        users.conditions = active.into();
        let mut names = vec![];
        for user in org.find(&users)? {
            names.push(user.text("Username")?.to_owned());
        }
        who = format!(": {}", ticked(&names));
    }
    let summary = match count {
        1 => format!("A partner user of `{name}` is active{who}"),
        _ => format!("{count} partner users of `{name}` are active{who}"),
    };
    Err(Failure::unmet(
        Diagnostic::error("active-users", "/account", summary)
            .remedy("Deactivate them first, in Setup > Users or with the step `disable-user`, which takes an account")
            .rule(DISABLING),
    ))
}

/// Reports what the account loses for good.
fn lost(
    id: &Value,
    name: &str,
    roles: &[Record],
    org: &dyn Org,
    plan: &mut StepPlan,
) -> Result<(), Failure> {
    let mut names = vec![];
    for role in roles {
        names.push(role.text("Name")?);
    }
    let roles = match names.as_slice() {
        [] => "the partner groups".to_owned(),
        [one] => format!("the partner role `{one}` and the partner groups"),
        several => format!(
            "the partner roles {} and the partner groups",
            ticked(several)
        ),
    };
    let summary = format!(
        "Salesforce deletes {roles} of `{name}` for good, and what is shared with them is not shared any more"
    );
    plan.note(
        Diagnostic::warning("lost-for-good", "/account", summary)
            .remedy("Look at the sharing rules that name them first, in Setup > Sharing Settings")
            .rule(DISABLING),
    );
    let users = [
        Condition::is("AccountId", id),
        Condition::is("UserType", "PowerPartner"),
    ];
    let inactive = org.count("User", &users)?;
    if inactive > 0 {
        // [inferred] That users keep the account and lose the role.
        let summary = format!(
            "Inactive partner users of `{name}` ({inactive}) likely lose their roles; those who are activated after the account is enabled again likely get new ones"
        );
        let note = Diagnostic::info("users-without-role", "/account", summary);
        plan.note(note.rule("docs/salesforce/roles.md#shared-roles"));
    }
    if inactive > USERS_MAX {
        let summary = format!(
            "Salesforce disables up to {USERS_MAX} partner users with an account; that inactive ones do not count is not known, and `{name}` has {inactive}"
        );
        let note = Diagnostic::warning("many-users", "/account", summary);
        plan.note(note.rule(DISABLING));
    }
    let summary =
        format!("`{name}` stays, with its contacts; partner accounts are disabled, never deleted");
    plan.note(Diagnostic::info("account-stays", "/account", summary).rule(PARTNER));
    Ok(())
}

/// Explains a missing box: only orgs that can have partner accounts have it.
fn without_field(error: ReadError) -> Failure {
    match error {
        ReadError::Refused(refusal) if refusal.code == "INVALID_FIELD" => {
            let summary = "This org has no partner accounts, or the signed-in user may not see the field *Partner Account*";
            Failure::unmet(
                Diagnostic::error("no-partner-accounts", "/account", summary)
                    .remedy("Leave out this step, or let the signed-in user see the field")
                    .rule("docs/salesforce/accounts.md#partner-accounts"),
            )
        }
        error => error.into(),
    }
}

fn not_found(account: &Value) -> Result<Failure, Failure> {
    if let Value::Unknown(unknown) = account {
        let reason = "the account is not there yet";
        return Ok(Failure::deferred(&unknown.token, reason));
    }
    let summary = format!("There is no account `{}`", account.text()?);
    Ok(Failure::invalid(
        Diagnostic::error("unknown-account", "/account", summary)
            .remedy("Set {with.account} to an id of this org that begins with 001"),
    ))
}

#[cfg(test)]
mod tests;
