//! The fields by which people name a record, and by which a record is shown.

/// Fields by which a record may be named, surest first, and those that are shown.
pub(super) fn naming(object: &str) -> &'static [&'static str] {
    match object {
        "User" => &["Username", "Email", "Name"],
        "Contact" | "Lead" => &["Email", "Name"],
        // Cases have a number, and no name.
        "Case" => &["CaseNumber"],
        _ => &["Name"],
    }
}

/// The field by which people know a record: a user by the name that nobody else has.
pub(super) fn name(object: &str) -> &'static str {
    match (object, naming(object)) {
        ("User", [surest, ..]) => surest,
        (_, [.., name]) => name,
        (_, []) => "Name",
    }
}
