//! Calculates what each user may do with a record, as `UserRecordAccess` answers it: from ownership, the role
//! hierarchy, org-wide defaults, shares, sharing rules, sharing sets and the account of the record.
//!
//! Documents say that all of these count (docs/salesforce/sharing.md#who-sees-a-record). How each works in detail is
//! \[inferred\], and said at its place. The permissions of users for objects are not asked here.

use crate::access::memo::Memo;
use crate::recalculation::{self, Subject};
use crate::refusal::Outcome;
use crate::row::{Row, text, truth};
use crate::schema::{Object, object};
use crate::tenant::Tenant;

mod account;
mod answers;
pub(crate) mod criteria;
pub(crate) mod groups;
mod hierarchy;
mod many;
mod memo;
mod owner;
mod rules;
mod sets;
mod users;

/// The levels of access; each level includes those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    None,
    Read,
    Edit,
    Delete,
    Transfer,
    All,
}

/// An object whose records have an owner and shares.
pub(crate) struct Guarded {
    object: &'static str,
    /// Its shares: object, the field with the record's id, the field with the level.
    pub(crate) share: &'static str,
    pub(crate) record: &'static str,
    pub(crate) level: &'static str,
    /// The access to records below an account: the field in the account's shares, and the field in the role of its
    /// owner.
    below: Option<(&'static str, &'static str)>,
}

pub(crate) static GUARDED: [Guarded; 5] = [
    Guarded {
        object: "Account",
        share: "AccountShare",
        record: "AccountId",
        level: "AccountAccessLevel",
        below: None,
    },
    Guarded {
        object: "Case",
        share: "CaseShare",
        record: "CaseId",
        level: "CaseAccessLevel",
        below: Some(("CaseAccessLevel", "CaseAccessForAccountOwner")),
    },
    Guarded {
        object: "Contact",
        share: "ContactShare",
        record: "ContactId",
        level: "ContactAccessLevel",
        below: Some(("ContactAccessLevel", "ContactAccessForAccountOwner")),
    },
    Guarded {
        object: "Lead",
        share: "LeadShare",
        record: "LeadId",
        level: "LeadAccessLevel",
        below: None,
    },
    Guarded {
        object: "Opportunity",
        share: "OpportunityShare",
        record: "OpportunityId",
        level: "OpportunityAccessLevel",
        below: Some(("OpportunityAccessLevel", "OpportunityAccessForAccountOwner")),
    },
];

/// A user who looks.
pub(crate) struct Viewer {
    user: Row,
    profile: Row,
    /// The access by role, rules and sharing sets is not calculated yet.
    is_new: bool,
    memo: Memo,
}

impl Level {
    /// The level of that name, as shares, settings and sharing sets write it.
    pub(crate) fn of(name: &str) -> Self {
        match name {
            "Read" => Self::Read,
            "Edit" => Self::Edit,
            "Delete" => Self::Delete,
            "Transfer" => Self::Transfer,
            "All" => Self::All,
            _ => Self::None,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::None => "None",
            Self::Read => "Read",
            Self::Edit => "Edit",
            Self::Delete => "Delete",
            Self::Transfer => "Transfer",
            Self::All => "All",
        }
    }
}

impl Level {
    /// The level as an org-wide default, as components and definitions write it (docs/salesforce/metadata.md#objects).
    pub(crate) fn model(self) -> &'static str {
        match self {
            Self::None => "Private",
            Self::Read => "Read",
            _ => "ReadWrite",
        }
    }
}

impl Guarded {
    /// Returns the guarded object of that name; none when its records are not shared.
    pub(crate) fn of(name: &str) -> Option<&'static Self> {
        GUARDED.iter().find(|guarded| guarded.object == name)
    }

    /// The objects whose shares these are.
    pub(crate) fn of_share(name: &str) -> Option<&'static Self> {
        GUARDED.iter().find(|guarded| guarded.share == name)
    }

    pub(crate) fn object(&self) -> &'static Object {
        known(self.object)
    }

    pub(crate) fn shares(&self) -> &'static Object {
        known(self.share)
    }
}

impl Viewer {
    /// The user of that id; none when there is none.
    pub(crate) fn of(org: &Tenant<'_>, user_id: &str) -> Outcome<Option<Self>> {
        let Some(user) = org.row(known("User"), user_id)? else {
            return Ok(None);
        };
        let profile = org.row(known("Profile"), text(&user, "ProfileId"))?;
        Ok(Some(Self {
            user,
            profile: profile.unwrap_or_default(),
            is_new: recalculation::goes_on(org, Subject::Access, user_id)?,
            memo: Memo::default(),
        }))
    }

    fn id(&self) -> &str {
        text(&self.user, "Id")
    }

    /// Says whether the user belongs to an account.
    fn is_external(&self) -> bool {
        !text(&self.user, "ContactId").is_empty()
    }

