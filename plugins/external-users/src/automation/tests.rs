//! An org with flows, triggers and policies, and one in which they cannot be read.

use expect_test::{Expect, expect};
use usher_sdk::Org;
use usher_sdk::testing::{Manifest, OrgState};

use crate::automation::{Save, access_policies, access_policy_note, automation, automation_note};

const MANIFEST: &str = r#"{
    "format": 1, "name": "test", "version": "0.1.0", "summary": "A test", "kind": "changing",
    "input": {"type": "object", "properties": {}},
    "output": {"type": "object", "properties": {}},
    "reads": {"records": {
        "FlowDefinitionView": ["Label", "RecordTriggerType", "IsActive", "TriggerType", "TriggerObjectOrEventId"],
        "ApexTrigger": ["Name", "Status", "TableEnumOrId", "UsageBeforeInsert", "UsageAfterInsert", "UsageBeforeUpdate", "UsageAfterUpdate"],
        "UserAccessPolicy": ["MasterLabel", "Status", "TriggerType"]
    }, "components": ["UserAccessPolicy"]},
    "writes": {}
}"#;

const ORG: &str = r#"
[[records.FlowDefinitionView]]
Id = "300D00000000001"
Label = "Welcome"
IsActive = true
TriggerType = "RecordAfterSave"
RecordTriggerType = "Create"
TriggerObjectOrEventId = "User"

[[records.FlowDefinitionView]]
Id = "300D00000000002"
Label = "Region"
IsActive = true
TriggerType = "RecordBeforeSave"
RecordTriggerType = "CreateAndUpdate"
TriggerObjectOrEventId = "User"

[[records.FlowDefinitionView]]
Id = "300D00000000003"
Label = "Off"
IsActive = false
TriggerType = "RecordBeforeSave"
RecordTriggerType = "Create"
TriggerObjectOrEventId = "User"

[[records.ApexTrigger]]
Id = "01qD00000000001"
Name = "UserSync"
Status = "Active"
TableEnumOrId = "User"
UsageAfterUpdate = true

[[records.UserAccessPolicy]]
Id = "0ZzD00000000001"
MasterLabel = "Portal users"
Status = "Active"
TriggerType = "CreateAndUpdate"

[[records.UserAccessPolicy]]
Id = "0ZzD00000000002"
MasterLabel = "Movers"
Status = "Active"
TriggerType = "Update"
"#;

#[track_caller]
fn check(org: &str, save: Save, expected: Expect) {
    let manifest = Manifest::parse(MANIFEST).expect("a manifest");
    let org = OrgState::parse(&manifest, org).expect("an org");
    let [flows, triggers] = automation("User");
    let found = org.find_all(&[flows, triggers, access_policies()]);
    let [flows, triggers, policies] = found.as_slice() else {
        panic!("three answers");
    };
    let notes = automation_note("user", save, flows, triggers)
        .into_iter()
        .chain(access_policy_note(save, policies, &org));
    let text: Vec<String> = notes.map(|note| note.summary).collect();
    expected.assert_eq(&text.join("\n"));
}

#[test]
fn what_runs_is_named() {
    check(
        ORG,
        Save::Create,
        expect![[r#"
            When a user is made, this org runs the flows `Region` and `Welcome`; they may change or refuse the record
            The active user access policy `Portal users` may give the user permission sets, groups and queues, or take them away, as soon as the user is saved"#]],
    );
    check(
        ORG,
        Save::Update,
        expect![[r#"
            When a user is changed, this org runs the flow `Region` and the Apex trigger `UserSync`; they may change or refuse the record
            The active user access policies `Movers` and `Portal users` may give the user permission sets, groups and queues, or take them away, as soon as the user is saved"#]],
    );
}

#[test]
fn what_cannot_be_read_is_not_named() {
    check("", Save::Create, expect![""]);
}

#[test]
fn policies_that_are_components_only() {
    let components = r#"
        [components.UserAccessPolicy.Portal_Users]
        id = "0UAD00000000001AAA"
        content = { masterLabel = ["Portal users"], status = ["Active"], triggerType = ["Create"] }

        [components.UserAccessPolicy.Draft]
        id = "0UAD00000000002AAA"
        content = { masterLabel = ["Draft"], status = ["Design"], triggerType = ["Create"] }
    "#;
    check(
        components,
        Save::Create,
        expect![
            "The active user access policy `Portal users` may give the user permission sets, groups and queues, or take them away, as soon as the user is saved"
        ],
    );
    check(components, Save::Update, expect![""]);
}
