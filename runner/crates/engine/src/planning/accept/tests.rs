use std::sync::Arc;

use serde_json::json;
use usher_core::change::{Change, StepPlan, Undo};
use usher_core::operation::{Field, Operation, UpdateRecord};
use usher_core::value::{Scalar, Unit};

use super::present;
use crate::reads::Reader;
use crate::testing::{FIXTURE, TestOrg};

fn sets(id: &str, value: &str) -> StepPlan {
    StepPlan {
        changes: vec![Change {
            address: "user".into(),
            summary: String::new(),
            operation: Operation::from(UpdateRecord {
                object: "User".into(),
                id: Scalar::text(id),
                fields: vec![Field {
                    name: "Title".into(),
                    value: Scalar::text(value),
                }],
                options: Vec::new(),
            }),
            needs: Vec::new(),
            waits: Vec::new(),
            results: Vec::new(),
            undo: Undo::Nothing,
        }],
        ..StepPlan::default()
    }
}

/// A change of what an earlier step sets finds that, not what the org holds today.
#[tokio::test]
async fn what_was_there_before_is_what_earlier_steps_make() {
    let org = TestOrg::new(FIXTURE);
    let ada = org.id("User", "Alias = 'ada'").await;
    let reader = Reader::new(Arc::clone(&org.org));
    let Ok(before) = present(&reader, &sets(&ada, "Countess")).await else {
        panic!("the record is there");
    };
    assert_eq!(json!(before), json!({"user": {"Id": ada, "Title": null}}));
    reader.plan_is(&Unit::step("first"), &sets(&ada, "Countess"));
    let Ok(before) = present(&reader, &sets(&ada, "Enchantress")).await else {
        panic!("the record is there");
    };
    assert_eq!(
        json!(before),
        json!({"user": {"Id": ada, "Title": "Countess"}})
    );
}
