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

[[records.PermissionSet]]
Id = "0PSD00000000006OAA"
IsOwnedByProfile = true
ProfileId = "00eD00000000006IAA"

[[records.ObjectPermissions]]
Id = "110D00000000001IAA"
ParentId = "0PSD00000000006OAA"
SobjectType = "Contract"
PermissionsRead = true
PermissionsCreate = true
PermissionsEdit = false
PermissionsDelete = false
PermissionsViewAllRecords = false
PermissionsModifyAllRecords = false

[[records.ObjectPermissions]]
Id = "110D00000000002IAA"
ParentId = "0PSD00000000006OAA"
SobjectType = "Lead"
PermissionsRead = true
PermissionsCreate = false
PermissionsEdit = false
PermissionsDelete = false
PermissionsViewAllRecords = false
PermissionsModifyAllRecords = false

[components.CustomTab.Contract_Overview]
id = "01rD00000000001IAA"
content = {}

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
            ~ profile: Clone the profile `Customer Community Plus User` (license `Customer Community Plus`) as `CLM Customer`, with *API Enabled*: its users get in by APIs
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
            ~ profile: Clone the profile `Partner Robots` (license `Partner Community`) as `Partners`, with *API Enabled* as in the source: its users get in by APIs
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
            ~ profile: In the profile `Half Done` tick *API Enabled* (its users get in by APIs) and clear *Api Only User*
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
                remedy: Set {with.source} to a profile of a customer or partner license. Profiles for such users are `Contracts Plus`, `Customer Community Plus User`, `Half Done`, `Lost` and `Partner Robots`
                rule: Salesforce Help, Turning an existing business account into a partner account
        "#]],
    );
    check(
        clone("Customer Community Plus User", "Standard User"),
        expect![[r#"
            invalid
            ! error internal-profile at /name: The profile `Standard User` is for users of the license `Salesforce` (user type Standard), not for external users
                remedy: Set {with.name} to another name
                rule: Salesforce Help, Turning an existing business account into a partner account
            ! error other-license at /name: The profile `Standard User` is there already, of the license `Salesforce`; `Customer Community Plus User` is of `Customer Community Plus`
                remedy: The license of a profile cannot be changed: set {with.name} to another name, or {with.source} to a profile of the license `Salesforce`. The profile for such users is `Standard User`
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
                remedy: The license of a profile cannot be changed: set {with.name} to another name, or {with.source} to a profile of the license `Customer Community Plus`. Profiles for such users are `Contracts Plus`, `Customer Community Plus User` and `Half Done`
                rule: Object Reference, Profile, UserLicenseId
        "#]],
    );
}

#[test]
fn a_profile_that_is_there_may_have_other_signs_in_its_name() {
    let emea = ORG.replace("Contracts Plus", "Partner (EMEA)");
    check_in(
        &emea,
        clone("Customer Community Plus User", "Partner (EMEA)"),
        expect![[r#"
            = {"profile_id":"00eD00000000004IAA","profile_name":"Partner (EMEA)"}
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
                remedy: In {with.name}, write the name of a profile that is there; for a new one letters, digits, `_`, `-`, and spaces in between
            ! error unknown-profile at /source: There is no profile `Nowhere`
                remedy: Set {with.source} to a profile of this org: the name that Setup > Profiles shows, the API name or the id. Profiles for such users are `Contracts Plus`, `Customer Community Plus User`, `Half Done`, `Lost` and `Partner Robots`
                rule: docs/salesforce/profiles.md#full-names
        "#]],
    );
    check(
        clone("Standard User", "standard user"),
        expect![[r#"
            invalid
            ! error bad-name at /name: `standard user` cannot be a clone of itself
                remedy: Set {with.name} to another name
            ! error internal-profile at /name: The profile `Standard User` is for users of the license `Salesforce` (user type Standard), not for external users
                remedy: Set {with.name} to another name
                rule: Salesforce Help, Turning an existing business account into a partner account
        "#]],
    );
}

#[test]
fn a_source_that_cannot_be_read_is_cloned_as_records() {
    let in_part = expect![[r#"
        + profile: Make the profile `Partners` of the license `Partner Community`, as a record, with *API Enabled*: its users get in by APIs
            create Profile {Name: "Partners", UserLicenseId: "100D00000000002IAA", PermissionsApiEnabled: true}
            key: Name = "Partners", enforced
            wait: The profile has its permission set — PermissionSet (ProfileId = @profile.id, IsOwnedByProfile = true) {}: present
                every 1000 ms, at most 60000 ms
            bind set = Id of PermissionSet (ProfileId = @profile.id, IsOwnedByProfile = true) {}
            undo: restore
        + object/Contract: Let users of the profile `Partners` read, create `Contract`
            create ObjectPermissions {ParentId: @profile.set, SobjectType: "Contract", PermissionsRead: true, PermissionsCreate: true, PermissionsEdit: false, PermissionsDelete: false}
            key: ParentId = @profile.set, SobjectType = "Contract", enforced
            undo: restore
        + object/Lead: Let users of the profile `Partners` read `Lead`
            create ObjectPermissions {ParentId: @profile.set, SobjectType: "Lead", PermissionsRead: true, PermissionsCreate: false, PermissionsEdit: false, PermissionsDelete: false}
            key: ParentId = @profile.set, SobjectType = "Lead", enforced
            undo: restore
        > there: The profile `Partners` can be given to users
            alters Profile @profile.id {UserType: "PowerPartner", PermissionsApiUserOnly: false}
            certain, because of @profile
        ! warning cloned-in-part at /way: The profile `Lost` cannot be read as a whole (the list of profiles does not show it), so the clone is made as a record: it gets the object permissions of the source without *View All* and *Modify All*, but none of its field permissions, tabs, apps, layouts, record types and other user permissions
            remedy: Give `Partners` what its users need besides in Setup > Profiles, or by permission sets; or set {with.source} to a smaller profile
            rule: docs/salesforce/profiles.md#profile-records
        = {"profile_id":{"$bound":["profile","id"]},"profile_name":"Partners"}
    "#]];
    check(clone("Lost", "Partners"), in_part);
    let mut input = clone("Lost", "Partners");
    input["way"] = json!("deploy");
    let refused = expect![[r#"
        unmet
        ! error profile-not-read at /source: What the profile `Lost` holds cannot be read: the list of profiles does not show it
            remedy: Sign in as a user with Modify Metadata Through Metadata API Functions and View Setup and Configuration; or set {with.way} to `records`, or {with.source} to a smaller profile
            rule: Metadata API, Profile
    "#]];
    check(input, refused);
    let mut input = clone("Lost", "Partners");
    input["way"] = json!("records");
    input["api_enabled"] = json!(false);
    let wanted = expect![[r#"
        + profile: Make the profile `Partners` of the license `Partner Community`, as a record
            create Profile {Name: "Partners", UserLicenseId: "100D00000000002IAA", PermissionsApiEnabled: false}
            key: Name = "Partners", enforced
            wait: The profile has its permission set — PermissionSet (ProfileId = @profile.id, IsOwnedByProfile = true) {}: present
                every 1000 ms, at most 60000 ms
            bind set = Id of PermissionSet (ProfileId = @profile.id, IsOwnedByProfile = true) {}
            undo: restore
        + object/Contract: Let users of the profile `Partners` read, create `Contract`
            create ObjectPermissions {ParentId: @profile.set, SobjectType: "Contract", PermissionsRead: true, PermissionsCreate: true, PermissionsEdit: false, PermissionsDelete: false}
            key: ParentId = @profile.set, SobjectType = "Contract", enforced
            undo: restore
        + object/Lead: Let users of the profile `Partners` read `Lead`
            create ObjectPermissions {ParentId: @profile.set, SobjectType: "Lead", PermissionsRead: true, PermissionsCreate: false, PermissionsEdit: false, PermissionsDelete: false}
            key: ParentId = @profile.set, SobjectType = "Lead", enforced
            undo: restore
        > there: The profile `Partners` can be given to users
            alters Profile @profile.id {UserType: "PowerPartner", PermissionsApiUserOnly: false}
            certain, because of @profile
        ! warning cloned-in-part at /way: The clone is made as a record: it gets the object permissions of the source without *View All* and *Modify All*, but none of its field permissions, tabs, apps, layouts, record types and other user permissions
            remedy: Give `Partners` what its users need besides in Setup > Profiles, or by permission sets; or set {with.source} to a smaller profile
            rule: docs/salesforce/profiles.md#profile-records
        = {"profile_id":{"$bound":["profile","id"]},"profile_name":"Partners"}
    "#]];
    check(input, wanted);
}

#[test]
fn parts_that_a_deployment_refuses_are_left_out() {
    let org = ORG.replace(
        "objectPermissions = [",
        r#"layoutAssignments = [{ layout = ["Lead-Lead Layout"] }], tabVisibilities = [
  { tab = ["standard-Lead"], visibility = ["DefaultOn"] },
  { tab = ["Contract_Overview"], visibility = ["DefaultOn"] },
  { tab = ["Gone"], visibility = ["DefaultOn"] },
], objectPermissions = ["#,
    );
    let describes = "\n[describes.Profile.PermissionsApiEnabled]\ntype = \"boolean\"\n";
    let mut input = clone("Customer Community Plus User", "CLM Customer");
    input["leave_out"] = json!(["layoutAssignments", "loginHours", ""]);
    let cloned = expect![[r#"
        ~ profile: Clone the profile `Customer Community Plus User` (license `Customer Community Plus`) as `CLM Customer`, with *API Enabled*: its users get in by APIs
            deploy Profile "CLM Customer" {"custom":["true"],"objectPermissions":[{"allowRead":["true"],"object":["Contract"]}],"tabVisibilities":[{"tab":["standard-Lead"],"visibility":["DefaultOn"]},{"tab":["Contract_Overview"],"visibility":["DefaultOn"]}],"userLicense":["Customer Community Plus"],"userPermissions":[{"enabled":["true"],"name":["ApiEnabled"]},{"enabled":["false"],"name":["ApiUserOnly"]}]}
            bind id = Id of Profile (Name = "CLM Customer") {}
            undo: restore
        > there: The profile `CLM Customer` can be given to users
            appears Profile @profile.id {Name: "CLM Customer", UserLicenseId: "100D00000000001IAA", UserType: "PowerCustomerSuccess", PermissionsApiEnabled: true, PermissionsApiUserOnly: false}, found by Name = "CLM Customer"
            certain, because of @profile
        ! info left-out at /leave_out: The clone gets no `layoutAssignments`, as the input says
        ! warning parts-left-out at /source: The clone does not get the user permissions `ViewHelpLink`: this org does not have them, and Salesforce would refuse the clone
            rule: docs/salesforce/profiles.md#profiles-that-are-refused
        ! warning parts-left-out at /source: The clone does not get the settings of tabs `Gone`: this org does not have them, and Salesforce would refuse the clone
            rule: docs/salesforce/profiles.md#profiles-that-are-refused
        = {"profile_id":{"$bound":["profile","id"]},"profile_name":"CLM Customer"}
    "#]];
    check_in(&format!("{org}{describes}"), input, cloned);
}

#[test]
fn a_source_goes_by_full_name_in_every_language() {
    let german = ORG.replace(
        "Customer Community Plus User",
        "Customer Community Plus-Benutzer",
    );
    let mut input = clone("CustomerCommunityPlus", "CLM Customer");
    input["api_enabled"] = json!(false);
    let cloned = expect![[r#"
        ~ profile: Clone the profile `Customer Community Plus-Benutzer` (license `Customer Community Plus`) as `CLM Customer`
            deploy Profile "CLM Customer" {"custom":["true"],"objectPermissions":[{"allowRead":["true"],"object":["Contract"]}],"userLicense":["Customer Community Plus"],"userPermissions":[{"enabled":["false"],"name":["ApiEnabled"]},{"enabled":["true"],"name":["ViewHelpLink"]},{"enabled":["false"],"name":["ApiUserOnly"]}]}
            bind id = Id of Profile (Name = "CLM Customer") {}
            undo: restore
        > there: The profile `CLM Customer` can be given to users
            appears Profile @profile.id {Name: "CLM Customer", UserLicenseId: "100D00000000001IAA", UserType: "PowerCustomerSuccess", PermissionsApiEnabled: false, PermissionsApiUserOnly: false}, found by Name = "CLM Customer"
            certain, because of @profile
        = {"profile_id":{"$bound":["profile","id"]},"profile_name":"CLM Customer"}
    "#]];
    check_in(&german, input, cloned);
}

#[test]
fn a_source_of_another_license_is_refused_with_those_that_fit() {
    let mut input = clone("Partner Robots", "CLM Customer");
    input["license"] = json!("customer community plus");
    let refused = expect![[r#"
        invalid
        ! error source-of-another-license at /source: The profile `Partner Robots` is of the license `Partner Community`, and the clone must be of `customer community plus`
            remedy: Set {with.source} to a profile of the license `customer community plus`. Profiles for such users are `Contracts Plus`, `Customer Community Plus User` and `Half Done`
            rule: Object Reference, Profile, UserLicenseId
    "#]];
    check(input, refused);
    let mut input = clone("Lost", "Partners");
    input["license"] = json!("PID_Partner_Community");
    input["way"] = json!("deploy");
    let org = ORG.replace(
        "MasterLabel = \"Partner Community\"",
        "MasterLabel = \"Partner Community\"\nName = \"Partner Community\"\nLicenseDefinitionKey = \"PID_Partner_Community\"",
    );
    let mut there = clone("Lost", "Contracts Plus");
    there["license"] = json!("Partner Community");
    let both = expect![[r#"
        unmet
        ! error other-license at /name: The profile `Contracts Plus` is there already, of the license `Customer Community Plus`, and must be of `Partner Community`
            remedy: The license of a profile cannot be changed: set {with.name} to another name
            rule: Object Reference, Profile, UserLicenseId
    "#]];
    check(there, both);
    let by_key = expect![[r#"
        unmet
        ! error profile-not-read at /source: What the profile `Lost` holds cannot be read: the list of profiles does not show it
            remedy: Sign in as a user with Modify Metadata Through Metadata API Functions and View Setup and Configuration; or set {with.way} to `records`, or {with.source} to a smaller profile
            rule: Metadata API, Profile
    "#]];
    check_in(&org, input, by_key);
}

#[test]
fn an_org_that_restricts_cloning_is_told() {
    let restricted = ORG.replace("Cloning = false", "Cloning = true");
    check_in(
        &restricted,
        clone("Customer Community Plus User", "CLM Customer"),
        expect![[r#"
            ~ profile: Clone the profile `Customer Community Plus User` (license `Customer Community Plus`) as `CLM Customer`, with *API Enabled*: its users get in by APIs
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
            ~ profile: Clone the profile `Partner Robots` (license `Partner Community`) as `Partners`, with *API Enabled*: its users get in by APIs
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
