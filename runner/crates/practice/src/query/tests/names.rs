//! References to several objects without `TYPEOF` (docs/salesforce/queries.md#names).

use expect_test::expect;
use serde_json::json;

use crate::testing::org;

#[test]
fn a_reference_to_several_objects_shows_names() {
    let org = org();
    let crew = org.create("Group", json!({ "Name": "Crew" }));
    let inner = org.create("Group", json!({ "Name": "Inner" }));
    let admin = org.id("SELECT Id FROM User WHERE Alias = 'aadmin'");
    for member in [&inner, &admin] {
        org.create(
            "GroupMember",
            json!({ "GroupId": crew, "UserOrGroupId": member }),
        );
    }
    org.query(
        "SELECT UserOrGroup.Name, UserOrGroup.Type, UserOrGroup.Username FROM GroupMember ORDER BY UserOrGroup.Name",
        expect![[r#"
            {"UserOrGroup":{"Name":"Ada Admin","Type":"User","Username":"admin@practice.usher.example"}}
            {"UserOrGroup":{"Name":"Inner","Type":"Group","Username":null}}
        "#]],
    );
    org.query(
        "SELECT Group.Name FROM GroupMember WHERE UserOrGroup.Name = 'INNER' AND UserOrGroup.Type = 'Group'",
        expect![[r#"
            {"Group":{"Name":"Crew"}}
        "#]],
    );
    org.query(
        "SELECT UserOrGroup.Type kind, COUNT(Id) n FROM GroupMember GROUP BY UserOrGroup.Type ORDER BY UserOrGroup.Type",
        expect![[r#"
            {"kind":"Group","n":1}
            {"kind":"User","n":1}
        "#]],
    );
    org.create("Case", json!({ "Subject": "x" }));
    org.query(
        "SELECT Owner.Type, Owner.Name FROM Case",
        expect![[r#"
        {"Owner":{"Name":"Ada Admin","Type":"User"}}
    "#]],
    );
    org.check(
        "GET /services/data/v66.0/query?q=SELECT UserOrGroup.DeveloperName FROM GroupMember",
        "",
        expect![[r#"
            400
            [
              {
                "errorCode": "INVALID_FIELD",
                "message": "No such column 'DeveloperName' on entity 'Name'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names."
              }
            ]
        "#]],
    );
}
