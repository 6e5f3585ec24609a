//! A toy org of a few records behind the view: every read, as it will be answered.

mod counted;
mod indexed;
mod possible;
mod relied;
mod touched;

use serde_json::{Value, json};

use super::{Progress, Snapshot, View, holds};
use usher_contract::change::{Certainty, Change, Consequence, Effect, StepPlan, Undo};
use usher_contract::operation::{
    Condition, CreateRecord, DeleteRecord, Field, Key, Lookup, Operation, UpdateRecord,
};
use usher_contract::read::{ReadError, Record, Refusal};
use usher_contract::value::{BindingName, Reference, Scalar, Unit};

const OWNER: &str = "005000000000001AAA";
const ACCOUNT: &str = "001000000000001AAA";
const CONTACT: &str = "003000000000001AAA";

/// The real org: records by object, every field of a lookup answered or null.
fn org() -> Vec<(&'static str, Value)> {
    vec![
        (
            "User",
            json!({"Id": OWNER, "Username": "owner@org", "UserRoleId": null, "IsActive": true}),
        ),
        (
            "Account",
            json!({"Id": ACCOUNT, "Name": "Acme", "OwnerId": OWNER, "Owner.UserRoleId": null}),
        ),
        (
            "Contact",
            json!({"Id": CONTACT, "LastName": "Rivera", "AccountId": ACCOUNT, "Account.IsPartner": false,
                   "Account.OwnerId": OWNER, "Account.Owner.IsActive": true}),
        ),
    ]
}

fn answer(lookup: &Lookup) -> Result<Vec<Record>, ReadError> {
    if lookup.object == "Network" {
        return Err(ReadError::Refused(Refusal {
            status: 400,
            code: "INVALID_TYPE".into(),
            message: "sObject type 'Network' is not supported".into(),
        }));
    }
    let rows = org()
        .into_iter()
        .filter(|(object, _)| *object == lookup.object);
    let records = rows.map(|(_, json)| json.as_object().expect("an object").clone());
    Ok(records
        .filter(|record| {
            lookup
                .conditions
                .iter()
                .all(|condition| holds(record, condition))
        })
        .map(|record| {
            let names = std::iter::once("Id".to_owned()).chain(lookup.fields.iter().cloned());
            names
                .map(|name| {
                    (
                        name.clone(),
                        record.get(&name).cloned().unwrap_or(Value::Null),
                    )
                })
                .collect()
        })
        .collect())
}

fn find(view: &View, object: &str, fields: &[&str], conditions: &[(&str, Value)]) -> Value {
    let lookup = Lookup {
        object: object.into(),
        fields: fields.iter().map(|field| (*field).to_owned()).collect(),
        conditions: conditions
            .iter()
            .map(|(field, value)| Condition::is(field, Scalar::from_json(value).expect("a scalar")))
            .collect(),
    };
    let mut seen = Snapshot::default();
    for _ in 0..10 {
        match view.find(&lookup, &seen) {
            Progress::Ask(lookups) => {
                assert!(!lookups.is_empty());
                for lookup in &lookups {
                    assert!(seen.get(lookup).is_none(), "asked twice: {lookup:?}");
                }
                for lookup in lookups {
                    let answer = answer(&lookup);
                    seen.put(lookup, answer);
                }
            }
            Progress::Answer(Ok(records)) => return json!(records),
            Progress::Answer(Err(error)) => return json!(error.to_string()),
        }
    }
    panic!("the view asks without end");
}

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

fn effect(address: &str, certainty: Certainty, consequence: Consequence) -> Effect {
    Effect {
        address: address.into(),
        causes: Vec::new(),
        summary: String::new(),
        certainty,
        consequence,
        within_ms: 0,
        remains: None,
    }
}

fn field(name: &str, value: Scalar) -> Field {
    Field {
        name: name.into(),
        value,
    }
}

fn bound(address: &str) -> Scalar {
    Scalar::Reference(Reference::Bound(Box::new(BindingName {
        address: address.into(),
        name: "id".into(),
    })))
}

