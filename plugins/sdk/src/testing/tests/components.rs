//! Components: read as Usher reads them, deployed as Usher takes them.

use expect_test::{Expect, expect};
use serde_json::{Value as Json, json};

use super::refused_by;
use crate::testing::{Manifest, OrgState, rehearse};
use crate::{
    Change, ComponentName, Content, DeployComponents, Failure, Org, Scalar, StepPlan, TakeBack,
    Value,
};

const MANIFEST: &str = r#"{
    "format": 1, "name": "share", "version": "0.1.0", "summary": "A set is there", "kind": "changing",
    "input": {"type": "object", "properties": {"profile": {"type": "string", "x-usher-unknown": true}}},
    "output": {"type": "object"},
    "reads": {
        "records": {"Profile": ["Name"]},
        "components": ["SharingSet", "CustomObject"]
    },
    "writes": {"deploy": ["SharingSet"]}
}"#;

const ORG: &str = r#"
[[records.Profile]]
Id = { "$ref" = "profile:profile.id", "$object" = "Profile" }
Name = "Partner Cloned"

[components.SharingSet.Partners]
id = "0X1D00000000001KAA"
content = { name = ["Partners"], profiles = ["Old"], accessMappings = [{ object = ["Case"] }] }

[components.SharingSet.Others]
id = { "$ref" = "other:set.id" }
content = { name = ["Others"], description = [{ "$ref" = "other:set.description" }] }
"#;

/// The set holds this profile beside those that it has.
fn plan(input: Json, org: &dyn Org) -> Result<StepPlan, Failure> {
    let input: Value = serde_json::from_value(input["profile"].clone()).expect("a value");
    let name = ComponentName::of("SharingSet", "partners");
    let there = org.read_component(&name, &[])?.unwrap_or_default();
    let wanted = there.clone().add("profiles", input);
    let mut plan = StepPlan::new();
    plan.change(Change::new(
        "set",
        "Give it to one more profile",
        DeployComponents::of(ComponentName::of("SharingSet", "Partners"), &wanted)
            .and_remove(ComponentName::of("SharingSet", "Others")),
    ));
    plan.answer(json!({}))
}

