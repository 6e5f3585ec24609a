//! Deleted records: what waits in the recycle bin, who sees it, and for how long.

use expect_test::expect;
use serde_json::json;

use crate::testing::{NOW_MS, TestOrg, org, org_with};

const S: &str = "/services/data/v66.0";
const DAY_MS: i64 = 86_400_000;

/// An account with two contacts, an opportunity and an account below it.
fn family(org: &TestOrg) -> String {
    let account = org.create("Account", json!({ "Name": "Fjord" }));
    for name in ["Ness", "Vik"] {
        org.create("Contact", json!({ "LastName": name, "AccountId": account }));
    }
    org.create(
        "Opportunity",
        json!({ "Name": "Ferry", "AccountId": account, "StageName": "Prospecting", "CloseDate": "2026-12-24" }),
    );
    org.create("Account", json!({ "Name": "Below", "ParentId": account }));
    account
}

/// The records of a query that finds deleted ones, too: one a line.
fn all(org: &TestOrg, soql: &str) -> String {
    let (status, json) = org.send(&format!("GET {S}/queryAll?q={soql}"), "");
    assert_eq!(status, 200, "{json}");
    let records = json["records"].as_array().expect("a list");
    let lines = records.iter().map(|record| {
        let mut record = record.clone();
        record
            .as_object_mut()
            .expect("a record")
            .remove("attributes");
        format!("{record}\n")
    });
    lines.collect()
}

