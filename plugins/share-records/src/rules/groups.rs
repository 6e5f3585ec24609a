//! The users that a rule shares with, or whose records it shares: those of roles, of a public group, of an account, or
//! all of a kind.

use serde::Deserialize;
use usher_sdk::{
    Content, Diagnostic, Failure, Lookup, Org, Problems, Record, Scalar, Value, ticked,
};

use crate::input;
use crate::rules::RULE;

/// Exactly one is given; the others are empty or false.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct GroupInput {
    role: String,
    role_and_subordinates: String,
    role_and_internal_subordinates: String,
    group: String,
    partner_roles_of: Value,
    customer_roles_of: Value,
    all_partners: bool,
    all_customers: bool,
    all_internal: bool,
}

/// A group that was found.
pub(super) struct Group {
    /// As `SharedTo` names its kind.
    element: &'static str,
    /// Empty for all users of a kind.
    pub(super) name: Value,
    /// For people.
    pub(super) shown: String,
}

/// One way in which the input names a group.
enum Named<'i> {
    Role {
        name: &'i str,
        key: &'static str,
        element: &'static str,
        below: &'static str,
    },
    Public(&'i str),
    OfAccount {
        account: &'i Value,
        key: &'static str,
        portal_type: &'static str,
        people: &'static str,
    },
    All {
        element: &'static str,
        people: &'static str,
    },
}

/// Roles and public groups that the inputs may mean.
pub(super) struct Groups {
    roles: Vec<Record>,
    groups: Vec<Record>,
    of_accounts: Vec<Record>,
}

/// What messages say of roles, and of groups.
struct Sort {
    noun: &'static str,
    place: &'static str,
    unknown: &'static str,
    ambiguous: &'static str,
}

const ROLE: Sort = Sort {
    noun: "internal role",
    place: "Setup > Roles",
    unknown: "unknown-role",
    ambiguous: "ambiguous-role",
};

const PUBLIC: Sort = Sort {
    noun: "public group",
    place: "Setup > Public Groups",
    unknown: "unknown-group",
    ambiguous: "ambiguous-group",
};

impl GroupInput {
    pub(super) fn is_empty(&self) -> bool {
        self.named().is_empty()
    }

    fn named(&self) -> Vec<Named<'_>> {
        let roles = [
            (&self.role, "role", "role", ""),
            (
                &self.role_and_subordinates,
                "role_and_subordinates",
                "roleAndSubordinates",
                " and of those below it",
            ),
            (
                &self.role_and_internal_subordinates,
                "role_and_internal_subordinates",
                "roleAndSubordinatesInternal",
                " and of the internal ones below it",
            ),
        ];
        let roles = roles.into_iter().filter(|(name, ..)| !name.is_empty());
        let mut named: Vec<Named<'_>> = roles
            .map(|(name, key, element, below)| Named::Role {
                name,
                key,
                element,
                below,
            })
            .collect();
        if !self.group.is_empty() {
            named.push(Named::Public(&self.group));
        }
        let accounts = [
            (
                &self.partner_roles_of,
                "partner_roles_of",
                "Partner",
                "partner",
            ),
            (
                &self.customer_roles_of,
                "customer_roles_of",
                "CustomerPortal",
                "customer",
            ),
        ];
        let is_given = |value: &Value| {
            !matches!(value, Value::Nothing) && value != &Value::Text(String::new())
        };
        let accounts = accounts.into_iter().filter(|(id, ..)| is_given(id));
        named.extend(
            accounts.map(|(account, key, portal_type, people)| Named::OfAccount {
                account,
                key,
                portal_type,
                people,
            }),
        );
        let kinds = [
            (self.all_partners, "allPartnerUsers", "all partner users"),
            (
                self.all_customers,
                "allCustomerPortalUsers",
                "all customer users who have roles",
            ),
            (self.all_internal, "allInternalUsers", "all internal users"),
        ];
        let kinds = kinds.into_iter().filter(|(given, ..)| *given);
        named.extend(kinds.map(|(_, element, people)| Named::All { element, people }));
        named
    }
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
        })
    }

    /// Returns the group that an input means; none when a problem was found.
    pub(super) fn find(
        &self,
        wanted: &GroupInput,
        at: &str,
        problems: &mut Problems,
    ) -> Result<Option<Group>, Failure> {
        let named = wanted.named();
        let [one] = named.as_slice() else {
            let summary = match named.len() {
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
                let found =
                    self::named(name, &ROLE, &self.roles, &format!("{at}/{key}"), problems)?;
                found
                    .map(|role| {
                        Ok(Group {
                            element,
                            name: role.value("DeveloperName")?,
                            shown: format!("users of the role `{}`{below}", role.text("Name")?),
                        })
                    })
                    .transpose()
            }
            Named::Public(name) => {
                let at = format!("{at}/group");
                let found = self::named(name, &PUBLIC, &self.groups, &at, problems)?;
                found
                    .map(|group| {
                        Ok(Group {
                            element: "group",
                            name: group.value("DeveloperName")?,
                            shown: format!("members of the group `{}`", group.text("Name")?),
                        })
                    })
                    .transpose()
            }
            Named::OfAccount {
                account,
                key,
                portal_type,
                people,
            } => {
                let top = self.top(account, portal_type)?;
                let Some(top) = top else {
                    problems.unmet(without_roles(people, &format!("{at}/{key}")));
                    return Ok(None);
                };
                let shown = match top.value("Name")? {
                    Value::Text(name) => {
                        format!("users of the role `{name}` and of those below it")
                    }
                    _ => format!("users of the {people} roles of the account"),
                };
                Ok(Some(Group {
                    element: "portalRoleAndSubordinates",
                    name: top.value("DeveloperName")?,
                    shown,
                }))
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
    /// Adds the group to a rule, as the end of that name.
    pub(super) fn end(&self, rule: Content, end: &str) -> Content {
        let group = Content::new().set(self.element, Scalar::from(&self.name));
        rule.put(end, self.element, group)
    }
}

/// The role or group of this name: by id, by API name, by name, in that order.
fn named<'r>(
    name: &str,
    sort: &Sort,
    records: &'r [Record],
    at: &str,
    problems: &mut Problems,
) -> Result<Option<&'r Record>, Failure> {
    if let Some(record) = Record::with_id(records, &Value::Text(name.to_owned())) {
        return Ok(Some(record));
    }
    for field in ["DeveloperName", "Name"] {
        let mut found: Vec<&Record> = vec![];
        for record in records {
            let is_new = !found.iter().any(|other| other.id() == record.id());
            if is_new && same(record.text(field)?, name) {
                found.push(record);
            }
        }
        match found.as_slice() {
            [] => {}
            [record] => return Ok(Some(record)),
            several => {
                let names: Result<Vec<&str>, Failure> = several
                    .iter()
                    .map(|record| record.text("DeveloperName"))
                    .collect();
                let summary = format!("`{name}` may mean the {}s {}", sort.noun, ticked(&names?));
                problems.invalid(
                    Diagnostic::error(sort.ambiguous, at, summary).remedy(format!(
                        "Set {} to the API name of the one that is meant",
                        input(at)
                    )),
                );
                return Ok(None);
            }
        }
    }
    let summary = format!("There is no {} `{name}`", sort.noun);
    problems.invalid(Diagnostic::error(sort.unknown, at, summary).remedy(format!(
        "In {{with.rules}}, write the API name or the name that {} shows",
        sort.place
    )));
    Ok(None)
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

/// Names are compared as SOQL compares them.
fn same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}
