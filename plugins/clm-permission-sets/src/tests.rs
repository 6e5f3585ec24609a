use expect_test::{Expect, expect};
use serde_json::{Value as Json, json};
use usher_sdk::testing::{Manifest, rehearse};

use crate::plan;

mod names;

const MANIFEST: &str = include_str!("../manifest.json");

/// Ada is a customer with the license Plus, Pat a partner, Rob works here.
const ORG: &str = r#"
[records]
PermissionSetAssignment = []
PermissionSetLicenseAssign = []
PermissionSetGroup = []

[[records.User]]
Id = "005D00000000001IAA"
Username = "ada@example.com"
IsActive = true
UserType = "PowerCustomerSuccess"
ProfileId = "00eD00000000001IAA"

[[records.User]]
Id = "005D00000000002IAA"
Username = "pat@example.com"
IsActive = true
UserType = "PowerPartner"
ProfileId = "00eD00000000002IAA"

[[records.User]]
Id = "005D00000000003IAA"
Username = "rob@example.com"
IsActive = true
UserType = "Standard"
ProfileId = "00eD00000000003IAA"

[[records.User]]
Id = { "$ref" = "user:user.id", "$object" = "User" }
UserType = { "$ref" = "user:user.UserType" }
ProfileId = "00eD00000000001IAA"

[[records.Profile]]
Id = "00eD00000000001IAA"
UserLicenseId = "100D00000000001IAA"

[[records.Profile]]
Id = "00eD00000000002IAA"
UserLicenseId = "100D00000000002IAA"

[[records.Profile]]
Id = "00eD00000000003IAA"
UserLicenseId = "100D00000000003IAA"

[[records.UserLicense]]
Id = "100D00000000001IAA"
Name = "Customer Community Plus"
MasterLabel = "Customer Community Plus"

[[records.UserLicense]]
Id = "100D00000000002IAA"
Name = "Partner Community"
MasterLabel = "Partner Community"

[[records.UserLicense]]
Id = "100D00000000003IAA"
Name = "Salesforce"
MasterLabel = "Salesforce"

[[records.PermissionSet]]
Id = "0PSD00000000001OAA"
Label = "DocGen Run-time Community User"
Name = "DocGenRuntimeCommunityUser"
LicenseId = "0PLD00000000001OAA"

[[records.PermissionSet]]
Id = "0PSD00000000002OAA"
Label = "Contract Management CC Plus Digital Experience User"
Name = "ContractManagementCCPlus"

[[records.PermissionSet]]
Id = "0PSD00000000003OAA"
Label = "CLM Digital Experience Partner"
Name = "CLMDigitalExperiencePartner"

[[records.PermissionSet]]
Id = "0PSD00000000004OAA"
Label = "CLM-Laufzeitbenutzer"
Name = "CLMRuntimeUser"

[[records.PermissionSetLicense]]
Id = "0PLD00000000001OAA"
DeveloperName = "DocGenRuntimeCC"
MasterLabel = "DocGen Runtime for Community Users"
TotalLicenses = 10
UsedLicenses = 9

[[records.PermissionSetLicense]]
Id = "0PLD00000000002OAA"
DeveloperName = "ClmUser"
MasterLabel = "Contract Lifecycle Management User"
TotalLicenses = 1
UsedLicenses = 0
"#;

#[track_caller]
fn check(user: &str, input: Json, expected: Expect) {
    check_in(ORG, json!(user), input, expected);
}

#[track_caller]
fn check_in(org: &str, user: Json, mut input: Json, expected: Expect) {
    input["user"] = user;
    expected.assert_eq(&rehearse(MANIFEST, org, input, plan));
}

const ADA: &str = "005D00000000001IAA";
const PAT: &str = "005D00000000002IAA";
const ROB: &str = "005D00000000003IAA";

#[test]
fn the_manifest_is_this_crates() {
    let manifest = Manifest::parse(MANIFEST).expect("the manifest parses");
    assert_eq!(manifest.name, env!("CARGO_PKG_NAME"));
    assert_eq!(manifest.version.to_string(), env!("CARGO_PKG_VERSION"));
}

