//! The reasons why a user sees a record, or does not: its owner, the role hierarchy, sharing sets, shares. Salesforce
//! reports no reasons, so they are found by looking at each way.

mod read;

use usher_sdk::{Diagnostic, Failure, Record, Value};

use crate::access::Sight;
use crate::login::Visitor;
use crate::sets::Sets;

/// Everything that gives access to the records that were asked for.
pub(crate) struct Reasons {
    sets: Sets,
    /// The fields by which sharing sets find records.
    fields: Vec<Record>,
    /// Users who own the records; of users the users themselves.
    owners: Vec<Record>,
    /// Their roles, and those above them as far as the user's.
    roles: Vec<Record>,
    /// Rows that share the records with the user.
    shares: Vec<Record>,
}

/// A reason in words.
pub(crate) struct Why {
    pub(crate) text: String,
    /// The remedy, if it shall be otherwise.
    pub(crate) remedy: String,
}

/// One way in which the user has access.
struct Way {
    text: String,
    remedy: String,
}

impl Reasons {
    /// Returns the notes on everything that could not be looked at.
    pub(crate) fn notes(self) -> Vec<Diagnostic> {
        self.sets.notes
    }

    pub(crate) fn why(&self, sight: &Sight, visitor: &Visitor, sees: bool) -> Result<Why, Failure> {
        if sight.record.is_none() {
            return Ok(Why {
                text: "Usher does not know why for records of this object".to_owned(),
                remedy: "Look at Setup > Sharing Settings, and at *Sharing* of the record"
                    .to_owned(),
            });
        }
        let ways = self.ways(sight, visitor)?;
        let texts: Vec<&str> = ways.iter().map(|way| way.text.as_str()).collect();
        let texts = texts.join(", and ");
        let remedies: Vec<&str> = ways.iter().map(|way| way.remedy.as_str()).collect();
        let (text, remedy) = match (sees, ways.is_empty()) {
            (true, false) => (texts, format!("To take it away: {}", remedies.join("; "))),
            (true, true) => (
                "not by ownership, role hierarchy, a sharing set or a manual share; an org-wide default, a sharing rule, a team, the account it belongs to, or a permission such as View All Data gives it".to_owned(),
                "Look at the object's org-wide default and sharing rules in Setup > Sharing Settings, and at the profile's permissions".to_owned(),
            ),
            (false, true) => (
                self.nothing(sight, visitor)?,
                "Share it with the user: step `share-records`, or a sharing rule. When that was done just now, look again in some minutes: Salesforce is still calculating".to_owned(),
            ),
            (false, false) => (
                format!("although {texts}"),
                "Look again in some minutes: Salesforce may still be calculating. Else look whether the user is active, and whether the profile lets the user read such records at all".to_owned(),
            ),
        };
        Ok(Why { text, remedy })
    }

    /// Says that no way was found, and names the obstacle to one that looks like one.
    fn nothing(&self, sight: &Sight, visitor: &Visitor) -> Result<String, Failure> {
        let profile = &visitor.profile;
        let mut text = format!(
            "the user neither owns it nor is above its owner in the role hierarchy, and neither a sharing set of the profile `{profile}` nor a manual share gives it"
        );
        if let Some(owner) = sight.owner()?
            && let Some(owner) = Record::with_id(&self.owners, &owner)
            && has_left(owner)?
        {
            let name = owner.text("Username")?;
            text.push_str(&format!(
                "; what {name} owns does not roll up any more, as that user is disabled"
            ));
        }
        Ok(text)
    }

    fn ways(&self, sight: &Sight, visitor: &Visitor) -> Result<Vec<Way>, Failure> {
        let mut ways = vec![];
        if let Some(owner) = sight.owner()? {
            ways.extend(self.ownership(sight, &owner, visitor)?);
        }
        for mapping in &self.sets.mappings {
            let Some(fields) = Record::with_id(&self.fields, &Value::Text(sight.wish.id.clone()))
            else {
                continue;
            };
            if sight.kind == Some(mapping.kind) && mapping.shares(fields)? {
                ways.push(Way {
                    text: mapping.reason(),
                    remedy: mapping.remedy(),
                });
            }
        }
        for share in &self.shares {
            ways.extend(shared(sight, share)?);
        }
        ways.extend(own(sight, visitor)?);
        Ok(ways)
    }

