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

#[test]
fn effects_as_json_say_what_comes_where() {
    let product = Product::new();
    let plan = product
        .run(&format!("plan {RECIPE} --org practice --json"))
        .json();
    let steps = plan["steps"].as_array().expect("steps");
    let effects = steps
        .iter()
        .flat_map(|step| step["effects"].as_array().expect("effects"))
        .cloned();
    expect_test::expect![[r#"
        [
          {
            "address": "seat",
            "amount": 1,
            "causes": [
              "user"
            ],
            "certainty": "certain",
            "id": "100Jca00000000BIAQ",
            "kind": "takes",
            "object": "UserLicense",
            "remains": null,
            "summary": "One seat of the license `Client Customer Community Plus` is taken",
            "verified": null
          },
          {
            "address": "derived",
            "causes": [
              "user"
            ],
            "certainty": "certain",
            "fields": {
              "AccountId": "001Jca000000002IAA",
              "IsPortalEnabled": true,
              "UserType": "PowerCustomerSuccess"
            },
            "id": {
              "$ref": "user:user.id"
            },
            "kind": "alters",
            "object": "User",
            "remains": null,
            "summary": "The user belongs to the account `Lakeside Credit Union`",
            "verified": null
          },
          {
            "address": "role/User",
            "causes": [
              "user"
            ],
            "certainty": "likely",
            "fields": {
              "Name": "Lakeside Credit Union Customer User",
              "ParentRoleId": "00EJca000000001MAA",
              "PortalAccountId": "001Jca000000002IAA",
              "PortalRole": "Worker",
              "PortalType": "CustomerPortal"
            },
            "id": {
              "$ref": "user:role/User.id"
            },
            "kind": "appears",
            "name": "Lakeside Credit Union Customer User",
            "object": "UserRole",
            "parent": "00EJca000000001MAA",
            "remains": "the role stays",
            "summary": "Salesforce makes the role `Lakeside Credit Union Customer User` below the role of nora.north@usher-practice.example",
            "verified": null
          },
          {
            "address": "place",
            "causes": [
              "user"
            ],
            "certainty": "certain",
            "fields": {
              "UserRoleId": {
                "$ref": "user:role/User.id"
              }
            },
            "id": {
              "$ref": "user:user.id"
            },
            "kind": "alters",
            "object": "User",
            "remains": null,
            "summary": "The user gets the role `Lakeside Credit Union Customer User`",
            "verified": null
          },
          {
            "address": "member/Client Portal",
            "causes": [
              "user"
            ],
            "certainty": "likely",
            "fields": {
              "MemberId": {
                "$ref": "user:user.id"
              },
              "NetworkId": "0DBJca000000001OAA"
            },
            "id": {
              "$ref": "user:member/Client Portal.id"
            },
            "kind": "appears",
            "name": null,
            "object": "NetworkMember",
            "parent": null,
            "remains": null,
            "summary": "The user becomes a member of the site `Client Portal`",
            "verified": null
          },
          {
            "address": "mails",
            "causes": [
              "live"
            ],
            "certainty": "likely",
            "kind": "mails",
            "recipients": 2,
            "remains": null,
            "summary": "The site `Client Portal` mails its 2 members how to get in",
            "to": [],
            "verified": null
          }
        ]"#]]
        .assert_eq(&serde_json::to_string_pretty(&effects.collect::<Vec<_>>()).expect("JSON"));
}
