//! A signed-in user with access to the records and the permissions that the plan names: those for its changes first, then
//! those for its reads, of which a plan speaks when they are missing. No other.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::cases::between::served;
use crate::flavours::Example;
use crate::world::{Org, Product};

/// Permissions that show what a recipe reads, by their names in Setup.
const TO_READ: &[(&str, &str)] = &[
    (
        "Modify Metadata Through Metadata API Functions",
        "ModifyMetadata",
    ),
    ("View Roles and Role Hierarchy", "ViewRoles"),
    ("View Setup and Configuration", "ViewSetup"),
];

/// Objects whose records the recipes make or change.
const OBJECTS: &[&str] = &["Account", "Contact"];

/// The permissions that a plan names, the first of each choice.
fn needed(plan: &Value) -> BTreeSet<String> {
    let needs = plan["needs"].as_array().expect("needs");
    let first = |need: &Value| need["one_of"][0].as_str().expect("a name").to_owned();
    needs.iter().map(first).collect()
}

/// The name of the user.
pub(crate) const USERNAME: &str = "enough@practice.usher.example";

/// Makes an internal user with these permissions by a permission set. Returns the set.
pub(crate) fn user_with(org: &Org, permissions: &BTreeSet<String>) -> String {
    let mut set = Map::from_iter([
        ("Name".to_owned(), json!("JustEnough")),
        ("Label".to_owned(), json!("Just enough")),
    ]);
    for name in permissions.iter().map(String::as_str).chain(["ApiEnabled"]) {
        set.insert(format!("Permissions{name}"), json!(true));
    }
    let set = org.create("PermissionSet", &Value::Object(set));
    for object in OBJECTS {
        let access = json!({
            "ParentId": set, "SobjectType": object, "PermissionsRead": true, "PermissionsCreate": true,
            "PermissionsEdit": true, "PermissionsDelete": true, "PermissionsViewAllRecords": true,
            "PermissionsModifyAllRecords": true,
        });
        org.create("ObjectPermissions", &access);
    }
    let profile = org.id("Profile", "Name = 'Minimum Access - Salesforce'");
    let user = json!({
        "Username": USERNAME, "LastName": "Enough", "Alias": "enough", "Email": "enough@example.com",
        "CommunityNickname": "enough", "ProfileId": profile, "TimeZoneSidKey": "America/New_York",
        "LocaleSidKey": "en_US", "EmailEncodingKey": "UTF-8", "LanguageLocaleKey": "en_US",
    });
    let user = org.create("User", &user);
    org.create(
        "PermissionSetAssignment",
        &json!({ "AssigneeId": user, "PermissionSetId": set }),
    );
    set
}

/// Gives the user what a plan says is missing to read, until nothing is. Returns the names.
fn read_as_told(
    example: &Example,
    product: &Product,
    org: &Org,
    url: &str,
    set: &str,
) -> Vec<&'static str> {
    let mut given: Vec<&str> = Vec::new();
    // While sites are off, the org hides roles of users from everybody, and a plan cannot say from whom it will.
    if example.starts_without_sites() {
        org.update(
            "PermissionSet",
            set,
            &json!({ "PermissionsViewRoles": true }),
        );
        given.push("ViewRoles");
    }
    for _ in TO_READ {
        let planned = example.command(product, "plan", url);
        let is_missing = |label: &str| planned.err.contains(&format!("*{label}*"));
        let missing = TO_READ.iter().filter(|(label, _)| is_missing(label));
        let missing: Vec<&str> = missing
            .map(|(_, name)| *name)
            .filter(|name| !given.contains(name))
            .collect();
        // The first of a choice is enough.
        let Some(first) = missing.first() else {
            break;
        };
        org.update(
            "PermissionSet",
            set,
            &json!({ format!("Permissions{first}"): true }),
        );
        given.push(first);
    }
    given
}

#[test]
fn every_recipe_for_a_user_with_the_permissions_that_its_plan_names() {
    let mut wrong = Vec::new();
    let mut named = Vec::new();
    for example in Example::all() {
        let mut product = Product::new();
        let alias = example.org(None);
        let planned = example.command(&product, "plan --json", &alias);
        assert_eq!(planned.exit, 0, "{}", planned.text());
        let needed = needed(&planned.json());
        let name = alias.split_once(':').map_or("practice", |(_, name)| name);
        let org = Arc::new(product.practice_named(name));
        let set = user_with(&org, &needed);
        let token = org.token_of(USERNAME);
        let url = served(&mut product, Arc::clone(&org));
        product.set("USHER_TOKEN", &token);
        let read = read_as_told(&example, &product, &org, &url, &set);
        let names: Vec<String> = needed.into_iter().collect();
        named.push(format!(
            "{}: {}; to read: {}",
            example.recipe,
            names.join(" "),
            read.join(" ")
        ));
        wrong.extend(example.carry_out(&product, &url).err());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    expect_test::expect![[r#"
        contracts/clm-partner: AssignPermissionSets ManagePartners ViewRoles ViewSetup; to read: 
        contracts/clm-runtime-user: AssignPermissionSets ViewSetup; to read: 
        contracts/customer-community-plus-user: AssignPermissionSets CustomizeApplication ManageInternalUsers ManageNetworks ManagePartners ManageProfilesPermissionsets ModifyMetadata ViewRoles ViewSetup; to read: ViewRoles
        contracts/site: ManageNetworks ModifyMetadata; to read: 
        fsc/assign-permissions: AssignPermissionSets ViewSetup; to read: 
        fsc/customer-user: AssignPermissionSets ManageInternalUsers ManageNetworks ManagePartners ViewRoles ViewSetup; to read: 
        fsc/customer-users: AssignPermissionSets ManageInternalUsers ManagePartners ViewRoles ViewSetup; to read: 
        fsc/keep-customers: AssignPermissionSets ManagePartners ViewRoles ViewSetup; to read: 
        partner/add-partner-user: ManagePartners ViewRoles; to read: 
        partner/disable-partner-user: ManagePartners ViewRoles; to read: 
        partner/enable-partner-account: CustomizeApplication ManageInternalUsers ManagePartners ManageProfilesPermissionsets ModifyMetadata ViewRoles; to read: 
        partner/offboard-account: ManagePartners ViewRoles; to read: 
        roles/audit: ViewRoles; to read: "#]].assert_eq(&named.join("\n"));
}
