//! A signed-in user who may not do or see everything.

use expect_test::expect;
use serde_json::json;

use crate::cases::between::served;
use crate::cases::{lines, refusal, run};
use crate::world::Product;

const CUSTOMER: &[&str] = &[
    "contact=maria.meyer@example.com",
    "owner_role=Customer Support, North America",
];

const CONTRACTS: &[&str] = &[
    "account_name=Nord AS",
    "first_name=Frida",
    "last_name=Fjord",
    "email=frida.nord@example.com",
    "owner_role=Customer Support, North America",
];

#[test]
fn a_user_without_rights_to_setup_is_told_which_are_missing() {
    let mut product = Product::new();
    let org = product.practice();
    let token = org.token_of("nora.north@usher-practice.example");
    let url = served(&mut product, org);
    product.set("USHER_TOKEN", &token);
    let planned = run(&product, "plan fsc/customer-user", &url, CUSTOMER);
    expect![[r#"
        exit 20
        help: "Compare it with Setup, or sign in as a user with Modify Metadata Through Metadata API Functions and View Setup and Configuration"
        help: "Set the input `role_levels` to what Setup > Digital Experiences > Settings shows"
        error: step `owner_role`: nora.north@usher-practice.example may not change internal users: one of *Manage Internal Users* and *Manage Users* is missing
        = help: give nora.north@usher-practice.example a permission set with it, or sign in as a user who has it (rule: Object Reference, User)
        code: user/lacks-permission
        error: step `user`: nora.north@usher-practice.example may not make or change external users: one of *Manage External Users*, *Delegated External User Administrator* and *Manage External Users (Limited)* is missing
        = help: give nora.north@usher-practice.example a permission set with it, or sign in as a user who has it (rule: Object Reference, User)
        code: user/lacks-permission
        error: step `permissions`: nora.north@usher-practice.example may not see permission sets: one of *View Setup and Configuration*, *Assign Permission Sets* and *Manage Users* is missing
        = help: give nora.north@usher-practice.example a permission set with it, or sign in as a user who has it (rule: Object Reference, PermissionSetAssignment)
        code: user/lacks-permission
        error: step `permissions`: nora.north@usher-practice.example may not see permission set licenses: *View Setup and Configuration* is missing
        = help: give nora.north@usher-practice.example a permission set with it, or sign in as a user who has it (rule: Object Reference, PermissionSetLicense)
        code: user/lacks-permission
        error: step `permissions`: nora.north@usher-practice.example may not assign permission sets: one of *Assign Permission Sets* and *Manage Users* is missing
        = help: give nora.north@usher-practice.example a permission set with it, or sign in as a user who has it (rule: Object Reference, PermissionSetAssignment)
        code: user/lacks-permission
        error: the org is not ready; nothing was changed
    "#]].assert_eq(&refusal(&planned));
    let planned = run(
        &product,
        "plan contracts/customer-community-plus-user",
        &url,
        CONTRACTS,
    );
    expect![[r#"
        exit 20
        help: "give nora.north@usher-practice.example a permission set with it, or sign in as a user who has it"
        error: step `digital_experiences`: nora.north@usher-practice.example may not use the Metadata API: one of *Modify Metadata Through Metadata API Functions* and *Modify All Data* is missing
        = help: give nora.north@usher-practice.example a permission set with it, or sign in as a user who has it (rule: Metadata API Developer Guide)
        code: user/lacks-permission
        error: step `owner_role`: nora.north@usher-practice.example may not change internal users: one of *Manage Internal Users* and *Manage Users* is missing
        = help: give nora.north@usher-practice.example a permission set with it, or sign in as a user who has it (rule: Object Reference, User)
        code: user/lacks-permission
        error: step `profile`: nora.north@usher-practice.example may not change profiles and permission sets: *Manage Profiles and Permission Sets* is missing
        = help: give nora.north@usher-practice.example a permission set with it, or sign in as a user who has it (rule: Field Reference, PermissionSet)
        code: user/lacks-permission
        error: step `profile`: nora.north@usher-practice.example may not use the Metadata API: one of *Modify Metadata Through Metadata API Functions* and *Modify All Data* is missing
        = help: give nora.north@usher-practice.example a permission set with it, or sign in as a user who has it (rule: Metadata API Developer Guide)
        code: user/lacks-permission
        error: step `site`: nora.north@usher-practice.example may not make, change or publish sites: *Create and Set Up Experiences* is missing
        = help: give nora.north@usher-practice.example a permission set with it, or sign in as a user who has it (rule: Object Reference, Network)
        code: user/lacks-permission
        error: step `members`: nora.north@usher-practice.example may not make, change or publish sites: *Create and Set Up Experiences* is missing
        = help: give nora.north@usher-practice.example a permission set with it, or sign in as a user who has it (rule: Object Reference, Network)
        code: user/lacks-permission
        error: step `members`: nora.north@usher-practice.example may not see permission sets: one of *View Setup and Configuration*, *Assign Permission Sets* and *Manage Users* is missing
        = help: give nora.north@usher-practice.example a permission set with it, or sign in as a user who has it (rule: Object Reference, PermissionSetAssignment)
        code: user/lacks-permission
        error: step `user`: nora.north@usher-practice.example may not make or change external users: one of *Manage External Users*, *Delegated External User Administrator* and *Manage External Users (Limited)* is missing
        = help: give nora.north@usher-practice.example a permission set with it, or sign in as a user who has it (rule: Object Reference, User)
        code: user/lacks-permission
        error: step `user`: nora.north@usher-practice.example may not see permission sets: one of *View Setup and Configuration*, *Assign Permission Sets* and *Manage Users* is missing
        = help: give nora.north@usher-practice.example a permission set with it, or sign in as a user who has it (rule: Object Reference, PermissionSetAssignment)
        code: user/lacks-permission
        error: step `permissions`: nora.north@usher-practice.example may not assign permission sets: one of *Assign Permission Sets* and *Manage Users* is missing
        = help: give nora.north@usher-practice.example a permission set with it, or sign in as a user who has it (rule: Object Reference, PermissionSetAssignment)
        code: user/lacks-permission
        error: step `permissions`: nora.north@usher-practice.example may not see permission set licenses: *View Setup and Configuration* is missing
        = help: give nora.north@usher-practice.example a permission set with it, or sign in as a user who has it (rule: Object Reference, PermissionSetLicense)
        code: user/lacks-permission
        error: step `permissions`: nora.north@usher-practice.example may not see permission sets: one of *View Setup and Configuration*, *Assign Permission Sets* and *Manage Users* is missing
        = help: give nora.north@usher-practice.example a permission set with it, or sign in as a user who has it (rule: Object Reference, PermissionSetAssignment)
        code: user/lacks-permission
        error: step `live`: nora.north@usher-practice.example may not make, change or publish sites: *Create and Set Up Experiences* is missing
        = help: give nora.north@usher-practice.example a permission set with it, or sign in as a user who has it (rule: Object Reference, Network)
        code: user/lacks-permission
        error: the org is not ready; nothing was changed
    "#]].assert_eq(&refusal(&planned));
    let planned = run(
        &product,
        "plan fsc/assign-permissions",
        &url,
        &["user=jane.doe@example.com"],
    );
    expect![[r#"
        exit 20
        error: step `permissions`: nora.north@usher-practice.example may not see permission sets: one of *View Setup and Configuration*, *Assign Permission Sets* and *Manage Users* is missing
        = help: give nora.north@usher-practice.example a permission set with it, or sign in as a user who has it (rule: Object Reference, PermissionSetAssignment)
        code: user/lacks-permission
        error: step `permissions`: nora.north@usher-practice.example may not see permission set licenses: *View Setup and Configuration* is missing
        = help: give nora.north@usher-practice.example a permission set with it, or sign in as a user who has it (rule: Object Reference, PermissionSetLicense)
        code: user/lacks-permission
        error: step `permissions`: nora.north@usher-practice.example may not assign permission sets: one of *Assign Permission Sets* and *Manage Users* is missing
        = help: give nora.north@usher-practice.example a permission set with it, or sign in as a user who has it (rule: Object Reference, PermissionSetAssignment)
        code: user/lacks-permission
        error: the org is not ready; nothing was changed
    "#]].assert_eq(&refusal(&planned));
}

#[test]
fn a_user_who_may_not_see_roles_is_told_so() {
    let mut product = Product::new();
    let org = product.practice();
    let nora = org.id("User", "Username = 'nora.north@usher-practice.example'");
    let profile = org.id("Profile", "Name = 'Minimum Access - Salesforce'");
    org.update(
        "Profile",
        &profile,
        &json!({ "PermissionsApiEnabled": true }),
    );
    org.update("User", &nora, &json!({ "ProfileId": profile }));
    let token = org.token_of("nora.north@usher-practice.example");
    let url = served(&mut product, org);
    product.set("USHER_TOKEN", &token);
    let planned = run(&product, "plan fsc/customer-user", &url, CUSTOMER);
    expect![[r#"
        exit 20
        error: step `owner_role`: nora.north@usher-practice.example may not see roles: one of *View Roles and Role Hierarchy*, *View Setup and Configuration*, *Manage Roles* and *Manage Users* is missing
        = help: give nora.north@usher-practice.example a permission set with it, or sign in as a user who has it (rule: Object Reference, UserRole)
        code: user/lacks-permission
        error: step `owner_role`: nora.north@usher-practice.example may not change internal users: one of *Manage Internal Users* and *Manage Users* is missing
        = help: give nora.north@usher-practice.example a permission set with it, or sign in as a user who has it (rule: Object Reference, User)
        code: user/lacks-permission
        error: step `user`: nora.north@usher-practice.example may not see roles: one of *View Roles and Role Hierarchy*, *View Setup and Configuration*, *Manage Roles* and *Manage Users* is missing
        = help: give nora.north@usher-practice.example a permission set with it, or sign in as a user who has it (rule: Object Reference, UserRole)
        code: user/lacks-permission
        error: step `user`: nora.north@usher-practice.example may not see permission sets: one of *View Setup and Configuration*, *Assign Permission Sets* and *Manage Users* is missing
        = help: give nora.north@usher-practice.example a permission set with it, or sign in as a user who has it (rule: Object Reference, PermissionSetAssignment)
        code: user/lacks-permission
        error: step `user`: nora.north@usher-practice.example may not make or change external users: one of *Manage External Users*, *Delegated External User Administrator* and *Manage External Users (Limited)* is missing
        = help: give nora.north@usher-practice.example a permission set with it, or sign in as a user who has it (rule: Object Reference, User)
        code: user/lacks-permission
        error: step `permissions`: nora.north@usher-practice.example may not assign permission sets: one of *Assign Permission Sets* and *Manage Users* is missing
        = help: give nora.north@usher-practice.example a permission set with it, or sign in as a user who has it (rule: Object Reference, PermissionSetAssignment)
        code: user/lacks-permission
        error: step `permissions`: nora.north@usher-practice.example may not see permission set licenses: *View Setup and Configuration* is missing
        = help: give nora.north@usher-practice.example a permission set with it, or sign in as a user who has it (rule: Object Reference, PermissionSetLicense)
        code: user/lacks-permission
        error: step `permissions`: nora.north@usher-practice.example may not see permission sets: one of *View Setup and Configuration*, *Assign Permission Sets* and *Manage Users* is missing
        = help: give nora.north@usher-practice.example a permission set with it, or sign in as a user who has it (rule: Object Reference, PermissionSetAssignment)
        code: user/lacks-permission
        error: step `access`: nora.north@usher-practice.example may not see roles: one of *View Roles and Role Hierarchy*, *View Setup and Configuration*, *Manage Roles* and *Manage Users* is missing
        = help: give nora.north@usher-practice.example a permission set with it, or sign in as a user who has it (rule: Object Reference, UserRole)
        code: user/lacks-permission
        error: the org is not ready; nothing was changed
    "#]].assert_eq(&refusal(&planned));
}

const SHARE: &str = r#"
format = 1
title = "Share an account"

[inputs.user]
type = "record"
object = "User"

[inputs.account]
type = "record"
object = "Account"

[[steps]]
id = "share"
use = "share-records"
with = { shares = [{ record = "${inputs.account}", user = "${inputs.user}", access = "Read" }] }
"#;

#[test]
fn a_user_without_role_is_shared_nothing_by_hand() {
    let product = Product::new();
    product.write_recipe("share.toml", SHARE);
    let org = product.practice();
    let contact = org.id("Contact", "Email = 'maria.meyer@example.com'");
    let profile = org.id("Profile", "Name = 'Client Customer Community'");
    let user = org.create(
        "User",
        &json!({
            "LastName": "Meyer", "Username": "maria@old.example", "Email": "maria.meyer@example.com", "Alias": "mm",
            "CommunityNickname": "maria.old", "TimeZoneSidKey": "Europe/Berlin", "LocaleSidKey": "en_US",
            "LanguageLocaleKey": "en_US", "EmailEncodingKey": "UTF-8", "ProfileId": profile, "ContactId": contact,
        }),
    );
    let account = org.id("Account", "Name = 'Lakeside Credit Union'");
    let inputs = [format!("user={user}"), format!("account={account}")];
    let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
    let applied = run(&product, "apply --yes share.toml", "practice", &inputs);
    expect![[r#"
        exit 20
        error: step `share`: maria@old.example has a license without roles, and Salesforce shares no single record with such users (input `user`)
        = help: Take it out of `shares` under `with` of the step `share`, and share with the user's profile by `sharing_set` under `with` of the step `share`. This recipe has no input for `shares` and `sharing_set`, so that takes a recipe of your own (rule: Metadata API, SharingSet; see docs/salesforce/sharing.md#shares)
        code: user-without-role
        error: the org is not ready; nothing was changed
    "#]].assert_eq(&refusal(&applied));
    assert_eq!(
        lines(&applied, &["done"]),
        format!("exit {}\n", applied.exit)
    );
    let rows = org.query(&format!(
        "SELECT Id FROM AccountShare WHERE UserOrGroupId = '{user}'"
    ));
    assert!(rows.is_empty(), "{rows:?}");
}
