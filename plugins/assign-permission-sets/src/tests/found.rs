//! Names in other spellings, policies that take sets, and users whom the step is not for.

use expect_test::{Expect, expect};
use serde_json::{Value as Json, json};
use usher_sdk::testing::rehearse;

use crate::plan;
use crate::tests::{MANIFEST, ORG, ada};

#[track_caller]
fn check_in(org: &str, mut input: Json, expected: Expect) {
    input["user"] = ada();
    let org = format!("[records]\nPermissionSetLicenseAssign = []\n{org}");
    expected.assert_eq(&rehearse(MANIFEST, &org, input, plan));
}

#[test]
fn hyphen_blank_underscore_and_case_do_not_make_another_set() {
    let org = ORG.replace(
        "Label = \"DocGen Designer\"",
        "Label = \"DocGen-Entwickler\"",
    );
    check_in(
        &org,
        json!({ "permission_sets": ["docgen_designer"] }),
        expect![[r#"
            + license/DocGenRuntimeCC: Give ada@example.com the license `DocGen Runtime for Community Users`
                create PermissionSetLicenseAssign {AssigneeId: "005D00000000001IAA", PermissionSetLicenseId: "0PLD00000000001OAA"}
                key: AssigneeId = "005D00000000001IAA", PermissionSetLicenseId = "0PLD00000000001OAA", enforced
                undo: restore
            + assignment/DocGenDesigner: Assign the permission set `DocGen-Entwickler` to ada@example.com
                create PermissionSetAssignment {AssigneeId: "005D00000000001IAA", PermissionSetId: "0PSD00000000004OAA"}
                key: AssigneeId = "005D00000000001IAA", PermissionSetId = "0PSD00000000004OAA", enforced
                after @license/DocGenRuntimeCC
                undo: restore
            > seat/DocGenRuntimeCC: One seat of `DocGen Runtime for Community Users` is taken
                takes 1 of PermissionSetLicense "0PLD00000000001OAA" (UsedLicenses of TotalLicenses)
                certain, because of @license/DocGenRuntimeCC
            ! info matched at /permission_sets/0: `docgen_designer` is the permission set `DocGen-Entwickler` (API name `DocGenDesigner`)
            = {"assigned":["DocGenDesigner"],"user_id":"005D00000000001IAA"}
        "#]],
    );
    // The label of one set is the API name of another in another spelling: both are named.
    let two = ORG
        .replace("Label = \"Full\"", "Label = \"Plus-Only\"")
        .replace("Label = \"Plus Only\"", "Label = \"Nur Plus\"");
    check_in(
        &two,
        json!({ "permission_sets": ["Plus-Only"] }),
        expect![[r#"
            invalid
            ! error ambiguous-permission-set at /permission_sets/0: `Plus-Only` may mean the permission set `Plus-Only` (API name `Full`, id 0PSD00000000005OAA) or the permission set `Nur Plus` (API name `PlusOnly`, id 0PSD00000000006OAA)
                remedy: Write the API name of the one that is meant in {with.permission_sets} (`Full` or `PlusOnly`), or give one of them another label
        "#]],
    );
}

#[test]
fn a_set_and_a_group_are_found_by_id() {
    check_in(
        ORG,
        json!({ "permission_sets": ["0PSD00000000006OAA", "0PGD00000000001"] }),
        expect![[r#"
            + assignment/PlusOnly: Assign the permission set `Plus Only` to ada@example.com
                create PermissionSetAssignment {AssigneeId: "005D00000000001IAA", PermissionSetId: "0PSD00000000006OAA"}
                key: AssigneeId = "005D00000000001IAA", PermissionSetId = "0PSD00000000006OAA", enforced
                undo: restore
            + assignment/SalesTeam: Assign the permission set group `Sales Team` to ada@example.com
                create PermissionSetAssignment {AssigneeId: "005D00000000001IAA", PermissionSetGroupId: "0PGD00000000001OAA"}
                key: AssigneeId = "005D00000000001IAA", PermissionSetGroupId = "0PGD00000000001OAA", enforced
                undo: restore
            ! info matched at /permission_sets/0: `0PSD00000000006OAA` is the permission set `Plus Only` (API name `PlusOnly`)
            ! info matched at /permission_sets/1: `0PGD00000000001` is the permission set group `Sales Team` (API name `SalesTeam`)
            = {"assigned":["PlusOnly","SalesTeam"],"user_id":"005D00000000001IAA"}
        "#]],
    );
}

#[test]
fn a_set_that_a_policy_takes_is_not_given_again() {
    let revoked = r#"
        [describes.PermissionSetAssignment]
        IsRevoked = { type = "boolean" }

        [[records.PermissionSetAssignment]]
        Id = "0PaD00000000009MAA"
        AssigneeId = "005D00000000001IAA"
        PermissionSetId = "0PSD00000000006OAA"
        IsRevoked = true
    "#;
    // A set that a policy gave is an assignment like others.
    check_in(
        &format!("{ORG}{revoked}"),
        json!({ "permission_sets": ["PlusOnly", "Clerk"] }),
        expect![[r#"
            ! info matched at /permission_sets/0: `PlusOnly` is the API name of the permission set `Plus Only`
            ! warning taken-by-policy at /permission_sets/0: A user access policy of this org takes the permission set `Plus Only` from ada@example.com, and this step does not give it again; Setup > User Access Policies shows why
                remedy: Look at the filters in Setup > User Access Policies when the user needs it
                rule: docs/salesforce/permission-sets.md#user-access-policies
            = {"assigned":["Clerk"],"user_id":"005D00000000001IAA"}
        "#]],
    );
}

#[test]
fn internal_users_are_refused_when_the_step_is_for_external_ones() {
    let internal = ORG.replacen(
        "IsActive = true",
        "IsActive = true\nUserType = \"Standard\"",
        1,
    );
    check_in(
        &internal,
        json!({ "permission_sets": ["Clerk"], "external_only": true }),
        expect![[r#"
            invalid
            ! error internal-user at /user: ada@example.com is an internal user, and this step is for external users
                remedy: Set {with.user} to a partner or customer user
                rule: docs/salesforce/users.md#user-types
        "#]],
    );
    let external = internal.replace("\"Standard\"", "\"CspLitePortal\"");
    check_in(
        &external,
        json!({ "permission_sets": ["Clerk"], "external_only": true }),
        expect![[r#"
            = {"assigned":["Clerk"],"user_id":"005D00000000001IAA"}
        "#]],
    );
}
