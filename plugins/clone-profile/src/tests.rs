use expect_test::{Expect, expect};
use serde_json::{Value as Json, json};
use usher_sdk::testing::{Manifest, rehearse};

use crate::plan;

const MANIFEST: &str = include_str!("../manifest.json");

/// A standard profile of customers whose full name is not its label, one of partners, internal ones, and clones.
const ORG: &str = r#"
[[records.UserLicense]]
Id = "100D00000000001IAA"
MasterLabel = "Customer Community Plus"

[[records.UserLicense]]
Id = "100D00000000002IAA"
MasterLabel = "Partner Community"

[[records.UserLicense]]
Id = "100D00000000003IAA"
MasterLabel = "Salesforce"

[[records.Profile]]
Id = "00eD00000000001IAA"
Name = "Customer Community Plus User"
UserType = "PowerCustomerSuccess"
UserLicenseId = "100D00000000001IAA"

[[records.Profile]]
Id = "00eD00000000002IAA"
Name = "Partner Robots"
UserType = "PowerPartner"
UserLicenseId = "100D00000000002IAA"
PermissionsApiEnabled = true
PermissionsApiUserOnly = true

[[records.Profile]]
Id = "00eD00000000003IAA"
Name = "Standard User"
UserType = "Standard"
UserLicenseId = "100D00000000003IAA"

[[records.Profile]]
Id = "00eD00000000004IAA"
Name = "Contracts Plus"
UserType = "PowerCustomerSuccess"
UserLicenseId = "100D00000000001IAA"
PermissionsApiEnabled = true

[[records.Profile]]
Id = "00eD00000000005IAA"
Name = "Half Done"
UserType = "PowerCustomerSuccess"
UserLicenseId = "100D00000000001IAA"
PermissionsApiUserOnly = true

[[records.Profile]]
Id = "00eD00000000006IAA"
Name = "Lost"
UserType = "PowerPartner"
UserLicenseId = "100D00000000002IAA"

[components.Profile.CustomerCommunityPlus]
id = "00eD00000000001IAA"
content = { custom = ["false"], userLicense = ["Customer Community Plus"], userPermissions = [
  { name = ["ApiEnabled"], enabled = ["false"] },
  { name = ["ViewHelpLink"], enabled = ["true"] },
], objectPermissions = [{ object = ["Contract"], allowRead = ["true"] }] }

[components.Profile."Partner Robots"]
id = "00eD00000000002IAA"
content = { custom = ["true"], userPermissions = [{ name = ["ApiUserOnly"], enabled = ["true"] }] }

[settings.UserManagement]
restrictedProfileCloning = false
"#;

#[track_caller]
fn check(input: Json, expected: Expect) {
    check_in(ORG, input, expected);
}

#[track_caller]
fn check_in(org: &str, input: Json, expected: Expect) {
    expected.assert_eq(&rehearse(MANIFEST, org, input, plan));
}

fn clone(source: &str, name: &str) -> Json {
    json!({ "source": source, "name": name })
}

#[test]
fn the_manifest_is_this_crates() {
    let manifest = Manifest::parse(MANIFEST).expect("the manifest parses");
    assert_eq!(manifest.name, env!("CARGO_PKG_NAME"));
    assert_eq!(manifest.version.to_string(), env!("CARGO_PKG_VERSION"));
}

