//! Locks of accounts among requests that are on their way at the same time (docs/salesforce/users.md#locks).

use bytes::Bytes;
use expect_test::expect;
use http::Request;
use serde_json::{Value, json};

use crate::testing::{NOW_MS, TestOrg, org};
use crate::{Exchanged, Held};

/// Sends, and keeps the answer on its way: what came, and what is locked until it is there.
fn send(org: &TestOrg, line: &str, body: &Value) -> (String, Held) {
    let (method, path) = line.split_once(' ').expect("a method and a path");
    let request = Request::builder()
        .method(method)
        .uri(format!("/services/data/v66.0/{path}"))
        .header("Authorization", format!("Bearer {}", org.token))
        .body(Bytes::from(body.to_string()))
        .expect("a request");
    let Exchanged { response, held, .. } = org.practice.exchange_amid(request, NOW_MS, None);
    let body: Value = serde_json::from_slice(response.body()).unwrap_or(Value::Null);
    let first = &body[0];
    let rows = body.as_array().filter(|_| first["success"].is_boolean());
    let told = match rows {
        Some(rows) => rows
            .iter()
            .map(|row| row["errors"][0]["statusCode"].as_str().unwrap_or("saved"))
            .collect::<Vec<_>>()
            .join(", "),
        None => match first["errorCode"].as_str() {
            Some(code) => format!("{code}: {}", first["message"].as_str().unwrap_or_default()),
            None => response.status().as_u16().to_string(),
        },
    };
    (told, held)
}

/// A user with a role for a new contact of the account.
fn user(org: &TestOrg, account: &str, name: &str, profile: &str) -> Value {
    let contact = org.create("Contact", json!({ "LastName": name, "AccountId": account }));
    json!({
        "Username": format!("{name}@locks.example"), "LastName": name, "Email": "x@locks.example", "Alias": "x",
        "CommunityNickname": name, "TimeZoneSidKey": "Europe/Berlin", "LocaleSidKey": "en_US",
        "EmailEncodingKey": "UTF-8", "LanguageLocaleKey": "en_US",
        "ProfileId": org.id(&format!("SELECT Id FROM Profile WHERE Name = '{profile}'")), "ContactId": contact,
        "attributes": { "type": "User" },
    })
}

const PLUS: &str = "Customer Community Plus User";
const ROLELESS: &str = "Customer Community User";

fn account(org: &TestOrg, name: &str) -> String {
    let owner = org.id("SELECT Id FROM User WHERE Alias = 'ssales'");
    org.create("Account", json!({ "Name": name, "OwnerId": owner }))
}

#[test]
fn users_of_one_account_are_not_made_at_once() {
    let org = org();
    let (here, there) = (account(&org, "Here"), account(&org, "There"));
    let (first, held) = send(
        &org,
        "POST sobjects/User",
        &user(&org, &here, "first", PLUS),
    );
    assert_eq!(first, "201");
    let second = user(&org, &here, "second", PLUS);
    let (refused, _) = send(&org, "POST sobjects/User", &second);
    expect![
        "UNABLE_TO_LOCK_ROW: unable to obtain exclusive access to this record: 001dnH000000001ABA"
    ]
    .assert_eq(&refused);
    // Other accounts, users without roles, and reading are free.
    let other = user(&org, &there, "other", PLUS);
    assert_eq!(send(&org, "POST sobjects/User", &other).0, "201");
    let roleless = user(&org, &here, "roleless", ROLELESS);
    assert_eq!(send(&org, "POST sobjects/User", &roleless).0, "201");
    assert_eq!(send(&org, "GET sobjects/User", &Value::Null).0, "200");
    drop(held);
    assert_eq!(send(&org, "POST sobjects/User", &second).0, "201");
}

#[test]
fn a_collection_loses_only_the_rows_that_are_locked() {
    let org = org();
    let (here, there) = (account(&org, "Here"), account(&org, "There"));
    let (_, held) = send(
        &org,
        "POST sobjects/User",
        &user(&org, &here, "first", PLUS),
    );
    let rows = [
        user(&org, &here, "second", PLUS),
        user(&org, &there, "third", PLUS),
        user(&org, &there, "fourth", PLUS),
    ];
    let body = json!({ "allOrNone": false, "records": rows });
    let (told, _) = send(&org, "POST composite/sobjects", &body);
    assert_eq!(told, "UNABLE_TO_LOCK_ROW, saved, saved");
    drop(held);
}

#[test]
fn changing_users_roles_and_owners_locks_as_well() {
    let org = org();
    let here = account(&org, "Here");
    let id = org.create("User", {
        let mut user = user(&org, &here, "first", PLUS);
        user.as_object_mut()
            .expect("an object")
            .remove("attributes");
        user
    });
    let change = format!("PATCH sobjects/User/{id}");
    let (told, held) = send(&org, &change, &json!({ "IsActive": false }));
    assert_eq!(told, "204");
    let next = user(&org, &here, "second", PLUS);
    let (refused, _) = send(&org, "POST sobjects/User", &next);
    assert!(refused.starts_with("UNABLE_TO_LOCK_ROW"), "{refused}");
    let owner = org.id("SELECT Id FROM User WHERE Alias = 'aadmin'");
    let move_to = json!({ "OwnerId": owner });
    let (refused, _) = send(&org, &format!("PATCH sobjects/Account/{here}"), &move_to);
    assert!(refused.starts_with("UNABLE_TO_LOCK_ROW"), "{refused}");
    drop(held);
    assert_eq!(send(&org, "POST sobjects/User", &next).0, "201");
}
