//! Components as they will be.

use serde_json::{Value, json};

use crate::view::View;
use usher_contract::change::{Certainty, Change, Consequence, Effect, StepPlan, Undo};
use usher_contract::operation::{
    Component, ComponentName, CreateRecord, DeployComponents, Field, Key, Operation,
};
use usher_contract::read::Record;
use usher_contract::value::{BindingName, Reference, Scalar, Token, Unit};

fn change(address: &str, operation: Operation) -> Change {
    Change {
        address: address.into(),
        summary: String::new(),
        operation,
        after: Vec::new(),
        waits: Vec::new(),
        results: Vec::new(),
        undo: Undo::Nothing,
    }
}

fn effect(consequence: Consequence) -> Effect {
    Effect {
        address: "e".into(),
        causes: Vec::new(),
        summary: String::new(),
        certainty: Certainty::Certain,
        consequence,
        within_ms: 0,
        remains: None,
    }
}

fn called(name: &str) -> Vec<Field> {
    vec![Field {
        name: "Name".into(),
        value: Scalar::text(name),
    }]
}

fn bound(address: &str) -> Scalar {
    Scalar::Reference(Reference::Bound(Box::new(BindingName {
        address: address.into(),
        name: "id".into(),
    })))
}

fn view(changes: Vec<Change>, effects: Vec<Effect>) -> View {
    let mut view = View::default();
    let plan = StepPlan {
        changes,
        effects,
        ..StepPlan::default()
    };
    view.add(&Unit::step("s"), &plan.globalise(&Unit::step("s")));
    view
}

fn name(full_name: Scalar) -> ComponentName {
    ComponentName {
        kind: "Profile".into(),
        full_name,
    }
}

fn deploy(full_name: Scalar, content: &Value) -> Operation {
    Operation::from(DeployComponents {
        components: vec![Component {
            name: name(full_name),
            content: content.to_string(),
        }],
        removals: Vec::new(),
        options: Vec::new(),
    })
}

fn removal(full_name: &str) -> Operation {
    Operation::from(DeployComponents {
        components: Vec::new(),
        removals: vec![name(Scalar::text(full_name))],
        options: Vec::new(),
    })
}

fn read(view: &View, full_name: Scalar) -> Value {
    let real = json!({"custom": ["true"], "userLicense": ["Salesforce"]});
    let real = real
        .as_object()
        .filter(|_| full_name == Scalar::text("Real"));
    match view.component(&name(full_name), real.cloned()) {
        Ok(content) => json!(content),
        Err(error) => json!(error.to_string()),
    }
}

fn list(view: &View) -> Value {
    let mut real = Record::new();
    real.insert("fullName".into(), json!("Real"));
    real.insert("id".into(), json!("00e000000000001AAA"));
    match view.components("Profile", vec![real]) {
        Ok(listed) => json!(listed),
        Err(error) => json!(error.to_string()),
    }
}

#[test]
fn what_is_deployed_lies_over_what_is_there() {
    let view = view(
        vec![
            change(
                "a",
                deploy(Scalar::text("New"), &json!({"custom": ["true"]})),
            ),
            change(
                "b",
                deploy(
                    Scalar::text("real"),
                    &json!({"description": [{"$bound": ["a", "id"]}]}),
                ),
            ),
            change(
                "c",
                deploy(Scalar::text("New"), &json!({"description": ["Twice"]})),
            ),
        ],
        Vec::new(),
    );
    assert_eq!(
        read(&view, Scalar::text("NEW")),
        json!({"custom": ["true"], "description": ["Twice"]})
    );
    assert_eq!(
        read(&view, Scalar::text("Real")),
        json!({"custom": ["true"], "userLicense": ["Salesforce"], "description": [{"$ref": "s:a.id"}]})
    );
    assert_eq!(read(&view, Scalar::text("Other")), json!(null));
    assert_eq!(
        list(&view),
        json!([
            {"fullName": "Real", "id": "00e000000000001AAA"},
            {"fullName": "New", "id": {"$ref": "s:a.id"}}
        ])
    );
}

#[test]
fn what_is_removed_is_gone_and_may_come_again() {
    let again = || {
        change(
            "b",
            deploy(Scalar::text("Real"), &json!({"custom": ["false"]})),
        )
    };
    let gone = view(vec![change("a", removal("Real"))], Vec::new());
    assert_eq!(read(&gone, Scalar::text("Real")), json!(null));
    assert_eq!(list(&gone), json!([]));
    let back = view(vec![change("a", removal("Real")), again()], Vec::new());
    assert_eq!(
        read(&back, Scalar::text("Real")),
        json!({"custom": ["false"]})
    );
}

#[test]
fn what_nobody_can_tell_is_pending() {
    let pending = |what: &str| json!(format!("not known before it has happened: {what}"));
    let unnamed = view(
        vec![change("a", deploy(bound("n"), &json!({})))],
        Vec::new(),
    );
    let reason = "the name of a `Profile` that an earlier step deploys";
    assert_eq!(read(&unnamed, Scalar::text("Real")), pending(reason));
    assert_eq!(list(&unnamed), pending(reason));
    let token = Scalar::Reference(Reference::Given(Token::of_text("s:n.id")));
    assert_eq!(read(&unnamed, token.clone()), json!({}));
    assert_eq!(
        read(&View::default(), token),
        pending("the name of the component")
    );
}

#[test]
fn a_profile_that_changes_as_a_record_is_pending_as_a_component() {
    let made = Operation::from(CreateRecord {
        object: "Profile".into(),
        fields: called("New"),
        key: Key {
            conditions: Vec::new(),
            enforced: true,
        },
        options: Vec::new(),
    });
    let made = view(vec![change("a", made)], Vec::new());
    let pending =
        json!("not known before it has happened: an earlier step changes a `Profile` as a record");
    assert_eq!(read(&made, Scalar::text("New")), pending);
    assert_ne!(read(&made, Scalar::text("Real")), pending);
    let altered = Consequence::Alters {
        object: "Profile".into(),
        id: Scalar::text("00e000000000001AAA"),
        fields: Vec::new(),
    };
    let altered = view(Vec::new(), vec![effect(altered)]);
    assert_eq!(read(&altered, Scalar::text("Real")), pending);
    // A deployment that announces its record is known all the same.
    let appears = Consequence::Appears {
        object: "Profile".into(),
        fields: called("New"),
        key: Vec::new(),
        id: bound("a"),
    };
    let deployed = view(
        vec![change(
            "a",
            deploy(Scalar::text("New"), &json!({"custom": ["true"]})),
        )],
        vec![effect(appears)],
    );
    assert_eq!(
        read(&deployed, Scalar::text("New")),
        json!({"custom": ["true"]})
    );
}
