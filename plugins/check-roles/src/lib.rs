//! Step plugin `check-roles`: accounts have the roles for external users that Salesforce makes for them, below the right
//! parents, and their users are in them. It only looks.
//!
//! Salesforce makes these roles by itself and lets no client make or rename one. So no plan can correct a wrong one:
//! the plugin reports it, with the remedy.

mod rules;
mod seen;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::json;
use usher_external_users::Family;
use usher_sdk::{Diagnostic, Failure, Org, ReadError, StepPlan, Value};

use crate::rules::Rules;
use crate::seen::{Account, Seen};

const ROLES: &str = "Knowledge article 005167124, Roles automatically created for accounts when enabling external users";

/// Accounts that are reported one by one; more are counted.
const TOLD_MAX: usize = 50;

/// The input, which follows the schema in `manifest.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    account: Option<Value>,
    #[serde(rename = "kind")]
    family: Family,
    levels: u8,
}

/// Looks at one account, or all.
///
/// # Errors
///
/// There is no such account, or there are too many; and every account that is not as the settings call for, with its
/// roles, and the number of those that the signed-in user does not see.
pub fn plan(mut input: Input, org: &dyn Org) -> Result<StepPlan, Failure> {
    // A recipe's input cannot be left out, only left empty.
    input.account = input.account.filter(|account| match account {
        Value::Text(id) => !id.is_empty(),
        _ => true,
    });
    let minimised = minimised(org)?;
    let seen = Seen::read(&input, org)?;
    let rules = Rules {
        family: input.family,
        levels: usize::from(input.levels),
        minimised,
        shared: &seen.shared,
    };
    let (mut wrong, mut right, mut otherwise) = (vec![], vec![], vec![]);
    for account in seen.accounts.values() {
        let found = rules.check(account);
        match found.problems.is_empty() {
            true => right.push(rules.told(account)),
            false => wrong.push(found.problems),
        }
        otherwise.extend(found.notes);
    }
    let mut notes = told(right);
    notes.extend(few(otherwise));
    if minimised.is_none() {
        notes.push(not_read(org));
    }
    if input.levels == 0
        && seen
            .accounts
            .values()
            .any(|account| !account.own.is_empty())
    {
        notes.push(levels_not_known(input.family));
    }
    if wrong.is_empty() && seen.hidden == 0 {
        let mut plan = StepPlan::new();
        plan.notes = notes;
        return plan.answer(json!({ "accounts": seen.accounts.len() }));
    }
    let more = wrong.len().saturating_sub(TOLD_MAX);
    let mut found: Vec<Diagnostic> = wrong.into_iter().take(TOLD_MAX).flatten().collect();
    if more > 0 {
        let summary = format!("And {more} more accounts, which are not as they should be either");
        found.push(Diagnostic::error("more-accounts", "", summary));
    }
    if seen.hidden > 0 {
        found.push(not_seen(seen.hidden, org));
    }
    found.extend(notes);
    Err(Failure::Unmet(found))
}

usher_sdk::export!(plan);

/// The accounts that are right, one by one while they are few.
fn told(right: Vec<Diagnostic>) -> Vec<Diagnostic> {
    if right.len() <= TOLD_MAX {
        return right;
    }
    let summary = format!(
        "The roles of {} accounts are as they should be",
        right.len()
    );
    vec![Diagnostic::info("roles-right", "", summary)]
}

/// The first notes on names and levels, and the number of the others.
fn few(mut notes: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let more = notes.len().saturating_sub(TOLD_MAX);
    if more > 0 {
        notes.truncate(TOLD_MAX);
        let summary = format!("And {more} more notes on names and levels");
        notes.push(Diagnostic::info("more-notes", "", summary));
    }
    notes
}

/// *Minimize the number of roles created*; none when the signed-in user may not read it.
fn minimised(org: &dyn Org) -> Result<Option<bool>, Failure> {
    let field = "enableAccountRoleOptimization";
    match org.get_settings("Sharing") {
        Ok(sharing) => Ok(Some(sharing.has(field) && sharing.truth(field)?)),
        Err(ReadError::Refused(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn not_read(org: &dyn Org) -> Diagnostic {
    let summary = format!(
        "{} may not read the settings of Sharing, so a single user of an account may share a role or not",
        org.who().username
    );
    Diagnostic::info("settings-not-read", "", summary).rule("docs/salesforce/settings.md#rights")
}

/// Accounts that sharing hides are missing in an answer without an error, so nothing is said about their roles.
fn not_seen(accounts: usize, org: &dyn Org) -> Diagnostic {
    let who = org.who().username;
    let summary = match accounts {
        1 => format!(
            "{who} does not see an account that has such users or roles, so its roles are not checked"
        ),
        _ => format!(
            "{who} does not see {accounts} accounts that have such users or roles, so their roles are not checked"
        ),
    };
    Diagnostic::error("accounts-not-seen", "/account", summary)
        .remedy(
            "Sign in as a user who has *View All* of accounts by the profile or a permission set",
        )
        .rule("docs/salesforce/queries.md#hidden-records")
}

fn levels_not_known(family: Family) -> Diagnostic {
    let summary = format!(
        "No API shows the setting *Number of {} roles*, so any number counts as right",
        family.word().to_lowercase()
    );
    Diagnostic::info("levels-not-known", "/levels", summary)
        .remedy("Set {with.levels} to what Setup > Digital Experiences > Settings shows")
        .rule(ROLES)
}

type Accounts = BTreeMap<String, Account>;

#[cfg(test)]
mod tests;
