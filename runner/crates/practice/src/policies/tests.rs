//! User access policies, as metadata and at work.

use expect_test::expect;
use serde_json::json;

use crate::testing::{TestOrg, org, org_with};

const POLICIES: &str = r#"
[[components]]
kind = "UserAccessPolicy"
full_name = "Others"
content = { booleanFilter = "1", masterLabel = "Others", order = "9", status = "Active", triggerType = "CreateAndUpdate", userAccessPolicyActions = [{ action = "Grant", target = "Other", type = "PermissionSet" }], userAccessPolicyFilters = [{ columnName = "IsActive", operation = "equals", sortOrder = "1", target = "User", type = "User", value = "true" }] }

[[components]]
kind = "UserAccessPolicy"
full_name = "Platform"
content = { booleanFilter = "1 AND 2", masterLabel = "Platform", order = "1", status = "Active", triggerType = "CreateAndUpdate", userAccessPolicyActions = [{ action = "Grant", target = "Given", type = "PermissionSet" }, { action = "Revoke", target = "Taken", type = "PermissionSet" }, { action = "Grant", target = "Bundle", type = "PermissionSetGroup" }, { action = "Grant", target = "Everyone", type = "Group" }], userAccessPolicyFilters = [{ operation = "in", sortOrder = "1", target = "Standard,Standard Platform User", type = "Profile" }, { columnName = "UserType", operation = "equals", sortOrder = "2", target = "User", type = "User", value = "Standard" }] }

[[components]]
kind = "UserAccessPolicy"
full_name = "Sleeping"
content = { booleanFilter = "1", masterLabel = "Sleeping", order = "0", status = "Design", triggerType = "CreateAndUpdate", userAccessPolicyActions = [{ action = "Revoke", target = "Given", type = "PermissionSet" }], userAccessPolicyFilters = [{ columnName = "IsActive", operation = "equals", sortOrder = "1", target = "User", type = "User", value = "true" }] }

[[records]]
object = "PermissionSet"
fields = { Name = "Given", Label = "Given" }

[[records]]
object = "PermissionSet"
fields = { Name = "Taken", Label = "Taken", PermissionsViewAllData = true }

[[records]]
object = "PermissionSet"
fields = { Name = "Other", Label = "Other" }

[[records]]
object = "PermissionSetGroup"
fields = { DeveloperName = "Bundle", MasterLabel = "Bundle" }

[[records]]
object = "Group"
fields = { Name = "Everyone", DeveloperName = "Everyone" }
"#;

fn user(org: &TestOrg, alias: &str, profile: &str) -> String {
    let profile = org.id(&format!("SELECT Id FROM Profile WHERE Name = '{profile}'"));
    org.create(
        "User",
        json!({ "Username": format!("{alias}@practice.example"), "LastName": alias, "Email": format!("{alias}@practice.example"), "Alias": alias, "CommunityNickname": alias, "TimeZoneSidKey": "Europe/Berlin", "LocaleSidKey": "en_US", "EmailEncodingKey": "UTF-8", "LanguageLocaleKey": "en_US", "ProfileId": profile }),
    )
}

fn sets(user: &str) -> String {
    format!(
        "SELECT PermissionSet.Name, PermissionSetGroupId, IsRevoked, IsActive FROM PermissionSetAssignment WHERE AssigneeId = '{user}' AND PermissionSet.IsOwnedByProfile = false ORDER BY PermissionSet.Name"
    )
}