fn create(object: &str, fields: Vec<Field>) -> Operation {
    Operation::from(CreateRecord {
        object: object.into(),
        fields,
        key: Key {
            conditions: Vec::new(),
            enforced: true,
        },
        options: Vec::new(),
    })
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

#[test]
fn a_bare_view_answers_as_the_org() {
    assert_eq!(
        find(
            &View::default(),
            "User",
            &["Username"],
            &[("IsActive", json!(true))]
        ),
        json!([{"Id": OWNER, "Username": "owner@org"}])
    );
}

#[test]
fn an_altered_record_is_found_by_what_it_will_be_also_along_a_path() {
    let view = view(
        vec![change(
            "role",
            Operation::from(UpdateRecord {
                object: "User".into(),
                id: Scalar::text(OWNER),
                fields: vec![field("UserRoleId", Scalar::text("00E000000000001AAA"))],
                options: Vec::new(),
            }),
        )],
        Vec::new(),
    );
    assert_eq!(
        find(
            &view,
            "User",
            &["Username"],
            &[("UserRoleId", json!("00E000000000001AAA"))]
        ),
        json!([{"Id": OWNER, "Username": "owner@org"}])
    );
    assert_eq!(
        find(&view, "User", &[], &[("UserRoleId", json!(null))]),
        json!([])
    );
    assert_eq!(
        find(
            &view,
            "Account",
            &["Owner.UserRoleId"],
            &[("Id", json!(ACCOUNT))]
        ),
        json!([{"Id": ACCOUNT, "Owner.UserRoleId": "00E000000000001AAA"}])
    );
}

#[test]
fn a_planned_record_is_there_with_what_effects_announce() {
    let view = view(
        vec![change(
            "user",
            create("User", vec![field("Username", Scalar::text("new@org"))]),
        )],
        vec![effect(
            "derived",
            Certainty::Certain,
            Consequence::Alters {
                object: "User".into(),
                id: bound("user"),
                fields: vec![field("AccountId", Scalar::text(ACCOUNT))],
            },
        )],
    );
    let planned = json!({"$ref": "s:user.id", "$object": "User"});
    assert_eq!(
        find(
            &view,
            "User",
            &["Username", "Alias"],
            &[("AccountId", json!(ACCOUNT))]
        ),
        json!([{"Id": planned, "Username": "new@org", "Alias": {"$ref": "s:user.Alias"}}])
    );
    assert_eq!(
        find(
            &view,
            "User",
            &["Account.Name"],
            &[("Id", json!({"$ref": "s:user.id"}))]
        ),
        json!([{"Id": planned, "Account.Name": "Acme"}])
    );
    // The alias is not known, so it is not known whether it matches.
    assert_eq!(
        find(&view, "User", &[], &[("Alias", json!("x"))]),
        json!("not known before it has happened: `Alias` of a planned `User`")
    );
    // A record that refers to it cannot exist yet.
    assert_eq!(
        find(
            &view,
            "Account",
            &[],
            &[("OwnerId", json!({"$ref": "s:user.id"}))]
        ),
        json!([])
    );
}

#[test]
fn what_is_only_possible_is_pending() {
    let view = view(
        Vec::new(),
        vec![effect(
            "manager",
            Certainty::Possible,
            Consequence::Appears {
                object: "UserRole".into(),
                fields: vec![field("PortalRole", Scalar::text("Manager"))],
                key: Vec::new(),
                id: Scalar::Nothing,
            },
        )],
    );
    assert_eq!(
        find(&view, "UserRole", &[], &[("PortalRole", json!("Manager"))]),
        json!("not known before it has happened: a `UserRole` that may come to be")
    );
    assert_eq!(
        find(&view, "UserRole", &[], &[("PortalRole", json!("User"))]),
        json!([])
    );
}

#[test]
fn an_object_that_a_change_opens_is_there_and_empty() {
    let closed = find(
        &View::default(),
        "Network",
        &[],
        &[("Name", json!("Portal"))],
    );
    assert_eq!(
        closed,
        json!("the org refuses: INVALID_TYPE sObject type 'Network' is not supported")
    );
    let view = view(
        Vec::new(),
        vec![effect(
            "objects",
            Certainty::Certain,
            Consequence::Opens {
                objects: vec!["Network".into()],
                fields: Vec::new(),
            },
        )],
    );
    assert_eq!(
        find(&view, "Network", &[], &[("Name", json!("Portal"))]),
        json!([])
    );
}

#[test]
fn what_is_deleted_is_gone() {
    let view = view(
        vec![change(
            "gone",
            Operation::from(DeleteRecord {
                object: "Account".into(),
                id: Scalar::text(ACCOUNT),
            }),
        )],
        Vec::new(),
    );
    assert_eq!(
        find(&view, "Account", &[], &[("Name", json!("acme"))]),
        json!([])
    );
}

#[test]
fn a_wider_lookup_answers_a_narrower_one() {
    let wide = Lookup {
        object: "User".into(),
        fields: vec!["Username".into(), "IsActive".into()],
        conditions: vec![Condition::is("Username", Scalar::text("owner@org"))],
    };
    let mut seen = Snapshot::default();
    seen.put(wide.clone(), answer(&wide));
    let mut narrow = wide.clone();
    narrow.fields.clear();
    narrow
        .conditions
        .push(Condition::is("IsActive", Scalar::Truth(false)));
    assert_eq!(seen.get(&narrow), Some(Ok(Vec::new())));
    narrow.conditions[1] = Condition::is("Email", Scalar::text("x"));
    assert_eq!(seen.get(&narrow), None);
}
