//! The levels of an account's roles: their names, their values in the org, and their number.

use serde::Deserialize;
use serde_json::Value as Json;
use usher_external_users::{Family, Fields};
use usher_sdk::{Failure, Field, Org, ReadError};

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

    /// The values that stand for it in orgs. Documents call the lowest `User`, the metadata WSDL `Worker`
    /// (docs/salesforce/users.md#portal-role).
    pub(crate) fn spellings(self) -> &'static [&'static str] {
        match self {
            Self::User => &["Worker", "User"],
            Self::Manager => &["Manager"],
            Self::Executive => &["Executive"],
        }
    }

    /// The level that a value of `UserRole.PortalRole` stands for.
    pub(crate) fn of(stored: &str) -> Option<Self> {
        let mut levels = Self::ALL.into_iter();
        levels.find(|level| level.spellings().contains(&stored))
    }
}

/// The picklist values that stand for the levels in this org, for what is written. What is read is recognised in
/// either spelling, because no document says that users and roles have the same one.
pub(crate) struct Stored([String; 3]);

impl Stored {
    pub(crate) fn of(user: &Fields) -> Self {
        let values = user
            .described("PortalRole")
            .and_then(|field| field.get("picklistValues"))
            .and_then(Json::as_array);
        let stored = |level: Level| {
            let mut values = values.into_iter().flatten();
            let value = values.find_map(|entry| {
                let value = entry.get("value")?.as_str()?;
                level.spellings().contains(&value).then_some(value)
            });
            // [inferred] An org that describes no levels stores the values of the WSDL.
            let first = level.spellings().first().copied();
            value.or(first).unwrap_or_default().to_owned()
        };
        Self(Level::ALL.map(stored))
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

/// The roles that were made last, with the account that got them. Ids grow with time [inferred: Salesforce promises no
/// order]. An account has three roles at most, and those of others may lie between them: one request saves 200 users at
/// most, each of which may bring the roles of an account. An org may have tens of thousands of such roles.
const NEWEST: &str = "SELECT PortalAccountId, PortalRole FROM UserRole WHERE PortalType = :type AND PortalAccountId != null ORDER BY Id DESC LIMIT 600";

impl Levels {
    pub(crate) fn of(given: Option<u8>, family: Family, org: &dyn Org) -> Result<Self, Failure> {
        if let Some(given) = given.filter(|given| *given > 0) {
            return Ok(Self::Given(given.into()));
        }
        let newest = org.query(NEWEST, &[Field::new("type", family.portal_type())]);
        let newest = match newest {
            Ok(newest) => newest,
            // Roles that are only planned, or that the signed-in user may not see: then nothing is inferred.
            Err(ReadError::TooMuch(_) | ReadError::Pending(_) | ReadError::Refused(_)) => {
                return Ok(Self::NotKnown);
            }
            Err(error) => return Err(error.into()),
        };
        let account = newest
            .first()
            .and_then(|role| role["PortalAccountId"].as_str());
        let Some(account) = account else {
            return Ok(Self::NotKnown);
        };
        let levels = newest.iter().filter(|role| {
            let level = role["PortalRole"].as_str().and_then(Level::of);
            role["PortalAccountId"].as_str() == Some(account) && level.is_some()
        });
        match levels.count() {
            0 => Ok(Self::NotKnown),
            count => Ok(Self::Inferred(count)),
        }
    }
}
