use expect_test::expect;
use serde_json::json;

use super::{Content, get, list, put, remove};
use crate::in_flight::InFlight;
use crate::tenant::Tenant;
use crate::tenant::duplicate_header::DuplicateHeader;
use crate::testing::{NOW_MS, org};

fn content(value: serde_json::Value) -> Content {
    serde_json::from_value(value).expect("a map")
}

/// Compares what `steps` leave of two components, beside a component of another kind.
#[track_caller]
fn after(steps: impl FnOnce(&Tenant<'_>), expected: expect_test::Expect) {
    let org = org();
    let inner = org.practice.inner.lock().expect("no test panicked inside");
    let org = Tenant {
        db: &inner.db,
        now_ms: NOW_MS,
        user_id: String::new(),
        fills: true,
        version: 66,
        calls: 0,
        in_flight: &InFlight::default(),
        duplicates: DuplicateHeader::default(),
        unassigns: 0,
        deleted_too: false,
        readable: crate::tenant::readable::Readable::default(),
    };
    let own = content(json!({ "name": ["Own"], "accessMappings": [{ "object": ["Case"] }] }));
    put(&org, "SharingSet", "Own", &own).expect("kept");
    put(&org, "SharingSet", "All", &content(json!({}))).expect("kept");
    put(&org, "Network", "Own", &content(json!({}))).expect("kept");
    steps(&org);
    let mut text = String::new();
    for (name, content) in list(&org, "SharingSet").expect("a list") {
        text.push_str(&format!("{name} {}\n", serde_json::Value::from(content)));
    }
    expected.assert_eq(&text);
}

#[test]
fn components_are_listed_by_name() {
    after(
        |org| {
            assert_eq!(get(org, "SharingSet", "Other").expect("read"), None);
            let own = get(org, "SharingSet", "Own").expect("read").expect("there");
            expect![[r#"{"accessMappings":[{"object":["Case"]}],"name":["Own"]}"#]]
                .assert_eq(&serde_json::Value::from(own).to_string());
        },
        expect![[r#"
            All {}
            Own {"accessMappings":[{"object":["Case"]}],"name":["Own"]}
        "#]],
    );
}

#[test]
fn a_component_is_replaced_whole_and_removed_once() {
    after(
        |org| {
            let own = content(json!({ "description": ["New"] }));
            put(org, "SharingSet", "Own", &own).expect("kept");
            assert!(remove(org, "SharingSet", "All").expect("gone"));
            assert!(!remove(org, "SharingSet", "All").expect("gone before"));
        },
        expect![[r#"
            Own {"description":["New"]}
        "#]],
    );
}
