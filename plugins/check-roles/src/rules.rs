//! The rules of the settings, and the check of an account against them.
//!
//! The first user with a role brings an account its roles, one to three levels, each below the next, the top
//! one below the owner's role. With *Minimize the number of roles*, the first active user shares a role with
//! those of the owner's other accounts, and the second one brings the account its own. Users of person
//! accounts always share. Roles stay when their users leave.
//!
//! Roles are recognised by type, account and level. Their names, and a number of levels that is not today's setting,
//! are only reported: no document says that names are English in every org, and accounts keep the roles that they got.

use std::collections::BTreeMap;

use usher_external_users::Family;
use usher_sdk::{Diagnostic, ticked};

use crate::ROLES;
use crate::seen::{Account, Role};

const MINIMISED: &str = "Knowledge article 005167126, Roles are not created when the first external user is enabled on an account";
const PARENTS: &str =
    "Record Access: Under the Hood, account roles hang below the role of the account's owner";
const BY_HAND: &str = "No user can create or rename such a role; ask Salesforce, or check whether the account or its owner has just changed";

/// Lowest first.
const LEVELS: [&str; 3] = ["User", "Manager", "Executive"];

pub(crate) struct Rules<'s> {
    pub(crate) family: Family,
    /// 0: not known.
    pub(crate) levels: usize,
    /// None when the setting cannot be read.
    pub(crate) minimised: Option<bool>,
    pub(crate) shared: &'s BTreeMap<String, Vec<Role>>,
}

