use std::collections::BTreeMap;

use serde_json::json;

use crate::change::{Change, TakeBack, Undo, WayBack};
use crate::known::Known;
use crate::operation::{
    Component, ComponentName, DeployComponents, Method, Operation, Repetition, ResourcePath,
    RestRequest,
};
use crate::value::{Reference, Scalar, Token, Unit};

fn given(token: &str) -> Scalar {
    Scalar::Reference(Reference::Given(Token::of_text(token)))
}

fn deploy(token: &str) -> Operation {
    Operation::from(DeployComponents {
        components: vec![Component {
            name: ComponentName {
                kind: "SharingSet".into(),
                full_name: Scalar::text("Partners"),
            },
            content: json!({ "profiles": [{ "$ref": token }] }).to_string(),
        }],
        removals: Vec::new(),
        options: Vec::new(),
    })
}

fn request(token: &str) -> Operation {
    Operation::from(RestRequest {
        method: Method::Post,
        path: ResourcePath {
            segments: vec![given("s:path.id")],
            query: Vec::new(),
        },
        body: Some(json!({ "to": [{ "$join": ["a", { "$ref": token }] }] }).to_string()),
        repetition: Repetition::Never,
    })
}

fn take_back(inverse: Operation) -> TakeBack {
    TakeBack {
        way: WayBack::Instead(Box::new(inverse)),
        waits: Vec::new(),
        only_if: Vec::new(),
        stays: None,
        destroys: None,
    }
}

#[test]
fn tokens_stand_in_scalars_bodies_and_contents() {
    let texts = |tokens: Vec<Token>| tokens.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(texts(deploy("s:profile.id").tokens()), ["s:profile.id"]);
    assert_eq!(
        texts(request("s:body.id").tokens()),
        ["s:path.id", "s:body.id"]
    );
    let change = Change {
        address: "post".into(),
        summary: String::new(),
        operation: request("s:body.id"),
        after: Vec::new(),
        waits: Vec::new(),
        results: Vec::new(),
        undo: Undo::Possible(take_back(deploy("s:later.id"))),
    };
    assert_eq!(texts(change.tokens()), ["s:path.id", "s:body.id"]);
    let Undo::Possible(back) = &change.undo else {
        panic!("the undo is gone");
    };
    assert_eq!(texts(back.tokens()), ["s:later.id"]);
}

#[test]
fn a_way_back_gets_its_values_in_bodies_and_in_contents() {
    let unit = Unit::step("s");
    let bindings = BTreeMap::from([
        (unit.binds("path", "id"), json!("0DB")),
        (unit.binds("later", "id"), json!("00e")),
    ]);
    let known = Known(&bindings);
    let resolved = |inverse| take_back(inverse).resolved(&known).map(|back| back.way);
    let Ok(WayBack::Instead(inverse)) = resolved(deploy("s:later.id")) else {
        panic!("it is instead");
    };
    let DeployComponents { components, .. } = inverse.of().expect("it is a deployment");
    assert_eq!(components[0].content, r#"{"profiles":["00e"]}"#);
    let Ok(WayBack::Instead(inverse)) = resolved(request("s:later.id")) else {
        panic!("it is instead");
    };
    let RestRequest { body, .. } = inverse.of().expect("it is a request");
    assert_eq!(body.as_deref(), Some(r#"{"to":["a00e"]}"#));
    let missing = resolved(deploy("s:other.id")).expect_err("it is not known");
    assert_eq!(
        missing.to_string(),
        "the value of `s:other.id` is not known yet"
    );
}
