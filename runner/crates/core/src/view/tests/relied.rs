//! The effects that an answer relied on: those without which it would be another one, and no change.

use serde_json::{Value, json};

use super::{ACCOUNT, OWNER, bound, change, create, effect, field, find, view};
use crate::view::View;
use usher_contract::change::{Binding, Certainty, Consequence, OpenedField, Source};
use usher_contract::operation::{CreateRecord, Key, Operation, UpdateRecord, WaitOnly};
use usher_contract::read::Record;
use usher_contract::value::{Reference, Scalar, Token};

/// The effects that a lookup of users relies on, by the addresses of a plan of step `s`.
fn relied(view: &View, fields: &[&str], conditions: &[(&str, Value)]) -> Vec<String> {
    view.take_relied();
    find(view, "User", fields, conditions);
    taken(view)
}

fn taken(view: &View) -> Vec<String> {
    let tokens = view.take_relied().into_iter();
    tokens.map(|token| token.to_string()).collect()
}

fn of(consequence: Consequence) -> View {
    view(
        Vec::new(),
        vec![effect("e", Certainty::Likely, consequence)],
    )
}

#[test]
fn an_alteration_counts_where_its_field_is_read_or_compared() {
    let view = of(Consequence::Alters {
        object: "User".into(),
        id: Scalar::text(OWNER),
        fields: vec![field("Username", Scalar::text("new@org"))],
    });
    let owner = [("Id", json!(OWNER))];
    assert_eq!(relied(&view, &["username"], &owner).len(), 1);
    assert_eq!(relied(&view, &["IsActive"], &owner).len(), 0);
    // It brings a record into the answer, and takes it out of one.
    for name in ["new@org", "owner@org"] {
        let by_name = [("Username", json!(name))];
        assert_eq!(relied(&view, &[], &by_name).len(), 1, "{name}");
    }
    let other = [("Username", json!("somebody@org"))];
    assert_eq!(relied(&view, &[], &other).len(), 0);
}

/// Two ids may differ in case only, and an index does not tell them apart.
#[test]
fn an_alteration_of_a_record_that_does_not_match_counts_for_nothing() {
    let [one, other] = ["00300000000000g", "00300000000000G"];
    let contact = field("ContactId", Scalar::text(one));
    let moves = Consequence::Alters {
        object: "User".into(),
        id: bound("u"),
        fields: vec![field("UserRoleId", Scalar::text("00E000000000001AAA"))],
    };
    let view = view(
        vec![change("u", create("User", vec![contact]))],
        vec![effect("place", Certainty::Likely, moves)],
    );
    let of = |id: &str| [("ContactId", json!(id))];
    assert_eq!(relied(&view, &["UserRoleId"], &of(one)).len(), 1);
    assert_eq!(relied(&view, &["UserRoleId"], &of(other)).len(), 0);
    // Without the effect the user would have no such role, and would be found.
    let by_role = [("ContactId", json!(one)), ("UserRoleId", Value::Null)];
    assert_eq!(relied(&view, &[], &by_role).len(), 1);
    let neither = [("ContactId", json!(other)), ("UserRoleId", Value::Null)];
    assert_eq!(relied(&view, &[], &neither).len(), 0);
}

#[test]
fn a_record_that_appears_or_goes_counts_where_it_is_found() {
    let appears = of(Consequence::Appears {
        object: "User".into(),
        fields: vec![field("Username", Scalar::text("new@org"))],
        key: Vec::new(),
        id: Scalar::Nothing,
    });
    let by_name = |name: &str| [("Username", json!(name))];
    assert_eq!(relied(&appears, &[], &by_name("new@org")).len(), 1);
    assert_eq!(relied(&appears, &[], &by_name("owner@org")).len(), 0);
    let goes = of(Consequence::Disappears {
        object: "User".into(),
        id: Scalar::text(OWNER),
    });
    assert_eq!(relied(&goes, &[], &by_name("owner@org")).len(), 1);
    assert_eq!(relied(&goes, &[], &by_name("other@org")).len(), 0);
}

#[test]
fn a_parent_is_relied_on_through_its_children() {
    let view = of(Consequence::Alters {
        object: "User".into(),
        id: Scalar::text(OWNER),
        fields: vec![field("Username", Scalar::text("new@org"))],
    });
    let account = [("Id", json!(ACCOUNT))];
    find(&view, "Account", &["Owner.Username"], &account);
    assert_eq!(taken(&view).len(), 1);
    find(&view, "Account", &["OwnerId"], &account);
    assert_eq!(taken(&view).len(), 0);
}

#[test]
fn settings_and_opened_fields_count() {
    let view = view(
        Vec::new(),
        vec![
            effect(
                "set",
                Certainty::Certain,
                Consequence::Configures {
                    settings: "X".into(),
                    fields: vec![field("on", Scalar::Truth(true))],
                },
            ),
            effect(
                "open",
                Certainty::Certain,
                Consequence::Opens {
                    objects: Vec::new(),
                    fields: vec![OpenedField {
                        object: "User".into(),
                        field: "IsPortalEnabled".into(),
                        initial: Scalar::Truth(false),
                    }],
                },
            ),
        ],
    );
    view.settings("Y", Record::new())
        .expect("nothing is planned");
    assert_eq!(taken(&view).len(), 0);
    view.settings("X", Record::new()).expect("it is certain");
    assert_eq!(taken(&view).len(), 1);
    assert_eq!(
        relied(&view, &["IsPortalEnabled"], &[("Id", json!(OWNER))]).len(),
        1
    );
    assert_eq!(
        relied(&view, &["Username"], &[("Id", json!(OWNER))]).len(),
        0
    );
}

#[test]
fn a_change_is_not_an_effect() {
    let update = UpdateRecord {
        object: "User".into(),
        id: Scalar::text(OWNER),
        fields: vec![field("Username", Scalar::text("new@org"))],
        options: Vec::new(),
    };
    let view = view(vec![change("u", Operation::from(update))], Vec::new());
    assert_eq!(
        relied(&view, &["Username"], &[("Id", json!(OWNER))]).len(),
        0
    );
}

#[test]
fn a_secret_result_stands_in_no_record_that_is_read() {
    let create = CreateRecord {
        object: "User".into(),
        fields: vec![
            field("Username", Scalar::text("new@org")),
            field("Title", given("s:first.key")),
            field("Department", given("s:first.plain")),
        ],
        key: Key {
            conditions: Vec::new(),
            enforced: false,
        },
        options: Vec::new(),
    };
    let mut first = change("first", Operation::from(WaitOnly));
    first.results = ["key", "plain"]
        .map(|name| Binding {
            name: name.into(),
            source: Source::Reply("/x".into()),
            secret: name == "key",
        })
        .to_vec();
    let view = view(
        vec![first, change("u", Operation::from(create))],
        Vec::new(),
    );
    let found = find(
        &view,
        "User",
        &["Title", "Department"],
        &[("Username", json!("new@org"))],
    );
    assert_eq!(
        (&found[0]["Title"]["$ref"], &found[0]["Department"]["$ref"]),
        (&json!("?secret s:first.key"), &json!("s:first.plain"))
    );
}

fn given(token: &str) -> Scalar {
    Scalar::Reference(Reference::Given(Token::of_text(token)))
}
