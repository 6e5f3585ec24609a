//! Portal roles: what the platform makes, names, moves and removes by itself when external users of an
//! account are enabled (salesforce-api.md §2.2, §2.5, §12).
//!
//! Two families that never mix: customer and partner roles. An account has its own roles, one to three
//! levels; with *Minimize the number of roles* on, and for person accounts, users share one role of
//! the account's owner until the account gets its own.

use serde_json::Value;

use crate::org::{Org, Row, text, truth};
use crate::refusal::{Outcome, Refusal};
use crate::rules::known;
use crate::rules::user_role::{developer_name, free_developer_name};

/// Stored value, word in the name; lowest first.
const LEVELS: [(&str, &str); 3] = [
    ("Worker", "User"),
    ("Manager", "Manager"),
    ("Executive", "Executive"),
];

const SHARED: &str = "PersonAccount";

/// Customer or partner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    Customer,
    Partner,
}

/// A user who is about to be saved.
pub(super) struct Candidate<'a> {
    pub(super) id: &'a str,
    pub(super) account: &'a Row,
    pub(super) family: Family,
    /// As sent; empty: the platform chooses.
    pub(super) level: &'a str,
    pub(super) is_active: bool,
}

impl Family {
    /// The family of a user type; none for internal users and for licences without roles (§1.4).
    pub(super) fn of(user_type: &str) -> Option<Self> {
        match user_type {
            "PowerPartner" => Some(Self::Partner),
            "PowerCustomerSuccess" | "CustomerSuccess" => Some(Self::Customer),
            _ => None,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Customer => "Customer",
            Self::Partner => "Partner",
        }
    }

    fn portal_type(self) -> &'static str {
        match self {
            Self::Customer => "CustomerPortal",
            Self::Partner => "Partner",
        }
    }
}

/// The role of an active user of the account, made where it is missing. Moves the account's other
/// users when it gets roles of its own.
pub(super) fn role_of(org: &Org<'_>, candidate: &Candidate<'_>) -> Outcome<Row> {
    let Candidate {
        account,
        family,
        level,
        ..
    } = *candidate;
    let owner = org
        .row(known("User"), text(account, "OwnerId"))?
        .unwrap_or_default();
    let minimised = org.is_on("SharingSettings.enableAccountRoleOptimization")?;
    // [inferred] Users of person accounts always share a role (§2.1: PortalAccountOwnerId).
    if truth(account, "IsPersonAccount") {
        return shared(org, &owner, family);
    }
    let mut roles = account_roles(org, text(account, "Id"), family)?;
    if level == SHARED {
        // By hand, with the setting on (§2.2).
        return match minimised {
            true => shared(org, &owner, family),
            false => Err(no_such_level(level)),
        };
    }
    if roles.is_empty() {
        let others = others(org, candidate)?;
        // Case B: the first *active* user shares, the second brings the account its roles (§2.2).
        let second = candidate.is_active && others.iter().any(|other| truth(other, "IsActive"));
        if minimised && !second {
            return shared(org, &owner, family);
        }
        roles = make_account_roles(org, account, &owner, family)?;
        let lowest = role_at(&roles, "Worker")?;
        for other in others {
            let moved = [
                ("UserRoleId", Value::from(text(&lowest, "Id"))),
                ("PortalRole", Value::from("Worker")),
            ];
            org.set(known("User"), text(&other, "Id"), &moved)?;
        }
    }
    match level {
        "" => role_at(&roles, "Worker"),
        level => role_at(&roles, level),
    }
}

/// Account roles follow the account's name (§12; the seeds say so, when is [inferred]).
pub(super) fn account_renamed(org: &Org<'_>, old: &Row, new: &Row) -> Outcome<()> {
    let (old_name, new_name) = (text(old, "Name"), text(new, "Name"));
    for role in org.rows(
        known("UserRole"),
        &[("PortalAccountId", Value::from(text(new, "Id")))],
    )? {
        let Some(ending) = text(&role, "Name").strip_prefix(old_name) else {
            continue;
        };
        // Whether the developer name follows as well is not known [inferred: it stays].
        let name = format!("{new_name}{ending}");
        org.set(
            known("UserRole"),
            text(&role, "Id"),
            &[("Name", Value::from(name))],
        )?;
    }
    Ok(())
}

