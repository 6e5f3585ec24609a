//! Orgs that give more than a recipe asks for, and users who get in by another way: nothing is lowered, nothing is refused.

use serde_json::json;

use crate::cases::between::served;
use crate::cases::{lines, refusal, run};
use crate::world::{Org, Product};

const PARTNER: &[&str] = &[
    "contact=selma.second@example.com",
    "profile=Channel Partner User",
];

/// The permission set `PortalEntry` is a member of the site `Client Portal`; the id of the set.
fn entry(org: &Org) -> String {
    let site = org.id("Network", "Name = 'Client Portal'");
    let set = json!({ "Name": "PortalEntry", "Label": "Portal Entry" });
    let set = org.create("PermissionSet", &set);
    let group = json!({ "NetworkId": site, "ParentId": set });
    _ = org.create("NetworkMemberGroup", &group);
    set
}

#[test]
fn a_partner_keeps_the_role_level_unless_one_is_given() {
    let product = Product::new();
    let partner = "partner/add-partner-user";
    let manager = [PARTNER, &["portal_role=Manager"]].concat();
    let applied = run(
        &product,
        &format!("apply --yes {partner}"),
        "practice",
        &manager,
    );
    assert_eq!(applied.exit, 0, "{}", applied.text());
    let again = run(&product, &format!("check {partner}"), "practice", PARTNER);
    assert_eq!(again.exit, 0, "{}", again.text());
    let user = [PARTNER, &["portal_role=User"]].concat();
    let lowered = run(&product, &format!("plan {partner}"), "practice", &user);
    assert_eq!(lowered.exit, 0, "{}", lowered.text());
    let warned = lines(&lowered, &["warning: "]);
    assert!(
        warned.contains("goes down from the role level Manager to User"),
        "{warned}"
    );
}

#[test]
fn a_permission_set_lets_a_partner_into_the_site() {
    let product = Product::new();
    let org = product.practice();
    _ = entry(&org);
    let partner = "partner/add-partner-user";
    let site = [PARTNER, &["site=Client Portal"]].concat();
    let refused = run(&product, &format!("plan {partner}"), "practice", &site);
    assert!(
        refusal(&refused).contains("profile-not-a-member"),
        "{}",
        refused.text()
    );
    let site = [&site[..], &["permission_sets=PortalEntry"]].concat();
    let applied = run(
        &product,
        &format!("apply --yes {partner}"),
        "practice",
        &site,
    );
    assert_eq!(applied.exit, 0, "{}", applied.text());
    let checked = run(&product, &format!("check {partner}"), "practice", &site);
    assert_eq!(checked.exit, 0, "{}", checked.text());
}

#[test]
fn a_permission_set_lets_a_customer_into_the_site() {
    let product = Product::new();
    let org = product.practice();
    _ = entry(&org);
    let inputs = [
        "contact=maria.meyer@example.com",
        "owner_role=CFO",
        "profile=Client Customer Community Plus Login",
        "site=Client Portal",
    ];
    let customer = "fsc/customer-user";
    let refused = run(&product, &format!("plan {customer}"), "practice", &inputs);
    assert!(
        refusal(&refused).contains("not-a-member"),
        "{}",
        refused.text()
    );
    let inputs = [&inputs[..], &["permission_sets=PortalEntry"]].concat();
    let applied = run(
        &product,
        &format!("apply --yes {customer}"),
        "practice",
        &inputs,
    );
    assert_eq!(applied.exit, 0, "{}", applied.text());
    let checked = run(&product, &format!("check {customer}"), "practice", &inputs);
    assert_eq!(checked.exit, 0, "{}", checked.text());
}

#[test]
fn a_sharing_rule_needs_a_value_and_another_role_makes_another_rule() {
    let product = Product::new();
    let account = "partner/enable-partner-account";
    let inputs = [
        "account=XXX Company",
        "contact=xenia.xu@example.com",
        "owner_role=Director, Channel Sales",
        "role_levels=3",
    ];
    let empty = [&inputs[..], &["leads_field=LeadSource"]].concat();
    let refused = run(&product, &format!("plan {account}"), "practice", &empty);
    let text = refused.text();
    assert!(text.contains("the input `leads_value`"), "{text}");
    for role in ["CFO", "COO"] {
        let role = format!("leads_of_role={role}");
        let inputs = [&inputs[..], &[role.as_str()]].concat();
        let command = format!("apply --yes --yes-later --confirm login=looked {account}");
        let applied = run(&product, &command, "practice", &inputs);
        assert_eq!(applied.exit, 0, "{}", applied.text());
    }
}