#[test]
fn what_is_there_is_deployed_with_what_is_wanted() {
    let planned = rehearse(MANIFEST, ORG, json!({"profile": "Partner Cloned"}), plan);
    expect![[r#"
        ~ set: Give it to one more profile
            deploy SharingSet "Partners" {"accessMappings":[{"object":["Case"]}],"name":["Partners"],"profiles":["Old","Partner Cloned"]}
            remove SharingSet "Others"
            undo: restore
        = {}
    "#]]
    .assert_eq(&planned);
    let planned = rehearse(
        MANIFEST,
        ORG,
        json!({"profile": {"$ref": "profile:profile.name"}}),
        plan,
    );
    expect![[r#"
        ~ set: Give it to one more profile
            deploy SharingSet "Partners" {"accessMappings":[{"object":["Case"]}],"name":["Partners"],"profiles":["Old",{"$ref":"profile:profile.name"}]}
            remove SharingSet "Others"
            undo: restore
        = {}
    "#]]
    .assert_eq(&planned);
}

#[track_caller]
fn read(name: ComponentName, companions: &[ComponentName], expected: Expect) {
    let manifest = Manifest::parse(MANIFEST).expect("a manifest");
    let org = OrgState::parse(&manifest, ORG).expect("an org");
    org.hand_in(&json!({ "$ref": "a:b.name" }));
    let text = match org.read_component(&name, companions) {
        Ok(content) => json!(content).to_string(),
        Err(error) => format!("{error:?}"),
    };
    expected.assert_eq(&text);
}

#[test]
fn components_are_read_as_usher_reads_them() {
    let set = |name| ComponentName::of("SharingSet", name);
    read(
        set("partners"),
        &[ComponentName::of("CustomObject", "Case")],
        expect![[
            r#"{"accessMappings":[{"object":["Case"]}],"name":["Partners"],"profiles":["Old"]}"#
        ]],
    );
    read(set("Nobody"), &[], expect!["null"]);
    read(
        set("Partners"),
        &[ComponentName::of("Layout", "Case")],
        expect![[
            r#"ReadError::Denied("reads the components of type `Layout`, which its manifest does not declare; to declare it, add to `reads` in the manifest: \"components\": [\"Layout\"]")"#
        ]],
    );
    let unknown: Value = serde_json::from_value(json!({"$ref": "a:b.name"})).expect("a value");
    read(
        ComponentName::of("SharingSet", unknown),
        &[],
        expect![[
            r#"ReadError::Pending(Hindrance { token: "a:b.name", reason: "the name of the component" })"#
        ]],
    );
    let manifest = Manifest::parse(MANIFEST).expect("a manifest");
    let org = OrgState::parse(&manifest, ORG).expect("an org");
    let listed = org.list_components("SharingSet").expect("declared");
    let names: Vec<_> = listed.iter().map(|one| one.full_name.as_str()).collect();
    assert_eq!(names, ["Others", "Partners"]);
    assert!(listed[0].id.is_unknown());
    assert_eq!(listed[1].id.text(), Ok("0X1D00000000001KAA"));
    let others = org.read_component(&set("Others"), &[]).expect("declared");
    let others = others.expect("there");
    assert_eq!(
        others.text("description"),
        Err(Failure::deferred(
            "other:set.description",
            "it depends on a value that is not known yet"
        ))
    );
    assert_eq!(others.text("nothing"), Ok(""));
    assert_eq!(
        others.parts("name"),
        Err(Failure::Broken("`name` is a text".to_owned()))
    );
    let content = "[components.SharingSet.X]\nid = \"0X1\"\ncontent = { name = \"X\" }";
    assert_eq!(
        OrgState::parse(&manifest, content).err().as_deref(),
        Some(
            "the content of SharingSet `X`: component content: element `name` is not a list of occurrences"
        )
    );
}

fn only(change: Change) -> Result<StepPlan, Failure> {
    let mut plan = StepPlan::new();
    plan.change(change);
    plan.answer(json!({}))
}

fn partners() -> ComponentName {
    ComponentName::of("SharingSet", "Partners")
}

#[test]
fn a_deployment_that_usher_would_refuse_is_named() {
    refused_by(
        MANIFEST,
        ORG,
        |_, _| {
            let content = Content::new().set("name", Scalar::bound("nowhere", "id"));
            only(Change::new(
                "a",
                "Bound",
                DeployComponents::of(partners(), &content),
            ))
        },
        expect![[r#"
            Usher would refuse this answer:
              `a`: nothing in this plan binds `id` of `nowhere`
        "#]],
    );
    refused_by(
        MANIFEST,
        ORG,
        |_, _| {
            let mut none = DeployComponents::removing(partners());
            none.removals.clear();
            only(Change::new("b", "Nothing", none))
        },
        expect![[r#"
            Usher would refuse this answer:
              `b`: it sets nothing
        "#]],
    );
    refused_by(
        MANIFEST,
        ORG,
        |_, _| {
            let mut wrong = DeployComponents::of(partners(), &Content::new());
            wrong.components[0].content = r#"{"name": [true]}"#.to_owned();
            only(Change::new("c", "Wrong", wrong))
        },
        expect![[r#"
            Usher would refuse this answer:
              `c`: component content: element `name` holds neither text nor elements
        "#]],
    );
    refused_by(
        MANIFEST,
        ORG,
        |_, _| {
            let profile = DeployComponents::removing(ComponentName::of("Profile", "X"));
            let change = Change::new("d", "Back", DeployComponents::removing(partners()));
            only(change.undo(TakeBack::instead(profile)))
        },
        expect![[r#"
            Usher would refuse this answer:
              plans to deploy `Profile` (change `d`), which its manifest does not declare
        "#]],
    );
}