#[test]
fn the_sets_of_the_persona_may_be_named() {
    let named = |sets: Json| {
        let input = json!({ "persona": "cc-plus-user", "user": ADA, "sets": sets });
        rehearse(MANIFEST, ORG, input, plan)
    };
    let both = [
        "Contract Management CC Plus Digital Experience User",
        "DocGen Run-time Community User",
    ];
    assert_eq!(named(json!(both)), named(json!([])));
    expect![[r#"
        invalid
        ! error other-sets at /sets: The persona `cc-plus-user` has the permission sets `DocGen Run-time Community User` and `Contract Management CC Plus Digital Experience User`, and the step names `DocGen Run-time Community User` and `CLM Runtime User`
            remedy: Name the sets of the persona in {with.sets}, or none; names that this org has for them belong in {with.names}
            rule: Set Up Salesforce Contracts Customer Community Plus User, Permission Set Assignments
    "#]]
    .assert_eq(&named(json!([
        "DocGen Run-time Community User",
        "CLM Runtime User"
    ])));
}

#[test]
fn a_customer_gets_both_sets_and_the_license() {
    check(
        ADA,
        json!({ "persona": "cc-plus-user" }),
        expect![[r#"
        + license/DocGenRuntimeCC: Give ada@example.com the license `DocGen Runtime for Community Users`
            create PermissionSetLicenseAssign {AssigneeId: "005D00000000001IAA", PermissionSetLicenseId: "0PLD00000000001OAA"}
            key: AssigneeId = "005D00000000001IAA", PermissionSetLicenseId = "0PLD00000000001OAA", enforced
            undo: restore
        + assignment/DocGenRuntimeCommunityUser: Assign the permission set `DocGen Run-time Community User` to ada@example.com
            create PermissionSetAssignment {AssigneeId: "005D00000000001IAA", PermissionSetId: "0PSD00000000001OAA"}
            key: AssigneeId = "005D00000000001IAA", PermissionSetId = "0PSD00000000001OAA", enforced
            after @license/DocGenRuntimeCC
            undo: restore
        + assignment/ContractManagementCCPlus: Assign the permission set `Contract Management CC Plus Digital Experience User` to ada@example.com
            create PermissionSetAssignment {AssigneeId: "005D00000000001IAA", PermissionSetId: "0PSD00000000002OAA"}
            key: AssigneeId = "005D00000000001IAA", PermissionSetId = "0PSD00000000002OAA", enforced
            undo: restore
        > seat/DocGenRuntimeCC: One seat of `DocGen Runtime for Community Users` is taken
            takes 1 of PermissionSetLicense "0PLD00000000001OAA" (UsedLicenses of TotalLicenses)
            certain, because of @license/DocGenRuntimeCC
        = {"assigned":["DocGenRuntimeCommunityUser","ContractManagementCCPlus"],"user_id":"005D00000000001IAA"}
    "#]],
    );
}

#[test]
fn a_user_who_is_only_planned_gets_them_too() {
    let planned = json!({ "$ref": "user:user.id", "$object": "User" });
    check_in(
        ORG,
        planned,
        json!({ "persona": "cc-plus-user" }),
        expect![[r#"
            + license/DocGenRuntimeCC: Give the user the license `DocGen Runtime for Community Users`
                create PermissionSetLicenseAssign {AssigneeId: ⟨user:user.id⟩, PermissionSetLicenseId: "0PLD00000000001OAA"}
                key: AssigneeId = ⟨user:user.id⟩, PermissionSetLicenseId = "0PLD00000000001OAA", enforced
                undo: restore
            + assignment/DocGenRuntimeCommunityUser: Assign the permission set `DocGen Run-time Community User` to the user
                create PermissionSetAssignment {AssigneeId: ⟨user:user.id⟩, PermissionSetId: "0PSD00000000001OAA"}
                key: AssigneeId = ⟨user:user.id⟩, PermissionSetId = "0PSD00000000001OAA", enforced
                after @license/DocGenRuntimeCC
                undo: restore
            + assignment/ContractManagementCCPlus: Assign the permission set `Contract Management CC Plus Digital Experience User` to the user
                create PermissionSetAssignment {AssigneeId: ⟨user:user.id⟩, PermissionSetId: "0PSD00000000002OAA"}
                key: AssigneeId = ⟨user:user.id⟩, PermissionSetId = "0PSD00000000002OAA", enforced
                undo: restore
            > seat/DocGenRuntimeCC: One seat of `DocGen Runtime for Community Users` is taken
                takes 1 of PermissionSetLicense "0PLD00000000001OAA" (UsedLicenses of TotalLicenses)
                certain, because of @license/DocGenRuntimeCC
            = {"assigned":["DocGenRuntimeCommunityUser","ContractManagementCCPlus"],"user_id":{"$ref":"user:user.id"}}
        "#]],
    );
}

#[test]
fn what_the_user_has_stays() {
    let has = r#"
[[records.PermissionSetAssignment]]
Id = "0PaD00000000001KAA"
AssigneeId = "005D00000000001IAA"
PermissionSetId = "0PSD00000000001OAA"

[[records.PermissionSetLicenseAssign]]
Id = "2LAD00000000001OAA"
AssigneeId = "005D00000000001IAA"
PermissionSetLicenseId = "0PLD00000000001OAA"
"#;
    let org = ORG.replace(
        "PermissionSetAssignment = []\nPermissionSetLicenseAssign = []\n",
        "",
    );
    let org = format!("{org}{has}");
    check_in(
        &org,
        json!(ADA),
        json!({ "persona": "cc-plus-user" }),
        expect![[r#"
            + assignment/ContractManagementCCPlus: Assign the permission set `Contract Management CC Plus Digital Experience User` to ada@example.com
                create PermissionSetAssignment {AssigneeId: "005D00000000001IAA", PermissionSetId: "0PSD00000000002OAA"}
                key: AssigneeId = "005D00000000001IAA", PermissionSetId = "0PSD00000000002OAA", enforced
                undo: restore
            = {"assigned":["DocGenRuntimeCommunityUser","ContractManagementCCPlus"],"user_id":"005D00000000001IAA"}
        "#]],
    );
    let second = r#"
[[records.PermissionSetAssignment]]
Id = "0PaD00000000002KAA"
AssigneeId = "005D00000000001IAA"
PermissionSetId = "0PSD00000000002OAA"
"#;
    let org = format!("{org}{second}");
    check_in(
        &org,
        json!(ADA),
        json!({ "persona": "cc-plus-user" }),
        expect![[r#"
            = {"assigned":["DocGenRuntimeCommunityUser","ContractManagementCCPlus"],"user_id":"005D00000000001IAA"}
        "#]],
    );
}

#[test]
fn a_partner_gets_the_partners_set() {
    check(
        PAT,
        json!({ "persona": "clm-partner" }),
        expect![[r#"
        + assignment/CLMDigitalExperiencePartner: Assign the permission set `CLM Digital Experience Partner` to pat@example.com
            create PermissionSetAssignment {AssigneeId: "005D00000000002IAA", PermissionSetId: "0PSD00000000003OAA"}
            key: AssigneeId = "005D00000000002IAA", PermissionSetId = "0PSD00000000003OAA", enforced
            undo: restore
        = {"assigned":["CLMDigitalExperiencePartner"],"user_id":"005D00000000002IAA"}
    "#]],
    );
}

#[test]
fn a_license_that_is_not_there_or_has_no_seat() {
    let full = ORG.replace("UsedLicenses = 9", "UsedLicenses = 10");
    check_in(
        &full,
        json!(ADA),
        json!({ "persona": "cc-plus-user" }),
        expect![[r#"
            unmet
            ! error no-seat at /persona: Of the license `DocGen Runtime for Community Users` 10 of 10 seats are taken
                remedy: Free a license, or buy more
                rule: Object Reference, PermissionSetLicense
        "#]],
    );
    let none = ORG.replace("\"DocGen Runtime for", "\"Document Generation for");
    check_in(
        &none,
        json!(ADA),
        json!({ "persona": "cc-plus-user" }),
        expect![[r#"
            unmet
            ! error unknown-license at /persona: This org has no permission set license `DocGen Runtime for Community Users`
                remedy: Look for it in Setup > Company Information > Permission Set Licenses; under another name, write `"DocGen Runtime for Community Users" = "name"` in {with.names}. When it is not there, Salesforce Contracts or Document Generation is not licensed in this org
                rule: Object Reference, PermissionSetLicense
        "#]],
    );
}

#[test]
fn another_persona_than_the_users() {
    check(
        PAT,
        json!({ "persona": "cc-plus-user" }),
        expect![[r#"
            unmet
            ! error other-license at /persona: The persona `cc-plus-user` is for users with a license of the kind `Customer Community Plus`; pat@example.com has `Partner Community`
                remedy: Set {with.persona} to one that fits the user, or {with.user} to a user of that license
                rule: Set Up Salesforce Contracts Customer Community Plus User, Permission Set Assignments
        "#]],
    );
    check(
        PAT,
        json!({ "persona": "CLM Partner" }),
        expect![[r#"
            invalid
            ! error unknown-persona at /persona: Salesforce Contracts has no persona `CLM Partner` here
                remedy: Set {with.persona} to one of `cc-plus-user`, `clm-partner` and `clm-runtime-user`
                rule: Personas and Permission Set Licenses for Salesforce Contracts
        "#]],
    );
    check(
        "005D00000000009IAA",
        json!({ "persona": "clm-partner" }),
        expect![[r#"
            invalid
            ! error unknown-user at /user: There is no user `005D00000000009IAA`
                remedy: Set {with.user} to an id of this org that begins with 005
        "#]],
    );
}