#[test]
fn a_profile_that_is_there_may_have_any_name() {
    let product = Product::new();
    let org = product.practice();
    let profile =
        org.query("SELECT UserLicenseId FROM Profile WHERE Name = 'Channel Partner User'");
    let license = profile[0]["UserLicenseId"].clone();
    let profile = json!({ "Name": "Partner (EMEA)", "UserLicenseId": license });
    _ = org.create("Profile", &profile);
    let inputs = [
        "account=XXX Company",
        "contact=xenia.xu@example.com",
        "owner_role=Director, Channel Sales",
        "profile=Partner (EMEA)",
    ];
    let planned = run(
        &product,
        "plan partner/enable-partner-account",
        "practice",
        &inputs,
    );
    assert!(!planned.text().contains("bad-name"), "{}", planned.text());
}

#[test]
fn an_email_is_for_a_contact_without_one() {
    let product = Product::new();
    let org = product.practice();
    let nora = org.id("User", "Username = 'nora.north@usher-practice.example'");
    let account = org.create("Account", &json!({ "Name": "Quay Ltd", "OwnerId": nora }));
    let contact =
        json!({ "FirstName": "Ole", "LastName": "Quay", "AccountId": account, "OwnerId": nora });
    let contact = org.create("Contact", &contact);
    let contact = format!("contact={contact}");
    let customer = "contracts/customer-community-plus-user";
    let inputs = [
        contact.as_str(),
        "account=Quay Ltd",
        "owner_role=CFO",
        "url=quay",
    ];
    let refused = run(&product, &format!("plan {customer}"), "practice", &inputs);
    assert!(
        refused.text().contains("the input `email`"),
        "{}",
        refused.text()
    );
    let given = [&inputs[..], &["email=ole@quay.example"]].concat();
    let planned = run(&product, &format!("plan {customer}"), "practice", &given);
    assert_eq!(planned.exit, 0, "{}", planned.text());
    let other = [
        contact.as_str(),
        "account=XXX Company",
        "owner_role=CFO",
        "url=quay",
    ];
    let refused = run(&product, &format!("plan {customer}"), "practice", &other);
    let text = refused.text();
    assert!(text.contains("by the input `account`"), "{text}");
}

#[test]
fn a_site_that_goes_live_is_named() {
    let product = Product::new();
    let inputs = ["contact=jane.doe@example.com", "activate=true"];
    let refused = run(&product, "plan fsc/customer-user", "practice", &inputs);
    assert_eq!(refused.exit, 10, "{}", refused.text());
    assert!(
        refused.text().contains("the input `site` is empty"),
        "{}",
        refused.text()
    );
}

/// The roles of accounts that the signed-in user does not see are not checked.
#[test]
fn accounts_that_sharing_hides_are_not_called_right() {
    let mut product = Product::new();
    let org = product.practice();
    let set = json!({
        "Name": "Reader",
        "Label": "Reader",
        "PermissionsApiEnabled": true,
        "PermissionsViewSetup": true,
        "PermissionsViewRoles": true,
        "PermissionsModifyMetadata": true,
    });
    let set = org.create("PermissionSet", &set);
    let object = json!({ "ParentId": set, "SobjectType": "Account", "PermissionsRead": true });
    _ = org.create("ObjectPermissions", &object);
    let user = json!({
        "Username": "reader@x.example",
        "LastName": "Reader",
        "Alias": "reader",
        "Email": "reader@x.example",
        "CommunityNickname": "reader",
        "ProfileId": org.id("Profile", "Name = 'Minimum Access - Salesforce'"),
        "TimeZoneSidKey": "America/New_York",
        "LocaleSidKey": "en_US",
        "LanguageLocaleKey": "en_US",
        "EmailEncodingKey": "UTF-8",
    });
    let user = org.create("User", &user);
    let held = json!({ "AssigneeId": user, "PermissionSetId": set });
    _ = org.create("PermissionSetAssignment", &held);
    org.configure(&json!({ "practice.queriesFollowSharing": true }));
    let token = org.token_of("reader@x.example");
    let url = served(&mut product, org);
    product.set("USHER_TOKEN", &token);
    let checked = run(&product, "check roles/audit", &url, &[]);
    assert_eq!(checked.exit, 11, "{}", checked.text());
    let text = lines(&checked, &["does not see", "*View All* of accounts"]);
    assert!(
        text.contains("reader@x.example does not see"),
        "{}",
        checked.text()
    );
}
