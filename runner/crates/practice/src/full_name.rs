//! Full names of profiles: their names as metadata (docs/salesforce/profiles.md#full-names).

use crate::row::{Row, text};

/// Full names that are not the names of the records.
const FULL_NAMES: [(&str, &str); 2] = [
    ("Admin", "System Administrator"),
    ("Standard", "Standard User"),
];

/// The name of a profile as metadata.
pub(crate) fn of(profile: &Row) -> &str {
    match text(profile, "PracticeFullName") {
        "" => text(profile, "Name"),
        full_name => full_name,
    }
}

/// The full name of a standard profile that has that name in English.
pub(crate) fn of_standard(name: &str) -> &str {
    let known = FULL_NAMES.iter().find(|(_, known)| *known == name);
    known.map_or(name, |(full_name, _)| full_name)
}
