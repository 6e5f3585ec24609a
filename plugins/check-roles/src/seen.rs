//! Reads the accounts, their owners, their active users of the kind, and the roles.

use std::collections::{BTreeMap, BTreeSet};

use usher_external_users::Family;
use usher_sdk::{Diagnostic, Failure, Lookup, Org, Record, Value};

use crate::{Accounts, Input};

/// The org, as far as it matters here.
pub(crate) struct Seen {
    /// By id.
    pub(crate) accounts: Accounts,
    /// The roles that users of one owner's accounts share, by the owner's id.
    pub(crate) shared: BTreeMap<String, Vec<Role>>,
    /// The number of accounts that users or roles name, and that the signed-in user does not see.
    pub(crate) hidden: usize,
}

pub(crate) struct Account {
    pub(crate) name: String,
    pub(crate) is_person: bool,
    pub(crate) owner: Owner,
    /// Active ones of the kind.
    pub(crate) users: Vec<User>,
    /// Roles of the account itself.
    pub(crate) own: Vec<Role>,
}

pub(crate) struct Owner {
    pub(crate) id: String,
    pub(crate) username: String,
    pub(crate) alias: String,
    /// Empty for none.
    pub(crate) role_id: String,
    pub(crate) role: String,
}

pub(crate) struct User {
    pub(crate) username: String,
    /// Empty for none.
    pub(crate) role_id: String,
}

pub(crate) struct Role {
    pub(crate) id: String,
    pub(crate) name: String,
    /// As the org stores it.
    pub(crate) level: String,
    /// Empty for none.
    pub(crate) parent_id: String,
}

impl Seen {
    pub(crate) fn read(input: &Input, org: &dyn Org) -> Result<Self, Failure> {
        let person_accounts = org
            .describe_object("Account", &["IsPersonAccount"])?
            .contains_key("IsPersonAccount");
        match &input.account {
            Some(id) => one(id, input.family, person_accounts, org),
            None => all(input.family, person_accounts, org),
        }
    }
}

fn one(id: &Value, family: Family, person_accounts: bool, org: &dyn Org) -> Result<Seen, Failure> {
    // A text that cannot be the id of an account is not asked for: Salesforce would refuse the whole query.
    let valid = || Some(id).filter(|id| id.may_be_id("001"));
    let [accounts, users, own] = org.find_each([
        account(person_accounts).whose_any("Id", valid()),
        users(family).whose_any("AccountId", valid()),
        roles(family).whose_any("PortalAccountId", valid()),
    ])?;
    let Some(record) = accounts.first() else {
        let summary = format!("There is no account `{}`", id.text()?);
        return Err(Failure::invalid(
            Diagnostic::error("unknown-account", "/account", summary)
                .remedy("Set {with.account} to an id that begins with 001, of this org"),
        ));
    };
    let owner = record.value("OwnerId")?;
    let shared = org.find(&roles(family).whose("PortalAccountOwnerId", &owner))?;
    gathered(&accounts, &users, own.iter().chain(&shared))
}

/// Users and roles that one look takes. Each may bring an account, and a call may read 50,000 rows.
const ROWS_MAX: u64 = 25_000;

/// Accounts that one lookup asks for.
const ACCOUNTS_MAX: usize = 2_000;

fn all(family: Family, person_accounts: bool, org: &dyn Org) -> Result<Seen, Failure> {
    let (users, roles) = (users(family), roles(family));
    let many_users = org.count("User", &users.conditions)?;
    let many_roles = org.count("UserRole", &roles.conditions)?;
    if many_users + many_roles > ROWS_MAX {
        let what = format!("{many_users} users and {many_roles} roles");
        return Err(Failure::invalid(too_many(&what)));
    }
    let [users, roles] = org.find_each([users, roles])?;
    let mut ids = BTreeSet::new();
    for (records, field) in [(&users, "AccountId"), (&roles, "PortalAccountId")] {
        for record in records {
            let id = record.text(field)?;
            if !id.is_empty() {
                ids.insert(id);
            }
        }
    }
    let ids: Vec<&str> = ids.into_iter().collect();
    let lookups: Vec<Lookup> = ids
        .chunks(ACCOUNTS_MAX)
        .map(|ids| account(person_accounts).whose_any("Id", ids.iter().copied()))
        .collect();
    let mut accounts = vec![];
    for found in org.find_all(&lookups) {
        accounts.extend(found?);
    }
    gathered(&accounts, &users, roles.iter())
}

fn account(person_accounts: bool) -> Lookup {
    let lookup = Lookup::of("Account")
        .read(["Name", "OwnerId", "Owner.Username", "Owner.Alias"])
        .read(["Owner.UserRoleId", "Owner.UserRole.Name"]);
    match person_accounts {
        true => lookup.read(["IsPersonAccount"]),
        false => lookup,
    }
}

fn users(family: Family) -> Lookup {
    Lookup::of("User")
        .read(["Username", "AccountId", "UserRoleId"])
        .whose("IsActive", true)
        .whose_any("UserType", family.user_types().iter().copied())
}

fn roles(family: Family) -> Lookup {
    Lookup::of("UserRole")
        .read(["Name", "PortalRole", "ParentRoleId"])
        .read(["PortalAccountId", "PortalAccountOwnerId"])
        .whose("PortalType", family.portal_type())
}

fn gathered<'r>(
    accounts: &[Record],
    users: &'r [Record],
    roles: impl Iterator<Item = &'r Record>,
) -> Result<Seen, Failure> {
    let mut seen = Seen {
        accounts: BTreeMap::new(),
        shared: BTreeMap::new(),
        hidden: 0,
    };
    let mut hidden = BTreeSet::new();
    for record in accounts {
        let text = |field: &str| record.text(field).map(str::to_owned);
        let person = "IsPersonAccount";
        let account = Account {
            name: text("Name")?,
            is_person: record.has(person) && record.truth(person)?,
            owner: Owner {
                id: text("OwnerId")?,
                username: text("Owner.Username")?,
                alias: text("Owner.Alias")?,
                role_id: text("Owner.UserRoleId")?,
                role: text("Owner.UserRole.Name")?,
            },
            users: vec![],
            own: vec![],
        };
        seen.accounts.insert(text("Id")?, account);
    }
    for record in users {
        let id = record.text("AccountId")?;
        let Some(account) = seen.accounts.get_mut(id) else {
            if !id.is_empty() {
                hidden.insert(id);
            }
            continue;
        };
        account.users.push(User {
            username: record.text("Username")?.to_owned(),
            role_id: record.text("UserRoleId")?.to_owned(),
        });
    }
    for record in roles {
        let role = Role {
            id: record.text("Id")?.to_owned(),
            name: record.text("Name")?.to_owned(),
            level: record.text("PortalRole")?.to_owned(),
            parent_id: record.text("ParentRoleId")?.to_owned(),
        };
        let (account, owner) = (
            record.text("PortalAccountId")?,
            record.text("PortalAccountOwnerId")?,
        );
        if let Some(account) = seen.accounts.get_mut(account) {
            account.own.push(role);
        } else if account.is_empty() && !owner.is_empty() {
            seen.shared.entry(owner.to_owned()).or_default().push(role);
        } else if !account.is_empty() {
            hidden.insert(account);
        }
    }
    seen.hidden = hidden.len();
    Ok(seen)
}

fn too_many(what: &str) -> Diagnostic {
    let summary =
        format!("This org has {what} of this kind, and one look takes {ROWS_MAX} together");
    Diagnostic::error("too-many", "/account", summary)
        .remedy("Set {with.account}, and look at the accounts one by one")
}
