//! `contracts/…`: from an org in which Digital Experiences is off to a live site with its first user.

use expect_test::expect;
use serde_json::{Value, json};

use crate::world::Product;

const RECIPE: &str = "contracts/customer-community-plus-user";

/// The practice org that the example begins in.
const START: &str = "no-digital-experiences";

#[test]
fn from_digital_experiences_off_to_a_live_site() {
    let product = Product::new();
    let command = |command: &str| product.run(&format!("{command} {RECIPE} --org practice"));
    let before = command("check");
    assert_eq!(before.exit, 11, "{}", before.text());
    let applied = command("apply --yes");
    assert_eq!(applied.exit, 0, "{}", applied.text());
    let org = product.practice_named(START);
    let found = json!({
        "site": org.query("SELECT Name, UrlPathPrefix, Status, OptionsShowAllNetworkSettings FROM Network"),
        "user": org.query("SELECT Contact.Name, Contact.Email, Account.Name, Profile.Name, IsActive, UserPermissionsSFContentUser, UserRole.Name FROM User WHERE ContactId != null"),
        "profile": org.query("SELECT Name, UserLicense.Name, PermissionsApiEnabled, PermissionsApiUserOnly FROM Profile WHERE Name = 'Contracts Customer Community Plus User'"),
        "sets": org.query("SELECT PermissionSet.Label FROM PermissionSetAssignment WHERE Assignee.ContactId != null AND PermissionSet.IsOwnedByProfile = false ORDER BY PermissionSet.Label"),
        "members": org.query("SELECT Network.Name, AssignmentStatus FROM NetworkMemberGroup"),
        "owner": org.query("SELECT Owner.Username, Owner.UserRole.Name FROM Account"),
    });
    expect![[r#"
        {
          "members": [
            {
              "AssignmentStatus": "Added",
              "Network": {
                "Name": "Contracts",
                "attributes": {
                  "type": "Network",
                  "url": "/services/data/v66.0/sobjects/Network/0DB9wr000000001GAA"
                }
              }
            }
          ],
          "owner": [
            {
              "Owner": {
                "UserRole": {
                  "Name": "Customer Support, North America",
                  "attributes": {
                    "type": "UserRole",
                    "url": "/services/data/v66.0/sobjects/UserRole/00E9wr00000000AEAQ"
                  }
                },
                "Username": "admin@practice.usher.example",
                "attributes": {
                  "type": "User",
                  "url": "/services/data/v66.0/sobjects/User/0059wr000000001AAA"
                }
              }
            }
          ],
          "profile": [
            {
              "Name": "Contracts Customer Community Plus User",
              "PermissionsApiEnabled": true,
              "PermissionsApiUserOnly": false,
              "UserLicense": {
                "Name": "Customer Community Plus",
                "attributes": {
                  "type": "UserLicense",
                  "url": "/services/data/v66.0/sobjects/UserLicense/1009wr000000005AAA"
                }
              }
            }
          ],
          "sets": [
            {
              "PermissionSet": {
                "Label": "Contract Management CC Plus Digital Experience User",
                "attributes": {
                  "type": "PermissionSet",
                  "url": "/services/data/v66.0/sobjects/PermissionSet/0PS9wr00000000RGAQ"
                }
              }
            },
            {
              "PermissionSet": {
                "Label": "DocGen Run-time Community User",
                "attributes": {
                  "type": "PermissionSet",
                  "url": "/services/data/v66.0/sobjects/PermissionSet/0PS9wr00000000QGAQ"
                }
              }
            }
          ],
          "site": [
            {
              "Name": "Contracts",
              "OptionsShowAllNetworkSettings": true,
              "Status": "Live",
              "UrlPathPrefix": "contracts"
            }
          ],
          "user": [
            {
              "Account": {
                "Name": "Fjord Shipping",
                "attributes": {
                  "type": "Account",
                  "url": "/services/data/v66.0/sobjects/Account/0019wr000000001AAA"
                }
              },
              "Contact": {
                "Email": "frida.fjord@example.com",
                "Name": "Frida Fjord",
                "attributes": {
                  "type": "Contact",
                  "url": "/services/data/v66.0/sobjects/Contact/0039wr000000001AAA"
                }
              },
              "IsActive": true,
              "Profile": {
                "Name": "Contracts Customer Community Plus User",
                "attributes": {
                  "type": "Profile",
                  "url": "/services/data/v66.0/sobjects/Profile/00e9wr00000000FAAQ"
                }
              },
              "UserPermissionsSFContentUser": true,
              "UserRole": {
                "Name": "Fjord Shipping Customer User",
                "attributes": {
                  "type": "UserRole",
                  "url": "/services/data/v66.0/sobjects/UserRole/00E9wr00000000BEAQ"
                }
              }
            }
          ]
        }"#]]
    .assert_eq(&serde_json::to_string_pretty(&found).expect("JSON"));
    let check = command("check");
    assert_eq!(check.exit, 0, "{}", check.text());
    let again = command("apply --yes --json").json();
    assert_eq!(again["requests"]["write"], 0, "{again:#}");
}

/// The part of the plan that is complete without an account, a site and Digital Experiences.
#[test]
fn what_is_planned_before_anything_exists() {
    let product = Product::new();
    let plan = product
        .run(&format!("plan {RECIPE} --org practice --json"))
        .json();
    let steps = plan["steps"].as_array().expect("steps");
    let lines: Vec<String> = steps.iter().map(line).collect();
    expect![[r#"
        domain skipped: `inputs.enter_domain` is false
        digital_experiences changes: networks, standard-profiles
        account changes: record
        contact changes: record
        owner_role changes: role/admin@practice.usher.example
        profile changes: profile
        site changes: site
        members changes: profile/Contracts Customer Community Plus User
        user changes: user
        permissions changes: license/DocGenRuntimeForCommunityUsersPsl, assignment/DocGenRuntimeCommunityUser, assignment/ContractManagementCCPlusUser
        share skipped: `inputs.share_account` is false
        live changes: publish, all-settings, live
        access deferred: looks at the org when everything before it is done"#]].assert_eq(&lines.join("\n"));
    let org = product.practice_named(START);
    assert_eq!(org.query("SELECT Id FROM Account"), Vec::<Value>::new());
}

/// Steps of this recipe share the address `record`; each waits for its own only.
#[test]
fn a_plan_says_as_many_requests_as_apply_sends() {
    let product = Product::new();
    let write = |command: &str| {
        let ran = product.run(&format!("{command} {RECIPE} --org practice --json"));
        ran.json()["requests"]["write"].clone()
    };
    let planned = write("plan");
    assert_eq!(planned, 14);
    assert_eq!(write("apply --yes"), planned);
}

/// A step, its state, its changes, and the reason why it cannot be planned yet.
fn line(step: &Value) -> String {
    let changes = step["changes"].as_array().expect("changes");
    let addresses: Vec<&str> = changes
        .iter()
        .filter_map(|change| change["address"].as_str())
        .collect();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let why = match text(&step["state"]).as_str() {
        "deferred" => text(&step["deferred"]["reason"]),
        "skipped" => text(&step["skipped"]["reason"]),
        _ => addresses.join(", "),
    };
    format!("{} {}: {why}", text(&step["id"]), text(&step["state"]))
}

/// No API takes a domain name, so a run waits for a person to enter it.
#[test]
fn a_domain_name_is_entered_by_hand() {
    let product = Product::new();
    let apply = |more: &[&str]| {
        let org = format!("practice:{START}");
        let mut words = vec!["apply", RECIPE, "--org", &org, "--yes"];
        for set in [
            "account_name=Fjord Shipping",
            "last_name=Fjord",
            "email=frida.fjord@example.com",
            "enter_domain=true",
        ] {
            words.extend(["--set", set]);
        }
        words.extend(more);
        product.run_words(&words)
    };
    let waits = apply(&[]);
    assert_eq!(waits.exit, 23, "{}", waits.text());
    assert!(
        waits
            .out
            .contains("3. Enter a domain name and click Check Availability"),
        "{}",
        waits.text()
    );
    let org = product.practice_named(START);
    assert_eq!(org.query("SELECT Id FROM Account"), Vec::<Value>::new());
    let applied = apply(&["--confirm", "domain=fjord-shipping, available"]);
    assert_eq!(applied.exit, 0, "{}", applied.text());
}
