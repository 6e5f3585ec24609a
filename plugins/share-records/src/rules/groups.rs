//! The users that a rule shares with, or whose records it shares: those of roles, of a public group, of an account, or
//! all of a kind.

mod input;
mod names;

use usher_sdk::{
    Content, Diagnostic, Failure, Lookup, Org, Problems, ReadError, Record, Scalar, Value,
};

use crate::input;
use crate::rules::RULE;
use crate::rules::groups::input::Named;
use crate::rules::groups::names::{PUBLIC, ROLE, named};

pub(super) use input::GroupInput;

/// A role with those below it, external users among them.
const WITH_EXTERNAL: &str = "roleAndSubordinates";

/// A group that was found.
pub(super) struct Group {
    /// As `SharedTo` names its kind.
    pub(super) element: &'static str,
    /// Empty for all users of a kind.
    pub(super) name: Value,
    /// For people.
    pub(super) shown: String,
}

/// Roles and public groups that the inputs may mean.
pub(super) struct Groups {
    roles: Vec<Record>,
    groups: Vec<Record>,
    of_accounts: Vec<Record>,
    /// Digital Experiences is on, or that is not known.
    external: bool,
}

impl Groups {
    /// Reads everything that the inputs may mean, in one round.
    pub(super) fn read<'i>(
        inputs: impl Iterator<Item = &'i GroupInput>,
        org: &dyn Org,
    ) -> Result<Self, Failure> {
        let named: Vec<Named<'_>> = inputs.flat_map(GroupInput::named).collect();
        let mut roles: Vec<&str> = vec![];
        let mut publics: Vec<&str> = vec![];
        let mut accounts: Vec<&Value> = vec![];
        for one in &named {
            match one {
                Named::Role { name, .. } => roles.push(name),
                Named::Public(name) => publics.push(name),
                Named::OfAccount { account, .. } => accounts.push(account),
                Named::All { .. } => {}
            }
        }
        let role = || Lookup::of("UserRole").read(["Name", "DeveloperName"]);
        let group = || Lookup::of("Group").read(["Name", "DeveloperName"]);
        let [
            by_id,
            by_api_name,
            by_name,
            of_accounts,
            group_id,
            group_api_name,
            group_name,
        ] = org.find_each([
            role().whose_any("Id", ids(&roles, "00E")),
            role()
                .whose_any("DeveloperName", roles.iter().copied())
                .whose("PortalType", "None"),
            role()
                .whose_any("Name", roles.iter().copied())
                .whose("PortalType", "None"),
            role()
                .read(["PortalAccountId", "PortalType", "ParentRoleId"])
                .whose_any("PortalAccountId", accounts),
            group().whose_any("Id", ids(&publics, "00G")),
            group()
                .whose_any("DeveloperName", publics.iter().copied())
                .whose("Type", "Regular"),
            group()
                .whose_any("Name", publics.iter().copied())
                .whose("Type", "Regular"),
        ])?;
        Ok(Self {
            roles: [by_id, by_api_name, by_name].concat(),
            groups: [group_id, group_api_name, group_name].concat(),
            of_accounts,
            external: external(org)?,
        })
    }

    /// Returns the group that an input means; none when a problem was found.
    pub(super) fn find(
        &self,
        wanted: &GroupInput,
        at: &str,
        problems: &mut Problems,
    ) -> Result<Option<Group>, Failure> {
        let ways = wanted.named();
        let [one] = ways.as_slice() else {
            let summary = match ways.len() {
                0 => "A sharing rule needs a group of users here",
                _ => "A sharing rule has one group of users here",
            };
            problems.invalid(
                Diagnostic::error("one-group", at, summary)
                    .remedy(format!("In {}, give exactly one of `role`, `role_and_subordinates`, `role_and_internal_subordinates`, `group`, `partner_roles_of`, `customer_roles_of`, `all_partners`, `all_customers` and `all_internal`; make another rule for another group", input(at)))
                    .rule(RULE),
            );
            return Ok(None);
        };
        match one {
            Named::All { element, people } => Ok(Some(Group {
                element,
                name: Value::Nothing,
                shown: (*people).to_owned(),
            })),
            Named::Role {
                name,
                key,
                element,
                below,
            } => {
                let at = format!("{at}/{key}");
                if *element == WITH_EXTERNAL && !self.external {
                    problems.unmet(without_sites(&at));
                }
                let role = named(name, &ROLE, &self.roles, &at, problems)?;
                let Some(role) = role else { return Ok(None) };
                let shown = format!("users of the role `{}`{below}", role.text("Name")?);
                Group::of(element, role, shown).map(Some)
            }
            Named::Public(name) => {
                let at = format!("{at}/group");
                let group = named(name, &PUBLIC, &self.groups, &at, problems)?;
                let Some(group) = group else { return Ok(None) };
                let shown = format!("members of the group `{}`", group.text("Name")?);
                Group::of("group", group, shown).map(Some)
            }
            Named::OfAccount {
                account,
                key,
                portal_type,
                people,
            } => {
                let Some(top) = self.top(account, portal_type)? else {
                    problems.unmet(without_roles(people, &format!("{at}/{key}")));
                    return Ok(None);
                };
                let shown = match top.value("Name")? {
                    Value::Text(name) => {
                        format!("users of the role `{name}` and of those below it")
                    }
                    _ => format!("users of the {people} roles of the account"),
                };
                Group::of("portalRoleAndSubordinates", top, shown).map(Some)
            }
        }
    }

    /// The highest role of an account: the one that is below none of its others.
    fn top(&self, account: &Value, portal_type: &str) -> Result<Option<&Record>, Failure> {
        let mut own: Vec<&Record> = vec![];
        for role in &self.of_accounts {
            if role.value("PortalAccountId")?.is_same_id(account)
                && role.text("PortalType")? == portal_type
            {
                own.push(role);
            }
        }
        for role in &own {
            let parent = role.value("ParentRoleId")?;
            let mut below = false;
            for other in &own {
                below |= other.id()?.is_same_id(&parent);
            }
            if !below {
                return Ok(Some(role));
            }
        }
        Ok(None)
    }
}

