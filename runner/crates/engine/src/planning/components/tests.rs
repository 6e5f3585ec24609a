//! Deployments while planning: their former contents, and contradictions.

use std::sync::Arc;

use serde_json::{Value, json};
use usher_core::change::Change;
use usher_core::operation::{Component, ComponentName, DeployComponents, Operation};
use usher_core::value::{Scalar, Unit};

use super::{conflicts, present};
use crate::conduct::scripted::{change, step};
use crate::reads::Reader;
use crate::testing::{FIXTURE, TestOrg};

fn name(kind: &str, full_name: &str) -> ComponentName {
    ComponentName {
        kind: kind.into(),
        full_name: Scalar::text(full_name),
    }
}

fn deploys(kind: &str, full_name: &str, content: &Value) -> Change {
    change(
        "it",
        Operation::from(DeployComponents {
            components: vec![Component {
                name: name(kind, full_name),
                content: content.to_string(),
            }],
            removals: Vec::new(),
            options: Vec::new(),
        }),
    )
}

fn removes(full_name: &str) -> Change {
    change(
        "it",
        Operation::from(DeployComponents {
            components: Vec::new(),
            removals: vec![name("SharingSet", full_name)],
            options: Vec::new(),
        }),
    )
}

#[tokio::test]
async fn before_is_what_is_there_with_what_earlier_steps_make_of_it() {
    let org = TestOrg::new(FIXTURE);
    let reader = Reader::new(Arc::clone(&org.org));
    let before = async |change: Change| {
        let plan = step("s", vec![change], Vec::new()).plan;
        json!(present(&reader, &plan).await.expect("read"))
    };
    let set = deploys("SharingSet", "Partners", &json!({"name": ["Partners"]}));
    assert_eq!(
        before(set.clone()).await,
        json!([["it", {"SharingSet/Partners": null}]])
    );
    let first = step("a", vec![set], Vec::new()).plan;
    reader.plan_is(&Unit::step("a"), &first);
    assert_eq!(
        before(removes("Partners")).await,
        json!([["it", {"SharingSet/Partners": {"name": ["Partners"]}}]])
    );
    // The value is not known yet.
    let later = deploys("SharingSet", "Later", &json!({"name": [{"$ref": "a:b.c"}]}));
    let second = step("b", vec![later.clone()], Vec::new()).plan;
    reader.plan_is(&Unit::step("b"), &second);
    assert_eq!(before(later).await, json!([["it", {}]]));
}

#[test]
fn contents_that_contradict_each_other_are_told() {
    let set = |profiles: &[&str]| deploys("SharingSet", "S", &json!({"profiles": profiles}));
    let found = |first: Change, second: Change| {
        let steps = [
            step("a", vec![first], Vec::new()),
            step("b", vec![second], Vec::new()),
        ];
        conflicts(&steps)
    };
    let conflict = vec![("SharingSet/S".to_owned(), Unit::step("a"), Unit::step("b"))];
    assert_eq!(found(set(&["A"]), set(&["A", "B"])), []);
    assert_eq!(found(set(&["A"]), set(&["B"])), conflict);
    assert_eq!(found(set(&["A"]), removes("S")), conflict);
    assert_eq!(found(removes("S"), removes("S")), []);
    assert_eq!(found(removes("Other"), set(&["A"])), []);
    let permission = |name: &str, enabled: &str| {
        let permission = json!({"name": [name], "enabled": [enabled]});
        deploys("Profile", "P", &json!({"userPermissions": [permission]}))
    };
    // A deployment of a profile is laid over the profile.
    assert_eq!(found(permission("A", "true"), permission("B", "true")), []);
    assert_eq!(
        found(permission("A", "true"), permission("A", "false")).len(),
        1
    );
}