impl Rules<'_> {
    /// Returns everything that is wrong, and what is only otherwise than expected.
    pub(crate) fn check<'a>(&self, account: &'a Account) -> Found<'a> {
        let mut found = Found {
            account,
            problems: vec![],
            notes: vec![],
        };
        if account.users.is_empty() && account.own.is_empty() {
            return found;
        }
        let owner = &account.owner;
        if owner.role_id.is_empty() {
            found.tell(
                "owner-without-role",
                format!("the owner, {}, has no role", owner.username),
                "Give the owner a role: step `assign-role`, or Setup > Users",
                PARENTS,
            );
        }
        if self.shares(account) {
            self.check_shared(&mut found);
        } else {
            self.check_own(&mut found);
        }
        self.check_users(&mut found);
        found
    }

    /// Returns the report of an account whose roles are right, for people.
    pub(crate) fn told(&self, account: &Account) -> Diagnostic {
        let name = &account.name;
        let kind = self.family.word().to_lowercase();
        let summary = if account.users.is_empty() && account.own.is_empty() {
            format!("`{name}`: no {kind} users with a role, so there are no roles yet")
        } else if self.shares(account) {
            format!("`{name}`: its users share a role with those of other accounts of the owner")
        } else {
            let mut names: Vec<&str> = by_level(&account.own)
                .iter()
                .map(|role| role.name.as_str())
                .collect();
            names.reverse();
            format!(
                "`{name}`: {}, below the role `{}` of {}",
                ticked(&names),
                account.owner.role,
                account.owner.username
            )
        };
        Diagnostic::info("roles-right", "", summary)
    }

    /// Says whether the account's users are to share a role. A single user who shares one stays there when roles are
    /// no longer minimised [inferred: no page says that the account gets its roles then].
    fn shares(&self, account: &Account) -> bool {
        let single = || match (account.users.as_slice(), self.minimised) {
            ([_], Some(true)) => true,
            ([user], Some(false) | None) => self.is_shared(account, &user.role_id),
            _ => false,
        };
        account.own.is_empty() && (account.is_person || single())
    }

    /// Says whether it is the role that users of the owner's accounts share.
    fn is_shared(&self, account: &Account, role_id: &str) -> bool {
        let shared = self.shared.get(&account.owner.id);
        shared.is_some_and(|roles| roles.iter().any(|role| role.id == role_id))
    }

    fn check_shared(&self, found: &mut Found<'_>) {
        if !self.shared.contains_key(&found.account.owner.id) {
            let owner = &found.account.owner;
            let name = format!("{} {} Person Account", owner.alias, self.family.word());
            found.tell(
                "no-shared-role",
                format!("the role that the users share, like `{name}`, is not there"),
                BY_HAND,
                MINIMISED,
            );
        }
    }

    fn check_own(&self, found: &mut Found<'_>) {
        let account = found.account;
        let roles = by_level(&account.own);
        if roles.is_empty() {
            let many = account.users.len();
            found.tell(
                "no-roles",
                format!(
                    "no role is there, and {many} active user{} should have one",
                    if many == 1 { "" } else { "s" }
                ),
                BY_HAND,
                ROLES,
            );
            return;
        }
        let has: Vec<&str> = roles.iter().map(|role| word(&role.level)).collect();
        if has.as_slice() != LEVELS.get(..has.len()).unwrap_or_default() {
            found.tell(
                "wrong-levels",
                format!(
                    "it has the levels {}, which do not follow each other from `User` up",
                    ticked(&has)
                ),
                "No user can create or rename such a role, and the others close up when one is deleted; ask Salesforce",
                "docs/salesforce/roles.md#deleting-portal-roles",
            );
        } else if self.levels > 0 && has.len() != self.levels {
            let many = has.len();
            let plural = if many == 1 { "" } else { "s" };
            found.note(
                "other-levels",
                format!("it has {many} level{plural}, {}, and {{with.levels}} says {}", ticked(&has), self.levels),
                "An account gets its roles once: a later change of the setting leaves them as they are. When a role is deleted, the others close up",
                "docs/salesforce/roles.md#deleting-portal-roles",
            );
        }
        let family = self.family.word();
        let otherwise: Vec<&str> = roles
            .iter()
            .filter(|role| role.name != format!("{} {family} {}", account.name, word(&role.level)))
            .map(|role| role.name.as_str())
            .collect();
        if !otherwise.is_empty() {
            found.note(
                "other-name",
                format!("Salesforce documents names like `{} {family} User`; here there is {}", account.name, ticked(&otherwise)),
                "Nothing is to be done: the names follow the account's some minutes later, and may be other words in another language",
                ROLES,
            );
        }
        self.check_parents(&roles, found);
    }

    fn check_parents(&self, roles: &[&Role], found: &mut Found<'_>) {
        let owner = &found.account.owner;
        for (index, role) in roles.iter().enumerate() {
            let (parent_id, parent) = match roles.get(index + 1) {
                Some(next) => (&next.id, format!("`{}`", next.name)),
                // This was reported already.
                None if owner.role_id.is_empty() => continue,
                None => (
                    &owner.role_id,
                    format!("the owner's role, `{}`", owner.role),
                ),
            };
            if role.parent_id != *parent_id {
                found.tell(
                    "wrong-parent",
                    format!("the role `{}` should be below {parent}", role.name),
                    "It follows the account's owner; look again in some minutes",
                    PARENTS,
                );
            }
        }
    }

    /// Checks the roles of the account's users. A user who shared before the account got its roles moves into them; one
    /// who comes when all others have left may share again, or not: no page says it.
    fn check_users(&self, found: &mut Found<'_>) {
        let account = found.account;
        let there = self.shared.contains_key(&account.owner.id);
        let minimised = self.minimised != Some(false);
        let may_share = account.own.is_empty() || (minimised && account.users.len() == 1);
        for user in &account.users {
            let mut roles = account.own.iter();
            let in_own = roles.any(|role| role.id == user.role_id);
            let in_shared = may_share && self.is_shared(account, &user.role_id);
            if in_own || in_shared || (account.own.is_empty() && !there) {
                continue;
            }
            let what = match user.role_id.is_empty() {
                true => format!("{} has no role", user.username),
                false => format!("{} is in a role that is not the account's", user.username),
            };
            found.tell(
                "user-elsewhere",
                what,
                "Set the role of the user: step `enable-user` with `portal_role`, or Setup > Users",
                ROLES,
            );
        }
    }
}

/// The reports on one account.
pub(crate) struct Found<'a> {
    account: &'a Account,
    pub(crate) problems: Vec<Diagnostic>,
    /// Good to know.
    pub(crate) notes: Vec<Diagnostic>,
}

impl Found<'_> {
    fn tell(&mut self, code: &str, what: String, remedy: &str, rule: &str) {
        let summary = format!("`{}`: {what}", self.account.name);
        let problem = Diagnostic::error(code, "", summary);
        self.problems.push(problem.remedy(remedy).rule(rule));
    }

    fn note(&mut self, code: &str, what: String, remedy: &str, rule: &str) {
        let summary = format!("`{}`: {what}", self.account.name);
        let note = Diagnostic::info(code, "", summary);
        self.notes.push(note.remedy(remedy).rule(rule));
    }
}

fn by_level(roles: &[Role]) -> Vec<&Role> {
    let mut roles: Vec<&Role> = roles.iter().collect();
    roles.sort_by_key(|role| {
        let word = word(&role.level);
        LEVELS.iter().position(|level| *level == word)
    });
    roles
}

/// Documents call the lowest level `User`, the metadata WSDL `Worker`.
fn word(level: &str) -> &str {
    match level {
        "Worker" => "User",
        other => other,
    }
}