impl Group {
    /// `record`: the role or public group.
    fn of(element: &'static str, record: &Record, shown: String) -> Result<Self, Failure> {
        Ok(Self {
            element,
            name: record.value("DeveloperName")?,
            shown,
        })
    }

    /// Adds the group to a rule, as the end of that name.
    pub(super) fn end(&self, rule: Content, end: &str) -> Content {
        let group = Content::new().set(self.element, Scalar::from(&self.name));
        rule.put(end, self.element, group)
    }
}

/// Without Digital Experiences, the group of a role and those below it has internal users only
/// (docs/salesforce/sharing.md#rules-that-are-refused).
fn external(org: &dyn Org) -> Result<bool, Failure> {
    let settings = match org.get_settings("Communities") {
        Ok(settings) => settings,
        Err(ReadError::Refused(_) | ReadError::Pending(_)) => return Ok(true),
        Err(error) => return Err(error.into()),
    };
    let field = "enableNetworksEnabled";
    Ok(!settings.has(field) || settings.value(field)? != Value::Truth(false))
}

fn without_sites(at: &str) -> Diagnostic {
    let summary = "Digital Experiences is off, and until it is on there is no group of a role and those below it that has external users";
    Diagnostic::error("subordinates-without-sites", at, summary)
        .remedy(format!("Turn Digital Experiences on first, or give `role_and_internal_subordinates` in place of {}", input(at)))
        .rule("docs/salesforce/sharing.md#rules-that-are-refused")
}

fn without_roles(people: &str, at: &str) -> Diagnostic {
    let summary = format!("The account has no {people} roles, so a rule cannot share with them");
    Diagnostic::error("no-portal-roles", at, summary)
        .remedy(format!("Enable the account's first user, with whom Salesforce makes the roles; or give another group in place of {}", input(at)))
        .rule("docs/salesforce/roles.md#account-roles")
}

fn ids<'n>(names: &[&'n str], prefix: &str) -> Vec<&'n str> {
    let names = names.iter().copied();
    names
        .filter(|name| Value::Text((*name).to_owned()).may_be_id(prefix))
        .collect()
}
