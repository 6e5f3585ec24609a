use serde_json::{Value, json};

use super::Snapshot;
use usher_contract::operation::{Condition, Lookup};
use usher_contract::read::ReadError;
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

#[test]
fn a_parent_of_several_rows_is_known_as_the_latest_of_each_kind_shows_it() {
    let mut seen = Snapshot::default();
    let rows = [
        json!({ "Id": "003000000000001AAA", "AccountId": ACCOUNT, "Account.Name": "Acme", "Account.Site": "old" }),
        json!({ "Id": "003000000000002AAA", "accountid": ACCOUNT, "ACCOUNT.NAME": "ACME" }),
        json!({ "Id": "003000000000003AAA", "AccountId": ACCOUNT, "Account.Name": "Acme", "Account.Site": "new" }),
    ];
    for row in rows {
        let row = row.as_object().expect("a row");
        let id = row["Id"].as_str().expect("an id");
        let fields: Vec<&str> = row.keys().map(String::as_str).collect();
        seen.put(
            lookup("Contact", &fields, "Id", &[id]),
            Ok(vec![row.clone()]),
        );
    }
    let asked = lookup("Account", &["Name", "Site"], "Id", &[ACCOUNT]);
    let found = seen.get(&asked).expect("seen").expect("found");
    assert_eq!(
        json!(found),
        json!([{ "Id": ACCOUNT, "Name": "Acme", "Site": "new" }])
    );
}

#[test]
fn lookups_are_the_same_in_any_order_and_differ_in_every_part() {
    let asked = |object: &str, fields: &[&str], conditions: &[(&str, &[&str])]| Lookup {
        conditions: conditions
            .iter()
            .map(|(field, values)| lookup(object, fields, field, values).conditions.remove(0))
            .collect(),
        ..lookup(object, fields, "Name", &[])
    };
    let refused = |lookup: &Lookup| {
        let mut seen = Snapshot::default();
        let why = ReadError::TooMuch("rows".to_owned());
        seen.put(
            asked(
                "Account",
                &["Name", "Site"],
                &[("Type", &["a", "b"]), ("Site", &["c"])],
            ),
            Err(why),
        );
        seen.has(lookup)
    };
    // An error is the answer to the same lookup alone.
    for same in [
        asked(
            "ACCOUNT",
            &["site", "NAME", "Id", "Name"],
            &[("SITE", &["c"]), ("type", &["b", "a", "b"])],
        ),
        asked(
            "Account",
            &["Name", "Site"],
            &[("Type", &["a", "b"]), ("Site", &["c"])],
        ),
    ] {
        assert!(refused(&same), "{same:?}");
    }
    for other in [
        asked(
            "Contact",
            &["Name", "Site"],
            &[("Type", &["a", "b"]), ("Site", &["c"])],
        ),
        asked(
            "Account",
            &["Name"],
            &[("Type", &["a", "b"]), ("Site", &["c"])],
        ),
        asked(
            "Account",
            &["NameSite"],
            &[("Type", &["a", "b"]), ("Site", &["c"])],
        ),
        asked("Account", &["Name", "Site"], &[("Type", &["a", "b"])]),
        asked(
            "Account",
            &["Name", "Site"],
            &[("Type", &["a"]), ("Site", &["c"])],
        ),
        asked(
            "Account",
            &["Name", "Site"],
            &[("Type", &["ab"]), ("Site", &["c"])],
        ),
        asked(
            "Account",
            &["Name", "Site"],
            &[("Type", &["A", "b"]), ("Site", &["c"])],
        ),
        asked(
            "Account",
            &["Name", "Site"],
            &[("Site", &["a", "b"]), ("Type", &["c"])],
        ),
        asked(
            "Account",
            &["Name", "Site"],
            &[("Type", &["a", "b", "c"]), ("Site", &[])],
        ),
    ] {
        assert!(!refused(&other), "{other:?}");
    }
}

#[test]
fn a_record_of_many_kinds_of_rows_is_known_whole() {
    let mut seen = Snapshot::default();
    let names: Vec<String> = (0..100).map(|number| format!("Field{number}__c")).collect();
    for name in &names {
        let row = json!({ "Id": OWNER, name: name, "Name": name, "Manager.Name": "m", "ManagerId": OWNER });
        let fields = [name.as_str(), "Name", "Manager.Name", "ManagerId"];
        let row = row.as_object().expect("a row").clone();
        seen.put(lookup("User", &fields, "Alias", &[name]), Ok(vec![row]));
    }
    let mut fields: Vec<&str> = names.iter().map(String::as_str).collect();
    fields.push("Name");
    let asked = lookup("User", &fields, "Id", &[OWNER]);
    let found = seen.get(&asked).expect("seen").expect("found");
    // The user is its own manager: the latest row that names it says so.
    assert_eq!(found[0]["Name"], "m");
    assert!(names.iter().all(|name| found[0][name] == json!(name)));
}
