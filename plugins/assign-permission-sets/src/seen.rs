//! What the step reads before it knows which sets are meant: one round of lookups.

use usher_sdk::{Failure, Lookup, Org, Record, Value};

use crate::Input;
use crate::resolve::Target;

/// The org, as far as it matters here.
pub(crate) struct Seen {
    pub(crate) user: Option<Record>,
    /// Sets whose label or name may be one of those wanted.
    pub(crate) sets: Vec<Record>,
    /// Groups likewise.
    pub(crate) groups: Vec<Record>,
    assignments: Vec<Record>,
    licenses: Vec<Record>,
}

impl Seen {
    pub(crate) fn read(input: &Input, org: &dyn Org) -> Result<Self, Failure> {
        let names = &input.permission_sets;
        // `FinServ__Advisor` is the set `Advisor` of the package `FinServ`.
        let bare = names
            .iter()
            .filter_map(|name| Some(name.split_once("__")?.1));
        let all_names = names.iter().map(String::as_str).chain(bare);
        // What cannot be the id of a user is not asked for: Salesforce would refuse the whole query.
        let user = || Some(&input.user).filter(|user| user.may_be_id("005"));
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
        ] = org.find_each([
            Lookup::of("User")
                .read(["Username", "IsActive", "Profile.UserLicenseId"])
                .whose_any("Id", user()),
            set.clone().whose_any("Label", names),
            set.whose_any("Name", all_names),
            group.clone().whose_any("MasterLabel", names),
            group.whose_any("DeveloperName", names),
            Lookup::of("PermissionSetAssignment")
                .read(["PermissionSetId", "PermissionSetGroupId"])
                .whose_any("AssigneeId", user()),
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
        })
    }

    /// Whether the user has it already.
    pub(crate) fn is_assigned(&self, target: &Target) -> Result<bool, Failure> {
        any(&self.assignments, target.assignment_field(), &target.id)
    }

    /// Whether the user has this permission set license already.
    pub(crate) fn has_license(&self, id: &Value) -> Result<bool, Failure> {
        any(&self.licenses, "PermissionSetLicenseId", id)
    }
}

fn any(records: &[Record], field: &str, value: &Value) -> Result<bool, Failure> {
    for record in records {
        if record.value(field)?.same(value) {
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
