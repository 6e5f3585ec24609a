//! Sharing sets: the access that they give to the profile of the user. A set shares the records of an object that lead
//! to the same account or contact as the user (Metadata API, SharingSet).

use usher_sdk::{
    ComponentName, Content, Diagnostic, Failure, ListedComponent, Org, ReadError, Record, Value,
    ticked,
};

use crate::access::Sight;
use crate::login::Visitor;
use usher_external_users::Kind;

/// Sets that are looked at. An org with more would use up the reads that one plan has.
const SETS_MAX: usize = 100;

/// The access that the user's sharing sets give.
#[derive(Default)]
pub(crate) struct Sets {
    pub(crate) mappings: Vec<Mapping>,
    /// Notes on sets that are not fully known.
    pub(crate) notes: Vec<Diagnostic>,
}

/// One way in which a set shares records of one object.
pub(crate) struct Mapping {
    set: String,
    level: String,
    pub(crate) kind: &'static Kind,
    /// The field of the record, as a query names it.
    pub(crate) field: &'static str,
    /// The value that the field must have.
    value: Value,
    /// The ends for people: `Case.Account` and `User.Account`.
    ends: [String; 2],
}

impl Sets {
    /// The sets of the user's profile, as far as they are about the objects of `sights`.
    pub(crate) fn read(
        sights: &[Sight],
        visitor: &Visitor,
        org: &dyn Org,
    ) -> Result<Self, Failure> {
        let mut sets = Self::default();
        let kinds: Vec<&Kind> = sights
            .iter()
            .filter_map(|sight| sight.kind)
            .filter(|kind| !kind.fields.is_empty())
            .collect();
        if kinds.is_empty() {
            return Ok(sets);
        }
        let (listed, full_name) = match listed(visitor, org) {
            Ok(listed) => listed,
            Err(ReadError::Refused(refusal)) => {
                let summary = format!(
                    "Sharing sets cannot be read ({}), so none of them is given as a reason",
                    refusal.message
                );
                sets.notes.push(
                    Diagnostic::warning("sharing-sets-not-read", "", summary)
                        .remedy("Sign in as a user with View Setup and Configuration"),
                );
                return Ok(sets);
            }
            Err(error) => return Err(error.into()),
        };
        if listed.len() > SETS_MAX {
            let summary = format!(
                "Of {} sharing sets the first {SETS_MAX} were read; another may be the reason",
                listed.len()
            );
            let note = Diagnostic::warning("sharing-sets-not-read", "", summary);
            sets.notes.push(note);
        }
        for component in listed.into_iter().take(SETS_MAX) {
            let name = component.full_name;
            let set = ComponentName::of("SharingSet", &name);
            if let Some(content) = org.read_component(&set, &[])?
                && has(&content, &full_name)?
            {
                sets.take(&name, &content, &kinds, visitor)?;
            }
        }
        Ok(sets)
    }

    fn take(
        &mut self,
        set: &str,
        content: &Content,
        kinds: &[&'static Kind],
        visitor: &Visitor,
    ) -> Result<(), Failure> {
        for part in content.parts("accessMappings")? {
            let object = part.text("object")?;
            let Some(kind) = kinds.iter().find(|kind| same(kind.object, object)) else {
                continue;
            };
            let (object_field, user_field) = (part.text("objectField")?, part.text("userField")?);
            match (field(kind, object_field), value(user_field, visitor)) {
                (Some(field), Some(value)) => self.mappings.push(Mapping {
                    set: set.to_owned(),
                    level: part.text("accessLevel")?.to_owned(),
                    kind,
                    field,
                    value: value.clone(),
                    ends: [
                        format!("{object}.{object_field}"),
                        format!("User.{user_field}"),
                    ],
                }),
                _ => {
                    let ends = [
                        format!("{object}.{object_field}"),
                        format!("User.{user_field}"),
                    ];
                    let summary = format!(
                        "The sharing set `{set}` shares by {}, which is not followed here; it may be the reason",
                        ticked(&ends)
                    );
                    let note = Diagnostic::warning("mapping-not-followed", "", summary);
                    self.notes.push(note);
                }
            }
        }
        Ok(())
    }
}

impl Mapping {
    /// Says whether it shares this record. `fields`: the record with the field.
    pub(crate) fn shares(&self, fields: &Record) -> Result<bool, Failure> {
        let at = fields.value(self.field)?;
        Ok(at != Value::Nothing && at.is_same_id(&self.value))
    }

    /// Returns the reason for people.
    pub(crate) fn reason(&self) -> String {
        let [record, user] = &self.ends;
        format!(
            "the sharing set `{}` gives it ({}, as {record} is {user})",
            self.set, self.level
        )
    }

    pub(crate) fn remedy(&self) -> String {
        format!("take the profile out of the sharing set `{}`", self.set)
    }
}

/// The sharing sets of the org, and the name that they have for the user's profile: the full name of a standard
/// profile is not its label.
fn listed(visitor: &Visitor, org: &dyn Org) -> Result<(Vec<ListedComponent>, String), ReadError> {
    let sets = org.list_components("SharingSet")?;
    let profiles = org.list_components("Profile")?;
    let mut profiles = profiles.into_iter();
    let profile = profiles.find(|one| one.id.is_same_id(&visitor.profile_id));
    let full_name = profile.map_or_else(|| visitor.profile.clone(), |one| one.full_name);
    Ok((sets, full_name))
}

/// Says whether a set is for the profile.
fn has(set: &Content, profile: &str) -> Result<bool, Failure> {
    let profiles = set.texts("profiles")?;
    Ok(profiles.iter().any(|name| same(name, profile)))
}

/// `Account` of a case is the field `AccountId`, `Owner.Account` is `Owner.AccountId`, a custom field is
/// itself. None: not one of those that the manifest declares.
fn field(kind: &'static Kind, path: &str) -> Option<&'static str> {
    let last = path.rsplit('.').next().unwrap_or(path);
    let wanted = match last.ends_with("Id") || last.ends_with("__c") {
        true => path.to_owned(),
        false => format!("{path}Id"),
    };
    kind.fields
        .iter()
        .copied()
        .find(|field| same(field, &wanted))
}

/// Returns the value at a path. Of the accounts that a contact is related to, only its own is followed.
fn value<'v>(path: &str, visitor: &'v Visitor) -> Option<&'v Value> {
    match path {
        "Account" | "Contact.Account" | "Contact.RelatedAccount" => Some(&visitor.account),
        "Contact" => Some(&visitor.contact),
        _ => None,
    }
}

fn same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}
