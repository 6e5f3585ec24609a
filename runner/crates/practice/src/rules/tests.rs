//! The rules of each object: what is refused, with the platform's words, and what is made beside.

use serde_json::{Value, json};

use crate::testing::TestOrg;

mod account;
mod custom;
mod duplicate;
mod group;
mod permission;
mod portal;
mod queue;
mod record_type;
mod share;
mod user;

const S: &str = "/services/data/v66.0";

/// The id of a profile of the base fixture.
fn profile(org: &TestOrg, name: &str) -> String {
    org.id(&format!("SELECT Id FROM Profile WHERE Name = '{name}'"))
}

/// An account owned by Sam, who has a role.
fn account(org: &TestOrg, name: &str) -> String {
    let owner = org.id("SELECT Id FROM User WHERE Alias = 'ssales'");
    org.create("Account", json!({ "Name": name, "OwnerId": owner }))
}

/// A contact of the account.
fn contact(org: &TestOrg, account: &str, name: &str) -> String {
    org.create("Contact", json!({ "LastName": name, "AccountId": account }))
}

/// The fields of a user for that contact; `name` makes what must be unique.
fn external(org: &TestOrg, contact: &str, profile_name: &str, name: &str) -> Value {
    json!({
        "Username": format!("{name}@acme.example"), "LastName": name, "Email": "x@acme.example", "Alias": "x",
        "CommunityNickname": name, "TimeZoneSidKey": "Europe/Stockholm", "LocaleSidKey": "sv_SE",
        "EmailEncodingKey": "UTF-8", "LanguageLocaleKey": "sv",
        "ProfileId": profile(org, profile_name), "ContactId": contact,
    })
}

/// A new contact of the account, enabled.
fn enabled(org: &TestOrg, account: &str, profile_name: &str, name: &str) -> String {
    let contact = contact(org, account, name);
    org.create("User", external(org, &contact, profile_name, name))
}

/// Sets settings of the practice face.
fn settings(org: &TestOrg, wanted: Value) {
    let (status, json) = org.send("PATCH /practice/settings", &wanted.to_string());
    assert_eq!(status, 204, "{json}");
}