    /// Finds the way of owners, who have all access, and of users above them, who have it as well.
    fn ownership(
        &self,
        sight: &Sight,
        owner: &Value,
        visitor: &Visitor,
    ) -> Result<Option<Way>, Failure> {
        let is_user = sight.kind.is_some_and(|kind| kind.owner.is_none());
        if owner.is_same_id(&visitor.id) {
            let (text, remedy) = match is_user {
                true => (
                    "it is the user's own record",
                    "that cannot be; leave it out of {with.must_not_see}",
                ),
                false => ("the user owns it", "give it another owner"),
            };
            return Ok(Some(Way {
                text: text.to_owned(),
                remedy: remedy.to_owned(),
            }));
        }
        let Some(owner) = Record::with_id(&self.owners, owner) else {
            return Ok(None);
        };
        let Some(role) = Record::with_id(&self.roles, &owner.value("UserRoleId")?) else {
            return Ok(None);
        };
        if has_left(owner)? || !self.is_below(role, visitor)? {
            return Ok(None);
        }
        let (name, role) = (owner.text("Username")?, role.text("Name")?);
        let whose = match is_user {
            true => "that user".to_owned(),
            false => format!("its owner {name}"),
        };
        Ok(Some(Way {
            text: format!(
                "the user is above {whose} in the role hierarchy, in which `{role}` is below the user's role"
            ),
            remedy: "give the user a lower role, or the record an owner who is not below"
                .to_owned(),
        }))
    }

    /// Says whether a role is below the user's. Users with the same role do not share records.
    fn is_below(&self, role: &Record, visitor: &Visitor) -> Result<bool, Failure> {
        let mut above = role.value("ParentRoleId")?;
        // As many steps as roles: a chain cannot be longer, nor go in circles.
        for _ in 0..=self.roles.len() {
            if above == Value::Nothing {
                return Ok(false);
            }
            if above.is_same_id(&visitor.role) {
                return Ok(true);
            }
            above = match Record::with_id(&self.roles, &above) {
                Some(role) => role.value("ParentRoleId")?,
                None => Value::Nothing,
            };
        }
        Ok(false)
    }
}

impl Sight {
    /// Returns the owner of the record; of a user the user.
    fn owner(&self) -> Result<Option<Value>, Failure> {
        match (&self.record, self.kind) {
            (Some(record), Some(kind)) => Ok(Some(record.value(kind.owner.unwrap_or("Id"))?)),
            _ => Ok(None),
        }
    }
}

/// Returns the way of one row of shares, when it is about this record.
fn shared(sight: &Sight, row: &Record) -> Result<Option<Way>, Failure> {
    let Some(share) = sight.kind.and_then(|kind| kind.share.as_ref()) else {
        return Ok(None);
    };
    // Each object's shares name the record in another field.
    if !row.has(share.record) || !sight.wish.is_of(row.text(share.record)?) {
        return Ok(None);
    }
    let level = row.text(share.level)?;
    Ok(match row.text("RowCause")? {
        // This was reported already.
        "Owner" => None,
        "Manual" => Some(Way {
            text: format!("it is shared with the user by a manual share ({level})"),
            remedy: "take the manual share away".to_owned(),
        }),
        cause => Some(Way {
            text: format!("it is shared with the user ({level}, cause {cause})"),
            remedy: format!("take away what shares it with the cause {cause}"),
        }),
    })
}

/// External users read their own account and contact [inferred].
fn own(sight: &Sight, visitor: &Visitor) -> Result<Option<Way>, Failure> {
    let own = match sight.kind.map(|kind| kind.object) {
        Some("Account") => &visitor.account,
        Some("Contact") => &visitor.contact,
        _ => return Ok(None),
    };
    let record = Value::Text(sight.wish.id.clone());
    Ok(record.is_same_id(own).then(|| Way {
        text: "it is the user's own, which external users read".to_owned(),
        remedy: "that cannot be; leave it out of {with.must_not_see}".to_owned(),
    }))
}

/// Says whether the owner is a disabled external user, whose records do not roll up (the partner document).
fn has_left(owner: &Record) -> Result<bool, Failure> {
    Ok(owner.value("ContactId")? != Value::Nothing && !owner.truth("IsActive")?)
}
