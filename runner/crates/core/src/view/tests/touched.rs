//! Rows that something planned brings into an answer: by a field that is opened, by a parent that is
//! altered, under a name that is spelled differently.

use serde_json::{Value, json};

use super::{ACCOUNT, CONTACT, OWNER, change, create, effect, field, find, view};
use crate::view::{Progress, Snapshot, View};
use usher_contract::change::{Certainty, Change, Consequence, Effect, OpenedField};
use usher_contract::operation::{Condition, Lookup, Operation, UpdateRecord};
use usher_contract::value::Scalar;

fn alters(object: &str, id: &str, name: &str, value: Scalar) -> Change {
    change(
        &format!("{object}-{name}"),
        Operation::from(UpdateRecord {
            object: object.into(),
            id: Scalar::text(id),
            fields: vec![field(name, value)],
            options: Vec::new(),
        }),
    )
}

fn opens() -> Effect {
    effect(
        "opens",
        Certainty::Certain,
        Consequence::Opens {
            objects: Vec::new(),
            fields: vec![OpenedField {
                object: "user".into(),
                field: "isPortalEnabled".into(),
                initial: Scalar::Truth(false),
            }],
        },
    )
}

/// The conditions of everything that is first asked of the real org.
fn asked(view: &View, object: &str, conditions: &[(&str, Value)]) -> Value {
    let conditions = conditions
        .iter()
        .map(|(field, value)| Condition::is(field, Scalar::from_json(value).expect("a scalar")));
    let lookup = Lookup {
        object: object.into(),
        fields: Vec::new(),
        conditions: conditions.collect(),
    };
    let Progress::Ask(lookups) = view.find(&lookup, &Snapshot::default()) else {
        return json!([]);
    };
    let asked = lookups.iter().map(|lookup| {
        let conditions = lookup.conditions.iter();
        let conditions: Vec<&str> = conditions.map(|one| one.field.as_str()).collect();
        json!(conditions)
    });
    asked.collect()
}

#[test]
fn no_existing_record_has_more_in_an_opened_field_than_its_initial_value() {
    let opened = view(Vec::new(), vec![opens()]);
    let enabled = ("IsPortalEnabled", json!(true));
    assert_eq!(
        asked(&opened, "User", std::slice::from_ref(&enabled)),
        json!([])
    );
    assert_eq!(
        find(&opened, "User", &[], std::slice::from_ref(&enabled)),
        json!([])
    );
    let not = [
        ("IsPortalEnabled", json!(false)),
        ("Username", json!("owner@org")),
    ];
    assert_eq!(asked(&opened, "User", &not), json!([["Username"]]));
    assert_eq!(
        find(&opened, "User", &["isPortalEnabled"], &not),
        json!([{"Id": OWNER, "isPortalEnabled": false}])
    );
    let altered = alters("User", OWNER, "IsPortalEnabled", Scalar::Truth(true));
    let altered = view(vec![altered], vec![opens()]);
    assert_eq!(
        asked(&altered, "User", std::slice::from_ref(&enabled)),
        json!([["Id"]])
    );
    assert_eq!(
        find(&altered, "User", &["Username"], &[enabled]),
        json!([{"Id": OWNER, "Username": "owner@org"}])
    );
}

#[test]
fn children_of_an_altered_parent_are_found() {
    let partner = alters("Account", ACCOUNT, "IsPartner", Scalar::Truth(true));
    let of_partner = [("Account.IsPartner", json!(true))];
    let partner = view(vec![partner], Vec::new());
    assert_eq!(
        find(&partner, "Contact", &["LastName"], &of_partner),
        json!([{"Id": CONTACT, "LastName": "Rivera"}])
    );
    assert_eq!(
        find(&View::default(), "Contact", &[], &of_partner),
        json!([])
    );
    // The value that the account is given is not wanted, so nothing more is read.
    let of_others = [
        ("Account.IsPartner", json!(false)),
        ("LastName", json!("x")),
    ];
    assert_eq!(
        asked(&partner, "Contact", &of_others),
        json!([["Account.IsPartner", "LastName"]])
    );
    // Fields that nothing alters narrow the read of the children.
    let wanted = [("Account.IsPartner", json!(true)), ("LastName", json!("x"))];
    assert_eq!(
        asked(&partner, "Contact", &wanted),
        json!([["Account.IsPartner", "LastName"], ["AccountId", "LastName"]])
    );
    let inactive = alters("User", OWNER, "IsActive", Scalar::Truth(false));
    assert_eq!(
        find(
            &view(vec![inactive], Vec::new()),
            "Contact",
            &[],
            &[("Account.Owner.IsActive", json!(false))]
        ),
        json!([{"Id": CONTACT}])
    );
}

#[test]
fn a_parent_that_may_be_altered_makes_its_children_pending() {
    let may_be = effect(
        "partner",
        Certainty::Possible,
        Consequence::Alters {
            object: "Account".into(),
            id: Scalar::text(ACCOUNT),
            fields: vec![field("IsPartner", Scalar::Truth(true))],
        },
    );
    let found = find(
        &view(Vec::new(), vec![may_be]),
        "Contact",
        &[],
        &[("Account.IsPartner", json!(true))],
    );
    assert_eq!(
        found,
        json!(
            "not known before it has happened: `Account.IsPartner`, which may or may not be set by then"
        )
    );
}

#[test]
fn names_are_compared_without_case_and_answered_as_asked() {
    let role = Scalar::text("00E000000000001AAA");
    let planned = view(
        vec![
            alters("user", OWNER, "userroleid", role.clone()),
            change(
                "new",
                create(
                    "USER",
                    vec![
                        field("USERNAME", Scalar::text("new@org")),
                        field("userRoleId", role),
                    ],
                ),
            ),
        ],
        Vec::new(),
    );
    let in_role = [("UserRoleId", json!("00E000000000001AAA"))];
    assert_eq!(
        find(&planned, "User", &["Username"], &in_role),
        json!([
            {"Id": OWNER, "Username": "owner@org"},
            {"Id": {"$ref": "s:new.id", "$object": "USER"}, "Username": "new@org"},
        ])
    );
    assert_eq!(
        planned
            .touched(&["uSer"])
            .map(ToString::to_string)
            .as_deref(),
        Some("s:user-userroleid.id")
    );
}

#[test]
fn a_joined_text_is_not_known() {
    use usher_contract::value::{Piece, Reference, Token};
    let token = Token::of_text("s:account.id");
    let joined = Scalar::Joined(vec![
        Piece::Text("x-".into()),
        Piece::Reference(Reference::Given(token)),
    ]);
    let planned = view(
        vec![change(
            "new",
            create("User", vec![field("Username", joined)]),
        )],
        Vec::new(),
    );
    assert_eq!(
        find(&planned, "User", &[], &[("Username", json!(null))]),
        json!("not known before it has happened: `Username` of a planned `User`")
    );
}