/// The roles of an account move under the new owner's (§2.5).
pub(super) fn owner_changed(org: &Org<'_>, old: &Row, new: &Row) -> Outcome<()> {
    let owner = org
        .row(known("User"), text(new, "OwnerId"))?
        .unwrap_or_default();
    if !text(&owner, "ContactId").is_empty() && truth(new, "IsPartner") {
        return Err(Refusal::save(
            "UNKNOWN_EXCEPTION",
            "portal users cannot own partner accounts",
            &[],
        ));
    }
    let account_id = Value::from(text(new, "Id"));
    let roles = org.rows(
        known("UserRole"),
        &[("PortalAccountId", account_id.clone())],
    )?;
    let users = role_users(org, &[("AccountId", account_id)])?;
    if (!roles.is_empty() || !users.is_empty()) && text(&owner, "UserRoleId").is_empty() {
        return Err(owner_without_role());
    }
    for top in roles
        .iter()
        .filter(|role| text(role, "ParentRoleId") == old_parent(org, old).as_str())
    {
        let parent = [("ParentRoleId", Value::from(text(&owner, "UserRoleId")))];
        org.set(known("UserRole"), text(top, "Id"), &parent)?;
    }
    // [inferred] Whoever shared the old owner's role shares the new one's.
    for user in users
        .iter()
        .filter(|user| text(user, "PortalRole") == SHARED)
    {
        if let Some(family) = Family::of(text(user, "UserType")) {
            let role = shared(org, &owner, family)?;
            org.set(
                known("User"),
                text(user, "Id"),
                &[("UserRoleId", Value::from(text(&role, "Id")))],
            )?;
        }
    }
    Ok(())
}

/// The roles below an owner's role move with the owner (§2.2).
pub(super) fn owner_moved(org: &Org<'_>, old: &Row, new: &Row) -> Outcome<()> {
    let (before, after) = (text(old, "UserRoleId"), text(new, "UserRoleId"));
    let sql = "SELECT r.\"Id\" FROM \"UserRole\" r LEFT JOIN \"Account\" a ON a.\"Id\" = r.\"PortalAccountId\" WHERE r.\"ParentRoleId\" = ?1 AND (r.\"PortalAccountOwnerId\" = ?2 OR a.\"OwnerId\" = ?2) ORDER BY r.\"Id\"";
    let mut statement = org.db.prepare_cached(sql)?;
    let found = statement.query_map([before, text(new, "Id")], |row| row.get::<_, String>(0))?;
    let roles: Vec<String> = found.collect::<Result<_, _>>()?;
    for role in roles {
        org.set(
            known("UserRole"),
            &role,
            &[("ParentRoleId", Value::from(after))],
        )?;
    }
    Ok(())
}

/// Whether taking the user's role away would leave portal roles without a parent.
pub(super) fn owns_portal_accounts(org: &Org<'_>, user_id: &str) -> Outcome<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM \"UserRole\" r JOIN \"Account\" a ON a.\"Id\" = r.\"PortalAccountId\" WHERE a.\"OwnerId\" = ?1) OR EXISTS (SELECT 1 FROM \"UserRole\" r WHERE r.\"PortalAccountOwnerId\" = ?1)";
    Ok(org
        .db
        .prepare_cached(sql)?
        .query_row([user_id], |row| row.get(0))?)
}

/// `IsPartner` was set or cleared (§3).
pub(super) fn partner_switched(org: &Org<'_>, account: &Row, enabled: bool) -> Outcome<()> {
    if !enabled {
        return disabled(org, account, Family::Partner, 15);
    }
    if truth(account, "IsPersonAccount") {
        // The rule is the seed's (`003`); code and text [inferred].
        let message = "Person accounts can't be enabled as partner accounts";
        return Err(Refusal::save(
            "FIELD_INTEGRITY_EXCEPTION",
            message,
            &["IsPartner"],
        ));
    }
    let owner = org
        .row(known("User"), text(account, "OwnerId"))?
        .unwrap_or_default();
    let sql = "SELECT EXISTS (SELECT 1 FROM \"Contact\" c JOIN \"User\" u ON u.\"Id\" = c.\"OwnerId\" WHERE c.\"AccountId\" = ? AND u.\"ContactId\" IS NOT NULL)";
    let portal_owned: bool = org
        .db
        .prepare_cached(sql)?
        .query_row([text(account, "Id")], |row| row.get(0))?;
    if portal_owned || !text(&owner, "ContactId").is_empty() {
        return Err(Refusal::save(
            "UNKNOWN_EXCEPTION",
            "portal users cannot own partner accounts",
            &[],
        ));
    }
    // [inferred] The seed asks for an owner with a role before enabling; the platform's text is that
    // of the user insert.
    match text(&owner, "UserRoleId").is_empty() {
        true => Err(owner_without_role()),
        false => Ok(()),
    }
}

/// `IsCustomerPortal` was cleared (§3).
pub(super) fn customers_disabled(org: &Org<'_>, account: &Row) -> Outcome<()> {
    disabled(org, account, Family::Customer, 100)
}

