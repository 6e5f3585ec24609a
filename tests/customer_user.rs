//! `fsc/customer-user`: what it announces is what is found afterwards, and what bad input gets.

mod bad_input;
mod roles;

use serde_json::{Value, json};

use crate::world::{Org, Product};

const RECIPE: &str = "fsc/customer-user";

#[test]
fn differs_before_and_has_nothing_to_do_after() {
    let product = Product::new();
    let line = |command: &str| product.run(&format!("{command} {RECIPE} --org practice"));
    assert_eq!(line("check").exit, 11);
    let applied = line("apply --yes");
    assert_eq!(applied.exit, 0, "{}", applied.text());
    assert_eq!(line("check").exit, 0);
    let again = line("apply --yes --json").json();
    assert_eq!(again["requests"]["write"], 0, "{again}");
    for step in again["steps"].as_array().expect("steps") {
        assert_eq!(step["state"], "as-wanted", "{step}");
    }
}

/// Somebody inside who owns accounts and has no role yet; the id.
fn owner(org: &Org, number: usize) -> String {
    let profile = org.id("Profile", "Name = 'Standard User'");
    let fields = json!({
        "FirstName": "Oskar",
        "LastName": format!("O'Wner {number}"),
        "Username": format!("oskar.{number}@usher-practice.example"),
        "Email": format!("oskar.{number}@example.com"),
        "Alias": format!("o&ë'{number}"),
        "CommunityNickname": format!("oskar.{number}"),
        "TimeZoneSidKey": "Europe/Berlin",
        "LocaleSidKey": "en_US",
        "LanguageLocaleKey": "en_US",
        "EmailEncodingKey": "UTF-8",
        "ProfileId": profile,
    });
    org.create("User", &fields)
}

/// An account of that owner; the id.
fn account(org: &Org, name: &str, owner: &str) -> String {
    org.create("Account", &json!({ "Name": name, "OwnerId": owner }))
}

/// A contact of that account; the id.
fn contact(org: &Org, first_name: &str, last_name: &str, account: &str, owner: &str) -> String {
    let email = format!("{}.{account}@example.com", first_name.to_lowercase());
    let fields = json!({
        "FirstName": first_name,
        "LastName": last_name,
        "Email": email,
        "AccountId": account,
        "OwnerId": owner,
    });
    org.create("Contact", &fields)
}

fn text<'v>(record: &'v Value, field: &str) -> &'v str {
    record[field].as_str().unwrap_or_default()
}
