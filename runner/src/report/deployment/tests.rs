use expect_test::{Expect, expect};
use serde_json::{Value, json};
use usher_core::operation::{Component, ComponentName, Operation};
use usher_core::value::{Reference, Scalar, Token};

use super::{lines, to_json};
use crate::report::Detail;

fn name(kind: &str, full_name: Scalar) -> ComponentName {
    ComponentName {
        kind: kind.into(),
        full_name,
    }
}

/// Two sets, one of which is there, a profile whose name nobody knows, and one set that goes.
fn operation() -> Operation {
    let component = |kind: &str, full_name: Scalar, content: Value| Component {
        name: name(kind, full_name),
        content: content.to_string(),
    };
    let unknown = Scalar::Reference(Reference::Given(Token("make:profile.name".into())));
    Operation::Deploy {
        components: vec![
            component(
                "SharingSet",
                Scalar::text("Partners"),
                json!({
                    "name": ["Partners"],
                    "profiles": ["A", {"$ref": "make:profile.name"}],
                    "accessMappings": [{"object": ["Case"], "accessLevel": ["Edit"]}]
                }),
            ),
            component("SharingSet", Scalar::text("New"), json!({"name": ["New"]})),
            component("Profile", unknown, json!({"custom": ["true"]})),
        ],
        removals: vec![name("SharingSet", Scalar::text("Old"))],
        options: Vec::new(),
    }
}

fn before() -> serde_json::Map<String, Value> {
    let before = json!({
        "SharingSet/Partners": {
            "name": ["Partners"],
            "profiles": ["A", "B"],
            "accessMappings": [{"object": ["Case"], "accessLevel": ["Read"]}]
        },
        "SharingSet/New": null,
        "SharingSet/Old": {"name": ["Old"]}
    });
    before.as_object().cloned().unwrap_or_default()
}

#[track_caller]
fn check(operation: &Operation, detail: Detail, expected: Expect) {
    let text = lines(operation, Some(&before()), detail).join("\n");
    expected.assert_eq(&text);
}

#[test]
fn an_admin_reads_which_components_and_in_what_they_differ() {
    check(&operation(), Detail::Normal, expect![[""]]);
}

#[test]
fn many_values_are_counted() {
    let permissions: Vec<Value> = (0..30)
        .map(|n| json!({"name": [format!("P{n:02}")]}))
        .collect();
    let many = Operation::Deploy {
        components: vec![Component {
            name: name("SharingSet", Scalar::text("New")),
            content: json!({"userPermissions": permissions}).to_string(),
        }],
        removals: Vec::new(),
        options: Vec::new(),
    };
    let shown = lines(&many, Some(&before()), Detail::Normal);
    assert_eq!(shown.len(), 22);
    assert_eq!(shown[21], "    … 10 values more (`--full` shows all)");
    assert_eq!(lines(&many, Some(&before()), Detail::Full).len(), 31);
}

#[test]
fn a_program_reads_the_same() {
    let (operation, after) = to_json(&operation(), Some(&before()));
    expect![[""]].assert_eq(&format!("{operation:#}\n{after:#}\n"));
}
