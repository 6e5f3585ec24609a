//! Records that come back from the recycle bin, by the call that SOAP has for it.

use expect_test::expect;
use serde_json::json;

use crate::fault::FaultKind;
use crate::in_flight::{InFlight, Locks};
use crate::tenant::Tenant;
use crate::testing::{NOW_MS, TestOrg, org, org_with};
use crate::undelete::undelete;

const S: &str = "/services/data/v66.0";

/// Brings back as the user of that alias; the id, or the refusal.
fn bring_back(org: &TestOrg, alias: &str, id: &str, in_flight: &InFlight) -> String {
    let user_id = org.id(&format!("SELECT Id FROM User WHERE Alias = '{alias}'"));
    let inner = org.practice.inner.lock().expect("no test panicked inside");
    let tenant = Tenant {
        user_id,
        fills: false,
        ..Tenant::of_platform(&inner.db, NOW_MS + 60_000, 0, in_flight)
    };
    match undelete(&tenant, id) {
        Ok(id) => id,
        Err(refusal) => format!("{} {}: {}", refusal.status, refusal.code, refusal.message),
    }
}

fn admin(org: &TestOrg, id: &str) -> String {
    bring_back(org, "aadmin", id, &InFlight::default())
}

fn delete(org: &TestOrg, object: &str, id: &str) {
    let (status, json) = org.send(&format!("DELETE {S}/sobjects/{object}/{id}"), "");
    assert_eq!(status, 204, "{json}");
}

#[test]
fn an_account_comes_back_with_its_contacts_and_its_place() {
    let org = org();
    let account = org.create("Account", json!({ "Name": "Fjord" }));
    let contact = org.create(
        "Contact",
        json!({ "LastName": "Ness", "AccountId": account }),
    );
    org.create("Account", json!({ "Name": "Below", "ParentId": account }));
    let elsewhere = org.create("Account", json!({ "Name": "Moved", "ParentId": account }));
    delete(&org, "Account", &account);
    let line = format!("PATCH {S}/sobjects/Account/{elsewhere}");
    let below = org.id("SELECT Id FROM Account WHERE Name = 'Below'");
    org.send(&line, &json!({ "ParentId": below }).to_string());
    // A contact that went with its account does not come back by itself.
    expect!["400 UNDELETE_FAILED: Entity is not in the recycle bin"]
        .assert_eq(&admin(&org, &contact));
    assert_eq!(admin(&org, &account[..15]), account);
    org.query(
        "SELECT Name, IsDeleted, Parent.Name, (SELECT LastName FROM Contacts) FROM Account WHERE Name IN ('Fjord', 'Below', 'Moved')",
        expect![[r#"
            {"Contacts":{"done":true,"records":[{"LastName":"Ness"}],"totalSize":1},"IsDeleted":false,"Name":"Fjord","Parent":null}
            {"Contacts":null,"IsDeleted":false,"Name":"Below","Parent":{"Name":"Fjord"}}
            {"Contacts":null,"IsDeleted":false,"Name":"Moved","Parent":{"Name":"Below"}}
        "#]],
    );
    org.query(
        &format!("SELECT RowCause FROM AccountShare WHERE AccountId = '{account}'"),
        expect![[r#"
            {"RowCause":"Owner"}
        "#]],
    );
    expect!["400 UNDELETE_FAILED: Entity is not in the recycle bin"]
        .assert_eq(&admin(&org, &account));
    // It can be deleted again, and comes back again.
    delete(&org, "Account", &account);
    assert_eq!(admin(&org, &account), account);
}

#[test]
fn a_contact_comes_back_as_the_manager_of_others() {
    let org = org();
    let chief = org.create("Contact", json!({ "LastName": "Chief" }));
    org.create(
        "Contact",
        json!({ "LastName": "Mate", "ReportsToId": chief }),
    );
    delete(&org, "Contact", &chief);
    let reports = "SELECT ReportsTo.LastName FROM Contact WHERE LastName = 'Mate'";
    org.query(
        reports,
        expect![[r#"
        {"ReportsTo":null}
    "#]],
    );
    assert_eq!(admin(&org, &chief), chief);
    org.query(
        reports,
        expect![[r#"
        {"ReportsTo":{"LastName":"Chief"}}
    "#]],
    );
}

#[test]
fn what_does_not_come_back() {
    let org = org();
    let group = org.create("Group", json!({ "Name": "Crew" }));
    delete(&org, "Group", &group);
    expect!["400 UNDELETE_FAILED: Entity is not in the recycle bin"]
        .assert_eq(&admin(&org, &group));
    expect!["400 MALFORMED_ID: bad id x"].assert_eq(&admin(&org, "x"));
    expect!["400 UNDELETE_FAILED: Entity is not in the recycle bin"]
        .assert_eq(&admin(&org, "001000000000001AAA"));
}

#[test]
fn a_unique_value_may_be_taken_by_then() {
    let org = org_with(
        r#"
[[custom_fields]]
object = "Account"
name = "Number__c"
external_id = true
unique = true
"#,
    );
    let first = org.create("Account", json!({ "Name": "First", "Number__c": "7" }));
    delete(&org, "Account", &first);
    org.create("Account", json!({ "Name": "Second", "Number__c": "7" }));
    expect!["400 DUPLICATE_VALUE: duplicate value found: Number__c duplicates value on record with id: 001dnH000000002ABA"].assert_eq(&admin(&org, &first));
}

#[test]
fn rights_and_faults_hold() {
    let org = org();
    let account = org.create("Account", json!({ "Name": "Fjord" }));
    delete(&org, "Account", &account);
    let free = InFlight::default();
    expect!["400 INSUFFICIENT_ACCESS_OR_READONLY: insufficient access rights on object id"]
        .assert_eq(&bring_back(&org, "ssales", &account, &free));
    let faulty = Locks::default().met(Some(FaultKind::Lock { row: None }));
    expect!["400 UNABLE_TO_LOCK_ROW: unable to obtain exclusive access to this record: 001dnH000000001ABA"].assert_eq(&bring_back(&org, "aadmin", &account, &faulty));
    assert_eq!(admin(&org, &account), account);
}
