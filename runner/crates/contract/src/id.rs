//! Record ids: the form in 18 characters, and the object of an id.

pub use usher_sameness::id::{canonical, checksum};

/// Key prefixes and their objects (Salesforce Help, "Standard Field Record ID Prefix Decoder").
const PREFIXES: &[(&str, &str)] = &[
    ("001", "Account"),
    ("003", "Contact"),
    ("005", "User"),
    ("00E", "UserRole"),
    ("00e", "Profile"),
    ("0PS", "PermissionSet"),
    ("0PL", "PermissionSetLicense"),
    ("0PG", "PermissionSetGroup"),
    ("0DB", "Network"),
    ("100", "UserLicense"),
];

/// The object of an id, by its key prefix; not every object's prefix is known.
pub fn object_of(id: &str) -> Option<&'static str> {
    let start = id.get(..3)?;
    let known = PREFIXES.iter().find(|(prefix, _)| *prefix == start);
    known.map(|(_, object)| *object)
}

/// Says whether the key prefix of an object is known.
pub fn is_known(object: &str) -> bool {
    let mut known = PREFIXES.iter();
    known.any(|(_, name)| name.eq_ignore_ascii_case(object))
}
