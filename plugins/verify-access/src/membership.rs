//! The user's membership of the site: a row of the user's own, which Salesforce makes in the background for each profile
//! and permission set that is a member.

use usher_sdk::{Diagnostic, Failure, Lookup, Org, Record, Value};

const RULE: &str = "Object Reference, NetworkMemberGroup";

pub(crate) enum Membership {
    /// The user has a row.
    Member,
    /// The user has none, although a profile or permission set of the user is a member.
    NotYet,
    /// Salesforce is still adding the profile or the permission set.
    GroupComing,
    /// Nothing that the user has is a member.
    Missing,
}

impl Membership {
    /// `members`: the rows of the user, of all sites.
    pub(crate) fn read(
        user: &Record,
        site: &Record,
        members: &[Record],
        org: &dyn Org,
    ) -> Result<Self, Failure> {
        let site = site.id()?;
        for row in members {
            if row.value("NetworkId")?.is_same_id(&site) {
                return Ok(Self::Member);
            }
        }
        let [groups, sets] = org.find_each([
            Lookup::of("NetworkMemberGroup")
                .read(["ParentId", "AssignmentStatus"])
                .whose("NetworkId", &site),
            Lookup::of("PermissionSetAssignment")
                .read(["PermissionSetId"])
                .whose("AssigneeId", user.id()?),
        ])?;
        let mut held = vec![user.value("ProfileId")?];
        for set in &sets {
            held.push(set.value("PermissionSetId")?);
        }
        let mut found = Self::Missing;
        for group in &groups {
            let parent = group.value("ParentId")?;
            if !held.iter().any(|own| own.is_same_id(&parent)) {
                continue;
            }
            match group.value("AssignmentStatus")? {
                Value::Text(status) if status == "Added" => return Ok(Self::NotYet),
                Value::Text(status) if is_coming(&status) => found = Self::GroupComing,
                _ => {}
            }
        }
        Ok(found)
    }

    /// Reports that the user is not a member; none when the user is.
    pub(crate) fn problem(&self, username: &str, profile: &str, site: &str) -> Option<Diagnostic> {
        let (code, summary, remedy) = match self {
            Self::Member => return None,
            Self::NotYet => (
                "not-yet-a-member",
                format!(
                    "{username} is not a member of the site `{site}` yet, although the profile `{profile}`, or a permission set of the user, is one: Salesforce may still be adding the user, or the Individual of the contact bars it"
                ),
                "Look again in some minutes; when nothing changes, look at the contact's Individual".to_owned(),
            ),
            Self::GroupComing => (
                "not-yet-a-member",
                format!(
                    "{username} is not a member of the site `{site}` yet: Salesforce is still adding the profile `{profile}`, or a permission set of the user, to the site"
                ),
                "Look again in some minutes".to_owned(),
            ),
            Self::Missing => (
                "not-a-member",
                format!("{username} is not a member of the site `{site}`"),
                format!(
                    "Add the profile `{profile}`, or a permission set of the user, to the site's members: step `add-site-members`, or Workspaces > Administration > Members"
                ),
            ),
        };
        let rule = match self {
            Self::NotYet => "docs/salesforce/sites.md#members",
            _ => RULE,
        };
        Some(
            Diagnostic::error(code, "/site", summary)
                .remedy(remedy)
                .rule(rule),
        )
    }
}

/// A group on its way into the site (docs/salesforce/sites.md#member-groups).
fn is_coming(status: &str) -> bool {
    matches!(status, "WaitingForAdd" | "AddCalculated")
}
