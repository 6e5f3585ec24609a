//! Ways into a site beside the profile: a membership that is there, and permission sets that are members
//! (docs/salesforce/sites.md#members).

use usher_sdk::{Failure, Lookup, Org, ReadError, Record, Value};

/// A person who is to enter a site.
pub struct Visitor<'v> {
    /// The user, unless there is none yet.
    pub user: Option<&'v Value>,
    /// The user keeps the profile, and so a membership that is there.
    pub keeps_profile: bool,
    /// Permission sets that the user gets, by label or API name.
    pub sets: &'v [String],
}

/// The states of a member group whose users are not members, or will not be any more.
const LEAVING: &[&str] = &["FailedAdd", "WaitingForRemove", "RemoveCalculated"];

/// Says whether users of the group of this record are members, or become so.
///
/// # Errors
///
/// The lookup did not read the state.
pub fn is_joined(group: &Record) -> Result<bool, Failure> {
    Ok(match group.value("AssignmentStatus")? {
        Value::Text(status) => !LEAVING.contains(&status.as_str()),
        // An earlier step adds it.
        _ => true,
    })
}

impl Visitor<'_> {
    /// Says whether the person may enter the site, whatever the profile.
    ///
    /// # Errors
    ///
    /// The org does not answer.
    pub fn may_enter(&self, site: &Value, org: &dyn Org) -> Result<bool, Failure> {
        if self.user.is_none() && self.sets.is_empty() {
            return Ok(false);
        }
        let groups = Lookup::of("NetworkMemberGroup")
            .read(["ParentId", "AssignmentStatus"])
            .whose("NetworkId", site);
        let groups = seen(org.find(&groups))?;
        let mut members = vec![];
        for group in &groups {
            let parent = group.value("ParentId")?;
            if parent.may_be_id("0PS") && is_joined(group)? {
                members.push(parent);
            }
        }
        let stays = self.user.filter(|_| self.keeps_profile);
        let named = members.iter().filter(|_| !self.sets.is_empty());
        let lookups = [
            Lookup::of("NetworkMember")
                .whose("NetworkId", site)
                .whose_any("MemberId", stays),
            Lookup::of("PermissionSetAssignment")
                .whose_any("AssigneeId", self.user)
                .whose_any("PermissionSetId", &members),
            Lookup::of("PermissionSet")
                .read(["Label", "Name", "NamespacePrefix"])
                .whose_any("Id", named),
        ];
        let mut answers = org.find_all(&lookups).into_iter();
        let mut next = || answers.next().map_or(Ok(vec![]), seen);
        let (rows, held, sets) = (next()?, next()?, next()?);
        if !rows.is_empty() || !held.is_empty() {
            return Ok(true);
        }
        for set in &sets {
            if self.gets(set)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn gets(&self, set: &Record) -> Result<bool, Failure> {
        let name = set.text("Name")?;
        let full_name = match set.text("NamespacePrefix")? {
            "" => name.to_owned(),
            prefix => format!("{prefix}__{name}"),
        };
        let called = [set.text("Label")?, name, &full_name].map(str::to_lowercase);
        let mut wanted = self.sets.iter();
        Ok(wanted.any(|wanted| called.contains(&wanted.to_lowercase())))
    }
}

/// The records of an answer. What the signed-in user may not see, or only an earlier step makes, lets nobody in.
fn seen(answer: Result<Vec<Record>, ReadError>) -> Result<Vec<Record>, Failure> {
    match answer {
        Ok(records) => Ok(records),
        Err(ReadError::Refused(_) | ReadError::Pending(_)) => Ok(vec![]),
        Err(error) => Err(error.into()),
    }
}
