//! A practice org for people and, field by field, as JSON: accounts with owner and external users, the role tree,
//! sites, mails. This module does not know where it was read.

use serde::Serialize;
use usher_core::text::sentence;

use crate::page::Page;
use crate::report::words::count;

/// The part of an org that is shown.
#[derive(Serialize)]
pub(crate) struct Shown {
    pub(crate) accounts: Vec<Account>,
    pub(crate) roles: Vec<Role>,
    /// None if Digital Experiences is off.
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
    /// `CustomerPortal` or `Partner`; none for a role that people made.
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

/// The whole org for a person.
pub(crate) fn practice_page(name: &str, shown: &Shown) -> Page {
    let mut page = Page::default();
    page.line(0, format!("Practice org `{name}`"));
    page.blank();
    page.line(0, "Accounts");
    if shown.accounts.is_empty() {
        page.line(2, "none");
    }
    for account in &shown.accounts {
        account_lines(account, &mut page);
    }
    page.blank();
    page.line(0, "Roles");
    roles_lines(&shown.roles, None, 1, &mut page);
    page.blank();
    page.line(0, "Sites");
    match &shown.sites {
        None => page.line(2, "none: Digital Experiences is off"),
        Some(sites) if sites.is_empty() => page.line(2, "none"),
        Some(sites) => sites.iter().for_each(|site| site_lines(site, &mut page)),
    }
    page.blank();
    page.line(0, "Mails, none of which left");
    if shown.mails.is_empty() {
        page.line(2, "none");
    }
    for mail in &shown.mails {
        let Mail {
            at, to, subject, ..
        } = mail;
        page.line(2, format!("{at}  to {to}: {}", sentence(subject)));
    }
    page
}

fn account_lines(account: &Account, page: &mut Page) {
    let Account { name, owner, .. } = account;
    let role = account.owner_role.as_deref();
    let role = role.map_or("no role".to_owned(), |role| format!("role `{role}`"));
    page.line(2, sentence(name));
    page.line(4, format!("owner  {owner}, {role}"));
    for user in &account.users {
        let User {
            username, profile, ..
        } = user;
        let role = user.role.as_deref();
        let role = role.map_or("no role".to_owned(), |role| format!("role `{role}`"));
        let inactive = if user.active { "" } else { ", inactive" };
        page.line(
            4,
            format!("user   {username}, profile `{profile}`, {role}{inactive}"),
        );
    }
}

/// The roles below `parent`, each with those below it. Salesforce allows no circles; one would be left out.
fn roles_lines(roles: &[Role], parent: Option<&str>, depth: usize, page: &mut Page) {
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
        page.line(2 * depth, format!("{}{about}", sentence(&role.name)));
        roles_lines(roles, Some(&role.id), depth + 1, page);
    }
}

fn site_lines(site: &Site, page: &mut Page) {
    let status = match site.status.as_str() {
        "Live" => "live",
        "UnderConstruction" => "under construction",
        "DownForMaintenance" => "down for maintenance",
        other => other,
    };
    let name = sentence(&site.name);
    page.line(2, format!("{name}  (/{}, {status})", site.path));
    for member in &site.members {
        page.line(4, format!("member  {member}"));
    }
}