#[test]
fn a_profile_is_cloned_with_api_enabled() {
    check(
        clone("Customer Community Plus User", "CLM Customer"),
        expect![[r#"
            ~ profile: Clone the profile `Customer Community Plus User` (license `Customer Community Plus`) as `CLM Customer`
                deploy Profile "CLM Customer" {"custom":["true"],"objectPermissions":[{"allowRead":["true"],"object":["Contract"]}],"userLicense":["Customer Community Plus"],"userPermissions":[{"enabled":["true"],"name":["ApiEnabled"]},{"enabled":["true"],"name":["ViewHelpLink"]},{"enabled":["false"],"name":["ApiUserOnly"]}]}
                bind id = Id of Profile (Name = "CLM Customer") {}
                undo: restore
            > there: The profile `CLM Customer` can be given to users
                appears Profile @profile.id {Name: "CLM Customer", UserLicenseId: "100D00000000001IAA", UserType: "PowerCustomerSuccess", PermissionsApiEnabled: true, PermissionsApiUserOnly: false}, found by Name = "CLM Customer"
                certain, because of @profile
            = {"profile_id":{"$bound":["profile","id"]},"profile_name":"CLM Customer"}
        "#]],
    );
}

#[test]
fn api_only_is_never_cloned() {
    let mut input = clone("Partner Robots", "Partners");
    input["api_enabled"] = json!(false);
    check(
        input,
        expect![[r#"
            ~ profile: Clone the profile `Partner Robots` (license `Partner Community`) as `Partners`
                deploy Profile "Partners" {"custom":["true"],"userLicense":["Partner Community"],"userPermissions":[{"enabled":["false"],"name":["ApiUserOnly"]}]}
                bind id = Id of Profile (Name = "Partners") {}
                undo: restore
            > there: The profile `Partners` can be given to users
                appears Profile @profile.id {Name: "Partners", UserLicenseId: "100D00000000002IAA", UserType: "PowerPartner", PermissionsApiEnabled: true, PermissionsApiUserOnly: false}, found by Name = "Partners"
                certain, because of @profile
            ! info api-only-cleared at /source: `Partner Robots` is for users who work through APIs only, who cannot enter a site; the clone is not
                rule: Salesforce Help, Turning an existing business account into a partner account
            = {"profile_id":{"$bound":["profile","id"]},"profile_name":"Partners"}
        "#]],
    );
}

#[test]
fn a_clone_that_is_there_stays_and_gets_its_ticks() {
    check(
        clone("Customer Community Plus User", "contracts plus"),
        expect![[r#"
            = {"profile_id":"00eD00000000004IAA","profile_name":"Contracts Plus"}
        "#]],
    );
    check(
        clone("Customer Community Plus User", "Half Done"),
        expect![[r#"
            ~ profile: In the profile `Half Done` tick *API Enabled* and clear *Api Only User*
                update Profile "00eD00000000005IAA" {PermissionsApiEnabled: true, PermissionsApiUserOnly: false}
                undo: restore
            = {"profile_id":"00eD00000000005IAA","profile_name":"Half Done"}
        "#]],
    );
    let mut input = clone("Nowhere", "Half Done");
    input["api_enabled"] = json!(false);
    check(
        input,
        expect![[r#"
        ~ profile: In the profile `Half Done` clear *Api Only User*
            update Profile "00eD00000000005IAA" {PermissionsApiUserOnly: false}
            undo: restore
        ! warning source-not-there at /source: There is no profile `Nowhere`, from which `Half Done` is cloned; it is there already, and stays
        = {"profile_id":"00eD00000000005IAA","profile_name":"Half Done"}
    "#]],
    );
}

#[test]
fn an_internal_profile_is_refused() {
    check(
        clone("Standard User", "Partners"),
        expect![[r#"
            invalid
            ! error internal-profile at /source: The profile `Standard User` is for users of the license `Salesforce` (user type Standard), not for external users
                remedy: Choose a profile of a customer or partner community license, such as `Partner Community User` or `Customer Community Plus User`
                rule: Salesforce Help, Turning an existing business account into a partner account
        "#]],
    );
    check(
        clone("Customer Community Plus User", "Standard User"),
        expect![[r#"
            invalid
            ! error internal-profile at /name: The profile `Standard User` is for users of the license `Salesforce` (user type Standard), not for external users
                remedy: Choose a profile of a customer or partner community license, such as `Partner Community User` or `Customer Community Plus User`
                rule: Salesforce Help, Turning an existing business account into a partner account
            ! error other-license at /name: The profile `Standard User` is there already, of the license `Salesforce`; `Customer Community Plus User` is of `Customer Community Plus`
                remedy: Choose another name: the license of a profile cannot be changed
                rule: Object Reference, Profile, UserLicenseId
        "#]],
    );
}

#[test]
fn a_license_is_kept() {
    check(
        clone("Partner Robots", "Contracts Plus"),
        expect![[r#"
        unmet
        ! error other-license at /name: The profile `Contracts Plus` is there already, of the license `Customer Community Plus`; `Partner Robots` is of `Partner Community`
            remedy: Choose another name: the license of a profile cannot be changed
            rule: Object Reference, Profile, UserLicenseId
    "#]],
    );
}

#[test]
fn names_that_cannot_be() {
    check(
        clone("Nowhere", "Every * one"),
        expect![[r#"
        invalid
        ! error bad-name at /name: `Every * one` cannot be the name of a clone
            remedy: Write letters, digits, `_`, `-`, and spaces in between
        ! error unknown-profile at /source: There is no profile `Nowhere`
            remedy: Compare it with Setup > Profiles; the profiles of a license come with the license
    "#]],
    );
    check(
        clone("Standard User", "standard user"),
        expect![[r#"
            invalid
            ! error bad-name at /name: `standard user` cannot be a clone of itself
                remedy: Choose another name
            ! error internal-profile at /name: The profile `Standard User` is for users of the license `Salesforce` (user type Standard), not for external users
                remedy: Choose a profile of a customer or partner community license, such as `Partner Community User` or `Customer Community Plus User`
                rule: Salesforce Help, Turning an existing business account into a partner account
        "#]],
    );
}

#[test]
fn a_source_that_cannot_be_read() {
    check(
        clone("Lost", "Partners"),
        expect![[r#"
        unmet
        ! error profile-not-read at /source: What the profile `Lost` holds cannot be read
            remedy: Sign in as a user with Modify Metadata Through Metadata API Functions and View Setup and Configuration
            rule: Metadata API, Profile
    "#]],
    );
}

#[test]
fn an_org_that_restricts_cloning_is_told() {
    let restricted = ORG.replace("Cloning = false", "Cloning = true");
    check_in(
        &restricted,
        clone("Customer Community Plus User", "CLM Customer"),
        expect![[r#"
            ~ profile: Clone the profile `Customer Community Plus User` (license `Customer Community Plus`) as `CLM Customer`
                deploy Profile "CLM Customer" {"custom":["true"],"objectPermissions":[{"allowRead":["true"],"object":["Contract"]}],"userLicense":["Customer Community Plus"],"userPermissions":[{"enabled":["true"],"name":["ApiEnabled"]},{"enabled":["true"],"name":["ViewHelpLink"]},{"enabled":["false"],"name":["ApiUserOnly"]}]}
                bind id = Id of Profile (Name = "CLM Customer") {}
                undo: restore
            > there: The profile `CLM Customer` can be given to users
                appears Profile @profile.id {Name: "CLM Customer", UserLicenseId: "100D00000000001IAA", UserType: "PowerCustomerSuccess", PermissionsApiEnabled: true, PermissionsApiUserOnly: false}, found by Name = "CLM Customer"
                certain, because of @profile
            ! warning cloning-restricted at /source: This org restricts profile cloning: the clone may get only those of the source's permissions that the org may give
                rule: Metadata API, UserManagementSettings, restrictedProfileCloning
            = {"profile_id":{"$bound":["profile","id"]},"profile_name":"CLM Customer"}
        "#]],
    );
    let (silent, _) = ORG.split_once("[settings").expect("settings");
    check_in(
        silent,
        clone("Partner Robots", "Partners"),
        expect![[r#"
            ~ profile: Clone the profile `Partner Robots` (license `Partner Community`) as `Partners`
                deploy Profile "Partners" {"custom":["true"],"userLicense":["Partner Community"],"userPermissions":[{"enabled":["false"],"name":["ApiUserOnly"]},{"enabled":["true"],"name":["ApiEnabled"]}]}
                bind id = Id of Profile (Name = "Partners") {}
                undo: restore
            > there: The profile `Partners` can be given to users
                appears Profile @profile.id {Name: "Partners", UserLicenseId: "100D00000000002IAA", UserType: "PowerPartner", PermissionsApiEnabled: true, PermissionsApiUserOnly: false}, found by Name = "Partners"
                certain, because of @profile
            ! info api-only-cleared at /source: `Partner Robots` is for users who work through APIs only, who cannot enter a site; the clone is not
                rule: Salesforce Help, Turning an existing business account into a partner account
            = {"profile_id":{"$bound":["profile","id"]},"profile_name":"Partners"}
        "#]],
    );
}
