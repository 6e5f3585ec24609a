//! The licenses that the wanted sets ask for: read once the sets are known.

use usher_sdk::{Failure, Lookup, Org, Record, Value};

use crate::User;
use crate::resolve::Target;
use crate::seen::license;

/// The licenses that the missing sets ask for.
pub(crate) struct Licenses {
    for_sets: Vec<Record>,
    /// The user licenses that a set wants and the user does not have, and the user's own: for their names.
    for_users: Vec<Record>,
}

impl Licenses {
    pub(crate) fn read(missing: &[&Target], user: &User, org: &dyn Org) -> Result<Self, Failure> {
        let wanted: Vec<&Value> = missing
            .iter()
            .map(|target| &target.license)
            .filter(|id| **id != Value::Nothing)
            .collect();
        let for_sets = wanted.iter().copied().filter(|id| !is_user_license(id));
        let mut foreign: Vec<&Value> = wanted
            .iter()
            .copied()
            .filter(|id| is_user_license(id) && differs(user, id))
            .collect();
        if !foreign.is_empty() {
            foreign.extend(&user.license);
        }
        let [for_sets, for_users] = org.find_each([
            license().whose_any("Id", for_sets),
            Lookup::of("UserLicense")
                .read(["Name"])
                .whose_any("Id", foreign),
        ])?;
        Ok(Self {
            for_sets,
            for_users,
        })
    }

    /// Returns a permission set license.
    pub(crate) fn for_sets(&self, id: &Value) -> Option<&Record> {
        Record::with_id(&self.for_sets, id)
    }

    /// The name of a user license, or its id when it cannot be read.
    pub(crate) fn user_license_name<'l>(&'l self, id: &'l Value) -> Result<&'l str, Failure> {
        match Record::with_id(&self.for_users, id) {
            Some(license) => license.text("Name"),
            None => id.text(),
        }
    }
}

/// `LicenseId` of a permission set leads to a user license (100) or a permission set license (0PL).
pub(crate) fn is_user_license(id: &Value) -> bool {
    id.may_be_id("100")
}

/// Says whether the user is known to have another license.
pub(crate) fn differs(user: &User, license: &Value) -> bool {
    let has = user.license.as_ref();
    has.is_some_and(|has| !has.is_unknown() && !has.is_same_id(license))
}
