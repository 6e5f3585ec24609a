//! Facts about an org and the user who is signed in there, as far as that user may know them.

use std::collections::BTreeSet;

use crate::doctor::DAILY_REQUESTS;

/// A fact about an org, or the reason why it is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact<T> {
    Known(T),
    NotKnown(String),
}

impl<T> Fact<T> {
    /// The fact, when it is known.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(fact) => Some(fact),
            Self::NotKnown(_) => None,
        }
    }
}

/// Everything that is asked of an org.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    pub user: Fact<User>,
    pub edition: Fact<Edition>,
    /// User permissions of the user, of those that Usher knows needs for: the ends of their columns' names.
    pub rights: Fact<BTreeSet<String>>,
    pub limits: Fact<Vec<Limit>>,
    /// User licenses.
    pub licenses: Fact<Vec<License>>,
    pub permission_set_licenses: Fact<Vec<License>>,
    pub settings: Fact<Settings>,
    pub sites: Fact<Vec<Site>>,
}

/// The signed-in user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    pub name: String,
    pub profile: String,
    pub license: String,
    /// The name of the role. A user may have none.
    pub role: Fact<Option<String>>,
}

/// The org, as it describes itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edition {
    pub name: String,
    /// `OrganizationType`: "Developer Edition".
    pub edition: String,
    /// The instance on which it lives.
    pub instance: Option<String>,
    /// The time at which a trial ends.
    pub trial_ends: Option<String>,
}

/// One of the limits that the org counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// `DailyApiRequests`.
    pub name: String,
    pub max: u64,
    pub left: u64,
}

/// A license with its seats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct License {
    pub id: String,
    /// The name that people see.
    pub label: String,
    /// The key, or the API name.
    pub key: String,
    /// Negative: the org has as many as it takes.
    pub total: i64,
    pub used: i64,
    /// Says that it is for external users.
    pub is_external: bool,
}

/// Settings that external users depend on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// *Enable Digital Experiences*.
    pub digital_experiences: Option<bool>,
    /// *Allow using standard external profiles*.
    pub standard_profiles: Option<bool>,
    /// *Minimize the number of roles*.
    pub few_roles: Option<bool>,
}

/// A site of the org.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    pub name: String,
    /// `Live`, `UnderConstruction` or `DownForMaintenance`.
    pub status: String,
    /// Says that the signed-in user is a member.
    pub is_member: bool,
}

impl Facts {
    /// The requests that the org still takes today, and the most it takes a day.
    pub fn requests(&self) -> Option<&Limit> {
        let mut limits = self.limits.known()?.iter();
        limits.find(|limit| limit.name == DAILY_REQUESTS)
    }
}

impl License {
    /// The seats that are free. None: there is no limit.
    pub fn left(&self) -> Option<u64> {
        (self.total >= 0).then(|| self.total.saturating_sub(self.used).max(0).unsigned_abs())
    }
}