#[test]
fn a_deleted_record_is_found_by_those_who_ask_for_all() {
    let org = org();
    let account = family(&org);
    let gone = format!("{S}/sobjects/Account/{account}");
    org.check(
        &format!("DELETE {gone}"),
        "",
        expect![[r#"
        204
    "#]],
    );
    org.query("SELECT Name FROM Account WHERE Name = 'Fjord'", expect![""]);
    expect![[r#"
        {"Contacts":{"done":true,"records":[{"IsDeleted":true,"LastName":"Ness","attributes":{"type":"Contact","url":"/services/data/v66.0/sobjects/Contact/003dnH000000001ABA"}},{"IsDeleted":true,"LastName":"Vik","attributes":{"type":"Contact","url":"/services/data/v66.0/sobjects/Contact/003dnH000000002ABA"}}],"totalSize":2},"IsDeleted":true,"LastModifiedDate":"2026-11-22T10:00:00.000+0000","Name":"Fjord"}
        {"Contacts":null,"IsDeleted":false,"LastModifiedDate":"2026-11-22T10:00:00.000+0000","Name":"Below"}
    "#]].assert_eq(&all(
        &org,
        "SELECT Name, IsDeleted, LastModifiedDate, (SELECT LastName, IsDeleted FROM Contacts) FROM Account WHERE Name IN ('Fjord', 'Below')",
    ));
    expect![[r#"
        {"Account":{"Name":"Fjord","attributes":{"type":"Account","url":"/services/data/v66.0/sobjects/Account/001dnH000000001ABA"}},"LastName":"Ness"}
        {"Account":{"Name":"Fjord","attributes":{"type":"Account","url":"/services/data/v66.0/sobjects/Account/001dnH000000001ABA"}},"LastName":"Vik"}
    "#]].assert_eq(&all(
        &org,
        "SELECT LastName, Account.Name FROM Contact WHERE IsDeleted = true ORDER BY LastName",
    ));
    expect![[r#"
        {"n":1}
    "#]].assert_eq(&all(
        &org,
        "SELECT COUNT(Id) n FROM Opportunity WHERE AccountId IN (SELECT Id FROM Account WHERE Name = 'Fjord')",
    ));
    // A query that does not ask for all finds none of them.
    org.query("SELECT Id FROM Contact WHERE IsDeleted = true", expect![""]);
}

#[test]
fn a_deleted_record_is_said_to_be_deleted() {
    let org = org();
    let account = family(&org);
    let line = format!("{S}/sobjects/Account/{account}");
    org.send(&format!("DELETE {line}"), "");
    org.check(
        &format!("DELETE {line}"),
        "",
        expect![[r#"
        404
        [
          {
            "errorCode": "ENTITY_IS_DELETED",
            "fields": [],
            "message": "entity is deleted"
          }
        ]
    "#]],
    );
    org.check(
        &format!("PATCH {line}"),
        r#"{"Site": "x"}"#,
        expect![[r#"
        404
        [
          {
            "errorCode": "ENTITY_IS_DELETED",
            "fields": [],
            "message": "entity is deleted"
          }
        ]
    "#]],
    );
    org.check(
        &format!("GET {line}"),
        "",
        expect![[r#"
        404
        [
          {
            "errorCode": "ENTITY_IS_DELETED",
            "message": "entity is deleted"
          }
        ]
    "#]],
    );
    org.check(
        &format!("DELETE {S}/composite/sobjects?ids={account}"),
        "",
        expect![[r#"
            200
            [
              {
                "errors": [
                  {
                    "fields": [],
                    "message": "entity is deleted",
                    "statusCode": "ENTITY_IS_DELETED"
                  }
                ],
                "success": false
              }
            ]
        "#]],
    );
    // The records that went with it are deleted as well; a reference to it leads nowhere.
    let below = all(&org, "SELECT Id FROM Contact WHERE LastName = 'Vik'");
    let below = &below[7..25];
    org.check(
        &format!("GET {S}/sobjects/Contact/{below}"),
        "",
        expect![[r#"
        404
        [
          {
            "errorCode": "ENTITY_IS_DELETED",
            "message": "entity is deleted"
          }
        ]
    "#]],
    );
    org.refused(
        &format!("POST {S}/sobjects/Contact"),
        json!({ "LastName": "Late", "AccountId": account }),
        expect![[r#"400 INVALID_CROSS_REFERENCE_KEY: invalid cross reference id ["AccountId"]"#]],
    );
}

#[test]
fn setup_records_are_gone() {
    let org = org();
    let group = org.create("Group", json!({ "Name": "Crew" }));
    let line = format!("DELETE {S}/sobjects/Group/{group}");
    org.check(
        &line,
        "",
        expect![[r#"
        204
    "#]],
    );
    org.check(
        &line,
        "",
        expect![[r#"
        404
        [
          {
            "errorCode": "NOT_FOUND",
            "message": "The requested resource does not exist"
          }
        ]
    "#]],
    );
    expect![""].assert_eq(&all(&org, "SELECT Id FROM Group WHERE Name = 'Crew'"));
    let admin = org.id("SELECT Id FROM User WHERE Alias = 'aadmin'");
    org.refused(
        &format!("DELETE {S}/sobjects/User/{admin}"),
        json!(null),
        expect!["400 INVALID_TYPE_FOR_OPERATION: entity type cannot be deleted: User []"],
    );
}

#[test]
fn the_bin_keeps_records_for_fifteen_days() {
    let mut org = org();
    let account = family(&org);
    let line = format!("{S}/sobjects/Account/{account}");
    org.send(&format!("DELETE {line}"), "");
    let deleted = "SELECT Name FROM Account WHERE IsDeleted = true";
    org.now_ms = NOW_MS + 15 * DAY_MS;
    expect![[r#"
        {"Name":"Fjord"}
    "#]]
    .assert_eq(&all(&org, deleted));
    org.now_ms += 1;
    expect![""].assert_eq(&all(&org, deleted));
    org.check(
        &format!("GET {line}"),
        "",
        expect![[r#"
        404
        [
          {
            "errorCode": "NOT_FOUND",
            "message": "The requested resource does not exist"
          }
        ]
    "#]],
    );
}

#[test]
fn custom_fields_go_with_a_deleted_record() {
    let org = org_with(
        r#"
[[custom_fields]]
object = "Account"
name = "Segment__c"

[[custom_fields]]
object = "Account"
name = "Vat__c"
"#,
    );
    let account = org.create(
        "Account",
        json!({ "Name": "Fjord", "Segment__c": "Sea", "Vat__c": "NO7" }),
    );
    org.send(&format!("DELETE {S}/sobjects/Account/{account}"), "");
    expect![[r#"
        {"Name":"Fjord","Segment__c":"Sea","Vat__c":"NO7"}
    "#]]
    .assert_eq(&all(
        &org,
        "SELECT Name, Segment__c, Vat__c FROM Account WHERE IsDeleted = true",
    ));
}

#[test]
fn pages_of_all_records() {
    let org = org();
    let account = org.create("Account", json!({ "Name": "Fjord" }));
    let rows: Vec<_> = (0..2_001)
        .map(|number| json!({ "LastName": format!("C{number}"), "AccountId": account, "OwnerId": org.id("SELECT Id FROM User WHERE Alias = 'aadmin'") }))
        .collect();
    org.send("POST /practice/records/Contact", &json!(rows).to_string());
    org.send(&format!("DELETE {S}/sobjects/Account/{account}"), "");
    let (_, json) = org.send(
        &format!("GET {S}/queryAll?q=SELECT Id FROM Contact WHERE IsDeleted = true"),
        "",
    );
    assert_eq!(
        (&json["totalSize"], &json["done"]),
        (&json!(2_001), &json!(false))
    );
    let next = json["nextRecordsUrl"].as_str().expect("a next page");
    let (_, json) = org.send(&format!("GET {next}"), "");
    assert_eq!(json["records"].as_array().map(Vec::len), Some(1));
}

#[test]
fn queries_for_all_count_among_the_five_of_a_composite() {
    let org = org();
    let part = |number: usize| json!({ "method": "GET", "url": format!("{S}/queryAll?q=SELECT+Id+FROM+Account"), "referenceId": format!("q{number}") });
    let body = json!({ "compositeRequest": (0..6).map(part).collect::<Vec<_>>() });
    org.check(
        &format!("POST {S}/composite"),
        &body.to_string(),
        expect![[r#"
            400
            [
              {
                "errorCode": "LIMIT_EXCEEDED",
                "message": "The composite request has 6 queries and collections, more than 5"
              }
            ]
        "#]],
    );
}

#[test]
fn parents_of_all_records() {
    let org = org();
    let account = family(&org);
    org.send(&format!("DELETE {S}/sobjects/Account/{account}"), "");
    // Names of parents compare without regard to case, deleted parents or not; nothing is above a contact without one.
    org.create("Contact", json!({ "LastName": "Alone" }));
    let below = org.id("SELECT Id FROM Account WHERE Name = 'Below'");
    org.create("Contact", json!({ "LastName": "Live", "AccountId": below }));
    for (soql, expected) in [
        (
            "SELECT LastName FROM Contact WHERE Account.Name IN ('FJORD', 'below') ORDER BY Account.Name DESC, LastName",
            expect![[r#"
                {"LastName":"Ness"}
                {"LastName":"Vik"}
                {"LastName":"Live"}
            "#]],
        ),
        (
            "SELECT LastName, Account.Owner.Name FROM Contact WHERE LastName IN ('Alone', 'Ness') ORDER BY LastName",
            expect![[r#"
                {"Account":null,"LastName":"Alone"}
                {"Account":{"Owner":{"Name":"Ada Admin","attributes":{"type":"User","url":"/services/data/v66.0/sobjects/User/005dnH000000001ABA"}},"attributes":{"type":"Account","url":"/services/data/v66.0/sobjects/Account/001dnH000000001ABA"}},"LastName":"Ness"}
            "#]],
        ),
        (
            "SELECT Account.Name, COUNT(Id) n FROM Contact GROUP BY Account.Name",
            expect![[r#"
                {"Name":null,"n":1}
                {"Name":"Below","n":1}
                {"Name":"Fjord","n":2}
            "#]],
        ),
        (
            "SELECT Name, (SELECT LastName, Account.Name FROM Contacts) FROM Account WHERE Name = 'fjord'",
            expect![[r#"
                {"Contacts":{"done":true,"records":[{"Account":{"Name":"Fjord","attributes":{"type":"Account","url":"/services/data/v66.0/sobjects/Account/001dnH000000001ABA"}},"LastName":"Ness","attributes":{"type":"Contact","url":"/services/data/v66.0/sobjects/Contact/003dnH000000001ABA"}},{"Account":{"Name":"Fjord","attributes":{"type":"Account","url":"/services/data/v66.0/sobjects/Account/001dnH000000001ABA"}},"LastName":"Vik","attributes":{"type":"Contact","url":"/services/data/v66.0/sobjects/Contact/003dnH000000002ABA"}}],"totalSize":2},"Name":"Fjord"}
            "#]],
        ),
        (
            "SELECT LastName FROM Contact WHERE Account.IsDeleted = true AND LastName LIKE 'n%25'",
            expect![[r#"
                {"LastName":"Ness"}
            "#]],
        ),
    ] {
        expected.assert_eq(&all(&org, soql));
    }
}
