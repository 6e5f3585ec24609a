//! The group as the input names it.

use serde::Deserialize;
use usher_sdk::Value;

/// Exactly one is given; the others are empty or false.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct GroupInput {
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

/// One way in which the input names a group.
pub(super) enum Named<'i> {
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

impl GroupInput {
    pub(crate) fn is_empty(&self) -> bool {
        self.named().is_empty()
    }

    /// The account whose roles are meant, with a word for these roles.
    pub(crate) fn account(&self) -> Option<(&'static str, &Value)> {
        self.named().into_iter().find_map(|one| match one {
            Named::OfAccount {
                account, people, ..
            } => Some((people, account)),
            _ => None,
        })
    }

    pub(super) fn named(&self) -> Vec<Named<'_>> {
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
