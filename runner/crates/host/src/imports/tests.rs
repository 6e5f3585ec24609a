//! Every read as a guest's call arrives: a declared read is asked, any other is refused with the lines that would
//! declare it.

use std::sync::Arc;
use std::time::Duration;

use expect_test::{Expect, expect};
use wasmtime::{Engine, Store};

use usher_contract::gate::{Bounds, Gate};
use usher_contract::manifest::Manifest;
use usher_contract::value::Token;

use crate::bindings::usher::step::org::{Host, ReadError};
use crate::bindings::usher::step::types::{
    ComponentName, Condition, Field, Lookup, Reference, ResourcePath, Scalar,
};
use crate::limit::Limits;
use crate::reading::Reading;
use crate::state::{self, State};
use crate::tests::{call, table};

const MANIFEST: &str = r#"{
  "format": 1, "name": "reader", "version": "1.0.0", "summary": "For tests", "kind": "changing",
  "input": {"type": "object"}, "output": {"type": "object"},
  "reads": {
    "records": {"User": ["Username"]}, "queries": {"User": ["Name", "ProfileId"]}, "describes": ["Account"],
    "settings": ["Communities"], "components": ["Profile"],
    "resources": ["connect/communities/*", "tooling/*"]
  }
}"#;

fn store() -> Store<State> {
    let manifest = Manifest::parse(MANIFEST.as_bytes()).expect("a manifest");
    let call = call();
    let reading = Reading {
        identity: call.identity,
        now: call.now,
        org: Arc::new(table::few()),
        gate: Gate::new(Arc::new(manifest), Bounds::default()),
    };
    let engine = Engine::default();
    let limits = Limits::usual();
    state::store(&engine, &limits, Some(reading), Duration::ZERO, &[0; 32])
}

#[track_caller]
fn check<T: ToString>(answer: wasmtime::Result<Result<T, ReadError>>, expected: Expect) {
    let said = match answer.expect("no trap") {
        Ok(answer) => answer.to_string(),
        Err(ReadError::Denied(text)) => format!("denied: {text}"),
        Err(error) => format!("{error:?}"),
    };
    expected.assert_eq(&said);
}

fn text(text: &str) -> Scalar {
    Scalar::Text(text.to_owned())
}

fn username(value: Scalar) -> Vec<Condition> {
    vec![Condition {
        field: "Username".to_owned(),
        any_of: vec![value],
    }]
}

fn path(segments: &[&str]) -> ResourcePath {
    ResourcePath {
        segments: segments.iter().map(|it| text(it)).collect(),
        query: Vec::new(),
    }
}

fn component(kind: &str) -> ComponentName {
    ComponentName {
        kind: kind.to_owned(),
        full_name: text("Admin"),
    }
}

#[tokio::test]
async fn count() {
    let mut store = store();
    let state = store.data_mut();
    let ada = || username(text("ADA@example.com"));
    check(state.count("User".to_owned(), ada()).await, expect!["1"]);
    check(
        state.count("Profile".to_owned(), ada()).await,
        expect![[
            r#"denied: reads `Profile`, which its manifest does not declare; to declare it, add to `reads` in the manifest: "records": {"Profile": ["Username"]}"#
        ]],
    );
    check(
        state.count("User".to_owned(), Vec::new()).await,
        expect!["denied: records of `User` are to be found by no condition"],
    );
    check(
        state
            .count("User".to_owned(), username(text("later")))
            .await,
        expect![[
            r#"ReadError::Pending(Hindrance { token: "site:site.id", reason: "the site is not there yet" })"#
        ]],
    );
    let gate = &state.reading.as_ref().expect("reading").gate;
    assert!(
        gate.handed()
            .allows_waiting(&Token::of_text("site:site.id"))
            .is_ok()
    );
    assert!(
        gate.handed()
            .allows(&Token::of_text("site:site.id"))
            .is_err()
    );
    assert_eq!(gate.reads(), 4);
    assert_eq!(gate.denied().len(), 1);
}

