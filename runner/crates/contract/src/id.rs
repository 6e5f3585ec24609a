//! Record ids: the form in 18 characters, and the object that an id is of.

pub use usher_sameness::id::{canonical, checksum};

/// The object of an id, by its key prefix; not every object's is known.
pub fn object_of(id: &str) -> Option<&'static str> {
    Some(match id.get(..3)? {
        "001" => "Account",
        "003" => "Contact",
        "005" => "User",
        "00E" => "UserRole",
        "00e" => "Profile",
        "0PS" => "PermissionSet",
        "0PL" => "PermissionSetLicense",
        "0PG" => "PermissionSetGroup",
        "0DB" => "Network",
        "100" => "UserLicense",
        _ => return None,
    })
}
