//! Saves that the user may not make (docs/salesforce/users.md#rights,
//! docs/salesforce/permission-sets.md#rights-to-save).
//!
//! The permissions are documented. Most codes and texts are \[inferred\]: `INSUFFICIENT_ACCESS_OR_READONLY` is the
//! platform's code for a record that may not be changed.

use crate::access::{self, Guarded, Level, Viewer};
use crate::refusal::{Outcome, Refusal};
use crate::row::{Row, text};
use crate::schema::{Object, Verb, object};
use crate::tenant::Tenant;
use crate::tenant::rights::{ObjectRight, Right, has_for_object, has_one};

/// Fields of the own user that nobody changes without a right to users \[inferred\].
const ADMINISTERED: [&str; 9] = [
    "CommunityNickname",
    "ContactId",
    "IsActive",
    "IsPortalEnabled",
    "IsPrmSuperUser",
    "PortalRole",
    "ProfileId",
    "UserRoleId",
    "Username",
];

/// Says whether the user may do that with some records of the object. Of Setup and of shares it says nothing: they have
/// rules of their own.
pub(crate) fn may(org: &Tenant<'_>, object: &Object, verb: Verb) -> Outcome<bool> {
    let right = match verb {
        Verb::Create => ObjectRight::Create,
        Verb::Update => ObjectRight::Edit,
        Verb::Delete => ObjectRight::Delete,
    };
    Ok(!is_work(object) || has_for_object(org, object, right)?)
}

/// Refuses a new record. `row` holds what the client gives, and presets.
pub(crate) fn create(org: &Tenant<'_>, object: &'static Object, row: &Row) -> Outcome<()> {
    if has_one(org, &[Right::ModifyAllData])? && is_work(object) {
        return Ok(());
    }
    if let Some(guarded) = Guarded::of_share(object.name) {
        return shares(org, guarded, row);
    }
    match object.name {
        "User" => new_user(org, row),
        _ if is_work(object) => match has_for_object(org, object, ObjectRight::Create)? {
            true => Ok(()),
            // [inferred] The code; its text is that of objects that take no new records.
            false => Err(Refusal::save(
                "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
                format!("entity type cannot be inserted: {}", object.label),
                &[],
            )),
        },
        _ => setup(org, object),
    }
}

/// Refuses a change of a record.
pub(crate) fn update(
    org: &Tenant<'_>,
    object: &'static Object,
    old: &Row,
    given: &Row,
) -> Outcome<()> {
    if let Some(guarded) = Guarded::of_share(object.name) {
        return shares(org, guarded, old);
    }
    match object.name {
        "User" => changed_user(org, old, given),
        _ if is_work(object) => record(org, object, old, ObjectRight::Edit),
        _ => setup(org, object),
    }
}

/// Refuses a deletion.
pub(crate) fn delete(org: &Tenant<'_>, object: &'static Object, row: &Row) -> Outcome<()> {
    if let Some(guarded) = Guarded::of_share(object.name) {
        return shares(org, guarded, row);
    }
    match is_work(object) {
        true => record(org, object, row, ObjectRight::Delete),
        false => setup(org, object),
    }
}

/// Records that are shared, and so have object permissions.
fn is_work(object: &Object) -> bool {
    Guarded::of(object.name).is_some()
}

/// Setup records: each object has its permissions.
fn setup(org: &Tenant<'_>, object: &Object) -> Outcome<()> {
    let rights: &[Right] = match object.name {
        "Network" | "NetworkMemberGroup" => &[Right::ManageNetworks],
        "ObjectPermissions"
        | "PermissionSet"
        | "PermissionSetGroup"
        | "PermissionSetGroupComponent"
        | "PermissionSetTabSetting"
        | "Profile"
        | "SetupEntityAccess" => &[Right::ManageProfilesPermissionsets],
        "PermissionSetAssignment" | "PermissionSetLicenseAssign" => {
            &[Right::AssignPermissionSets, Right::ManageUsers]
        }
        "Group" | "GroupMember" | "QueueSobject" | "UserLogin" => &[Right::ManageUsers],
        "UserRole" => &[Right::ManageRoles, Right::ManageUsers],
        _ => return Ok(()),
    };
    match has_one(org, rights)? {
        true => Ok(()),
        false => Err(not_allowed()),
    }
}

