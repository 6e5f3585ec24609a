//! Profiles by names that are the same in every language.
//!
//! A query has the label of a profile, and that of a standard profile comes in the language of the signed-in user
//! (docs/salesforce/profiles.md#names-in-other-languages). Inputs that were read by one person are used by others, so they
//! have full names, which only metadata has. Where these cannot be read, they have ids.

use std::collections::BTreeMap;

use serde_json::Value;

use usher_contract::id;
use usher_contract::read::Record;

/// The full names of an org's profiles, by id.
#[derive(Clone, Debug, Default)]
pub struct FullNames(BTreeMap<String, String>);

/// The field of `Profile` with the label, and the end of a path to it.
const LABEL: &str = "Name";
const PATH: &str = "Profile.Name";

impl FullNames {
    /// Of a list of the components `Profile`: each has `fullName` and `id`.
    pub fn of(listed: &[Record]) -> Self {
        let names = listed.iter().filter_map(|one| {
            let text = |name: &str| one.get(name).and_then(Value::as_str);
            let id = id::canonical(text("id")?)?;
            let full_name = text("fullName").filter(|name| !name.is_empty())?;
            Some((id, full_name.to_owned()))
        });
        Self(names.collect())
    }

    /// The full name of the profile with this id.
    pub fn of_id(&self, id: &str) -> Option<&str> {
        self.0.get(&id::canonical(id)?).map(String::as_str)
    }

    /// The rows of an answer, in which the label of a profile has become its full name, or else its id.
    pub(super) fn name(&self, mut rows: Vec<Record>, object: &str, field: &str) -> Vec<Record> {
        let Some(id_field) = id_field(object, field) else {
            return rows;
        };
        for row in &mut rows {
            let id = row
                .get(&id_field)
                .and_then(Value::as_str)
                .map(str::to_owned);
            let has_label = row.get(field).is_some_and(|label| !label.is_null());
            if let Some(id) = id.filter(|id| has_label && !id.is_empty()) {
                let name = self.of_id(&id).map(str::to_owned).unwrap_or(id);
                row.insert(field.to_owned(), Value::String(name));
            }
        }
        rows
    }
}

/// Says that a field holds the label of a profile.
pub(super) fn is_label(object: &str, field: &str) -> bool {
    id_field(object, field).is_some()
}

/// The fields to read for a field: a label comes with the id of its profile.
pub(super) fn read(object: &str, field: Option<&str>) -> Vec<String> {
    let Some(field) = field else {
        return Vec::new();
    };
    let mut fields = vec![field.to_owned()];
    // Every answer has the record's own id.
    fields.extend(id_field(object, field).filter(|id| id != "Id"));
    fields
}

/// The field with the id of the profile whose label a field holds.
fn id_field(object: &str, field: &str) -> Option<String> {
    if object.eq_ignore_ascii_case("Profile") && field.eq_ignore_ascii_case(LABEL) {
        return Some("Id".to_owned());
    }
    let at = field.len().checked_sub(PATH.len())?;
    let (before, path) = (field.get(..at)?, field.get(at..)?);
    let is_whole = before.is_empty() || before.ends_with('.');
    (is_whole && path.eq_ignore_ascii_case(PATH)).then(|| format!("{before}ProfileId"))
}