#[test]
fn the_first_policy_that_fits_acts_and_no_other() {
    let org = org_with(POLICIES);
    let mine = user(&org, "mine", "Standard User");
    org.query(&sets(&mine), expect![[r#"
        {"IsActive":true,"IsRevoked":false,"PermissionSet":{"Name":"Bundle"},"PermissionSetGroupId":"0PGdnH000000001GBA"}
        {"IsActive":true,"IsRevoked":false,"PermissionSet":{"Name":"Given"},"PermissionSetGroupId":null}
    "#]]);
    org.query(
        "SELECT Group.DeveloperName FROM GroupMember",
        expect![[r#"
        {"Group":{"DeveloperName":"Everyone"}}
    "#]],
    );
    let other = user(&org, "other", "Minimum Access - Salesforce");
    org.query(&sets(&other), expect![[r#"
        {"IsActive":true,"IsRevoked":false,"PermissionSet":{"Name":"Other"},"PermissionSetGroupId":null}
    "#]]);
}

/// A set that a policy gave is there before ours is inserted.
#[test]
fn a_set_that_a_policy_gave_is_a_duplicate() {
    let org = org_with(POLICIES);
    let mine = user(&org, "mine", "Standard User");
    let set = org.id("SELECT Id FROM PermissionSet WHERE Name = 'Given'");
    org.refused(
        "POST /services/data/v66.0/sobjects/PermissionSetAssignment",
        json!({ "AssigneeId": mine, "PermissionSetId": set }),
        expect!["400 DUPLICATE_VALUE: Duplicate PermissionSetAssignment. Assignee: 005dnH000000004ABA; Permission Set: 0PSdnH00000000TGBQ []"],
    );
}

#[test]
fn a_set_that_a_policy_took_stays_as_a_revoked_assignment() {
    let org = org_with(POLICIES);
    let mine = user(&org, "mine", "Standard User");
    let set = org.id("SELECT Id FROM PermissionSet WHERE Name = 'Taken'");
    let assignment = org.create(
        "PermissionSetAssignment",
        json!({ "AssigneeId": mine, "PermissionSetId": set }),
    );
    org.create("Lead", json!({ "LastName": "L", "Company": "x" }));
    let lead = org.id("SELECT Id FROM Lead");
    let access = format!(
        "SELECT MaxAccessLevel FROM UserRecordAccess WHERE UserId = '{mine}' AND RecordId = '{lead}'"
    );
    org.query(
        &access,
        expect![[r#"
        {"MaxAccessLevel":"Read"}
    "#]],
    );
    // The next save of the user takes it.
    let line = format!("PATCH /services/data/v66.0/sobjects/User/{mine}");
    assert_eq!(org.send(&line, r#"{"Title":"Boss"}"#).0, 204);
    org.query(&sets(&mine), expect![[r#"
        {"IsActive":true,"IsRevoked":false,"PermissionSet":{"Name":"Bundle"},"PermissionSetGroupId":"0PGdnH000000001GBA"}
        {"IsActive":true,"IsRevoked":false,"PermissionSet":{"Name":"Given"},"PermissionSetGroupId":null}
        {"IsActive":false,"IsRevoked":true,"PermissionSet":{"Name":"Taken"},"PermissionSetGroupId":null}
    "#]]);
    org.query(
        &access,
        expect![[r#"
        {"MaxAccessLevel":"None"}
    "#]],
    );
    // An insert of ours finds it there.
    let line = "POST /services/data/v66.0/sobjects/PermissionSetAssignment";
    let (_, answer) = org.send(
        line,
        &json!({ "AssigneeId": mine, "PermissionSetId": set }).to_string(),
    );
    assert_eq!(answer[0]["errorCode"], "DUPLICATE_VALUE");
    // An administrator gives it back.
    let line = format!("PATCH /services/data/v66.0/sobjects/PermissionSetAssignment/{assignment}");
    assert_eq!(org.send(&line, r#"{"IsRevoked":false}"#).0, 204);
    org.query(
        &format!("SELECT IsActive FROM PermissionSetAssignment WHERE Id = '{assignment}'"),
        expect![[r#"
            {"IsActive":true}
        "#]],
    );
    org.query(
        &access,
        expect![[r#"
        {"MaxAccessLevel":"Read"}
    "#]],
    );
}

#[test]
fn policies_are_read_and_deployed_as_designs() {
    let org = org_with(POLICIES);
    org.listed("UserAccessPolicy", expect!["Others, Platform, Sleeping"]);
    org.component(
        "UserAccessPolicy",
        "Others",
        expect![[r#"
        <records xsi:type="UserAccessPolicy">
        <fullName>Others</fullName>
        <booleanFilter>1</booleanFilter>
        <masterLabel>Others</masterLabel>
        <order>9</order>
        <status>Active</status>
        <triggerType>CreateAndUpdate</triggerType>
        <userAccessPolicyActions>
        <action>Grant</action>
        <target>Other</target>
        <type>PermissionSet</type>
        </userAccessPolicyActions>
        <userAccessPolicyFilters>
        <columnName>IsActive</columnName>
        <operation>equals</operation>
        <sortOrder>1</sortOrder>
        <target>User</target>
        <type>User</type>
        <value>true</value>
        </userAccessPolicyFilters>
        </records>
    "#]],
    );
    let package = "<Package><types><members>New</members><name>UserAccessPolicy</name></types><version>66.0</version></Package>";
    let policy = "<UserAccessPolicy><booleanFilter>1</booleanFilter><masterLabel>New</masterLabel><order>3</order><status>Active</status><triggerType>Create</triggerType><userAccessPolicyActions><action>Grant</action><target>Given</target><type>PermissionSet</type></userAccessPolicyActions><userAccessPolicyFilters><operation>equals</operation><sortOrder>1</sortOrder><target>Standard</target><type>Profile</type></userAccessPolicyFilters></UserAccessPolicy>";
    org.deployed(
        &[
            ("package.xml", package),
            ("useraccesspolicies/New.useraccesspolicy", policy),
        ],
        expect![[r#"
            <changed>true</changed>
            <created>true</created>
            <fullName>New</fullName>
            <status>Succeeded</status>
        "#]],
    );
    let read = org.soap(
        "<readMetadata><type>UserAccessPolicy</type><fullNames>New</fullNames></readMetadata>",
    );
    assert!(read.contains("<status>Design</status>"), "{read}");
}

#[test]
fn policies_that_are_refused() {
    let org = org();
    let policy = "<metadata xsi:type=\"UserAccessPolicy\"><fullName>New</fullName><booleanFilter>1</booleanFilter><masterLabel>New</masterLabel><status>Design</status><userAccessPolicyActions><action>Grant</action><target>FinServ__CustomerCommunityReadOnly</target><type>PermissionSet</type></userAccessPolicyActions><userAccessPolicyFilters><operation>equals</operation><sortOrder>1</sortOrder><target>Standard</target><type>Profile</type></userAccessPolicyFilters></metadata>";
    let problems: Vec<String> = [
        ("FinServ__CustomerCommunityReadOnly", "Nothing"),
        ("<booleanFilter>1</booleanFilter>", ""),
        ("<booleanFilter>1", "<booleanFilter>2"),
        (">Design<", ">On<"),
        (">Grant<", ">Give<"),
        ("Design", "Design"),
    ]
    .iter()
    .map(|(right, wrong)| {
        let policy = policy.replace(right, wrong);
        let answer = org.soap(&format!("<createMetadata>{policy}</createMetadata>"));
        let message = answer.lines().find(|line| line.starts_with("<message>"));
        message.unwrap_or("accepted").to_owned()
    })
    .collect();
    expect![[r#"
        <message>In field: target - no PermissionSet named Nothing found</message>
        <message>Required field is missing: booleanFilter</message>
        <message>In field: booleanFilter - 2 is not allowed in a user access policy</message>
        <message>In field: status - On is not allowed in a user access policy</message>
        <message>In field: action - Give is not allowed in a user access policy</message>
        accepted"#]]
    .assert_eq(&problems.join("\n"));
}
