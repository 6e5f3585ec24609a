//! Components of the practice org.

use serde_json::{Value, json};

use crate::testing::{FIXTURE, TestOrg};

#[tokio::test]
async fn components_are_listed_with_their_ids() {
    let org = TestOrg::new(FIXTURE);
    let listed = org.org.list_components("Profile").await.expect("answers");
    let admin = org.id("Profile", "Name = 'System Administrator'").await;
    // The full name of a standard profile is not its label.
    assert!(
        listed.contains(
            json!({"fullName": "Admin", "id": admin})
                .as_object()
                .expect("an object")
        )
    );
    let names: Vec<&Value> = listed.iter().map(|one| &one["fullName"]).collect();
    assert!(names.is_sorted_by_key(|name| name.as_str()), "{names:?}");
    let nothing = org
        .org
        .list_components("SharingSet")
        .await
        .expect("answers");
    assert_eq!(nothing, []);
    let unknown = org
        .org
        .list_components("Nonsense")
        .await
        .expect_err("no such kind");
    assert_eq!(unknown.to_string(), "INVALID_TYPE Unknown type:Nonsense");
    assert!(org.org.list_components("a b").await.is_err());
}

#[tokio::test]
async fn a_component_is_read_as_its_elements() {
    let org = TestOrg::new(FIXTURE);
    let read = async |name: &str| {
        org.org
            .read_component("Profile", name)
            .await
            .expect("answers")
    };
    let mut standard = read("Standard").await.expect("it is there");
    // It grows with the objects of the practice org.
    standard.remove("objectPermissions");
    assert_eq!(
        json!(standard),
        json!({
            "custom": ["false"],
            "userLicense": ["Salesforce"],
            "userPermissions": [
                {"enabled": ["true"], "name": ["ApiEnabled"]},
                {"enabled": ["true"], "name": ["ViewRoles"]}
            ]
        })
    );
    assert_eq!(read("No <such> one").await, None);
    assert_eq!((org.org.requests().read, org.org.requests().write), (2, 0));
}
