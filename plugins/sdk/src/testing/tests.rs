mod components;

use expect_test::{Expect, expect};
use serde_json::{Value as Json, json};

use super::{Manifest, OrgState, rehearse};
use crate::{Change, CreateRecord, Failure, Lookup, Org, Record, Scalar, StepPlan, Value};

const MANIFEST: &str = r#"{
    "format": 1, "name": "test", "version": "0.1.0", "summary": "A test", "kind": "changing",
    "input": {"type": "object", "properties": {"size": {"type": "integer", "default": 3}}},
    "output": {"type": "object", "required": ["size"], "properties": {"size": {"type": "integer"}}},
    "reads": {
        "records": {"User": ["Name", "Manager.Name", "Manager.Title", "Boss__r.Name", "Title"]},
        "settings": ["Communities"]
    },
    "writes": {"create": {"Account": ["Name"]}}
}"#;

const ORG: &str = r#"
[[records.User]]
Id = "005D00000000002IAA"
Name = "Bob"
Title = { "$ref" = "title:user.title" }

[[records.User]]
Id = { "$ref" = "new:user.id", "$object" = "User" }
Name = "New"
ManagerId = "005D00000000002IAA"
Boss__c = { "$ref" = "nobody:user.id" }

[[records.User]]
Id = "005D00000000001IAA"
Name = "Ada"
ManagerId = "005D00000000002IAA"

[[records.Account]]
Id = "001D00000000001IAA"
Name = "Acme"

[settings.Communities]
enableNetworksEnabled = true
"#;

#[track_caller]
fn found(what: Lookup, expected: Expect) {
    let manifest = Manifest::parse(MANIFEST).expect("a manifest");
    let org = OrgState::parse(&manifest, ORG).expect("an org");
    for token in ["title:user.title", "new:user.id", "elsewhere:user.id"] {
        org.hand_in(&json!({ "$ref": token }));
    }
    let text = match org.find(&what) {
        Ok(records) => records.iter().map(shown).collect::<String>(),
        Err(error) => format!("{error:?}\n"),
    };
    expected.assert_eq(&text);
}

fn shown(record: &Record) -> String {
    format!("{}\n", Json::Object(record.0.clone()))
}

