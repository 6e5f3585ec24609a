//! Reads the org before the sets are known: one round of lookups.

use usher_sdk::{Failure, Lookup, Org, Record, Value};

use crate::{Wanted, Wish, names, same};

/// The org, as far as it matters here.
pub struct Seen {
    user: Option<Record>,
    /// Sets whose label or name may be one of those wanted.
    pub(crate) sets: Vec<Record>,
    /// Groups likewise.
    pub(crate) groups: Vec<Record>,
    assignments: Vec<Record>,
    /// Assignments that a user access policy has revoked.
    revoked: Vec<Record>,
    /// Licenses that are asked for by name.
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
        let wishes = || wanted.sets.iter().map(|wish| wish.name.as_str());
        // `FinServ__Advisor` is the set `Advisor` of the package `FinServ`.
        let bare = wishes().filter_map(|name| Some(name.split_once("__")?.1));
        let api_names = || wishes().chain(bare.clone()).flat_map(names::api_names);
        let labels = || wishes().flat_map(names::labels);
        let ids = |prefix| wishes().filter_map(move |name| id(name, prefix));
        let licenses = || wanted.licenses.iter().map(|wish| wish.name.as_str());
        let license_ids = licenses().filter_map(|name| id(name, "0PL"));
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
        let assignment = Lookup::of("PermissionSetAssignment")
            .read(["PermissionSetId", "PermissionSetGroupId"])
            .whose_any("AssigneeId", user());
        // Only orgs with user access policies have the field.
        let policies = org.describe_object("PermissionSetAssignment", &[REVOKED]);
        let assignment = match policies {
            Ok(fields) if fields.contains_key(REVOKED) => assignment.read([REVOKED]),
            _ => assignment,
        };
        let [
            users,
            mut sets,
            named,
            sets_by_id,
            mut groups,
            groups_named,
            groups_by_id,
            assignments,
            mut licensees,
            licenses_named,
            licenses_by_id,
            licensed,
        ] = org.find_each([
            Lookup::of("User")
                .read(["Username", "IsActive", "UserType", "Profile.UserLicenseId"])
                .read(wanted.user_fields.iter().copied())
                .whose_any("Id", user()),
            set.clone().whose_any("Label", labels()),
            set.clone().whose_any("Name", api_names()),
            set.whose_any("Id", ids("0PS")),
            group.clone().whose_any("MasterLabel", labels()),
            group
                .clone()
                .whose_any("DeveloperName", wishes().flat_map(names::api_names)),
            group.whose_any("Id", ids("0PG")),
            assignment,
            license().whose_any("MasterLabel", licenses().flat_map(names::labels)),
            license().whose_any("DeveloperName", licenses().flat_map(names::license_names)),
            license().whose_any("Id", license_ids),
            Lookup::of("PermissionSetLicenseAssign")
                .read(["PermissionSetLicenseId"])
                .whose_any("AssigneeId", user()),
        ])?;
        let (mut assigned, mut revoked) = (vec![], vec![]);
        for record in assignments {
            match record.has(REVOKED) && record.value(REVOKED)? == Value::Truth(true) {
                true => revoked.push(record),
                false => assigned.push(record),
            }
        }
        sets.extend(named.into_iter().chain(sets_by_id));
        groups.extend(groups_named.into_iter().chain(groups_by_id));
        licensees.extend(licenses_named.into_iter().chain(licenses_by_id));
        Ok(Self {
            user: users.into_iter().next(),
            sets: each_once(sets)?,
            groups: each_once(groups)?,
            assignments: assigned,
            revoked,
            licenses: each_once(licensees)?,
            licensed,
        })
    }

    /// The user, with the fields that were asked for.
    pub fn user(&self) -> Option<&Record> {
        self.user.as_ref()
    }

    /// The permission set license of that name: by id, else by developer name, else by label.
    pub(crate) fn license(&self, wish: &Wish) -> Result<Option<&Record>, Failure> {
        let name = &wish.name;
        let is_id = Value::Text(name.clone());
        for way in 0..4 {
            for license in &self.licenses {
                let (developer_name, label) =
                    (license.text("DeveloperName")?, license.text("MasterLabel")?);
                let fits = match way {
                    0 => license.id()?.is_same_id(&is_id),
                    1 => names::is_license(developer_name, name),
                    2 => same(label, name),
                    _ => names::loosely_same(label, name),
                };
                if fits {
                    return Ok(Some(license));
                }
            }
        }
        Ok(None)
    }

    /// Says whether a user access policy has taken the set or group from the user.
    pub(crate) fn is_revoked(&self, field: &str, id: &Value) -> Result<bool, Failure> {
        any(&self.revoked, field, id)
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

/// The field that says that a user access policy has revoked an assignment.
const REVOKED: &str = "IsRevoked";

/// The name, when it may be such an id.
fn id(name: &str, prefix: &str) -> Option<Value> {
    Some(Value::Text(name.to_owned())).filter(|id| id.may_be_id(prefix))
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
