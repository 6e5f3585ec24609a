//! Finds the profiles that an input names: by id, by label and by full name.
//!
//! `Profile.Name` is the label. That of a standard profile comes in the language of the signed-in user, so a recipe
//! that says `Customer Community Plus User` finds it in English only. Full names are the same in every language, but
//! only metadata has them (docs/salesforce/profiles.md#full-names). The list of metadata is another request, and one
//! that not every user may send. So it is asked for only when ids and labels have not found everything, and a user
//! who may not read it still finds profiles by label.
//!
//! [inferred] No profile has a label that is the full name of another one.

use usher_sdk::{Diagnostic, Failure, Lookup, Org, ReadError, Record, Value, ticked};

/// The user types of customers and partners (Object Reference, User, UserType).
pub const EXTERNAL: &[&str] = &[
    "CspLitePortal",
    "CustomerSuccess",
    "PowerCustomerSuccess",
    "PowerPartner",
];

/// Profiles that a remedy lists.
const OFFERED_MAX: usize = 10;

/// The profiles that an input names. The manifest reads `Name` and `UserType` of `Profile`, the fields that are read
/// here too, and the components `Profile`.
///
/// A plugin asks for [`ProfileNames::lookups`] together with whatever else it needs, and passes the answers to
/// [`ProfileNames::resolve`]; or it calls [`ProfileNames::find`], which does both.
pub struct ProfileNames<'n> {
    names: Vec<&'n str>,
    fields: Vec<&'n str>,
}

impl<'n> ProfileNames<'n> {
    /// These names, with the fields to read. `Name` always comes along.
    pub fn of(
        names: impl IntoIterator<Item = &'n str>,
        fields: impl IntoIterator<Item = &'n str>,
    ) -> Self {
        let mut fields: Vec<&str> = fields.into_iter().collect();
        if !fields.contains(&"Name") {
            fields.insert(0, "Name");
        }
        Self {
            names: names.into_iter().collect(),
            fields,
        }
    }

    /// Returns the lookups by id and by label. Without a name that may be an id, the first one asks for nothing.
    pub fn lookups(&self) -> [Lookup; 2] {
        let ids = self.names.iter().copied().filter(|name| may_be_id(name));
        [
            self.profiles().whose_any("Id", ids),
            self.profiles()
                .whose_any("Name", self.names.iter().copied()),
        ]
    }

    /// Returns the profile of each name, in the order of the names; none for a name that means nothing.
    ///
    /// # Errors
    ///
    /// The org gives no answer, or a name is not known yet.
    pub fn resolve(
        &self,
        by_id: &[Record],
        by_label: &[Record],
        org: &dyn Org,
    ) -> Result<Vec<Option<Record>>, Failure> {
        let mut found = vec![];
        for name in &self.names {
            let by_id = Record::with_id(by_id, &Value::Text((*name).to_owned()));
            found.push(match by_id {
                Some(record) => Some(record.clone()),
                None => labelled(by_label, name)?,
            });
        }
        if found.iter().any(Option::is_none) {
            self.by_full_name(&mut found, org)?;
        }
        Ok(found)
    }

    /// [`ProfileNames::lookups`] and [`ProfileNames::resolve`].
    ///
    /// # Errors
    ///
    /// As [`ProfileNames::resolve`].
    pub fn find(&self, org: &dyn Org) -> Result<Vec<Option<Record>>, Failure> {
        let [by_id, by_label] = org.find_each(self.lookups())?;
        self.resolve(&by_id, &by_label, org)
    }

    /// Finds those that are missing by their full names.
    fn by_full_name(&self, found: &mut [Option<Record>], org: &dyn Org) -> Result<(), Failure> {
        let listed = match org.list_components("Profile") {
            Ok(listed) => listed,
            // Reading metadata is a right of its own.
            Err(ReadError::Refused(_)) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        let id_of = |name: &str| {
            let listed = listed.iter().find(|one| same(&one.full_name, name));
            listed.map(|one| one.id.clone())
        };
        let missing = self.names.iter().zip(found.iter());
        let missing = missing.filter(|(_, found)| found.is_none());
        let ids: Vec<_> = missing.filter_map(|(name, _)| id_of(name)).collect();
        let records = org.find(&self.profiles().whose_any("Id", &ids))?;
        for (name, found) in self.names.iter().zip(found) {
            if found.is_none()
                && let Some(id) = id_of(name)
            {
                *found = Record::with_id(&records, &id).cloned();
            }
        }
        Ok(())
    }

    fn profiles(&self) -> Lookup {
        Lookup::of("Profile").read(self.fields.iter().copied())
    }
}

/// Reports that no profile has this name. `at` is its place in the input, `remedy` how to name another one. The org's
/// profiles for users of these types are listed by the names that they have here.
pub fn unknown_profile(
    name: &str,
    at: impl Into<String>,
    remedy: &str,
    user_types: &[&str],
    org: &dyn Org,
) -> Diagnostic {
    let here = match labels(user_types, &[], |_| true, org) {
        Some(here) => format!(". {here}"),
        None => String::new(),
    };
    let summary = format!("No profile has the name `{name}`");
    Diagnostic::error("unknown-profile", at, summary)
        .remedy(format!(
            "{remedy}: the name that Setup > Profiles shows, the API name or the id{here}"
        ))
        .rule("docs/salesforce/profiles.md#full-names")
}

/// "Profiles for such users are `A`, `B` and 3 more": the profiles of these user types by their labels, as far as
/// `keep` wants them, which sees `fields` too. Returns none when there is none, or when the org does not answer.
pub fn labels(
    user_types: &[&str],
    fields: &[&str],
    keep: impl Fn(&Record) -> bool,
    org: &dyn Org,
) -> Option<String> {
    let lookup = Lookup::of("Profile")
        .read(["Name"])
        .read(fields.iter().copied())
        .whose_any("UserType", user_types.iter().copied());
    let found = org.find(&lookup).ok()?;
    let mut names: Vec<&str> = vec![];
    for record in found.iter().filter(|record| keep(record)) {
        names.extend(record.text("Name"));
    }
    names.sort_unstable();
    listed(&names)
}

fn listed(names: &[&str]) -> Option<String> {
    let shown = names.get(..OFFERED_MAX).unwrap_or(names);
    let text = match (names, names.len() - shown.len()) {
        ([], _) => return None,
        ([one], _) => format!("The profile for such users is `{one}`"),
        (_, 0) => format!("Profiles for such users are {}", ticked(shown)),
        (_, more) => {
            let shown: Vec<String> = shown.iter().map(|name| format!("`{name}`")).collect();
            format!(
                "Profiles for such users are {} and {more} more",
                shown.join(", ")
            )
        }
    };
    Some(text)
}

fn labelled(records: &[Record], name: &str) -> Result<Option<Record>, Failure> {
    for record in records {
        if same(record.text("Name")?, name) {
            return Ok(Some(record.clone()));
        }
    }
    Ok(None)
}

/// Names are compared as SOQL compares them.
fn same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}

fn may_be_id(name: &str) -> bool {
    Value::Text(name.to_owned()).may_be_id("00e")
}

#[cfg(test)]
mod tests;
