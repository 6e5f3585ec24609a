//! A practice org for people and, field by field, as JSON: accounts with owner and external users, the
//! role tree, sites, mails. Where it was read is not known here.

use serde::Serialize;

use crate::report::words::count;

/// What is shown of an org.
#[derive(Serialize)]
pub(crate) struct Shown {
    pub(crate) accounts: Vec<Account>,
    pub(crate) roles: Vec<Role>,
    /// None where Digital Experiences is off.
    pub(crate) sites: Option<Vec<Site>>,
    pub(crate) mails: Vec<Mail>,
}

#[derive(Serialize)]
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) owner: String,
    pub(crate) owner_role: Option<String>,
    pub(crate) users: Vec<User>,
}

/// An external user.
#[derive(Serialize)]
pub(crate) struct User {
    pub(crate) username: String,
    pub(crate) name: String,
    pub(crate) active: bool,
    pub(crate) profile: String,
    pub(crate) role: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct Role {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) parent_id: Option<String>,
    /// `CustomerPortal` or `Partner`; none of a role that people made.
    pub(crate) portal_type: Option<String>,
    /// Active users in it.
    pub(crate) users: usize,
}

#[derive(Serialize)]
pub(crate) struct Site {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) status: String,
    pub(crate) path: String,
    /// Usernames.
    pub(crate) members: Vec<String>,
}

#[derive(Serialize)]
pub(crate) struct Mail {
    pub(crate) at: String,
    pub(crate) to: String,
    pub(crate) kind: String,
    pub(crate) subject: String,
    pub(crate) site: Option<String>,
}

/// The whole org as text.
pub(crate) fn practice_text(name: &str, shown: &Shown) -> String {
    let mut text = format!("Practice org `{name}`\n\nAccounts\n");
    if shown.accounts.is_empty() {
        text.push_str("  none\n");
    }
    for account in &shown.accounts {
        text.push_str(&account_text(account));
    }
    text.push_str("\nRoles\n");
    roles_text(&shown.roles, None, 1, &mut text);
    text.push_str("\nSites\n");
    match &shown.sites {
        None => text.push_str("  none: Digital Experiences is off\n"),
        Some(sites) if sites.is_empty() => text.push_str("  none\n"),
        Some(sites) => sites
            .iter()
            .for_each(|site| text.push_str(&site_text(site))),
    }
    text.push_str("\nMails, none of which left\n");
    if shown.mails.is_empty() {
        text.push_str("  none\n");
    }
    for mail in &shown.mails {
        let Mail {
            at, to, subject, ..
        } = mail;
        text.push_str(&format!("  {at}  to {to}: {subject}\n"));
    }
    text
}

fn account_text(account: &Account) -> String {
    let Account { name, owner, .. } = account;
    let role = account.owner_role.as_deref();
    let role = role.map_or("no role".to_owned(), |role| format!("role `{role}`"));
    let mut text = format!("  {name}\n    owner  {owner}, {role}\n");
    for user in &account.users {
        let User {
            username, profile, ..
        } = user;
        let role = user.role.as_deref();
        let role = role.map_or("no role".to_owned(), |role| format!("role `{role}`"));
        let inactive = if user.active { "" } else { ", inactive" };
        text.push_str(&format!(
            "    user   {username}, profile `{profile}`, {role}{inactive}\n"
        ));
    }
    text
}

/// The roles below `parent`, each with what is below it. Salesforce allows no circles; one would be left
/// out.
fn roles_text(roles: &[Role], parent: Option<&str>, depth: usize, text: &mut String) {
    for role in roles
        .iter()
        .filter(|role| role.parent_id.as_deref() == parent)
    {
        let mut about = Vec::new();
        match role.portal_type.as_deref() {
            Some("CustomerPortal") => about.push("customers".to_owned()),
            Some("Partner") => about.push("partners".to_owned()),
            _ => {}
        }
        if role.users > 0 {
            about.push(count(role.users, "active user"));
        }
        let about = match about.is_empty() {
            true => String::new(),
            false => format!("  ({})", about.join(", ")),
        };
        text.push_str(&format!("{}{}{about}\n", "  ".repeat(depth), role.name));
        roles_text(roles, Some(&role.id), depth + 1, text);
    }
}

fn site_text(site: &Site) -> String {
    let status = match site.status.as_str() {
        "Live" => "live",
        "UnderConstruction" => "under construction",
        "DownForMaintenance" => "down for maintenance",
        other => other,
    };
    let mut text = format!("  {}  (/{}, {status})\n", site.name, site.path);
    for member in &site.members {
        text.push_str(&format!("    member  {member}\n"));
    }
    text
}