fn new_user(org: &Tenant<'_>, row: &Row) -> Outcome<()> {
    let external = match text(row, "ContactId") {
        "" => is_external(org, text(row, "ProfileId"))?,
        _ => true,
    };
    if may_manage(org, external)? {
        return Ok(());
    }
    match external {
        true => Err(not_allowed()),
        // A public report: the profile counts as not given.
        false => Err(Refusal::save(
            "REQUIRED_FIELD_MISSING",
            "Required fields are missing: [ProfileId]",
            &["ProfileId"],
        )),
    }
}

fn changed_user(org: &Tenant<'_>, old: &Row, given: &Row) -> Outcome<()> {
    let own = text(old, "Id") == org.user_id;
    let administered = given.keys().any(|field| ADMINISTERED.contains(field));
    if own && !administered {
        return Ok(());
    }
    let external = is_external(org, text(old, "ProfileId"))?;
    match may_manage(org, external)? {
        true => Ok(()),
        false => Err(not_allowed()),
    }
}

fn may_manage(org: &Tenant<'_>, external: bool) -> Outcome<bool> {
    match external {
        true => has_one(org, &[Right::ManagePartners]),
        false => has_one(org, &[Right::ManageInternalUsers, Right::ManageUsers]),
    }
}

fn is_external(org: &Tenant<'_>, profile_id: &str) -> Outcome<bool> {
    let profiles = object("Profile").expect("the schema has it");
    let profile = org.part(profiles, profile_id, &["UserType"])?;
    Ok(!matches!(text(&profile, "UserType"), "" | "Standard"))
}

/// A record needs the permission for its object and access to the record itself
/// (docs/salesforce/sharing.md#who-sees-a-record).
fn record(org: &Tenant<'_>, object: &'static Object, row: &Row, right: ObjectRight) -> Outcome<()> {
    if has_one(org, &[Right::ModifyAllData])? {
        return Ok(());
    }
    let least = match right {
        ObjectRight::Delete => Level::Delete,
        _ => Level::Edit,
    };
    let allowed = has_for_object(org, object, right)? && level(org, object, row)? >= least;
    match allowed {
        true => Ok(()),
        false => Err(not_allowed()),
    }
}

/// A record is shared by hand by its owner, by whoever stands above, and by administrators \[inferred\].
fn shares(org: &Tenant<'_>, guarded: &Guarded, share: &Row) -> Outcome<()> {
    let object = guarded.object();
    let Some(record) = org.row(object, text(share, guarded.record))? else {
        return Ok(());
    };
    match org.fills || level(org, object, &record)? == Level::All {
        true => Ok(()),
        false => Err(Refusal::save(
            "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
            format!(
                "insufficient access rights on cross-reference id: {}",
                text(&record, "Id")
            ),
            &[],
        )),
    }
}

fn level(org: &Tenant<'_>, object: &'static Object, record: &Row) -> Outcome<Level> {
    match Viewer::of(org, &org.user_id)? {
        Some(viewer) => access::level(org, &viewer, object, record),
        None => Ok(Level::None),
    }
}

fn not_allowed() -> Refusal {
    Refusal::save(
        "INSUFFICIENT_ACCESS_OR_READONLY",
        "insufficient access rights on object id",
        &[],
    )
}

/// Says whether a call of Connect may administer sites (docs/salesforce/sites.md#rights).
pub(crate) fn sites(org: &Tenant<'_>) -> Outcome<()> {
    match has_one(org, &[Right::ManageNetworks])? {
        true => Ok(()),
        // 403 is documented for Connect; [inferred] the code and the text.
        false => {
            let message = "You don't have permission to create or set up experiences.";
            Err(Refusal::new(403, "INSUFFICIENT_ACCESS", message))
        }
    }
}

/// Says whether the user may set or reset the password of `of`: the own one, or those of users whom the user manages.
/// The code is documented (docs/salesforce/users.md#passwords), the text \[inferred\].
pub(crate) fn password(org: &Tenant<'_>, of: &Row) -> Outcome<()> {
    match changed_user(org, of, &Row::new()) {
        Ok(()) => Ok(()),
        Err(_) => {
            let message = "You don't have permission to set this user's password";
            Err(Refusal::new(403, "INSUFFICIENT_ACCESS", message))
        }
    }
}