#[test]
fn records_are_found_as_usher_finds_them() {
    let all = || Lookup::of("user").whose_any("Name", ["ada", "BOB", "New"]);
    found(
        all().read(["Name", "id"]),
        expect![[r#"
        {"Id":"005D00000000001IAA","Name":"Ada"}
        {"Id":"005D00000000002IAA","Name":"Bob"}
        {"Id":{"$object":"User","$ref":"new:user.id"},"Name":"New"}
    "#]],
    );
    found(
        all().read(["Manager.Name", "manager.title"]),
        expect![[r#"
        {"Id":"005D00000000001IAA","Manager.Name":"Bob","manager.title":{"$ref":"title:user.title"}}
        {"Id":"005D00000000002IAA","Manager.Name":null,"manager.title":null}
        {"Id":{"$object":"User","$ref":"new:user.id"},"Manager.Name":"Bob","manager.title":{"$ref":"title:user.title"}}
    "#]],
    );
    found(
        all().read(["Boss__r.Name"]),
        expect![[r#"
        {"Boss__r.Name":null,"Id":"005D00000000001IAA"}
        {"Boss__r.Name":null,"Id":"005D00000000002IAA"}
        {"Boss__r.Name":{"$ref":"nobody:user.id.Name"},"Id":{"$object":"User","$ref":"new:user.id"}}
    "#]],
    );
    found(
        Lookup::of("User").whose("Id", "005D00000000001"),
        expect![[r#"
            {"Id":"005D00000000001IAA"}
        "#]],
    );
    found(
        Lookup::of("User")
            .whose("Manager.Name", "Bob")
            .read(["Name"]),
        expect![[r#"
            {"Id":"005D00000000001IAA","Name":"Ada"}
            {"Id":{"$object":"User","$ref":"new:user.id"},"Name":"New"}
        "#]],
    );
    found(
        Lookup::of("User").whose("Name", Scalar::Nothing),
        expect![[""]],
    );
    let nothing: [&str; 0] = [];
    found(Lookup::of("User").whose_any("Name", nothing), expect![[""]]);
}

#[test]
fn what_hangs_on_the_unknown_is_pending() {
    let token = |token: &str| -> Value {
        serde_json::from_value(json!({ "$ref": token })).expect("a value")
    };
    found(
        Lookup::of("User").whose("Title", "Countess"),
        expect![[r#"
        ReadError::Pending(Hindrance { token: "title:user.title", reason: "the answer hangs on a value that is not known yet" })
    "#]],
    );
    found(
        Lookup::of("User").whose("Title", token("title:user.title")),
        expect![[r#"
            ReadError::Pending(Hindrance { token: "title:user.title", reason: "the answer hangs on a value that is not known yet" })
        "#]],
    );
    found(
        Lookup::of("User").whose("Id", token("new:user.id")),
        expect![[r#"
            {"Id":{"$object":"User","$ref":"new:user.id"}}
        "#]],
    );
    found(
        Lookup::of("User").whose("Id", token("elsewhere:user.id")),
        expect![[r#"
            ReadError::Pending(Hindrance { token: "elsewhere:user.id", reason: "the answer hangs on a value that is not known yet" })
        "#]],
    );
}

#[test]
fn what_is_not_declared_is_refused() {
    found(
        Lookup::of("Contact").whose("Id", "003"),
        expect![[r#"
        ReadError::Denied("reads `Contact`, which its manifest does not declare; to declare it, add to `reads` in the manifest: \"records\": {\"Contact\": []}")
    "#]],
    );
    found(
        Lookup::of("User").whose("Email", "a@b.example"),
        expect![[r#"
            ReadError::Denied("reads `Email` of `User`, which its manifest does not declare; to declare it, add to `reads` in the manifest: \"records\": {\"User\": [\"Email\"]}")
        "#]],
    );
}

#[test]
fn an_org_that_cannot_be_is_refused() {
    let manifest = Manifest::parse(MANIFEST).expect("a manifest");
    let refused = |toml: &str| OrgState::parse(&manifest, toml).err().expect("refused");
    assert_eq!(
        refused("[[records.User]]"),
        "a record of `User` has no `Id`"
    );
    assert_eq!(
        refused("[[records.User]]\nId = \"005\"\n[[records.Account]]\nId = \"005\""),
        "two records have the `Id` \"005\""
    );
    assert!(refused("[record]").contains("unknown field `record`"));
}

#[test]
fn defaults_are_filled_in_and_settings_read() {
    fn plan(input: Json, org: &dyn Org) -> Result<StepPlan, Failure> {
        let settings = org.get_settings("Communities")?;
        assert!(settings.truth("enableNetworksEnabled")?);
        assert!(!settings.has("enableEnablePRM"));
        StepPlan::new().answer(json!({ "size": input["size"] }))
    }
    assert_eq!(rehearse(MANIFEST, ORG, json!({}), plan), "= {\"size\":3}\n");
}

#[test]
#[should_panic(expected = "reads `Contact`, which its manifest does not declare")]
fn a_swallowed_refusal_is_noticed() {
    fn plan(_: Json, org: &dyn Org) -> Result<StepPlan, Failure> {
        let there = org.find(&Lookup::of("Contact").whose("Id", "003")).is_ok();
        StepPlan::new().answer(json!({ "size": i64::from(there) }))
    }
    rehearse(MANIFEST, ORG, json!({}), plan);
}

/// Checks Usher's refusal of a plan.
#[track_caller]
fn refused(plan: fn(Json, &dyn Org) -> Result<StepPlan, Failure>, expected: Expect) {
    refused_by(MANIFEST, ORG, plan, expected);
}

/// Checks it with another manifest and org.
#[track_caller]
fn refused_by(
    manifest: &str,
    org: &str,
    plan: fn(Json, &dyn Org) -> Result<StepPlan, Failure>,
    expected: Expect,
) {
    let panic = std::panic::catch_unwind(|| rehearse(manifest, org, json!({}), plan));
    let panic = panic.expect_err("the answer breaks the contract");
    let text = panic.downcast_ref::<String>().expect("a text");
    let (breaches, _) = text.split_once("\n\n").expect("breaches, then the plan");
    expected.assert_eq(&format!("{breaches}\n"));
}

/// A plan of one change.
fn only(change: Change) -> Result<StepPlan, Failure> {
    let mut plan = StepPlan::new();
    plan.change(change);
    plan.answer(json!({ "size": 1 }))
}

fn account() -> CreateRecord {
    CreateRecord::of("Account").set("Name", "Beta")
}

/// The rules themselves are tested by the cases of the contract crate; here, that a rehearsal asks for each kind.
#[test]
fn what_breaks_the_contract_is_named() {
    refused(
        |_, _| only(Change::new("a", "No key", account())),
        expect![[r#"
            Usher would refuse this answer:
              `a`: records of `Account` are to be found by no condition
        "#]],
    );
    refused(
        |_, _| {
            let there = CreateRecord::of("Account").set("Name", "ACME");
            only(Change::new("a", "There already", there.unique(["Name"])))
        },
        expect![[r#"
            Usher would refuse this answer:
              `a` creates what is there already
        "#]],
    );
    refused(
        |_, _| {
            let create = account().set("Site", "x").recognised(["Name"]);
            only(Change::new("c", "Not declared", create))
        },
        expect![[r#"
            Usher would refuse this answer:
              plans to create `Site` of `Account` (change `c`), which its manifest does not declare
        "#]],
    );
    refused(
        |_, _| StepPlan::new().answer(json!({ "length": 1 })),
        expect![[r#"
            Usher would refuse this answer:
              `outputs`: "size" is a required property
        "#]],
    );
    refused(
        |_, _| {
            let made_up: Value =
                serde_json::from_value(json!({ "$ref": "made:up" })).expect("a value");
            let create = account().recognised(["Name"]).set("Site", made_up);
            only(Change::new("a", "Made up", create))
        },
        expect![[r#"
            Usher would refuse this answer:
              `a`: the reference `made:up` was not handed to this call
        "#]],
    );
    refused(
        |_, _| Err(Failure::deferred("made:up", "because")),
        expect![[r#"
            Usher would refuse this answer:
              the reference `made:up` was not handed to this call
        "#]],
    );
}

#[test]
fn what_a_change_lets_usher_look_at_is_a_read() {
    refused(
        |_, _| {
            let partners = Lookup::of("Network").whose("Name", "Partners");
            let wait = crate::Wait::until(
                "it is there",
                crate::Probe::Object("Network".into()),
                crate::Finding::Present,
            );
            let back = crate::TakeBack::restore().only_if(
                crate::Probe::Records(partners),
                crate::Finding::holds("Status", "Live"),
            );
            let change = Change::new("a", "Looks", account().recognised(["Name"]));
            only(change.wait(wait).undo(back))
        },
        expect![[r#"
            Usher would refuse this answer:
              reads `Network`, which its manifest does not declare
        "#]],
    );
}

#[test]
#[should_panic(
    expected = "Usher would refuse this input:\n  `/size`: \"three\" is not of type \"integer\""
)]
fn an_input_that_usher_would_refuse_is_named() {
    fn plan(_: Json, _: &dyn Org) -> Result<StepPlan, Failure> {
        StepPlan::new().answer(json!({ "size": 1 }))
    }
    rehearse(MANIFEST, ORG, json!({ "size": "three" }), plan);
}
