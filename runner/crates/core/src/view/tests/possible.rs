//! Effects that may or may not come: reads that depend on them are pending, others are not.

use serde_json::json;

use super::{ACCOUNT, OWNER, change, create, effect, field, find, view};
use crate::view::View;
use usher_contract::change::{Certainty, Consequence, OpenedField};
use usher_contract::operation::{Field, Operation, RestRequest, UpdateRecord};
use usher_contract::read::{ReadError, Record};
use usher_contract::value::Scalar;

fn alters(certainty: Certainty, name: &str, value: Scalar) -> usher_contract::change::Effect {
    effect(
        "moves",
        certainty,
        Consequence::Alters {
            object: "User".into(),
            id: Scalar::text(OWNER),
            fields: vec![field(name, value)],
        },
    )
}

#[test]
fn a_field_that_may_be_altered_is_pending() {
    let view = view(
        Vec::new(),
        vec![alters(
            Certainty::Possible,
            "Username",
            Scalar::text("new@org"),
        )],
    );
    let by_name = |name: &str| find(&view, "User", &[], &[("Username", json!(name))]);
    let hangs = json!("not known before it has happened: `Username` of a planned `User`");
    assert_eq!(
        (by_name("owner@org"), by_name("new@org")),
        (hangs.clone(), hangs)
    );
    assert_eq!(
        find(&view, "User", &["Username"], &[("Id", json!(OWNER))]),
        json!(
            "not known before it has happened: `User.Username`, which may or may not be set by then"
        )
    );
    // Reads that do not depend on it are answered.
    assert_eq!(
        find(&view, "User", &["IsActive"], &[("Id", json!(OWNER))]),
        json!([{"Id": OWNER, "IsActive": true}])
    );
    assert_eq!(
        find(&view, "User", &["Username"], &[("IsActive", json!(false))]),
        json!([])
    );
}

#[test]
fn what_may_be_altered_to_what_it_is_stays() {
    let view = view(
        Vec::new(),
        vec![alters(
            Certainty::Possible,
            "Username",
            Scalar::text("Owner@org"),
        )],
    );
    assert_eq!(
        find(&view, "User", &["Username"], &[("Id", json!(OWNER))]),
        json!([{"Id": OWNER, "Username": "owner@org"}])
    );
}

#[test]
fn what_may_go_is_pending() {
    let view = view(
        Vec::new(),
        vec![effect(
            "goes",
            Certainty::Possible,
            Consequence::Disappears {
                object: "Account".into(),
                id: Scalar::text(ACCOUNT),
            },
        )],
    );
    assert_eq!(
        find(&view, "Account", &[], &[("Name", json!("Acme"))]),
        json!("not known before it has happened: a `Account` that may be taken away")
    );
}

#[test]
fn what_may_be_opened_is_pending_and_not_empty() {
    let view = view(
        Vec::new(),
        vec![effect(
            "opens",
            Certainty::Possible,
            Consequence::Opens {
                objects: vec!["Network".into()],
                fields: vec![OpenedField {
                    object: "User".into(),
                    field: "IsPortalEnabled".into(),
                    initial: Scalar::Truth(false),
                }],
            },
        )],
    );
    assert_eq!(
        find(&view, "Network", &[], &[("Name", json!("Portal"))]),
        json!("not known before it has happened: sObject type 'Network' is not supported")
    );
}

fn settings(view: &View) -> Result<Record, ReadError> {
    let real = json!({ "on": false, "other": "text" });
    view.settings("X", real.as_object().expect("an object").clone())
}

fn configures(
    address: &str,
    certainty: Certainty,
    fields: Vec<Field>,
) -> usher_contract::change::Effect {
    let settings = "X".to_owned();
    effect(
        address,
        certainty,
        Consequence::Configures { settings, fields },
    )
}

#[test]
fn settings_that_may_be_configured_are_pending() {
    let on = || vec![field("on", Scalar::Truth(true))];
    let possible = || configures("possible", Certainty::Possible, on());
    match settings(&view(Vec::new(), vec![possible()])) {
        Err(error @ ReadError::Pending { .. }) => assert_eq!(
            error.to_string(),
            "not known before it has happened: `X.on` may or may not be set by then"
        ),
        other => panic!("{other:?}"),
    }
    for certainty in [Certainty::Certain, Certainty::Likely] {
        // This comes later, whatever may come before.
        let later = configures("later", certainty, on());
        let settings = settings(&view(Vec::new(), vec![possible(), later]));
        assert_eq!(
            json!(settings.expect("read")),
            json!({"on": true, "other": "text"})
        );
    }
    let off = vec![field("on", Scalar::Truth(false))];
    let as_is = configures("as-is", Certainty::Possible, off);
    assert!(settings(&view(Vec::new(), vec![as_is])).is_ok());
}

#[test]
fn a_request_makes_reads_of_its_resource_pending() {
    let operation = Operation::from(RestRequest {
        method: usher_contract::operation::Method::Post,
        path: usher_contract::operation::ResourcePath {
            segments: vec![Scalar::text("connect"), Scalar::text("communities")],
            query: Vec::new(),
        },
        body: None,
        repetition: usher_contract::operation::Repetition::Never,
    });
    let view = view(vec![change("site", operation)], Vec::new());
    let touched = |path: &[&str]| {
        let path: Vec<String> = path.iter().map(|part| (*part).to_owned()).collect();
        view.touched_resource(&path).map(|token| token.to_string())
    };
    assert_eq!(
        touched(&["connect", "communities", "0DB1"]).as_deref(),
        Some("s:site.id")
    );
    assert_eq!(touched(&["limits"]), None);
}

#[test]
fn a_describe_is_known_whatever_records_are_planned() {
    let touched = |view: &View, path: &[&str]| {
        let path: Vec<String> = path.iter().map(|part| (*part).to_owned()).collect();
        view.touched_resource(&path).is_some()
    };
    let user = change("user", create("User", Vec::new()));
    let planned = view(vec![user], Vec::new());
    assert!(!touched(&planned, &["sobjects", "User", "describe"]));
    assert!(touched(
        &planned,
        &["sobjects", "User", "005000000000001AAA"]
    ));
}

#[test]
fn an_alteration_that_no_condition_compares_needs_no_read() {
    let view = view(
        vec![
            change(
                "role",
                Operation::from(UpdateRecord {
                    object: "User".into(),
                    id: Scalar::text(OWNER),
                    fields: vec![field("UserRoleId", Scalar::text("00E000000000001AAA"))],
                    options: Vec::new(),
                }),
            ),
            change("other", create("User", Vec::new())),
        ],
        Vec::new(),
    );
    let seen = crate::view::Snapshot::default();
    let lookup = |field: &str, value: &str| usher_contract::operation::Lookup {
        object: "User".into(),
        fields: vec!["UserRole.Name".into()],
        conditions: vec![usher_contract::operation::Condition::is(
            field,
            Scalar::text(value),
        )],
    };
    let asked = |field: &str, value: &str| match view.find(&lookup(field, value), &seen) {
        crate::view::Progress::Ask(lookups) => lookups
            .iter()
            .map(|lookup| lookup.conditions[0].field.clone())
            .collect::<Vec<_>>(),
        crate::view::Progress::Answer(answer) => panic!("{answer:?}"),
    };
    assert_eq!(asked("Username", "x"), ["Username"]);
    assert_eq!(asked("UserRoleId", "x"), ["UserRoleId"]);
    let role = "00E000000000001";
    assert_eq!(asked("UserRoleId", role), ["UserRoleId", "Id"]);
    assert_eq!(asked("UserRole.Name", "x"), ["UserRole.Name", "Id"]);
}
