use std::sync::Arc;

use serde_json::{Value, json};
use usher_core::change::{Certainty, Consequence, Effect, OpenedField, StepPlan};
use usher_core::operation::{Condition, Field};
use usher_core::value::{Scalar, Unit};

use crate::port::Reads;
use crate::reads::Reader;
use crate::testing::{FIXTURE, TestOrg};

fn effect(address: &str, consequence: Consequence) -> StepPlan {
    StepPlan {
        effects: vec![Effect {
            address: address.to_owned(),
            causes: Vec::new(),
            summary: String::new(),
            certainty: Certainty::Certain,
            consequence,
            within_ms: 0,
            remains: None,
        }],
        ..StepPlan::default()
    }
}

#[test]
fn ids_that_nobody_knows_yet_come_with_their_object() {
    let org = TestOrg::new(FIXTURE);
    let reader = Reader::new(Arc::clone(&org.org));
    let name = Field {
        name: "Name".into(),
        value: Scalar::text("New"),
    };
    let appears = Consequence::Appears {
        object: "Account".into(),
        key: vec![Condition::is("Name", name.value.clone())],
        fields: vec![name],
        id: Scalar::Nothing,
    };
    reader.plan_is(&Unit::step("first"), &effect("record", appears));
    let Value::Object(input) = json!({
        "account": { "$ref": "first:record.id" },
        "key": { "ParentId": { "$ref": "first:record.id" }, "Phone": { "$ref": "first:record.Phone" } },
        "others": ["plain", { "$ref": "first:record.id" }]
    }) else {
        unreachable!("it is an object")
    };
    assert_eq!(
        json!(reader.with_objects(input)),
        json!({
            "account": { "$ref": "first:record.id", "$object": "Account" },
            "key": {
                "ParentId": { "$ref": "first:record.id", "$object": "Account" },
                "Phone": { "$ref": "first:record.Phone" }
            },
            "others": ["plain", { "$ref": "first:record.id", "$object": "Account" }]
        })
    );
}

#[tokio::test]
async fn descriptions_show_fields_that_come_to_be() {
    let org = TestOrg::new(FIXTURE);
    let reader = Reader::new(Arc::clone(&org.org));
    let opens = Consequence::Opens {
        objects: Vec::new(),
        fields: vec![OpenedField {
            object: "Account".into(),
            field: "IsNew".into(),
            initial: Scalar::Truth(false),
        }],
    };
    reader.plan_is(&Unit::step("first"), &effect("objects", opens));
    let fields = ["isnew", "IsOld"].map(str::to_owned).to_vec();
    let described = reader.describe_object("Account".into(), fields).await;
    assert_eq!(described, Ok(r#"{"isnew":{"name":"IsNew"}}"#.into()));
}
