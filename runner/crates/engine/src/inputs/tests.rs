use std::sync::Arc;

use expect_test::expect;
use serde_json::json;
use usher_core::diagnostic::SourceText;
use usher_core::plan::UsedInput;
use usher_core::recipe::{BoundInputs, Column, Input, InputKind, Item, Recipe};

use super::{FoundInputs, WrongOf, find_records};
use crate::reads::Reader;
use crate::testing::{FIXTURE, TestOrg};

/// A recipe with one input.
fn recipe_of(kind: InputKind) -> Recipe {
    Recipe {
        name: "r".into(),
        title: "R".into(),
        description: None,
        source: SourceText {
            name: "r.toml".into(),
            text: String::new(),
        },
        inputs: vec![Input {
            name: "people".into(),
            kind,
            default: None,
            is_optional: false,
            help: None,
            in_org: None,
            keep: None,
            span: 0..0,
        }],
        in_org: Vec::new(),
        steps: Vec::new(),
    }
}

#[tokio::test]
async fn a_secret_is_a_reference_to_everybody_but_the_client() {
    let mut recipe = recipe_of(InputKind::Secret);
    recipe.inputs[0].name = "password".into();
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
        json!([inputs.values, *inputs.used]),
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

/// Rows of users, a key that is an id, a username, an email or a name.
fn users() -> Recipe {
    let column = |name: &str, kind| Column {
        name: name.into(),
        kind,
        default: None,
        is_optional: name != "user",
        help: None,
        span: 0..0,
    };
    let record = || InputKind::Record {
        object: "User".into(),
    };
    recipe_of(InputKind::Rows {
        key: "user".into(),
        columns: vec![
            column("user", record()),
            column("boss", record()),
            column("title", InputKind::Text),
        ],
    })
}

async fn found(org: &TestOrg, rows: &serde_json::Value) -> (FoundInputs, String) {
    let recipe = users();
    let given = json!({ "people": rows });
    let bound = recipe.bind_inputs(given.as_object().expect("an object"));
    let reader = Reader::new(Arc::clone(&org.org));
    let found = find_records(&recipe, bound.expect("bound"), &reader).await;
    let found = found.expect("found");
    let mut wrong = String::new();
    for mistake in found.wrong.iter().flat_map(WrongOf::diagnostics) {
        let column = mistake.row.and_then(|row| row.column).unwrap_or_default();
        wrong += &format!("{column} {} {}\n", mistake.code, mistake.message);
    }
    (found.inputs, wrong)
}

#[tokio::test]
async fn rows_get_their_records_and_keep_their_keys() {
    let org = TestOrg::new(FIXTURE);
    let ada = org.id("User", "Alias = 'ada'").await;
    let (inputs, wrong) = found(
        &org,
        &json!([
            { "user": " ADA@example.com ", "boss": "Ada Byron", "title": "Countess" },
            { "user": "nobody@example.com", "boss": "Nobody" },
        ]),
    )
    .await;
    let items = inputs.items("people");
    assert_eq!(
        items,
        [Item {
            key: "ADA@example.com".into(),
            value: json!({ "user": ada, "boss": ada, "title": "Countess" }),
        }]
    );
    expect![[r#"
        user rows/no-such-record there is no `User` `nobody@example.com`
        boss rows/no-such-record there is no `User` `Nobody`
    "#]]
    .assert_eq(&wrong);
    // The inputs that a run keeps give the same items again.
    let kept: Vec<UsedInput> =
        serde_json::from_value(json!(*inputs.used)).expect("it was written so");
    let values = kept
        .iter()
        .map(|used| (used.name.clone(), used.value.value()));
    let again = FoundInputs {
        values: values.collect(),
        used: kept.clone().into(),
        secrets: std::collections::BTreeMap::new(),
    };
    assert_eq!(again.items("people"), items);
    assert_eq!(again.items("nothing"), []);
}

#[tokio::test]
async fn two_keys_that_lead_to_one_record_are_both_wrong() {
    let org = TestOrg::new(FIXTURE);
    let ada = org.id("User", "Alias = 'ada'").await;
    let (inputs, wrong) = found(
        &org,
        &json!([{ "user": "ada@example.com" }, { "user": "Ada Byron" }, { "user": ada }]),
    )
    .await;
    assert_eq!(inputs.items("people"), []);
    expect![[r#"
        user rows/same-record row 2 means the same record, as `Ada Byron`
        user rows/same-record row 1 means the same record, as `ada@example.com`
        user rows/same-record row 1 means the same record, as `ada@example.com`
    "#]]
    .assert_eq(&wrong.replace(&ada, "<ada>"));
}

#[tokio::test]
async fn records_of_many_rows_are_found_with_few_requests() {
    let org = TestOrg::new(FIXTURE);
    let rows: Vec<serde_json::Value> = (0..2_000)
        .map(|n| json!({ "user": format!("person{n}@example.com") }))
        .chain([json!({ "user": "ada@example.com" })])
        .collect();
    org.requests();
    let (inputs, wrong) = found(&org, &json!(rows)).await;
    assert_eq!(inputs.items("people").len(), 1);
    assert_eq!(wrong.lines().count(), 2_000);
    let requests = org.requests().len();
    assert!(requests <= 40, "{requests} requests");
}
