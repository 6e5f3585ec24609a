//! The sights that a step's reads need, as a plan keeps them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// A thing that a user without a permission does not see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sight {
    Roles,
    PermissionSetLicenses,
    PermissionSets,
    Metadata,
}

/// The part that a sight has in a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// The plan comes from it.
    Needed,
    /// The step has no plan yet, and may look there.
    Later,
    /// The step looked there, and the org refused it or may have hidden something; there is no plan, or not yet.
    Missed,
    /// The step can be planned without it.
    Without,
}

/// The needs of a step's reads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadNeeds {
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub sights: BTreeMap<Sight, How>,
    /// Objects whose records it reads, and for which a user needs the object permission *Read*.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub objects: BTreeSet<String>,
}

impl ReadNeeds {
    pub fn is_empty(&self) -> bool {
        self.sights.is_empty() && self.objects.is_empty()
    }
}
