//! The two families of external users that have roles.

use serde::Deserialize;

/// The family that a role, an account or a user belongs to. The two never mix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    Customer,
    Partner,
}

impl Family {
    /// The family of users of this type; none for users without roles, and for internal ones.
    pub fn of(user_type: &str) -> Option<Self> {
        [Self::Customer, Self::Partner]
            .into_iter()
            .find(|family| family.user_types().contains(&user_type))
    }

    pub fn is_partner(self) -> bool {
        self == Self::Partner
    }

    /// `UserRole.PortalType` of the family's roles.
    pub fn portal_type(self) -> &'static str {
        match self {
            Self::Customer => "CustomerPortal",
            Self::Partner => "Partner",
        }
    }

    /// As in the name of a role.
    pub fn word(self) -> &'static str {
        match self {
            Self::Customer => "Customer",
            Self::Partner => "Partner",
        }
    }

    /// `User.UserType` of the users that have the family's roles.
    pub fn user_types(self) -> &'static [&'static str] {
        match self {
            Self::Customer => &["PowerCustomerSuccess", "CustomerSuccess"],
            Self::Partner => &["PowerPartner"],
        }
    }
}
