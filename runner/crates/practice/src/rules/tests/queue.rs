//! Queues that own cases and leads (docs/salesforce/sharing.md#groups).

use expect_test::expect;
use serde_json::json;

use crate::rules::tests::S;
use crate::testing::{TestOrg, org};

/// A queue for cases with one member, who is below the role of nobody.
fn queue(org: &TestOrg) -> String {
    let queue = org.create("Group", json!({ "Name": "Support", "Type": "Queue" }));
    org.create(
        "QueueSobject",
        json!({ "QueueId": queue, "SobjectType": "Case" }),
    );
    let sam = org.id("SELECT Id FROM User WHERE Alias = 'ssales'");
    org.create(
        "GroupMember",
        json!({ "GroupId": queue, "UserOrGroupId": sam }),
    );
    queue
}

#[test]
fn a_queue_owns_records_of_its_objects() {
    let org = org();
    let queue = queue(&org);
    let group = org.create("Group", json!({ "Name": "Public" }));
    let case = org.create("Case", json!({ "Subject": "Owned", "OwnerId": queue }));
    org.create("Case", json!({ "Subject": "Mine" }));
    let cases = format!("PATCH {S}/sobjects/Case/{case}");
    org.refused(
        &cases,
        json!({ "OwnerId": group }),
        expect![[
            r#"400 INVALID_OPERATION: Queue not associated with this SObject type ["OwnerId"]"#
        ]],
    );
    org.refused(
        &format!("POST {S}/sobjects/Lead"),
        json!({ "LastName": "L", "Company": "C", "OwnerId": queue }),
        expect![[
            r#"400 INVALID_OPERATION: Queue not associated with this SObject type ["OwnerId"]"#
        ]],
    );
    org.refused(
        &format!("POST {S}/sobjects/Account"),
        json!({ "Name": "A", "OwnerId": queue }),
        expect![[r#"400 MALFORMED_ID: Owner ID: id value of incorrect type: 00GdnH000000001EBA ["OwnerId"]"#]],
    );
    org.refused(
        &format!("DELETE {S}/sobjects/Group/{queue}"),
        json!(""),
        expect!["400 DELETE_FAILED: The queue owns records of the object Case []"],
    );
    org.query(
        "SELECT Subject, Owner.Name, Owner.Type, Owner.Profile.Name, Owner.UserRole.Name FROM Case ORDER BY Subject",
        expect![[r#"
            {"Owner":{"Name":"Ada Admin","Profile":{"Name":"System Administrator"},"Type":"User","UserRole":null},"Subject":"Mine"}
            {"Owner":{"Name":"Support","Profile":null,"Type":"Group","UserRole":null},"Subject":"Owned"}
        "#]],
    );
    org.query(
        "SELECT Subject FROM Case WHERE Owner.Name = 'Support' AND Owner.Profile.Name = null",
        expect![[r#"
            {"Subject":"Owned"}
        "#]],
    );
    org.query(
        "SELECT Subject, TYPEOF Owner WHEN User THEN Username WHEN Group THEN DeveloperName END FROM Case ORDER BY Subject",
        expect![[r#"
            {"Owner":{"Username":"admin@practice.usher.example"},"Subject":"Mine"}
            {"Owner":{"DeveloperName":"Support"},"Subject":"Owned"}
        "#]],
    );
    org.query(
        "SELECT RowCause, CaseAccessLevel FROM CaseShare WHERE UserOrGroupId IN (SELECT Id FROM User)",
        expect![[r#"
            {"CaseAccessLevel":"All","RowCause":"Owner"}
        "#]],
    );
    let (status, body) = org.send(
        &format!("GET {S}/query?q=SELECT Case.Owner.Name FROM CaseShare"),
        "",
    );
    expect![[r#"400 [{"errorCode":"MALFORMED_QUERY","message":"the practice org does not know owners behind a parent: Owner of Case"}]"#]].assert_eq(&format!("{status} {body}"));
    let sam = org.id("SELECT Id FROM User WHERE Alias = 'ssales'");
    let (status, _) = org.send(&cases, &json!({ "OwnerId": sam }).to_string());
    assert_eq!(status, 204);
    assert_eq!(
        org.send(&format!("DELETE {S}/sobjects/Group/{queue}"), "")
            .0,
        204
    );
}

#[test]
fn members_of_a_queue_have_what_it_owns() {
    let org = org();
    let queue = queue(&org);
    let case = org.create("Case", json!({ "Subject": "Owned", "OwnerId": queue }));
    let other = org.create("Case", json!({ "Subject": "Mine" }));
    let sam = org.id("SELECT Id FROM User WHERE Alias = 'ssales'");
    let access = format!(
        "SELECT RecordId, MaxAccessLevel FROM UserRecordAccess WHERE UserId = '{sam}' AND RecordId IN ('{case}', '{other}')"
    );
    org.query(
        &access,
        expect![[r#"
        {"MaxAccessLevel":"All","RecordId":"500dnH000000001ABA"}
        {"MaxAccessLevel":"None","RecordId":"500dnH000000002ABA"}
    "#]],
    );
    let member = org.id("SELECT Id FROM GroupMember");
    assert_eq!(
        org.send(&format!("DELETE {S}/sobjects/GroupMember/{member}"), "")
            .0,
        204
    );
    org.query(
        &access,
        expect![[r#"
        {"MaxAccessLevel":"None","RecordId":"500dnH000000001ABA"}
        {"MaxAccessLevel":"None","RecordId":"500dnH000000002ABA"}
    "#]],
    );
}