    /// Returns the level that profile and permission sets give for all records: of every object, or of this one.
    fn everywhere(&self, org: &Tenant<'_>, object: &Object) -> Outcome<Level> {
        let sql = "SELECT MAX(s.\"PermissionsModifyAllData\", IFNULL(o.\"PermissionsModifyAllRecords\", 0)) AS modifies, MAX(s.\"PermissionsViewAllData\", IFNULL(o.\"PermissionsViewAllRecords\", 0)) AS views FROM \"PermissionSetAssignment\" a JOIN \"PermissionSet\" s ON s.\"Id\" = a.\"PermissionSetId\" LEFT JOIN \"ObjectPermissions\" o ON o.\"ParentId\" = s.\"Id\" AND o.\"SobjectType\" = ?2 WHERE a.\"AssigneeId\" = ?1 AND a.\"IsRevoked\" = 0 ORDER BY modifies DESC, views DESC LIMIT 1";
        let mut statement = org.db.prepare_cached(sql)?;
        let mut found = statement.query([self.id(), object.name])?;
        let given: (bool, bool) = match found.next()? {
            Some(row) => (row.get(0)?, row.get(1)?),
            None => (false, false),
        };
        Ok(match given {
            (true, _) => Level::All,
            (false, true) => Level::Read,
            (false, false) => Level::None,
        })
    }
}

/// Says whether access to records of that object is known here.
pub(crate) fn is_known(object: &Object) -> bool {
    Guarded::of(object.name).is_some() || object.name == "User"
}

/// Returns the user's access to a record. The object must be one that [`is_known`].
pub(crate) fn level(
    org: &Tenant<'_>,
    viewer: &Viewer,
    object: &'static Object,
    record: &Row,
) -> Outcome<Level> {
    // [inferred] A user who cannot sign in sees nothing.
    if !truth(&viewer.user, "IsActive") {
        return Ok(Level::None);
    }
    let mut level = general(org, viewer, object)?;
    if level == Level::All {
        return Ok(level);
    }
    level = level.max(sets::level(org, viewer, object, record)?);
    match Guarded::of(object.name) {
        None => Ok(level.max(users::level(org, viewer, record)?)),
        Some(guarded) => {
            level = level.max(direct(org, viewer, guarded, record)?);
            Ok(level.max(account::level(org, viewer, guarded, record)?))
        }
    }
}

/// Returns the org-wide default of an object, for internal or for external users. Without the external sharing model
/// external users have the internal default (docs/salesforce/sharing.md#org-wide-defaults).
pub(crate) fn org_wide(org: &Tenant<'_>, object: &Object, external: bool) -> Outcome<Level> {
    let external = external && org.is_on("SharingSettings.enableExternalSharingModel")?;
    let name = match external {
        true => format!("practice.externalAccess.{}", object.name),
        false => format!("practice.internalAccess.{}", object.name),
    };
    let level = org.setting(&name)?;
    let level = level.as_ref().and_then(serde_json::Value::as_str);
    Ok(level.map_or(unset(object.name, external), Level::of))
}

/// The org-wide default that was never set: private, so that every other way of access shows; that
/// internal users see each other is the platform's own default [inferred, both].
pub(crate) fn unset(object: &str, external: bool) -> Level {
    match (object, external) {
        ("User", false) => Level::Read,
        _ => Level::None,
    }
}

/// The level on all records of an object: by permissions, and by the org-wide default.
fn general(org: &Tenant<'_>, viewer: &Viewer, object: &'static Object) -> Outcome<Level> {
    viewer.memo.general.get(object.name, |_| {
        let everywhere = viewer.everywhere(org, object)?;
        Ok(everywhere.max(org_wide(org, object, viewer.is_external())?))
    })
}

/// Through the record itself: its owner, its shares, its object's rules, and the roles above those.
fn direct(org: &Tenant<'_>, viewer: &Viewer, guarded: &Guarded, record: &Row) -> Outcome<Level> {
    if owner::reaches(org, viewer, text(record, "OwnerId"))? {
        return Ok(Level::All);
    }
    let shared = shared(org, viewer, guarded, text(record, "Id"), guarded.level)?;
    Ok(shared.max(rules::level(org, viewer, guarded, record)?))
}

/// The most that the manual shares of a record give in that field, to the user or to a user below.
fn shared(
    org: &Tenant<'_>,
    viewer: &Viewer,
    guarded: &Guarded,
    record_id: &str,
    field: &str,
) -> Outcome<Level> {
    let all = viewer.memo.shares.borrow().get(guarded.share).cloned();
    let found;
    let shares = match &all {
        Some(all) => all.get(record_id).map_or(&[][..], Vec::as_slice),
        None => {
            found = org.rows(guarded.shares(), &[(guarded.record, record_id.into())])?;
            found.as_slice()
        }
    };
    let mut level = Level::None;
    for share in shares {
        // The owner's row says nothing that ownership does not.
        if text(share, "RowCause") == "Manual"
            && hierarchy::reaches(org, viewer, text(share, "UserOrGroupId"))?
        {
            level = level.max(Level::of(text(share, field)));
        }
    }
    Ok(level)
}

pub(crate) use crate::access::many::{FOLLOWED, Readable, readable, shows};

fn known(name: &str) -> &'static Object {
    object(name).expect("the schema has it")
}

#[cfg(test)]
mod tests;