#[tokio::test]
async fn find_all_answers_each() {
    let mut store = store();
    let look = |object: &str, field: &str, value| Lookup {
        object: object.to_owned(),
        fields: vec![field.to_owned()],
        conditions: username(value),
    };
    let answers = store.data_mut().find_all(vec![
        look("User", "Username", text("nobody")),
        look("User", "Email", text("nobody")),
        look("User", "Username", Scalar::Number("1e9".to_owned())),
        look("User", "Username", text("ada@example.com")),
    ]);
    let answers = answers.await.expect("no trap");
    let mut answers = answers.into_iter().map(Ok);
    let mut next = || answers.next().expect("four answers");
    check(next(), expect!["[]"]);
    check(
        next(),
        expect![[
            r#"denied: reads `Email` of `User`, which its manifest does not declare; to declare it, add to `reads` in the manifest: "records": {"User": ["Email","Username"]}"#
        ]],
    );
    check(
        next(),
        expect!["denied: `1e9` is not a number as JSON has them, without exponent"],
    );
    check(
        next(),
        expect![[r#"[{"Id":"005000000000002AAA","Username":"ada@example.com"}]"#]],
    );
}

#[tokio::test]
async fn query() {
    let mut store = store();
    let state = store.data_mut();
    let bind = |value| {
        vec![Field {
            name: "name".to_owned(),
            value,
        }]
    };
    let user = "SELECT Id FROM User WHERE Name = :name";
    check(
        state.query(user.to_owned(), bind(text("x"))).await,
        expect![[r#"ReadError::Unavailable("no SOQL here")"#]],
    );
    let inner = "SELECT Id FROM User WHERE ProfileId IN (SELECT Id FROM Profile)";
    check(
        state.query(inner.to_owned(), Vec::new()).await,
        expect![[
            r#"denied: reads the object (in free SOQL) `Profile`, which its manifest does not declare; to declare it, add to `reads` in the manifest: "queries": {"Profile": []}"#
        ]],
    );
    let forged = Scalar::Reference(Reference::Given("t".to_owned()));
    check(
        state.query(user.to_owned(), bind(forged)).await,
        expect!["denied: the reference `t` was not handed to this call"],
    );
}

#[tokio::test]
async fn descriptions_settings_components() {
    let mut store = store();
    let state = store.data_mut();
    let name = str::to_owned;
    check(
        state
            .describe_object(name("Account"), vec![name("IsPartner")])
            .await,
        expect!["{}"],
    );
    check(
        state.describe_object(name("Contact"), Vec::new()).await,
        expect![[
            r#"denied: reads the description of `Contact`, which its manifest does not declare; to declare it, add to `reads` in the manifest: "describes": ["Contact"]"#
        ]],
    );
    check(state.get_settings(name("Communities")).await, expect!["{}"]);
    check(
        state.get_settings(name("Sharing")).await,
        expect![[
            r#"denied: reads the settings `Sharing`, which its manifest does not declare; to declare it, add to `reads` in the manifest: "settings": ["Sharing"]"#
        ]],
    );
    check(state.list_components(name("Profile")).await, expect!["[]"]);
    check(
        state.read_component(component("Profile"), Vec::new()).await,
        expect!["null"],
    );
    check(
        state
            .read_component(component("Profile"), vec![component("Flow")])
            .await,
        expect![[
            r#"denied: reads the components of type `Flow`, which its manifest does not declare; to declare it, add to `reads` in the manifest: "components": ["Flow"]"#
        ]],
    );
}

#[tokio::test]
async fn resources() {
    let mut store = store();
    let state = store.data_mut();
    check(
        state.get(path(&["connect", "communities", "0DB"])).await,
        expect![[r#"{"$ref":"not:a.token"}"#]],
    );
    // The org's own answer is data, also where it looks like a reference.
    let gate = &state.reading.as_ref().expect("reading").gate;
    assert!(
        gate.handed()
            .allows(&Token::of_text("not:a.token"))
            .is_err()
    );
    check(
        state.get(path(&["connect", "communities"])).await,
        expect![[
            r#"denied: reads the resource `connect/communities`, which its manifest does not declare; to declare it, add to `reads` in the manifest: "resources": ["connect/communities"]"#
        ]],
    );
    check(
        state.get(path(&["tooling", "executeAnonymous"])).await,
        expect![
            "denied: `tooling/executeAnonymous` carries other calls or code and is never granted"
        ],
    );
}
