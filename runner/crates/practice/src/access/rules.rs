//! Sharing rules: metadata components of kind `SharingRules` (docs/salesforce/sharing.md#sharing-rules). A rule opens
//! the records of an owner's group, or those that meet criteria, to a group of users and to whoever is above them.

use usher_core::component::{parts, texts};

use crate::access::groups::{Target, named};
use crate::access::{Guarded, Level, Viewer, criteria, known};
use crate::components::{self, Content};
use crate::recalculation::{self, Subject};
use crate::refusal::Outcome;
use crate::row::{Row, text};
use crate::tenant::Tenant;

/// The kind of components whose content is the rules of an object.
const KIND: &str = "SharingRules";

/// The most that the rules of an object give on a record.
pub(super) fn level(
    org: &Tenant<'_>,
    viewer: &Viewer,
    guarded: &Guarded,
    record: &Row,
) -> Outcome<Level> {
    let of_rule = |rule: &Content| Level::of(element(rule, "accessLevel"));
    most(org, viewer, guarded, record, &of_rule)
}

/// The most that the rules of accounts give on the records below an account; `below` is the field of the account's
/// shares that says it.
pub(super) fn below_account(
    org: &Tenant<'_>,
    viewer: &Viewer,
    account: &Row,
    below: &str,
) -> Outcome<Level> {
    let accounts = Guarded::of("Account").expect("accounts are guarded");
    let of_rule = |rule: &Content| {
        let settings = parts(rule, "accountSettings").next();
        // `CaseAccessLevel` of a share is `caseAccessLevel` of a rule.
        let names = [
            "caseAccessLevel",
            "contactAccessLevel",
            "opportunityAccessLevel",
        ];
        let name = names
            .into_iter()
            .find(|name| name.eq_ignore_ascii_case(below));
        match (settings, name) {
            (Some(settings), Some(name)) => Level::of(element(settings, name)),
            _ => Level::None,
        }
    };
    most(org, viewer, accounts, account, &of_rule)
}

fn most(
    org: &Tenant<'_>,
    viewer: &Viewer,
    guarded: &Guarded,
    record: &Row,
    level_of: &dyn Fn(&Content) -> Level,
) -> Outcome<Level> {
    let mut level = Level::None;
    let object = guarded.object().name;
    let key = format!("{KIND}/{object}");
    if viewer.is_new || recalculation::goes_on(org, Subject::Access, &key)? {
        return Ok(level);
    }
    let rules = components::get(org, KIND, object)?.unwrap_or_default();
    for rule in parts(&rules, "sharingCriteriaRules") {
        if level_of(rule) > level
            && covers_owner(org, rule, record)?
            && criteria::meets(org, guarded.object(), record, rule)?
            && shares_with(org, rule, viewer)?
        {
            level = level_of(rule);
        }
    }
    for rule in parts(&rules, "sharingOwnerRules") {
        if level_of(rule) > level
            && shares_from(org, rule, text(record, "OwnerId"))?
            && shares_with(org, rule, viewer)?
        {
            level = level_of(rule);
        }
    }
    Ok(level)
}

/// A rule by criteria leaves out records of high-volume users unless it includes them
/// (docs/salesforce/sharing.md#criteria).
fn covers_owner(org: &Tenant<'_>, rule: &Content, record: &Row) -> Outcome<bool> {
    if element(rule, "includeRecordsOwnedByAll") == "true" {
        return Ok(true);
    }
    let owner = org.row(known("User"), text(record, "OwnerId"))?;
    Ok(text(&owner.unwrap_or_default(), "UserType") != "CspLitePortal")
}

fn shares_with(org: &Tenant<'_>, rule: &Content, viewer: &Viewer) -> Outcome<bool> {
    for target in targets(org, rule, "sharedTo")? {
        if target.reaches(org, viewer)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn shares_from(org: &Tenant<'_>, rule: &Content, owner_id: &str) -> Outcome<bool> {
    for target in targets(org, rule, "sharedFrom")? {
        if target.holds(org, owner_id)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The groups that a rule names. One that was deleted since is left out \[inferred\].
fn targets(org: &Tenant<'_>, rule: &Content, element: &str) -> Outcome<Vec<Target>> {
    let mut targets = Vec::new();
    for shared in parts(rule, element) {
        for (kind, name) in named(shared) {
            targets.extend(Target::of(org, kind, name)?);
        }
    }
    Ok(targets)
}

fn element<'r>(content: &'r Content, name: &str) -> &'r str {
    texts(content, name).next().unwrap_or_default()
}
