//! The rule of that name as the org has it.

use usher_sdk::{ComponentName, Content, Failure, Org};

pub(super) enum Present {
    Absent,
    There(There),
    /// A rule of the other kind has the name.
    OtherKind,
}

pub(super) struct There {
    pub(super) content: Content,
}

impl Present {
    /// Reads it. Rules of one object have different names, whatever their kind [inferred].
    pub(super) fn read(kind: &str, full_name: &str, org: &dyn Org) -> Result<Self, Failure> {
        let other = match kind {
            "SharingOwnerRule" => "SharingCriteriaRule",
            _ => "SharingOwnerRule",
        };
        if let Some(content) = org.read_component(&ComponentName::of(kind, full_name), &[])? {
            return Ok(Self::There(There { content }));
        }
        let other = org.read_component(&ComponentName::of(other, full_name), &[])?;
        Ok(match other {
            Some(_) => Self::OtherKind,
            None => Self::Absent,
        })
    }
}

impl There {
    /// Says whether the rule shares exactly these records, with exactly these users.
    pub(super) fn shares(&self, ends: &Content) -> Result<bool, Failure> {
        let items = |content: &Content| Ok::<_, Failure>(content.parts("criteriaItems")?.len());
        Ok(self.content.contains(ends)
            && items(&self.content)? == items(ends)?
            && self.content.text("booleanFilter")?.is_empty())
    }
}
