//! An org's own automation, as a client reads it (docs/salesforce/queries.md#automation).

use expect_test::expect;
use serde_json::json;

use crate::testing::org_with;

const AUTOMATION: &str = r#"
[[records]]
object = "FlowDefinitionView"
fields = { ApiName = "Welcome_Users", Label = "Welcome users", ProcessType = "AutoLaunchedFlow", TriggerType = "RecordAfterSave", RecordTriggerType = "Create", TriggerObjectOrEventId = "User", TriggerObjectOrEventLabel = "User", IsActive = true }

[[records]]
object = "FlowDefinitionView"
fields = { ApiName = "Old", Label = "Old", ProcessType = "AutoLaunchedFlow", TriggerType = "RecordBeforeSave", RecordTriggerType = "CreateAndUpdate", TriggerObjectOrEventId = "Contact", TriggerObjectOrEventLabel = "Contact", IsActive = false }

[[records]]
object = "ApexTrigger"
fields = { Name = "UserTrigger", TableEnumOrId = "User", UsageAfterInsert = true, ApiVersion = 60.0 }
"#;

#[test]
fn flows_and_triggers_are_read() {
    let org = org_with(AUTOMATION);
    org.query(
        "SELECT ApiName, Label, TriggerType, RecordTriggerType, TriggerObjectOrEventLabel FROM FlowDefinitionView WHERE IsActive = true AND TriggerObjectOrEventId = 'User'",
        expect![[r#"
            {"ApiName":"Welcome_Users","Label":"Welcome users","RecordTriggerType":"Create","TriggerObjectOrEventLabel":"User","TriggerType":"RecordAfterSave"}
        "#]],
    );
    org.query(
        "SELECT Name, Status, UsageAfterInsert, UsageBeforeUpdate FROM ApexTrigger WHERE TableEnumOrId IN ('User', 'Contact')",
        expect![[r#"
            {"Name":"UserTrigger","Status":"Active","UsageAfterInsert":true,"UsageBeforeUpdate":false}
        "#]],
    );
    org.refused(
        "POST /services/data/v66.0/sobjects/ApexTrigger",
        json!({ "Name": "Ours", "TableEnumOrId": "User" }),
        expect!["400 INVALID_TYPE_FOR_OPERATION: entity type cannot be inserted: Apex Trigger []"],
    );
}
