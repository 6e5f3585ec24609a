//! Reads the org before the sets are known: one round of lookups.

use usher_sdk::{Failure, Lookup, Org, Record, Value};

use crate::{Wanted, Wish, same};

/// The org, as far as it matters here.
pub struct Seen {
    user: Option<Record>,
    /// Sets whose label or name may be one of those wanted.
    pub(crate) sets: Vec<Record>,
    /// Groups likewise.
    pub(crate) groups: Vec<Record>,
    assignments: Vec<Record>,
    /// Licenses that are asked for by their label.
    licenses: Vec<Record>,
    /// Licenses that the user has.
    licensed: Vec<Record>,
}

impl Seen {
    /// Reads it.
    ///
    /// # Errors
    ///
    /// The org does not answer, or not yet.
    pub fn read(wanted: &Wanted, org: &dyn Org) -> Result<Self, Failure> {
        let names = || wanted.sets.iter().map(|wish| wish.name.as_str());
        // `FinServ__Advisor` is the set `Advisor` of the package `FinServ`.
        let bare = names().filter_map(|name| Some(name.split_once("__")?.1));
        let all_names = names().chain(bare);
        let labels = wanted.licenses.iter().map(|wish| &wish.name);
        // A text that cannot be the id of a user is not asked for: Salesforce would refuse the whole query.
        let user = || Some(wanted.user).filter(|user| user.may_be_id("005"));
        let set = Lookup::of("PermissionSet").read([
            "Label",
            "Name",
            "NamespacePrefix",
            "LicenseId",
            "IsOwnedByProfile",
            "PermissionSetGroupId",
        ]);
        let group =
            Lookup::of("PermissionSetGroup").read(["MasterLabel", "DeveloperName", "Status"]);
        let [
            users,
            mut sets,
            named,
            mut groups,
            groups_named,
            assignments,
            licenses,
            licensed,
        ] = org.find_each([
            Lookup::of("User")
                .read(["Username", "IsActive", "Profile.UserLicenseId"])
                .read(wanted.user_fields.iter().copied())
                .whose_any("Id", user()),
            set.clone().whose_any("Label", names()),
            set.whose_any("Name", all_names),
            group.clone().whose_any("MasterLabel", names()),
            group.whose_any("DeveloperName", names()),
            Lookup::of("PermissionSetAssignment")
                .read(["PermissionSetId", "PermissionSetGroupId"])
                .whose_any("AssigneeId", user()),
            license().whose_any("MasterLabel", labels),
            Lookup::of("PermissionSetLicenseAssign")
                .read(["PermissionSetLicenseId"])
                .whose_any("AssigneeId", user()),
        ])?;
        sets.extend(named);
        groups.extend(groups_named);
        Ok(Self {
            user: users.into_iter().next(),
            sets: each_once(sets)?,
            groups: each_once(groups)?,
            assignments,
            licenses,
            licensed,
        })
    }

    /// The user, with the fields that were asked for.
    pub fn user(&self) -> Option<&Record> {
        self.user.as_ref()
    }

    /// The permission set license with that label.
    pub(crate) fn license(&self, wish: &Wish) -> Result<Option<&Record>, Failure> {
        for license in &self.licenses {
            if same(license.text("MasterLabel")?, &wish.name) {
                return Ok(Some(license));
            }
        }
        Ok(None)
    }

    /// Says whether the user has the set or group already that an assignment names in `field`.
    pub(crate) fn is_assigned(&self, field: &str, id: &Value) -> Result<bool, Failure> {
        any(&self.assignments, field, id)
    }

    /// Says whether the user has this permission set license already.
    pub(crate) fn has_license(&self, id: &Value) -> Result<bool, Failure> {
        any(&self.licensed, "PermissionSetLicenseId", id)
    }
}

/// Permission set licenses, with the fields that a seat of one depends on.
pub(crate) fn license() -> Lookup {
    Lookup::of("PermissionSetLicense")
        .read(["DeveloperName", "MasterLabel"])
        .read(["TotalLicenses", "UsedLicenses"])
}

fn any(records: &[Record], field: &str, value: &Value) -> Result<bool, Failure> {
    for record in records {
        if record.value(field)?.is_same_id(value) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn each_once(records: Vec<Record>) -> Result<Vec<Record>, Failure> {
    let mut once: Vec<Record> = vec![];
    for record in records {
        if !any(&once, "Id", &record.id()?)? {
            once.push(record);
        }
    }
    Ok(once)
}
