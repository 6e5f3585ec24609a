//! "Set Up Salesforce Contracts Customer Community Plus User": the user as the document describes it.

use expect_test::expect;
use serde_json::json;

use super::{Procedure, did, records, sets_of, step};
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

/// Each step of the document, from an org in which Digital Experiences is off.
#[test]
fn from_settings_to_a_live_site() {
    let product = Product::new();
    // Without inputs the example's own org is used.
    let applied = Procedure::new(&product, RECIPE, &[]).carry_out(&[]);
    let steps = [
        "digital_experiences",
        "account",
        "contact",
        "owner_role",
        "profile",
        "site",
        "members",
        "user",
        "permissions",
        "live",
    ];
    let lines = steps.map(|id| format!("{id}: {}", did(&applied, id).join("; ")));
    expect![[r#"
        digital_experiences: Turn on Digital Experiences; Allow standard external profiles for self-registration, user creation, and login
        account: Make the account with Name `Fjord Shipping`
        contact: Make the contact with Email `frida.fjord@example.com`
        owner_role: Give admin@practice.usher.example, owner of the contact and its account, the role `Customer Support, North America`
        profile: Clone the profile `Customer Community Plus User` (license `Customer Community Plus`) as `Contracts Customer Community Plus User`, with *API Enabled*: its users get in by APIs
        site: Make the site `Contracts` from the template `Customer Account Portal`
        members: Make the profile `Contracts Customer Community Plus User` a member of the site `Contracts`
        user: Make Frida Fjord of the account `Fjord Shipping` a user with the profile `Contracts Customer Community Plus User`
        permissions: Give frida.fjord@example.com.choamp the license `DocGen Runtime for Community Users`; Assign the permission set `DocGen Run-time Community User` to frida.fjord@example.com.choamp; Assign the permission set `Contract Management CC Plus Digital Experience User` to frida.fjord@example.com.choamp
        live: Publish the site `Contracts`; Show all settings of the site `Contracts` in Workspaces; Activate the site `Contracts`"#]]
    .assert_eq(&lines.join("\n"));
    let access = "  as wanted  access  nothing to do\n";
    assert!(applied.err.contains(access), "{}", applied.text());
    let org = product.practice_named("no-digital-experiences");
    let profile = "SELECT PermissionsApiEnabled, UserLicense.Name FROM Profile WHERE Name = 'Contracts Customer Community Plus User'";
    assert_eq!(
        records(&org, profile),
        json!([{ "PermissionsApiEnabled": true, "UserLicense": { "Name": "Customer Community Plus" } }])
    );
    let user = "SELECT Account.Name, Contact.Name, Profile.Name FROM User WHERE ContactId != null";
    assert_eq!(
        records(&org, user),
        json!([{
            "Account": { "Name": "Fjord Shipping" },
            "Contact": { "Name": "Frida Fjord" },
            "Profile": { "Name": "Contracts Customer Community Plus User" },
        }])
    );
    let site = "SELECT Status, OptionsShowAllNetworkSettings FROM Network WHERE Name = 'Contracts'";
    assert_eq!(
        records(&org, site),
        json!([{ "Status": "Live", "OptionsShowAllNetworkSettings": true }])
    );
    let member = "SELECT Member.Contact.Email FROM NetworkMember WHERE Network.Name = 'Contracts'";
    let frida = json!([{ "Member": { "Contact": { "Email": "frida.fjord@example.com" } } }]);
    assert_eq!(records(&org, member), frida);
}

/// No API takes a domain name: a person enters it, and says so.
#[test]
fn a_domain_name_is_a_persons_work() {
    let product = Product::new();
    let procedure = Procedure::new(&product, RECIPE, &INPUTS).with(&["enter_domain=true"]);
    let waits = procedure.run("apply", &["--yes"]);
    assert_eq!(waits.exit, 23, "{}", waits.text());
    let applied = procedure.carry_out(&["--confirm", "domain=fjord, available"]);
    assert_eq!(
        did(&applied, "domain"),
        ["confirmed by admin@practice.usher.example: fjord, available"]
    );
}

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