/// The account's roles go with it.
pub(super) fn account_deleted(org: &Org<'_>, account_id: &str) -> Outcome<()> {
    let roles = known("UserRole");
    for role in org.rows(roles, &[("PortalAccountId", Value::from(account_id))])? {
        leave_role(org, text(&role, "Id"))?;
    }
    org.remove(roles, &[("PortalAccountId", Value::from(account_id))])
}

/// A portal role may go once nobody has it; what was below it moves up, and the lowest that is left
/// becomes the *User* role (§2.2, *Deleting roles*).
pub(super) fn role_deleted(org: &Org<'_>, role: &Row) -> Outcome<()> {
    let (roles, id) = (known("UserRole"), text(role, "Id"));
    if org.count(known("User"), &[("UserRoleId", Value::from(id))])? > 0 {
        // §2.2: "reassign users first"; code and text [inferred].
        let message = "Can't delete a portal role that has users";
        return Err(Refusal::save("DELETE_FAILED", message, &[]));
    }
    let parent = role.get("ParentRoleId").cloned().unwrap_or_default();
    for below in org.rows(roles, &[("ParentRoleId", Value::from(id))])? {
        org.set(
            roles,
            text(&below, "Id"),
            &[("ParentRoleId", parent.clone())],
        )?;
    }
    let siblings = [
        (
            "PortalAccountId",
            role.get("PortalAccountId").cloned().unwrap_or_default(),
        ),
        ("PortalType", Value::from(text(role, "PortalType"))),
    ];
    let mut left = org.rows(roles, &siblings)?;
    left.retain(|sibling| text(sibling, "Id") != id && text(sibling, "PortalRole") != SHARED);
    let lowest = left
        .iter()
        .min_by_key(|sibling| height(text(sibling, "PortalRole")));
    let Some(lowest) = lowest.filter(|lowest| text(lowest, "PortalRole") != "Worker") else {
        return Ok(());
    };
    let (old_level, old_word) = LEVELS[height(text(lowest, "PortalRole"))];
    let (level, word) = LEVELS[0];
    let name = text(lowest, "Name");
    let name = name
        .strip_suffix(old_word)
        .map_or(name.to_owned(), |start| format!("{start}{word}"));
    let renamed = [
        ("Name", Value::from(name)),
        ("PortalRole", Value::from(level)),
    ];
    org.set(roles, text(lowest, "Id"), &renamed)?;
    let holders = [
        ("UserRoleId", Value::from(text(lowest, "Id"))),
        ("PortalRole", Value::from(old_level)),
    ];
    for user in org.rows(known("User"), &holders)? {
        org.set(
            known("User"),
            text(&user, "Id"),
            &[("PortalRole", Value::from(level))],
        )?;
    }
    Ok(())
}

/// §10, first row.
pub(super) fn owner_without_role() -> Refusal {
    Refusal::save(
        "UNKNOWN_EXCEPTION",
        "portal account owner must have a role",
        &[],
    )
}

/// Users are disabled, roles deleted for good; too many users are refused (§3, §12).
fn disabled(org: &Org<'_>, account: &Row, family: Family, most: usize) -> Outcome<()> {
    let account_id = Value::from(text(account, "Id"));
    let active = [("AccountId", account_id), ("IsActive", Value::from(true))];
    let users: Vec<Row> = org
        .rows(known("User"), &active)?
        .into_iter()
        .filter(|user| in_family(text(user, "UserType"), family))
        .collect();
    if users.len() > most {
        // [inferred, §13.5] The code and the text.
        let message = format!(
            "Too many users to disable at once: {} of at most {most}",
            users.len()
        );
        return Err(Refusal::save("LIMIT_EXCEEDED", message, &[]));
    }
    for user in users {
        org.set(
            known("User"),
            text(&user, "Id"),
            &[("IsActive", Value::from(false))],
        )?;
    }
    for role in account_roles(org, text(account, "Id"), family)?
        .iter()
        .rev()
    {
        leave_role(org, text(role, "Id"))?;
        org.remove(known("UserRole"), &[("Id", Value::from(text(role, "Id")))])?;
    }
    Ok(())
}

/// Customers without roles count as customers here.
fn in_family(user_type: &str, family: Family) -> bool {
    Family::of(user_type) == Some(family)
        || family == Family::Customer && user_type == "CspLitePortal"
}

fn leave_role(org: &Org<'_>, role_id: &str) -> Outcome<()> {
    for user in org.rows(known("User"), &[("UserRoleId", Value::from(role_id))])? {
        org.set(
            known("User"),
            text(&user, "Id"),
            &[("UserRoleId", Value::Null)],
        )?;
    }
    Ok(())
}

