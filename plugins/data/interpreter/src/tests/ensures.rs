//! Records that are made when they are absent.

use expect_test::expect;
use serde_json::json;

use super::{ACCOUNT, ORG, example, rehearsed, tried};

fn org(groups: &str) -> String {
    let more = match groups.contains("[[records.GroupMember]]") {
        true => "",
        false => "[records]\nGroupMember = []\n",
    };
    let more = match groups.contains("[[records.Group]]") {
        true => more.to_owned(),
        false => format!(
            "{}Group = []\n",
            if more.is_empty() { "[records]\n" } else { more }
        ),
    };
    format!("{more}\n{ORG}\n{groups}")
}

fn planned(groups: &str) -> String {
    rehearsed(
        &example("public-group"),
        &org(groups),
        json!({ "account": ACCOUNT }),
    )
}

#[test]
fn the_group_and_its_members_are_made() {
    expect![[r#"
        + group: Make the public group `Acme`
            create Group {Name: "Acme", Type: "Regular", DeveloperName: "Account_001D0000000aBcDIAU"}
            key: DeveloperName = "Account_001D0000000aBcDIAU", enforced
            undo: restore
        + member/ada@example.com: Put ada@example.com into the public group `Acme`
            create GroupMember {GroupId: @group.id, UserOrGroupId: "005D0000001aBcDIAU"}
            key: GroupId = @group.id, UserOrGroupId = "005D0000001aBcDIAU", enforced
            undo: restore
        + member/bob@example.com: Put bob@example.com into the public group `Acme`
            create GroupMember {GroupId: @group.id, UserOrGroupId: ⟨user:user.id⟩}
            key: GroupId = @group.id, UserOrGroupId = ⟨user:user.id⟩, enforced
            undo: restore
        = {"group":{"$bound":["group","id"]}}
    "#]].assert_eq(&planned(""));
}

#[test]
fn members_that_lack_are_added_and_a_wrong_name_is_set() {
    expect![[r#"
        ~ group: Call the public group `Acme`, as the account is called
            update Group "00GD0000000aBcDIAU" {Name: "Acme"}
            undo: restore
        + member/bob@example.com: Put bob@example.com into the public group `Acme`
            create GroupMember {GroupId: "00GD0000000aBcDIAU", UserOrGroupId: ⟨user:user.id⟩}
            key: GroupId = "00GD0000000aBcDIAU", UserOrGroupId = ⟨user:user.id⟩, enforced
            undo: restore
        = {"group":"00GD0000000aBcDIAU"}
    "#]]
    .assert_eq(&planned(
        r#"
        [[records.Group]]
        Id = "00GD0000000aBcDIAU"
        DeveloperName = "account_001D0000000aBcDIAU"
        Name = "ACME"
        [[records.GroupMember]]
        Id = "011D0000000aBcDIAU"
        GroupId = "00GD0000000aBcDIAU"
        UserOrGroupId = "005D0000001aBcDIAU"
        "#,
    ));
}

#[test]
fn a_key_that_two_records_have_is_refused() {
    let groups = r#"
        [[records.Group]]
        Id = "00GD0000000aBcDIAU"
        DeveloperName = "Account_001D0000000aBcDIAU"
        [[records.Group]]
        Id = "00GD0000000aBcEIAU"
        DeveloperName = "Account_001D0000000aBcDIAU"
    "#;
    expect![[r#"
        unmet
        ! error group-not-unique: 2 records of `Group` have the same `DeveloperName Account_001D0000000aBcDIAU`
            remedy: Keep one of them, or make the key narrower
    "#]].assert_eq(&planned(groups));
}

#[test]
fn a_key_with_a_later_value_in_a_text_waits() {
    let plugin = r#"
name = "p"
version = "0.1.0"
summary = "s"
[inputs.account]
type = "record"
object = "Account"
[[change]]
name = "group"
ensure = "Group"
key = { DeveloperName = "Account_${inputs.account}" }
says = "Make the group"
"#;
    let account = json!({ "$ref": "a:a.id", "$object": "Account" });
    let input = json!({ "account": account });
    expect![[r#"
        deferred: `DeveloperName` in the key of the change `group` depends on a value that is not known yet
            until ⟨a:a.id⟩ is known
    "#]].assert_eq(&rehearsed(plugin, "[records]\nGroup = []", input));
}

#[test]
fn undo_of_a_record_that_stays_and_of_one_that_is_deleted() {
    let plugin = r#"
name = "p"
version = "0.1.0"
summary = "s"
[[find]]
name = "old"
object = "Region__c"
where = { Name = ["North", "South"] }
called = "Name"
[[change]]
name = "region"
ensure = "Region__c"
key = { Name = "East" }
new = { Opened__c = 2026-11-22, Active__c = true }
says = "Make the region East"
undo = { set = { Active__c = false }, stays = "the region stays, inactive" }
[[change]]
name = "gone"
for = "one in old"
delete = "one"
says = "Delete the region ${one.Name}"
after = ["region"]
[[change]]
name = "nothing"
when = "${old | length > 5}"
delete = "one"
for = "one in old"
says = "x"
undo = "nothing"
[results]
east = "${region}"
names = "${old.Name | join(', ')}"
"#;
    let org = r#"
        [[records.Region__c]]
        Id = "a01D0000000aBcDIAU"
        Name = "North"
    "#;
    expect![[r#"
        + region: Make the region East
            create Region__c {Opened__c: 2026-11-22, Active__c: true, Name: "East"}
            key: Name = "East"
            undo:
            update Region__c @region.id {Active__c: false}
            stays: the region stays, inactive
        - gone/North: Delete the region North
            delete Region__c "a01D0000000aBcDIAU"
            after @region
            undo: impossible, the record was deleted
        = {"east":{"$bound":["region","id"]},"names":"North"}
    "#]]
    .assert_eq(&rehearsed(plugin, org, json!({})));
    // The whole plan is judged as Usher judges it.
    assert_eq!(tried(plugin, org, json!({})).refused, Vec::<String>::new());
}
