//! Sharing rules: metadata components of kind `SharingRules` (docs/salesforce/sharing.md#sharing-rules). A rule opens
//! the records of an owner's group, or those that meet criteria, to a group of users and to whoever is above them.

use std::cell::OnceCell;
use std::rc::Rc;

use usher_core::component::{parts, texts};

use crate::access::answers::Known;
use crate::access::groups::{Target, named};

use crate::access::{Guarded, Level, Viewer, criteria, known};
use crate::components::{self, Content};
use crate::recalculation::{self, Subject};
use crate::refusal::Outcome;
use crate::row::{Row, text};
use crate::tenant::Tenant;

/// The kind of components whose content is the rules of an object.
const KIND: &str = "SharingRules";

/// One rule as a viewer meets it.
pub(super) struct Rule {
    content: Content,
    by_criteria: bool,
    /// Says whether the rule shares with the viewer.
    shares: OnceCell<bool>,
    /// Says whether it shares the records of a user.
    owners: Known<String, bool>,
}

impl Rule {
    fn new(content: &Content, by_criteria: bool) -> Self {
        Self {
            content: content.clone(),
            by_criteria,
            shares: OnceCell::new(),
            owners: Known::default(),
        }
    }

    /// The names of the fields that its criteria look at.
    pub(super) fn fields(&self) -> Vec<String> {
        let items = parts(&self.content, "criteriaItems");
        items
            .map(|item| element(item, "field").to_owned())
            .collect()
    }

    /// Says whether the rule opens the record to somebody.
    fn covers(
        &self,
        org: &Tenant<'_>,
        viewer: &Viewer,
        guarded: &Guarded,
        record: &Row,
    ) -> Outcome<bool> {
        let owner_id = text(record, "OwnerId");
        match self.by_criteria {
            true => Ok(self.covers_owner(org, viewer, owner_id)?
                && criteria::meets(org, guarded.object(), record, &self.content)?),
            false => self.owners.get(owner_id.to_owned(), |owner_id| {
                for target in targets(org, &self.content, "sharedFrom")? {
                    if target.holds(org, owner_id)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }),
        }
    }

    /// A rule by criteria leaves out records of high-volume users unless it includes them
    /// (docs/salesforce/sharing.md#criteria).
    fn covers_owner(&self, org: &Tenant<'_>, viewer: &Viewer, owner_id: &str) -> Outcome<bool> {
        if element(&self.content, "includeRecordsOwnedByAll") == "true" {
            return Ok(true);
        }
        let high_volume = viewer
            .memo
            .high_volume
            .get(owner_id.to_owned(), |owner_id| {
                let owner = org.row(known("User"), owner_id)?.unwrap_or_default();
                Ok(text(&owner, "UserType") == "CspLitePortal")
            })?;
        Ok(!high_volume)
    }

    fn shares_with(&self, org: &Tenant<'_>, viewer: &Viewer) -> Outcome<bool> {
        if let Some(shares) = self.shares.get() {
            return Ok(*shares);
        }
        let mut shares = false;
        for target in targets(org, &self.content, "sharedTo")? {
            shares = shares || target.reaches(org, viewer)?;
        }
        Ok(*self.shares.get_or_init(|| shares))
    }
}

/// The rules of an object that are in force for the viewer.
pub(super) fn of(org: &Tenant<'_>, viewer: &Viewer, guarded: &Guarded) -> Outcome<Rc<Vec<Rule>>> {
    let object = guarded.object().name;
    viewer.memo.rules.get(object, |object| {
        let key = format!("{KIND}/{object}");
        if viewer.is_new || recalculation::goes_on(org, Subject::Access, &key)? {
            return Ok(Rc::default());
        }
        let content = components::get(org, KIND, object)?.unwrap_or_default();
        let of_criteria = parts(&content, "sharingCriteriaRules").map(|rule| Rule::new(rule, true));
        let of_owner = parts(&content, "sharingOwnerRules").map(|rule| Rule::new(rule, false));
        Ok(Rc::new(of_criteria.chain(of_owner).collect()))
    })
}

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
    for rule in of(org, viewer, guarded)?.iter() {
        if level_of(&rule.content) > level
            && rule.shares_with(org, viewer)?
            && rule.covers(org, viewer, guarded, record)?
        {
            level = level_of(&rule.content);
        }
    }
    Ok(level)
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
