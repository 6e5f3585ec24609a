//! Step plugin `check-roles`: accounts have the roles for external users that the settings call for, under the right
//! names and parents, and their users are in them. It only looks.
//!
//! Salesforce makes these roles by itself and lets no client make or rename one. So no plan can correct a wrong one:
//! the plugin reports it, with the remedy.

mod rules;
mod seen;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::json;
use usher_external_users::Family;
use usher_sdk::{Diagnostic, Failure, Org, StepPlan, Value};

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
/// roles.
pub fn plan(input: Input, org: &dyn Org) -> Result<StepPlan, Failure> {
    let sharing = org.get_settings("Sharing")?;
    let minimise = "enableAccountRoleOptimization";
    let seen = Seen::read(&input, org)?;
    let rules = Rules {
        family: input.family,
        levels: usize::from(input.levels),
        minimised: sharing.has(minimise) && sharing.truth(minimise)?,
        shared: &seen.shared,
    };
    let (mut wrong, mut right) = (vec![], vec![]);
    for account in seen.accounts.values() {
        let found = rules.check(account);
        match found.is_empty() {
            true => right.push(rules.told(account)),
            false => wrong.push(found),
        }
    }
    let mut notes = told(right);
    if input.levels == 0
        && seen
            .accounts
            .values()
            .any(|account| !account.own.is_empty())
    {
        notes.push(levels_not_known(input.family));
    }
    if wrong.is_empty() {
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

fn levels_not_known(family: Family) -> Diagnostic {
    let summary = format!(
        "No API shows the setting *Number of {} roles*, so any number counts as right",
        family.word().to_lowercase()
    );
    Diagnostic::info("levels-not-known", "/levels", summary)
        .remedy("Set `levels` to what Setup > Digital Experiences > Settings shows")
        .rule(ROLES)
}

type Accounts = BTreeMap<String, Account>;

#[cfg(test)]
mod tests;