/// The role that users of the owner's accounts share: `<alias> Customer Person Account` (§2.2).
/// Partners' name is the same with *Partner* [inferred].
fn shared(org: &Org<'_>, owner: &Row, family: Family) -> Outcome<Row> {
    let roles = known("UserRole");
    let key = [
        ("PortalAccountOwnerId", Value::from(text(owner, "Id"))),
        ("PortalType", Value::from(family.portal_type())),
    ];
    if let Some(role) = org.rows(roles, &key)?.into_iter().next() {
        return Ok(role);
    }
    let name = format!("{} {} Person Account", text(owner, "Alias"), family.word());
    let role = portal_role(org, &name, SHARED, family, text(owner, "UserRoleId"))?;
    make(org, role, ("PortalAccountOwnerId", text(owner, "Id")))
}

/// Case A of §2.2: as many levels as the setting says, each below the next, the top one below the
/// role of the account's owner. Lowest first.
fn make_account_roles(
    org: &Org<'_>,
    account: &Row,
    owner: &Row,
    family: Family,
) -> Outcome<Vec<Row>> {
    let setting = match family {
        Family::Customer => "practice.numberOfCustomerRoles",
        Family::Partner => "practice.numberOfPartnerRoles",
    };
    let count = org
        .setting(setting)?
        .and_then(|count| count.as_u64())
        .unwrap_or(1)
        .clamp(1, 3);
    let levels = LEVELS
        .iter()
        .take(usize::try_from(count).expect("at most three"));
    let mut parent = text(owner, "UserRoleId").to_owned();
    let mut roles = Vec::new();
    for (level, word) in levels.rev() {
        let name = format!("{} {} {word}", text(account, "Name"), family.word());
        let role = portal_role(org, &name, level, family, &parent)?;
        let role = make(org, role, ("PortalAccountId", text(account, "Id")))?;
        text(&role, "Id").clone_into(&mut parent);
        roles.insert(0, role);
    }
    Ok(roles)
}

fn portal_role(
    org: &Org<'_>,
    name: &str,
    level: &str,
    family: Family,
    parent: &str,
) -> Outcome<Row> {
    let mut role = crate::save::blank(known("UserRole"));
    let developer_name = free_developer_name(org, &developer_name(name))?;
    role.extend([
        ("Name", Value::from(name)),
        ("DeveloperName", Value::from(developer_name)),
        ("PortalRole", Value::from(level)),
        ("PortalType", Value::from(family.portal_type())),
        ("ParentRoleId", Value::from(parent)),
    ]);
    Ok(role)
}

fn make(org: &Org<'_>, mut role: Row, whose: (&'static str, &str)) -> Outcome<Row> {
    let roles = known("UserRole");
    role.insert(whose.0, Value::from(whose.1));
    role.insert("Id", Value::from(org.next_id(roles)?));
    org.insert(roles, &role)?;
    Ok(role)
}

/// Lowest first.
fn account_roles(org: &Org<'_>, account_id: &str, family: Family) -> Outcome<Vec<Row>> {
    let key = [
        ("PortalAccountId", Value::from(account_id)),
        ("PortalType", Value::from(family.portal_type())),
    ];
    let mut roles = org.rows(known("UserRole"), &key)?;
    roles.sort_by_key(|role| height(text(role, "PortalRole")));
    Ok(roles)
}

fn role_at(roles: &[Row], level: &str) -> Outcome<Row> {
    let role = roles.iter().find(|role| text(role, "PortalRole") == level);
    role.cloned().ok_or_else(|| no_such_level(level))
}

/// §2.4: what the platform says is not known [inferred].
fn no_such_level(level: &str) -> Refusal {
    let message = format!("The account has no portal role of level {level}");
    Refusal::save("INVALID_CROSS_REFERENCE_KEY", message, &["PortalRole"])
}

/// 0 for the lowest.
fn height(level: &str) -> usize {
    let place = LEVELS.iter().position(|(known, _)| *known == level);
    place.unwrap_or(LEVELS.len() - 1)
}

/// The account's other users of the family.
fn others(org: &Org<'_>, candidate: &Candidate<'_>) -> Outcome<Vec<Row>> {
    let account = [("AccountId", Value::from(text(candidate.account, "Id")))];
    let mut users = role_users(org, &account)?;
    users.retain(|user| {
        text(user, "Id") != candidate.id
            && Family::of(text(user, "UserType")) == Some(candidate.family)
    });
    Ok(users)
}

fn role_users(org: &Org<'_>, holds: &[(&str, Value)]) -> Outcome<Vec<Row>> {
    let mut users = org.rows(known("User"), holds)?;
    users.retain(|user| Family::of(text(user, "UserType")).is_some());
    Ok(users)
}

fn old_parent(org: &Org<'_>, account: &Row) -> String {
    let owner = org.row(known("User"), text(account, "OwnerId"));
    let owner = owner.ok().flatten().unwrap_or_default();
    text(&owner, "UserRoleId").to_owned()
}
