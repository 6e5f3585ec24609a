use serde_json::{Value, json};

use super::Snapshot;
use usher_contract::operation::{Condition, Lookup};
use usher_contract::value::Scalar;

const ACCOUNT: &str = "001000000000001AAA";
const OWNER: &str = "005000000000001AAA";

fn lookup(object: &str, fields: &[&str], field: &str, values: &[&str]) -> Lookup {
    Lookup {
        object: object.into(),
        fields: fields.iter().map(|field| (*field).to_owned()).collect(),
        conditions: vec![Condition {
            field: field.into(),
            any_of: values.iter().map(|value| Scalar::text(*value)).collect(),
        }],
    }
}

/// An account that was found by its name, with what was asked of its owner.
fn seen() -> Snapshot {
    let mut seen = Snapshot::default();
    let row = json!({ "Id": ACCOUNT, "Name": "Acme", "OwnerId": OWNER, "Owner.Alias": "ada",
                      "Owner.UserRoleId": null, "Owner.UserRole.Name": null });
    let fields = ["Name", "OwnerId", "Owner.Alias", "Owner.UserRoleId"];
    let asked = lookup("Account", &fields, "Name", &["Acme"]);
    seen.put(asked, Ok(vec![row.as_object().expect("a row").clone()]));
    seen
}

fn answer(lookup: &Lookup) -> Value {
    match seen().get(lookup) {
        Some(Ok(records)) => json!(records),
        Some(Err(error)) => json!(error.to_string()),
        None => json!("ask"),
    }
}

#[test]
fn a_record_that_was_found_by_something_else_is_known_by_its_id() {
    assert_eq!(
        answer(&lookup("account", &["Name"], "Id", &[ACCOUNT])),
        json!([{ "Id": ACCOUNT, "Name": "Acme" }])
    );
    // In fifteen characters, and twice.
    assert_eq!(
        answer(&lookup("Account", &[], "Id", &[&ACCOUNT[..15], ACCOUNT])),
        json!([{ "Id": ACCOUNT }])
    );
    let mut other = lookup("Account", &[], "Id", &[ACCOUNT]);
    other
        .conditions
        .push(Condition::is("Name", Scalar::text("acme")));
    assert_eq!(answer(&other), json!([{ "Id": ACCOUNT }]));
    other
        .conditions
        .push(Condition::is("OwnerId", Scalar::text(ACCOUNT)));
    assert_eq!(answer(&other), json!([]));
}

#[test]
fn a_parent_is_known_as_far_as_its_path_was_asked_for() {
    assert_eq!(
        answer(&lookup("User", &["Alias", "UserRole.Name"], "Id", &[OWNER])),
        json!([{ "Id": OWNER, "Alias": "ada", "UserRole.Name": null }])
    );
    assert_eq!(
        answer(&lookup("User", &["Username"], "Id", &[OWNER])),
        json!("ask")
    );
}

#[test]
fn what_is_not_known_of_every_record_is_asked_for() {
    for lookup in [
        lookup("Account", &["Industry"], "Id", &[ACCOUNT]),
        lookup("Account", &["Name"], "Id", &[ACCOUNT, "001000000000002AAA"]),
        lookup("Account", &["Name"], "Id", &["no id"]),
        lookup("Account", &["Name"], "OwnerId", &[OWNER]),
        // The platform decides what an id of another object means.
        lookup("Contact", &["Name"], "Id", &[ACCOUNT]),
    ] {
        assert_eq!(answer(&lookup), json!("ask"), "{lookup:?}");
    }
}

#[test]
fn names_are_answered_as_they_are_asked_for() {
    assert_eq!(
        answer(&lookup(
            "ACCOUNT",
            &["NAME", "owner.alias"],
            "name",
            &["ACME"]
        )),
        json!([{ "Id": ACCOUNT, "NAME": "Acme", "owner.alias": "ada" }])
    );
}

#[test]
fn a_wider_lookup_is_found_among_many_and_can_be_forgotten() {
    let mut seen = Snapshot::default();
    let of = |name: &str| Lookup {
        conditions: vec![
            Condition::is("Type", Scalar::text("x")),
            Condition::is("Name", Scalar::text(name)),
        ],
        ..lookup("Account", &["Name", "Site"], "Name", &[])
    };
    for number in 0..100 {
        let row = json!({ "Id": format!("{number}"), "Name": format!("n{number}"), "Site": "s" });
        let row = row.as_object().expect("a row").clone();
        seen.put(of(&format!("n{number}")), Ok(vec![row]));
    }
    let mut narrow = of("N42");
    narrow.fields.clear();
    narrow
        .conditions
        .push(Condition::is("site", Scalar::text("S")));
    let found = seen.get(&narrow).expect("seen").expect("found");
    assert_eq!(json!(found), json!([{ "Id": "42" }]));
    seen.forget(&of("n42"));
    assert_eq!(seen.get(&narrow), None);
    assert!(seen.get(&of("n43")).is_some());
}
