//! Names that this org has for the sets and licenses of the documents.

use expect_test::expect;
use serde_json::json;
use usher_sdk::testing::rehearse;

use crate::plan;
use crate::tests::{ADA, MANIFEST, ORG, PAT, ROB, check, check_in};

#[test]
fn a_set_and_a_license_whose_labels_are_others_are_found_by_their_names() {
    let german = ORG
        .replace(
            "Label = \"DocGen Run-time Community User\"",
            "Label = \"DocGen-Laufzeitbenutzer der Community\"",
        )
        .replace("DocGenRuntimeCC", "DocGenRuntimeForCommunityUsersPsl")
        .replace("DocGen Runtime for Community Users", "DocGen-Laufzeit")
        .replace(
            "Label = \"Contract Management CC Plus Digital Experience User\"\nName = \"ContractManagementCCPlus\"",
            "Label = \"Vertragsverwaltung\"\nName = \"Contract_Management_CC_Plus_Digital_Experience_User\"",
        );
    check_in(
        &german,
        json!(ADA),
        json!({ "persona": "cc-plus-user" }),
        expect![[r#"
            + license/DocGenRuntimeForCommunityUsersPsl: Give ada@example.com the license `DocGen-Laufzeit`
                create PermissionSetLicenseAssign {AssigneeId: "005D00000000001IAA", PermissionSetLicenseId: "0PLD00000000001OAA"}
                key: AssigneeId = "005D00000000001IAA", PermissionSetLicenseId = "0PLD00000000001OAA", enforced
                undo: restore
            + assignment/DocGenRuntimeCommunityUser: Assign the permission set `DocGen-Laufzeitbenutzer der Community` to ada@example.com
                create PermissionSetAssignment {AssigneeId: "005D00000000001IAA", PermissionSetId: "0PSD00000000001OAA"}
                key: AssigneeId = "005D00000000001IAA", PermissionSetId = "0PSD00000000001OAA", enforced
                after @license/DocGenRuntimeForCommunityUsersPsl
                undo: restore
            + assignment/Contract_Management_CC_Plus_Digital_Experience_User: Assign the permission set `Vertragsverwaltung` to ada@example.com
                create PermissionSetAssignment {AssigneeId: "005D00000000001IAA", PermissionSetId: "0PSD00000000002OAA"}
                key: AssigneeId = "005D00000000001IAA", PermissionSetId = "0PSD00000000002OAA", enforced
                undo: restore
            > seat/DocGenRuntimeForCommunityUsersPsl: One seat of `DocGen-Laufzeit` is taken
                takes 1 of PermissionSetLicense "0PLD00000000001OAA" (UsedLicenses of TotalLicenses)
                certain, because of @license/DocGenRuntimeForCommunityUsersPsl
            ! info matched at /persona: `DocGen Run-time Community User` is the permission set `DocGen-Laufzeitbenutzer der Community` (API name `DocGenRuntimeCommunityUser`)
            ! info matched at /persona: `Contract Management CC Plus Digital Experience User` is the permission set `Vertragsverwaltung` (API name `Contract_Management_CC_Plus_Digital_Experience_User`)
            = {"assigned":["DocGenRuntimeCommunityUser","Contract_Management_CC_Plus_Digital_Experience_User"],"user_id":"005D00000000001IAA"}
        "#]],
    );
    // Another spelling of the label is the same set.
    let respelled = ORG
        .replace(
            "DocGen Run-time Community User",
            "DocGen Runtime Community User",
        )
        .replace("DocGenRuntimeCommunityUser", "X1");
    check_in(
        &respelled,
        json!(ADA),
        json!({ "persona": "cc-plus-user" }),
        expect![[r#"
            + license/DocGenRuntimeCC: Give ada@example.com the license `DocGen Runtime for Community Users`
                create PermissionSetLicenseAssign {AssigneeId: "005D00000000001IAA", PermissionSetLicenseId: "0PLD00000000001OAA"}
                key: AssigneeId = "005D00000000001IAA", PermissionSetLicenseId = "0PLD00000000001OAA", enforced
                undo: restore
            + assignment/X1: Assign the permission set `DocGen Runtime Community User` to ada@example.com
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
            ! info matched at /persona: `DocGen Run-time Community User` is the permission set `DocGen Runtime Community User` (API name `X1`)
            = {"assigned":["X1","ContractManagementCCPlus"],"user_id":"005D00000000001IAA"}
        "#]],
    );
}

#[test]
fn a_person_may_name_a_license() {
    let other = ORG
        .replace("ClmUser", "CLM_Seat")
        .replace("Contract Lifecycle Management User", "Vertragslebenszyklus");
    for name in ["CLM-Seat", "vertragslebenszyklus", "0PLD00000000002OAA"] {
        let mut input = json!({ "persona": "clm-runtime-user", "user": ROB });
        input["names"] = json!({ "Contract Lifecycle Management User": name });
        let answer = rehearse(MANIFEST, &other, input, plan);
        assert!(answer.starts_with("+ license/CLM_Seat: "), "{answer}");
    }
    check_in(
        &other,
        json!(ROB),
        json!({ "persona": "clm-runtime-user", "names": { "Contract Lifecycle Management User": "Nothing" } }),
        expect![[r#"
            unmet
            ! error unknown-license at /names/Contract Lifecycle Management User: This org has no permission set license `Nothing`
                remedy: Set it in {with.names} to a permission set license that Setup > Company Information lists
                rule: Object Reference, PermissionSetLicense
        "#]],
    );
}

#[test]
fn a_person_may_say_how_it_is_called_here() {
    let names = json!({ "CLM Runtime User": "CLMRuntimeUser" });
    check(
        ROB,
        json!({ "persona": "clm-runtime-user", "names": names }),
        expect![[r#"
            + license/ClmUser: Give rob@example.com the license `Contract Lifecycle Management User`
                create PermissionSetLicenseAssign {AssigneeId: "005D00000000003IAA", PermissionSetLicenseId: "0PLD00000000002OAA"}
                key: AssigneeId = "005D00000000003IAA", PermissionSetLicenseId = "0PLD00000000002OAA", enforced
                undo: restore
            + assignment/CLMRuntimeUser: Assign the permission set `CLM-Laufzeitbenutzer` to rob@example.com
                create PermissionSetAssignment {AssigneeId: "005D00000000003IAA", PermissionSetId: "0PSD00000000004OAA"}
                key: AssigneeId = "005D00000000003IAA", PermissionSetId = "0PSD00000000004OAA", enforced
                undo: restore
            > seat/ClmUser: One seat of `Contract Lifecycle Management User` is taken
                takes 1 of PermissionSetLicense "0PLD00000000002OAA" (UsedLicenses of TotalLicenses)
                certain, because of @license/ClmUser
            ! info matched at /names/CLM Runtime User: `CLMRuntimeUser` is the API name of the permission set `CLM-Laufzeitbenutzer`
            = {"assigned":["CLMRuntimeUser"],"user_id":"005D00000000003IAA"}
        "#]],
    );
    let names = json!({ "CLM Runtime User": "CLM Nobody", "CLM/Admin": "x" });
    check(
        ROB,
        json!({ "persona": "clm-runtime-user", "names": names }),
        expect![[r#"
            invalid
            ! error unknown-name at /names/CLM~1Admin: The persona `clm-runtime-user` needs nothing called `CLM/Admin`
                remedy: Write names for `CLM Runtime User` and `Contract Lifecycle Management User` only in {with.names}
                rule: Personas and Permission Set Licenses for Salesforce Contracts
            ! error unknown-permission-set at /names/CLM Runtime User: There is no permission set and no group with the id, API name or label `CLM Nobody`
                remedy: Set it in {with.names} to a name that Setup > Permission Sets shows
        "#]],
    );
}

#[test]
fn a_label_that_is_not_there() {
    check(
        ROB,
        json!({ "persona": "clm-runtime-user" }),
        expect![[r#"
            + license/ClmUser: Give rob@example.com the license `Contract Lifecycle Management User`
                create PermissionSetLicenseAssign {AssigneeId: "005D00000000003IAA", PermissionSetLicenseId: "0PLD00000000002OAA"}
                key: AssigneeId = "005D00000000003IAA", PermissionSetLicenseId = "0PLD00000000002OAA", enforced
                undo: restore
            + assignment/CLMRuntimeUser: Assign the permission set `CLM-Laufzeitbenutzer` to rob@example.com
                create PermissionSetAssignment {AssigneeId: "005D00000000003IAA", PermissionSetId: "0PSD00000000004OAA"}
                key: AssigneeId = "005D00000000003IAA", PermissionSetId = "0PSD00000000004OAA", enforced
                undo: restore
            > seat/ClmUser: One seat of `Contract Lifecycle Management User` is taken
                takes 1 of PermissionSetLicense "0PLD00000000002OAA" (UsedLicenses of TotalLicenses)
                certain, because of @license/ClmUser
            ! info matched at /persona: `CLM Runtime User` is the permission set `CLM-Laufzeitbenutzer` (API name `CLMRuntimeUser`)
            = {"assigned":["CLMRuntimeUser"],"user_id":"005D00000000003IAA"}
        "#]],
    );
}

#[test]
fn a_label_that_two_sets_have() {
    let two = ORG.replace("CLM-Laufzeitbenutzer", "CLM Digital Experience Partner");
    check_in(
        &two,
        json!(PAT),
        json!({ "persona": "clm-partner" }),
        expect![[r#"
            invalid
            ! error ambiguous-permission-set at /persona: `CLM Digital Experience Partner` may mean the permission set `CLM Digital Experience Partner` (API name `CLMDigitalExperiencePartner`, id 0PSD00000000003OAA) or the permission set `CLM Digital Experience Partner` (API name `CLMRuntimeUser`, id 0PSD00000000004OAA)
                remedy: Write which is meant, by its API name (`CLMDigitalExperiencePartner` or `CLMRuntimeUser`), in {with.names}: `"CLM Digital Experience Partner" = "API name"`
        "#]],
    );
    let names = json!({ "CLM Digital Experience Partner": "CLM Digital Experience Partner" });
    check_in(
        &two,
        json!(PAT),
        json!({ "persona": "clm-partner", "names": names }),
        expect![[r#"
            invalid
            ! error ambiguous-permission-set at /names/CLM Digital Experience Partner: `CLM Digital Experience Partner` may mean the permission set `CLM Digital Experience Partner` (API name `CLMDigitalExperiencePartner`, id 0PSD00000000003OAA) or the permission set `CLM Digital Experience Partner` (API name `CLMRuntimeUser`, id 0PSD00000000004OAA)
                remedy: Write the API name of the one that is meant in {with.names} (`CLMDigitalExperiencePartner` or `CLMRuntimeUser`)
        "#]],
    );
}
