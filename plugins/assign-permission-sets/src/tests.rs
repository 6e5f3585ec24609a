use expect_test::{Expect, expect};
use serde_json::{Value as Json, json};
use usher_sdk::testing::{Manifest, rehearse};

use crate::plan;

mod found;

const MANIFEST: &str = include_str!("../manifest.json");

/// Ada has the license `Customer Community Plus` and the set `Clerk`.
const ORG: &str = r#"
[[records.User]]
Id = "005D00000000001IAA"
Username = "ada@example.com"
IsActive = true
ProfileId = "00eD00000000001IAA"

[[records.User]]
Id = "005D00000000002IAA"
Username = "bob@example.com"
IsActive = false
ProfileId = "00eD00000000001IAA"

[[records.User]]
Id = { "$ref" = "user:user.id", "$object" = "User" }
Username = "new@example.com"
IsActive = true
ProfileId = "00eD00000000001IAA"

[[records.User]]
Id = { "$ref" = "other:user.id", "$object" = "User" }
ProfileId = { "$ref" = "profile:profile.id", "$object" = "Profile" }

[[records.Profile]]
Id = "00eD00000000001IAA"
UserLicenseId = "100D00000000001IAA"

[[records.UserLicense]]
Id = "100D00000000001IAA"
Name = "Customer Community Plus"

[[records.UserLicense]]
Id = "100D00000000002IAA"
Name = "Partner Community"

[[records.PermissionSet]]
Id = "0PSD00000000001OAA"
Label = "Clerk"
Name = "Clerk"

[[records.PermissionSet]]
Id = "0PSD00000000002OAA"
Label = "Customer Community Read Only"
Name = "CustomerCommunityReadOnly"
NamespacePrefix = "FinServ"

[[records.PermissionSet]]
Id = "0PSD00000000003OAA"
Label = "DocGen Run-time Community User"
Name = "DocGenRuntime"
LicenseId = "0PLD00000000001OAA"

[[records.PermissionSet]]
Id = "0PSD00000000004OAA"
Label = "DocGen Designer"
Name = "DocGenDesigner"
LicenseId = "0PLD00000000001OAA"

[[records.PermissionSet]]
Id = "0PSD00000000005OAA"
Label = "Full"
Name = "Full"
LicenseId = "0PLD00000000002OAA"

[[records.PermissionSet]]
Id = "0PSD00000000006OAA"
Label = "Plus Only"
Name = "PlusOnly"
LicenseId = "100D00000000001IAA"

[[records.PermissionSet]]
Id = "0PSD00000000007OAA"
Label = "Partners Only"
Name = "PartnersOnly"
LicenseId = "100D00000000002IAA"

[[records.PermissionSet]]
Id = "0PSD00000000008OAA"
Label = "Reader"
Name = "Reader"

[[records.PermissionSet]]
Id = "0PSD00000000009OAA"
Label = "Reader"
Name = "Reader"
NamespacePrefix = "Acme"

[[records.PermissionSet]]
Id = "0PSD0000000000AAAA"
Label = "Profile's own"
Name = "X00ex"
IsOwnedByProfile = true

[[records.PermissionSet]]
Id = "0PSD0000000000BAAA"
Label = "Sales Team"
Name = "SalesTeam"
PermissionSetGroupId = "0PGD00000000001OAA"

[[records.PermissionSetGroup]]
Id = "0PGD00000000001OAA"
MasterLabel = "Sales Team"
DeveloperName = "SalesTeam"
Status = "Updated"

[[records.PermissionSetGroup]]
Id = "0PGD00000000002OAA"
MasterLabel = "Slow Team"
DeveloperName = "SlowTeam"
Status = "Updating"

[[records.PermissionSetGroup]]
Id = "0PGD00000000003OAA"
MasterLabel = "Broken Team"
DeveloperName = "BrokenTeam"
Status = "Failed"

[[records.PermissionSetLicense]]
Id = "0PLD00000000001OAA"
DeveloperName = "DocGenRuntimeCC"
MasterLabel = "DocGen Runtime for Community Users"
TotalLicenses = 10
UsedLicenses = 9

[[records.PermissionSetLicense]]
Id = "0PLD00000000002OAA"
DeveloperName = "Rare"
MasterLabel = "Rare License"
TotalLicenses = 1
UsedLicenses = 1

[[records.PermissionSetAssignment]]
Id = "0PaD00000000001KAA"
AssigneeId = "005D00000000001IAA"
PermissionSetId = "0PSD00000000001OAA"
"#;

