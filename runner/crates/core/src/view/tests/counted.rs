//! Counting together with the org: the records that it counts today, those that are planned, those that will be gone.

use serde_json::{Value, json};

use super::super::{Progress, Snapshot, View};
use super::{ACCOUNT, CONTACT, answer, change, create, effect, field, view};
use usher_contract::change::{Certainty, Change, Consequence};
use usher_contract::operation::{Condition, DeleteRecord, Lookup, Operation, UpdateRecord};
use usher_contract::value::Scalar;

fn count(view: &View, object: &str, name: &str, value: &Value) -> String {
    let lookup = Lookup {
        object: object.into(),
        fields: Vec::new(),
        conditions: vec![Condition::is(
            name,
            Scalar::from_json(value).expect("a scalar"),
        )],
    };
    let mut seen = Snapshot::default();
    for _ in 0..3 {
        match view.count(&lookup, &seen) {
            None => return "must be read".to_owned(),
            Some(Progress::Answer(Ok(count))) => {
                let today = count.today.is_some();
                return format!("{today} + {} - {}", count.planned, count.gone);
            }
            Some(Progress::Answer(Err(error))) => return error.to_string(),
            Some(Progress::Ask(lookups)) => {
                for lookup in lookups {
                    assert!(
                        lookup.conditions.iter().any(|one| one.field == "Id"),
                        "{lookup:?}"
                    );
                    let answer = answer(&lookup);
                    seen.put(lookup, answer);
                }
            }
        }
    }
    panic!("the view asks without end");
}

fn contact(address: &str, name: &str) -> Change {
    change(
        address,
        create("Contact", vec![field("LastName", Scalar::text(name))]),
    )
}

fn delete(address: &str, object: &str, id: &str) -> Change {
    let id = Scalar::text(id);
    change(
        address,
        Operation::from(DeleteRecord {
            object: object.into(),
            id,
        }),
    )
}

#[test]
fn what_comes_and_what_goes_is_counted_without_the_rest() {
    let rivera = |view: &View| count(view, "Contact", "LastName", &json!("rivera"));
    assert_eq!(rivera(&View::default()), "true + 0 - 0");
    let comes = vec![contact("a", "Rivera"), contact("b", "Meyer")];
    assert_eq!(rivera(&view(comes, Vec::new())), "true + 1 - 0");
    let goes = vec![delete("gone", "Contact", CONTACT)];
    assert_eq!(rivera(&view(goes, Vec::new())), "true + 0 - 1");
    // One that is gone already, or was never counted.
    let other = vec![delete("gone", "Contact", "003000000000009AAA")];
    assert_eq!(rivera(&view(other, Vec::new())), "true + 0 - 0");
}

#[test]
fn what_is_not_known_is_pending() {
    let new = vec![contact("a", "Rivera")];
    assert_eq!(
        count(&view(new, Vec::new()), "Contact", "Title", &json!("Boss")),
        "not known before it has happened: `Title` of a planned `Contact`"
    );
    let possible = |consequence| {
        let effects = vec![effect("maybe", Certainty::Possible, consequence)];
        count(
            &view(Vec::new(), effects),
            "Contact",
            "LastName",
            &json!("Rivera"),
        )
    };
    assert_eq!(
        possible(Consequence::Appears {
            object: "Contact".into(),
            fields: vec![field("LastName", Scalar::text("Rivera"))],
            key: Vec::new(),
            id: Scalar::Nothing,
        }),
        "not known before it has happened: a `Contact` that may come to be"
    );
    assert_eq!(
        possible(Consequence::Disappears {
            object: "Contact".into(),
            id: Scalar::text(CONTACT),
        }),
        "not known before it has happened: a `Contact` that may be taken away"
    );
}

#[test]
fn what_is_altered_must_be_read() {
    let update = |name: &str| {
        let update = Operation::from(UpdateRecord {
            object: "Account".into(),
            id: Scalar::text(ACCOUNT),
            fields: vec![field(name, Scalar::text("x"))],
            options: Vec::new(),
        });
        view(vec![change("update", update)], Vec::new())
    };
    let counted = |view: &View| count(view, "Account", "Name", &json!("Acme"));
    assert_eq!(counted(&update("name")), "must be read");
    assert_eq!(counted(&update("Phone")), "true + 0 - 0");
    let along = |view: &View| count(view, "Contact", "Account.Name", &json!("Acme"));
    assert_eq!(along(&update("name")), "must be read");
    assert_eq!(along(&update("Phone")), "true + 0 - 0");
    assert_eq!(along(&View::default()), "true + 0 - 0");
}
