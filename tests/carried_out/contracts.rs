//! "Set Up Salesforce Contracts Customer Community Plus User": the user as the document describes it.

use serde_json::json;

use super::{Procedure, records, sets_of, step};
use crate::world::Product;

const RECIPE: &str = "contracts/customer-community-plus-user";

const INPUTS: [&str; 6] = [
    "account_name=Fjord Shipping",
    "first_name=Frida",
    "last_name=Fjord",
    "email=frida.fjord@example.com",
    "owner_role=Customer Support, North America",
    "url=fjordcontracts",
];

const USER: &str = "SELECT Email, CommunityNickname, UserPermissionsSFContentUser, Profile.UserLicense.Name FROM User WHERE Contact.Email = 'frida.fjord@example.com'";

/// Email and nickname, *Salesforce CRM Content User*, both permission sets.
#[test]
fn email_nickname_content_and_both_sets() {
    let product = Product::new();
    let org = product.practice();
    let procedure = Procedure::new(&product, RECIPE, &INPUTS).with(&["nickname=frida.at.fjord"]);
    let plan = procedure.plan();
    assert_eq!(step(&plan, "user")["state"], "changes");
    assert_eq!(step(&plan, "permissions")["state"], "changes");
    procedure.carry_out(&[]);
    assert_eq!(
        records(&org, USER),
        json!([{
            "Email": "frida.fjord@example.com",
            "CommunityNickname": "frida.at.fjord",
            "UserPermissionsSFContentUser": true,
            "Profile": { "UserLicense": { "Name": "Customer Community Plus" } },
        }])
    );
    let sets = sets_of(&org, "Assignee.Contact.Email = 'frida.fjord@example.com'");
    assert_eq!(
        sets,
        [
            "Contract Management CC Plus Digital Experience User",
            "DocGen Run-time Community User",
        ]
    );
    let licenses = "SELECT PermissionSetLicense.MasterLabel FROM PermissionSetLicenseAssign WHERE Assignee.Contact.Email = 'frida.fjord@example.com'";
    let label = "DocGen Runtime for Community Users";
    assert_eq!(
        records(&org, licenses),
        json!([{ "PermissionSetLicense": { "MasterLabel": label } }])
    );
}

/// The user has an email and a nickname without any input for them.
#[test]
fn email_and_nickname_are_made_from_the_contact() {
    let product = Product::new();
    let org = product.practice();
    Procedure::new(&product, RECIPE, &INPUTS).carry_out(&[]);
    let user = records(&org, USER);
    assert_eq!(user[0]["Email"], "frida.fjord@example.com");
    let nickname = user[0]["CommunityNickname"].as_str().unwrap_or_default();
    assert!(nickname.starts_with("frida.fjord"), "{nickname}");
}
