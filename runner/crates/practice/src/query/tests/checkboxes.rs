//! Checkboxes in conditions.

use super::S;
use crate::testing::org_with;

#[test]
fn a_checkbox_is_never_null_in_a_condition() {
    let org = org_with(
        r#"
        [[records]]
        object = "User"
        ref = "gone"
        fields = { Username = "gone@x.example", LastName = "Gone", Email = "gone@x.example", Alias = "gone", ProfileId = "@profile_standard", IsActive = false, TimeZoneSidKey = "America/New_York", LocaleSidKey = "en_US", LanguageLocaleKey = "en_US", EmailEncodingKey = "UTF-8" }
        "#,
    );
    let count = |condition: &str| {
        let soql = format!("SELECT COUNT() FROM User WHERE {condition}");
        let (status, found) = org.send(&format!("GET {S}/query?q={soql}"), "");
        assert_eq!(status, 200, "{found}");
        found["totalSize"].as_u64().expect("a number")
    };
    let all = count("Id != null");
    let inactive = count("IsActive = false");
    assert!(inactive > 0 && inactive < all);
    assert_eq!(count("IsActive = null"), inactive);
    assert_eq!(count("IsActive != null"), all - inactive);
    // Most users have no manager, and no contact.
    assert_eq!(count("Contact.IsDeleted = false"), all);
    assert_eq!(count("Contact.IsDeleted IN (true)"), 0);
    assert_eq!(count("NOT (Contact.IsDeleted = true)"), all);
}
