//! Roles and groups by name.

use usher_sdk::{Diagnostic, Failure, Problems, Record, Value, ticked};

use crate::input;

/// The words that messages have for roles, or for groups.
pub(super) struct Sort {
    noun: &'static str,
    place: &'static str,
    unknown: &'static str,
    ambiguous: &'static str,
}

pub(super) const ROLE: Sort = Sort {
    noun: "internal role",
    place: "Setup > Roles",
    unknown: "unknown-role",
    ambiguous: "ambiguous-role",
};

pub(super) const PUBLIC: Sort = Sort {
    noun: "public group",
    place: "Setup > Public Groups",
    unknown: "unknown-group",
    ambiguous: "ambiguous-group",
};

/// The role or group of this name: by id, by API name, by name, in that order.
pub(super) fn named<'r>(
    name: &str,
    sort: &Sort,
    records: &'r [Record],
    at: &str,
    problems: &mut Problems,
) -> Result<Option<&'r Record>, Failure> {
    if let Some(record) = Record::with_id(records, &Value::Text(name.to_owned())) {
        return Ok(Some(record));
    }
    for field in ["DeveloperName", "Name"] {
        let mut found: Vec<&Record> = vec![];
        for record in records {
            let is_new = !found.iter().any(|other| other.id() == record.id());
            if is_new && same(record.text(field)?, name) {
                found.push(record);
            }
        }
        match found.as_slice() {
            [] => {}
            [record] => return Ok(Some(record)),
            several => {
                let names: Result<Vec<&str>, Failure> = several
                    .iter()
                    .map(|record| record.text("DeveloperName"))
                    .collect();
                let summary = format!("`{name}` may mean the {}s {}", sort.noun, ticked(&names?));
                problems.invalid(
                    Diagnostic::error(sort.ambiguous, at, summary).remedy(format!(
                        "Set {} to the API name of the one that is meant",
                        input(at)
                    )),
                );
                return Ok(None);
            }
        }
    }
    let summary = format!("There is no {} `{name}`", sort.noun);
    problems.invalid(Diagnostic::error(sort.unknown, at, summary).remedy(format!(
        "In {{with.rules}}, write the API name or the name that {} shows",
        sort.place
    )));
    Ok(None)
}

/// Names are compared as SOQL compares them.
fn same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}
