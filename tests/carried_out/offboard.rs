//! "Partner accounts cannot be deleted, only disabled": an account and its users are taken out of use.

use serde_json::json;

use super::{Procedure, records, seats_taken, step, summaries};
use crate::world::Product;

const RECIPE: &str = "partner/offboard-account";

/// Users first, then the account; the roles that Salesforce deletes are named before, and an undo says that they stay
/// deleted.
#[test]
fn users_then_the_account_then_undone() {
    let product = Product::new();
    let org = product.practice();
    let license = "Partner Community";
    let before = seats_taken(&org, license);
    let procedure = Procedure::new(&product, RECIPE, &["account=Oldtown Supplies"]);
    let plan = procedure.plan();
    assert_eq!(
        summaries(step(&plan, "users"), "changes", "user"),
        ["Deactivate leo.leaver@usher-practice.example"]
    );
    let lost = summaries(step(&plan, "account"), "effects", "role/");
    assert_eq!(
        lost,
        [
            "Salesforce deletes the role `Oldtown Supplies Partner Executive`",
            "Salesforce deletes the role `Oldtown Supplies Partner Manager`",
            "Salesforce deletes the role `Oldtown Supplies Partner User`",
        ]
    );
    let notes = step(&plan, "account")["notes"].as_array();
    let notes = notes.expect("notes").iter();
    let codes: Vec<_> = notes.filter_map(|note| note["code"].as_str()).collect();
    assert!(codes.contains(&"lost-for-good"), "{codes:?}");
    let deleted =
        org.query("SELECT Id FROM UserRole WHERE PortalAccount.Name = 'Oldtown Supplies'");
    procedure.carry_out(&[]);
    let account = "SELECT IsPartner FROM Account WHERE Name = 'Oldtown Supplies'";
    let users = "SELECT Username, IsActive FROM User WHERE Account.Name = 'Oldtown Supplies'";
    let roles = "SELECT Id FROM UserRole WHERE PortalAccount.Name = 'Oldtown Supplies'";
    let leo = |is_active: bool| json!([{ "Username": "leo.leaver@usher-practice.example", "IsActive": is_active }]);
    assert_eq!(records(&org, account), json!([{ "IsPartner": false }]));
    assert_eq!(records(&org, users), leo(false));
    assert_eq!(records(&org, roles), json!([]));
    assert_eq!(seats_taken(&org, license), before - 1);
    let undone = procedure.undo();
    let says = "its deleted roles and groups do not come back";
    assert!(undone.text().contains(says), "{}", undone.text());
    assert_eq!(records(&org, account), json!([{ "IsPartner": true }]));
    assert_eq!(records(&org, users), leo(true));
    // Salesforce makes others for the user who is active again.
    let roles = org.query(roles);
    assert!(!roles.iter().any(|role| deleted.contains(role)));
    assert_eq!(seats_taken(&org, license), before);
}

/// Another account's users and roles are as they were.
#[test]
fn another_account_stays_as_it_is() {
    let product = Product::new();
    let org = product.practice();
    let others = [
        "SELECT Name, IsPartner FROM Account WHERE Name != 'Oldtown Supplies' ORDER BY Name",
        "SELECT Username, IsActive FROM User WHERE Account.Name != 'Oldtown Supplies' ORDER BY Username",
        "SELECT Name FROM UserRole WHERE PortalAccount.Name = 'Bergheim Trading' ORDER BY Name",
    ];
    let before = others.map(|soql| records(&org, soql));
    let procedure = Procedure::new(&product, RECIPE, &["account=Oldtown Supplies"]);
    let plan = procedure.plan();
    assert_eq!(step(&plan, "users")["state"], "changes");
    assert_eq!(step(&plan, "account")["state"], "changes");
    procedure.carry_out(&[]);
    assert_eq!(others.map(|soql| records(&org, soql)), before);
}
