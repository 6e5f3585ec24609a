use std::sync::Arc;

use serde_json::json;
use usher_core::diagnostic::SourceText;
use usher_core::recipe::{BoundInputs, Input, InputKind, Recipe};

use super::find_records;
use crate::reads::Reader;
use crate::testing::{FIXTURE, TestOrg};

#[tokio::test]
async fn a_secret_is_a_reference_to_everybody_but_the_client() {
    let recipe = Recipe {
        name: "r".into(),
        title: "R".into(),
        description: None,
        source: SourceText {
            name: "r.toml".into(),
            text: String::new(),
        },
        inputs: vec![Input {
            name: "password".into(),
            kind: InputKind::Secret,
            default: None,
            is_optional: false,
            help: None,
            in_org: None,
            keep: None,
            span: 0..0,
        }],
        in_org: Vec::new(),
        steps: Vec::new(),
    };
    let org = TestOrg::new(FIXTURE);
    let reader = Reader::new(Arc::clone(&org.org));
    let given = json!({ "password": "hunter2" });
    let given = given.as_object().expect("an object").clone();
    let bound = BoundInputs {
        values: given,
        ..BoundInputs::default()
    };
    let found = find_records(&recipe, bound, &reader).await;
    let inputs = found.expect("found").inputs;
    assert_eq!(
        json!([inputs.values, inputs.used]),
        json!([
            { "password": { "$ref": "inputs:password" } },
            [{ "name": "password", "value": { "$ref": "inputs:password" }, "shown": "(secret)" }],
        ])
    );
    assert_eq!(
        json!(inputs.secrets),
        json!({ "inputs:password": "hunter2" })
    );
}
