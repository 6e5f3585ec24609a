//! The levels of an account's roles: their names, their values in the org, and their number.

use serde::Deserialize;
use serde_json::Value as Json;
use usher_external_users::Family;
use usher_sdk::{Failure, Lookup, Org, ReadError};

/// Lowest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub(crate) enum Level {
    User,
    Manager,
    Executive,
}

impl Level {
    pub(crate) const ALL: [Self; 3] = [Self::User, Self::Manager, Self::Executive];

    /// As in the role's name.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Manager => "Manager",
            Self::Executive => "Executive",
        }
    }
}

/// The picklist values that stand for the levels in this org.
///
/// Documents call the lowest `User`, the metadata WSDL `Worker`: the org's own description decides.
pub(crate) struct Stored([String; 3]);

impl Stored {
    pub(crate) fn read(org: &dyn Org) -> Result<Self, Failure> {
        let user = org.describe_object("User", &["PortalRole"])?;
        let values = user
            .get("PortalRole")
            .and_then(|field| field.get("picklistValues"))
            .and_then(Json::as_array);
        let stored = |level: Level| {
            let names: &[&str] = match level {
                Level::User => &["User", "Worker"],
                _ => &[level.word()],
            };
            let mut values = values.into_iter().flatten();
            let mut value = values.find_map(|entry| {
                let value = entry.get("value")?.as_str()?;
                names.contains(&value).then_some(value)
            });
            // [inferred] An org that describes no levels stores the values of the WSDL.
            value
                .get_or_insert(match level {
                    Level::User => "Worker",
                    _ => level.word(),
                })
                .to_string()
        };
        Ok(Self(Level::ALL.map(stored)))
    }

    pub(crate) fn value(&self, level: Level) -> &str {
        match level {
            Level::User => &self.0[0],
            Level::Manager => &self.0[1],
            Level::Executive => &self.0[2],
        }
    }
}

/// The number of roles that an account will get. No API shows the setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Levels {
    Given(usize),
    /// As many as the account has whose roles were made last.
    Inferred(usize),
    NotKnown,
}

impl Levels {
    pub(crate) fn of(
        given: Option<u8>,
        family: Family,
        stored: &Stored,
        org: &dyn Org,
    ) -> Result<Self, Failure> {
        if let Some(given) = given.filter(|given| *given > 0) {
            return Ok(Self::Given(given.into()));
        }
        let roles = Lookup::of("UserRole")
            .read(["PortalAccountId"])
            .whose("PortalType", family.portal_type())
            .whose_any("PortalRole", &stored.0);
        let roles = match org.find(&roles) {
            Ok(roles) => roles,
            // The roles are too many to look at, or depend on an unknown value: then nothing is inferred.
            Err(ReadError::TooMuch(_) | ReadError::Pending(_)) => return Ok(Self::NotKnown),
            Err(error) => return Err(error.into()),
        };
        // Ids grow with time, and planned roles come last [inferred: Salesforce promises no order].
        let Some(newest) = roles.last() else {
            return Ok(Self::NotKnown);
        };
        let account = newest.value("PortalAccountId")?;
        let mut count = 0;
        for role in &roles {
            if role.value("PortalAccountId")?.is_same_id(&account) {
                count += 1;
            }
        }
        Ok(Self::Inferred(count))
    }
}