#[track_caller]
fn check(user: Json, sets: &[&str], expected: Expect) {
    let org = format!("[records]\nPermissionSetLicenseAssign = []\n{ORG}");
    check_in(&org, user, sets, expected);
}

#[track_caller]
fn check_in(org: &str, user: Json, sets: &[&str], expected: Expect) {
    let input = json!({ "user": user, "permission_sets": sets });
    expected.assert_eq(&rehearse(MANIFEST, org, input, plan));
}

fn ada() -> Json {
    json!("005D00000000001IAA")
}

#[test]
fn the_manifest_is_this_crates() {
    let manifest = Manifest::parse(MANIFEST).expect("the manifest parses");
    assert_eq!(manifest.name, env!("CARGO_PKG_NAME"));
    assert_eq!(manifest.version.to_string(), env!("CARGO_PKG_VERSION"));
}

#[test]
fn sets_are_assigned() {
    check(
        ada(),
        &["Customer Community Read Only"],
        expect![[r#"
        + assignment/FinServ__CustomerCommunityReadOnly: Assign the permission set `Customer Community Read Only` to ada@example.com
            create PermissionSetAssignment {AssigneeId: "005D00000000001IAA", PermissionSetId: "0PSD00000000002OAA"}
            key: AssigneeId = "005D00000000001IAA", PermissionSetId = "0PSD00000000002OAA", enforced
            undo: restore
        = {"assigned":["FinServ__CustomerCommunityReadOnly"],"user_id":"005D00000000001IAA"}
    "#]],
    );
}

#[test]
fn what_is_assigned_stays() {
    check(
        ada(),
        &["Clerk"],
        expect![[r#"
        = {"assigned":["Clerk"],"user_id":"005D00000000001IAA"}
    "#]],
    );
    check(
        ada(),
        &["clerk", "Plus Only"],
        expect![[r#"
        + assignment/PlusOnly: Assign the permission set `Plus Only` to ada@example.com
            create PermissionSetAssignment {AssigneeId: "005D00000000001IAA", PermissionSetId: "0PSD00000000006OAA"}
            key: AssigneeId = "005D00000000001IAA", PermissionSetId = "0PSD00000000006OAA", enforced
            undo: restore
        = {"assigned":["Clerk","PlusOnly"],"user_id":"005D00000000001IAA"}
    "#]],
    );
}

#[test]
fn a_user_that_is_only_planned_gets_sets() {
    check(
        json!({ "$ref": "user:user.id", "$object": "User" }),
        &["Clerk", "DocGen Designer"],
        expect![[r#"
            + assignment/Clerk: Assign the permission set `Clerk` to new@example.com
                create PermissionSetAssignment {AssigneeId: ⟨user:user.id⟩, PermissionSetId: "0PSD00000000001OAA"}
                key: AssigneeId = ⟨user:user.id⟩, PermissionSetId = "0PSD00000000001OAA", enforced
                undo: restore
            + license/DocGenRuntimeCC: Give new@example.com the license `DocGen Runtime for Community Users`
                create PermissionSetLicenseAssign {AssigneeId: ⟨user:user.id⟩, PermissionSetLicenseId: "0PLD00000000001OAA"}
                key: AssigneeId = ⟨user:user.id⟩, PermissionSetLicenseId = "0PLD00000000001OAA", enforced
                undo: restore
            + assignment/DocGenDesigner: Assign the permission set `DocGen Designer` to new@example.com
                create PermissionSetAssignment {AssigneeId: ⟨user:user.id⟩, PermissionSetId: "0PSD00000000004OAA"}
                key: AssigneeId = ⟨user:user.id⟩, PermissionSetId = "0PSD00000000004OAA", enforced
                after @license/DocGenRuntimeCC
                undo: restore
            > seat/DocGenRuntimeCC: One seat of `DocGen Runtime for Community Users` is taken
                takes 1 of PermissionSetLicense "0PLD00000000001OAA" (UsedLicenses of TotalLicenses)
                certain, because of @license/DocGenRuntimeCC
            = {"assigned":["Clerk","DocGenDesigner"],"user_id":{"$ref":"user:user.id"}}
        "#]],
    );
}

#[test]
fn what_is_not_known_of_a_planned_user_is_said() {
    let other = json!({ "$ref": "other:user.id", "$object": "User" });
    check(
        other,
        &["Partners Only"],
        expect![[r#"
            + assignment/PartnersOnly: Assign the permission set `Partners Only` to the user
                create PermissionSetAssignment {AssigneeId: ⟨other:user.id⟩, PermissionSetId: "0PSD00000000007OAA"}
                key: AssigneeId = ⟨other:user.id⟩, PermissionSetId = "0PSD00000000007OAA", enforced
                undo: restore
            ! warning license-not-known at /permission_sets/0: `Partners Only` is for users of one license; which one the user will have is not known yet
            = {"assigned":["PartnersOnly"],"user_id":{"$ref":"other:user.id"}}
        "#]],
    );
    let nobody = json!({ "$ref": "nobody:user.id", "$object": "User" });
    check(
        nobody,
        &["Clerk"],
        expect![[r#"
        deferred: the answer hangs on a value that is not known yet
            until ⟨nobody:user.id⟩ is known
    "#]],
    );
}

#[test]
fn names_are_api_names_too() {
    check(
        ada(),
        &["FinServ__CustomerCommunityReadOnly"],
        expect![[r#"
            + assignment/FinServ__CustomerCommunityReadOnly: Assign the permission set `Customer Community Read Only` to ada@example.com
                create PermissionSetAssignment {AssigneeId: "005D00000000001IAA", PermissionSetId: "0PSD00000000002OAA"}
                key: AssigneeId = "005D00000000001IAA", PermissionSetId = "0PSD00000000002OAA", enforced
                undo: restore
            ! info matched at /permission_sets/0: `FinServ__CustomerCommunityReadOnly` is the API name of the permission set `Customer Community Read Only`
            = {"assigned":["FinServ__CustomerCommunityReadOnly"],"user_id":"005D00000000001IAA"}
        "#]],
    );
    check(
        ada(),
        &["CustomerCommunityReadOnly"],
        expect![[r#"
        + assignment/FinServ__CustomerCommunityReadOnly: Assign the permission set `Customer Community Read Only` to ada@example.com
            create PermissionSetAssignment {AssigneeId: "005D00000000001IAA", PermissionSetId: "0PSD00000000002OAA"}
            key: AssigneeId = "005D00000000001IAA", PermissionSetId = "0PSD00000000002OAA", enforced
            undo: restore
        ! info matched at /permission_sets/0: `CustomerCommunityReadOnly` is the permission set `Customer Community Read Only` of a package (API name `FinServ__CustomerCommunityReadOnly`)
        = {"assigned":["FinServ__CustomerCommunityReadOnly"],"user_id":"005D00000000001IAA"}
    "#]],
    );
}

#[test]
fn groups_are_assigned_like_sets() {
    check(
        ada(),
        &["Sales Team"],
        expect![[r#"
        + assignment/SalesTeam: Assign the permission set group `Sales Team` to ada@example.com
            create PermissionSetAssignment {AssigneeId: "005D00000000001IAA", PermissionSetGroupId: "0PGD00000000001OAA"}
            key: AssigneeId = "005D00000000001IAA", PermissionSetGroupId = "0PGD00000000001OAA", enforced
            undo: restore
        ! info matched at /permission_sets/0: `Sales Team` is the label of the permission set group `SalesTeam`
        = {"assigned":["SalesTeam"],"user_id":"005D00000000001IAA"}
    "#]],
    );
    check(
        ada(),
        &["SlowTeam"],
        expect![[r#"
            ? group/SlowTeam: Wait until the permission set group `Slow Team` is calculated
                wait: Salesforce calculates the permission set group `Slow Team` (if it does not, recalculate the group in Setup > Permission Set Groups, then apply again) — PermissionSetGroup (Id = "0PGD00000000002OAA") {Status}: Status = "Updated"
                    failed when Status = "Failed"
                    every 5000 ms, at most 600000 ms
            + assignment/SlowTeam: Assign the permission set group `Slow Team` to ada@example.com
                create PermissionSetAssignment {AssigneeId: "005D00000000001IAA", PermissionSetGroupId: "0PGD00000000002OAA"}
                key: AssigneeId = "005D00000000001IAA", PermissionSetGroupId = "0PGD00000000002OAA", enforced
                after @group/SlowTeam
                undo: restore
            ! info matched at /permission_sets/0: `SlowTeam` is the API name of the permission set group `Slow Team`
            = {"assigned":["SlowTeam"],"user_id":"005D00000000001IAA"}
        "#]],
    );
    check(
        ada(),
        &["Broken Team"],
        expect![[r#"
            unmet
            ! error group-failed at /permission_sets/0: Salesforce could not calculate `Broken Team`
                remedy: Recalculate the group in Setup > Permission Set Groups, then apply again
        "#]],
    );
}

#[test]
fn a_set_named_twice_is_assigned_once() {
    check(
        ada(),
        &["DocGen Designer", "DocGenDesigner", "docgen designer"],
        expect![[r#"
            + license/DocGenRuntimeCC: Give ada@example.com the license `DocGen Runtime for Community Users`
                create PermissionSetLicenseAssign {AssigneeId: "005D00000000001IAA", PermissionSetLicenseId: "0PLD00000000001OAA"}
                key: AssigneeId = "005D00000000001IAA", PermissionSetLicenseId = "0PLD00000000001OAA", enforced
                undo: restore
            + assignment/DocGenDesigner: Assign the permission set `DocGen Designer` to ada@example.com
                create PermissionSetAssignment {AssigneeId: "005D00000000001IAA", PermissionSetId: "0PSD00000000004OAA"}
                key: AssigneeId = "005D00000000001IAA", PermissionSetId = "0PSD00000000004OAA", enforced
                after @license/DocGenRuntimeCC
                undo: restore
            > seat/DocGenRuntimeCC: One seat of `DocGen Runtime for Community Users` is taken
                takes 1 of PermissionSetLicense "0PLD00000000001OAA" (UsedLicenses of TotalLicenses)
                certain, because of @license/DocGenRuntimeCC
            ! info named-twice at /permission_sets/1: `DocGenDesigner` is the permission set `DocGen Designer` again; it is assigned once
            ! info named-twice at /permission_sets/2: `docgen designer` is the permission set `DocGen Designer` again; it is assigned once
            = {"assigned":["DocGenDesigner"],"user_id":"005D00000000001IAA"}
        "#]],
    );
}

#[test]
fn one_seat_serves_all_sets_of_a_license() {
    let both = ["DocGen Designer", "DocGen Run-time Community User"];
    check(
        ada(),
        &both,
        expect![[r#"
            + license/DocGenRuntimeCC: Give ada@example.com the license `DocGen Runtime for Community Users`
                create PermissionSetLicenseAssign {AssigneeId: "005D00000000001IAA", PermissionSetLicenseId: "0PLD00000000001OAA"}
                key: AssigneeId = "005D00000000001IAA", PermissionSetLicenseId = "0PLD00000000001OAA", enforced
                undo: restore
            + assignment/DocGenDesigner: Assign the permission set `DocGen Designer` to ada@example.com
                create PermissionSetAssignment {AssigneeId: "005D00000000001IAA", PermissionSetId: "0PSD00000000004OAA"}
                key: AssigneeId = "005D00000000001IAA", PermissionSetId = "0PSD00000000004OAA", enforced
                after @license/DocGenRuntimeCC
                undo: restore
            + assignment/DocGenRuntime: Assign the permission set `DocGen Run-time Community User` to ada@example.com
                create PermissionSetAssignment {AssigneeId: "005D00000000001IAA", PermissionSetId: "0PSD00000000003OAA"}
                key: AssigneeId = "005D00000000001IAA", PermissionSetId = "0PSD00000000003OAA", enforced
                after @license/DocGenRuntimeCC
                undo: restore
            > seat/DocGenRuntimeCC: One seat of `DocGen Runtime for Community Users` is taken
                takes 1 of PermissionSetLicense "0PLD00000000001OAA" (UsedLicenses of TotalLicenses)
                certain, because of @license/DocGenRuntimeCC
            = {"assigned":["DocGenDesigner","DocGenRuntime"],"user_id":"005D00000000001IAA"}
        "#]],
    );
    let has_it = r#"
[[records.PermissionSetLicenseAssign]]
Id = "2LAD00000000001OAA"
AssigneeId = "005D00000000001IAA"
PermissionSetLicenseId = "0PLD00000000001"
"#;
    check_in(
        &format!("{ORG}{has_it}"),
        ada(),
        &["DocGen Designer"],
        expect![[r#"
        + assignment/DocGenDesigner: Assign the permission set `DocGen Designer` to ada@example.com
            create PermissionSetAssignment {AssigneeId: "005D00000000001IAA", PermissionSetId: "0PSD00000000004OAA"}
            key: AssigneeId = "005D00000000001IAA", PermissionSetId = "0PSD00000000004OAA", enforced
            undo: restore
        = {"assigned":["DocGenDesigner"],"user_id":"005D00000000001IAA"}
    "#]],
    );
}

#[test]
fn two_sets_of_one_label_are_both_named() {
    check(
        ada(),
        &["Reader"],
        expect![[r#"
            + assignment/Reader: Assign the permission set `Reader` to ada@example.com
                create PermissionSetAssignment {AssigneeId: "005D00000000001IAA", PermissionSetId: "0PSD00000000008OAA"}
                key: AssigneeId = "005D00000000001IAA", PermissionSetId = "0PSD00000000008OAA", enforced
                undo: restore
            ! info matched at /permission_sets/0: `Reader` is the API name of the permission set `Reader`, which is meant; another one has it as its label
            = {"assigned":["Reader"],"user_id":"005D00000000001IAA"}
        "#]],
    );
    check(
        ada(),
        &["Acme__Reader"],
        expect![[r#"
        + assignment/Acme__Reader: Assign the permission set `Reader` to ada@example.com
            create PermissionSetAssignment {AssigneeId: "005D00000000001IAA", PermissionSetId: "0PSD00000000009OAA"}
            key: AssigneeId = "005D00000000001IAA", PermissionSetId = "0PSD00000000009OAA", enforced
            undo: restore
        ! info matched at /permission_sets/0: `Acme__Reader` is the API name of the permission set `Reader`
        = {"assigned":["Acme__Reader"],"user_id":"005D00000000001IAA"}
    "#]],
    );
}

#[test]
fn all_problems_are_reported_at_once() {
    check(
        json!("005D00000000002IAA"),
        &[
            "Nonsense",
            "Full",
            "Partners Only",
            "Profile's own",
            "Clerk",
        ],
        expect![[r#"
            invalid
            ! error user-inactive at /user: bob@example.com is inactive
                remedy: Activate the user first
            ! error unknown-permission-set at /permission_sets/0: There is no permission set and no group with the id, API name or label `Nonsense`
                remedy: Set {with.permission_sets} to names as Setup > Permission Sets shows them; sets of a package come with the package
            ! error unknown-permission-set at /permission_sets/3: There is no permission set and no group with the id, API name or label `Profile's own`
                remedy: Set {with.permission_sets} to names as Setup > Permission Sets shows them; sets of a package come with the package
            ! error no-seat at /permission_sets/1: `Full` needs the license `Rare License`, of which 1 of 1 seats are taken
                remedy: Free a license, or buy more
                rule: Object Reference, PermissionSetLicense
            ! error wrong-license at /permission_sets/2: `Partners Only` is for users with the license `Partner Community`; bob@example.com has `Customer Community Plus`
                remedy: Choose a permission set for the license that the user has
                rule: Object Reference, PermissionSetAssignment
        "#]],
    );
    check(
        json!("005D00000000002IAA"),
        &["Full", "Partners Only"],
        expect![[r#"
            unmet
            ! error user-inactive at /user: bob@example.com is inactive
                remedy: Activate the user first
            ! error no-seat at /permission_sets/0: `Full` needs the license `Rare License`, of which 1 of 1 seats are taken
                remedy: Free a license, or buy more
                rule: Object Reference, PermissionSetLicense
            ! error wrong-license at /permission_sets/1: `Partners Only` is for users with the license `Partner Community`; bob@example.com has `Customer Community Plus`
                remedy: Choose a permission set for the license that the user has
                rule: Object Reference, PermissionSetAssignment
        "#]],
    );
}

#[test]
fn a_user_that_is_not_there() {
    check(
        json!("005D00000000009IAA"),
        &["Clerk"],
        expect![[r#"
            invalid
            ! error unknown-user at /user: There is no user `005D00000000009IAA`
                remedy: Set {with.user} to an id of this org that begins with 005
        "#]],
    );
    check(
        json!("ada@example.com"),
        &["Nonsense"],
        expect![[r#"
            invalid
            ! error unknown-user at /user: There is no user `ada@example.com`
                remedy: Set {with.user} to an id of this org that begins with 005
            ! error unknown-permission-set at /permission_sets/0: There is no permission set and no group with the id, API name or label `Nonsense`
                remedy: Set {with.permission_sets} to names as Setup > Permission Sets shows them; sets of a package come with the package
        "#]],
    );
}
