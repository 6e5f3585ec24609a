use std::sync::Arc;

use serde_json::json;
use usher_core::diagnostic::SourceText;
use usher_core::operation::Lookup;
use usher_core::recipe::{Input, InputKind, Recipe};

use super::{describe, find_records, lookups};
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
            span: 0..0,
        }],
        in_org: Vec::new(),
        steps: Vec::new(),
    };
    let org = TestOrg::new(FIXTURE);
    let reader = Reader::new(Arc::clone(&org.org));
    let given = json!({ "password": "hunter2" });
    let given = given.as_object().expect("an object").clone();
    let inputs = find_records(&recipe, given, &reader).await.expect("found");
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

fn asked(object: &str, text: &str) -> Vec<String> {
    let one =
        |lookup: Lookup| format!("{} {}", lookup.fields.join(","), lookup.conditions[0].field);
    lookups(object, text).into_iter().map(one).collect()
}

#[test]
fn each_object_is_named_in_its_own_way() {
    assert_eq!(asked("Account", "Acme"), ["Name Name"]);
    assert_eq!(
        asked("Contact", "Jane"),
        ["Email,Name Email", "Email,Name Name"]
    );
    // A case has no name; asking for one would be refused.
    assert_eq!(asked("Case", "00001001"), ["CaseNumber CaseNumber"]);
    assert_eq!(asked("Case", "500000000000001AAA"), ["CaseNumber Id"]);
}

#[test]
fn what_a_person_sees_of_a_record() {
    let record = json!({ "Id": "500000000000001AAA", "CaseNumber": "00001001" });
    let record = record.as_object().expect("a record");
    assert_eq!(describe(record), "00001001 (500000000000001AAA)");
}
