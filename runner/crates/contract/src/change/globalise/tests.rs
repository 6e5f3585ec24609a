use serde_json::json;

use crate::change::{Change, StepPlan, TakeBack, Undo, WayBack};
use crate::operation::{
    Component, ComponentName, DeployComponents, Method, Operation, Repetition, ResourcePath,
    RestRequest,
};
use crate::value::{BindingName, Reference, Scalar, Unit};

const BOUND: &str =
    r#"{"networkId":{"$bound":["site","id"]},"to":[{"$join":["a",{"$bound":["site","id"]}]}]}"#;

fn request(method: Method) -> Operation {
    Operation::from(RestRequest {
        method,
        path: ResourcePath {
            segments: vec![Scalar::Reference(Reference::Bound(Box::new(BindingName {
                address: "site".into(),
                name: "id".into(),
            })))],
            query: Vec::new(),
        },
        body: Some(BOUND.into()),
        repetition: Repetition::Never,
    })
}

fn deploy() -> Operation {
    Operation::from(DeployComponents {
        components: vec![Component {
            name: ComponentName {
                kind: "SharingSet".into(),
                full_name: Scalar::text("Partners"),
            },
            content: BOUND.into(),
        }],
        removals: Vec::new(),
        options: Vec::new(),
    })
}

fn plan(operation: Operation, inverse: Operation) -> StepPlan {
    StepPlan {
        changes: vec![Change {
            address: "post".into(),
            summary: String::new(),
            operation,
            after: Vec::new(),
            waits: Vec::new(),
            results: Vec::new(),
            undo: Undo::Possible(TakeBack {
                way: WayBack::Instead(Box::new(inverse)),
                waits: Vec::new(),
                only_if: Vec::new(),
                stays: None,
                destroys: None,
            }),
        }],
        outputs: json!({ "site": { "$bound": ["site", "id"] } }).into(),
        ..StepPlan::default()
    }
}

#[test]
fn nothing_in_a_globalised_plan_is_bound_any_more() {
    let operations = [request(Method::Post), deploy()];
    let inverses = [request(Method::Delete), deploy()];
    for (operation, inverse) in operations.into_iter().zip(inverses) {
        let plan = plan(operation, inverse).globalise(&Unit {
            step: "s".into(),
            item: Some("a".into()),
        });
        let text = serde_json::to_string(&plan).expect("a plan serialises");
        assert!(!text.contains("bound"), "{text}");
        assert!(text.contains("s[a]:site.id"), "{text}");
    }
}

#[test]
fn the_body_of_an_inverse_request_names_what_the_run_knows() {
    let plan = plan(request(Method::Post), request(Method::Delete)).globalise(&Unit::step("s"));
    let Undo::Possible(back) = &plan.changes[0].undo else {
        panic!("the undo is gone");
    };
    let WayBack::Instead(inverse) = &back.way else {
        panic!("the inverse is gone");
    };
    let RestRequest { body, .. } = inverse.of().expect("it is a request");
    assert_eq!(
        body.as_deref(),
        Some(r#"{"networkId":{"$ref":"s:site.id"},"to":[{"$join":["a",{"$ref":"s:site.id"}]}]}"#)
    );
}
