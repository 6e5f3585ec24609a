use std::sync::Arc;

use serde_json::json;
use usher_core::change::{Change, StepPlan, Undo};
use usher_core::operation::{
    Condition, ConfigureSettings, CreateRecord, Field, Key, Operation, UpdateRecord,
};
use usher_core::plan::{ProblemClass, StepState};
use usher_core::value::{Scalar, Unit};

use super::{present, refuse_existing};
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
            after: Vec::new(),
            waits: Vec::new(),
            results: Vec::new(),
            undo: Undo::Nothing,
        }],
        ..StepPlan::default()
    }
}

/// A change of a field that an earlier step sets finds that step's value, and not the one that the org holds today.
#[tokio::test]
async fn what_was_there_before_is_what_earlier_steps_make() {
    let org = TestOrg::new(FIXTURE);
    let ada = org.id("User", "Alias = 'ada'").await;
    let reader = Reader::new(Arc::clone(&org.org));
    let Ok(before) = present(&reader, &Unit::step("s"), &sets(&ada, "Countess")).await else {
        panic!("the record is there");
    };
    assert_eq!(json!(before), json!({"user": {"Id": ada, "Title": null}}));
    reader.plan_is(&Unit::step("first"), &sets(&ada, "Countess"));
    let Ok(before) = present(&reader, &Unit::step("s"), &sets(&ada, "Enchantress")).await else {
        panic!("the record is there");
    };
    assert_eq!(
        json!(before),
        json!({"user": {"Id": ada, "Title": "Countess"}})
    );
}

/// The org answers, so it is not unavailable: the plugin asks for something that does not exist.
#[tokio::test]
async fn what_the_org_refuses_is_the_fault_of_the_plugin() {
    let org = TestOrg::new(FIXTURE);
    let reader = Reader::new(Arc::clone(&org.org));
    let mut plan = sets("005000000000001AAA", "x");
    plan.changes[0].operation = Operation::from(CreateRecord {
        object: "Account".into(),
        fields: Vec::new(),
        key: Key {
            conditions: vec![Condition::is("Nonsense__c", Scalar::text("x"))],
            enforced: true,
        },
        options: Vec::new(),
    });
    let Err(StepState::Failed { class, problems }) = refuse_existing(&reader, &plan).await else {
        panic!("the key is refused");
    };
    assert_eq!(class, ProblemClass::Plugin);
    assert_eq!(problems[0].code, "plugin/bad-answer");
    // Once an earlier step configures the org, the refusal of today proves nothing.
    let mut configures = sets("005000000000001AAA", "x");
    configures.changes[0].operation = Operation::from(ConfigureSettings {
        settings: "Communities".into(),
        fields: Vec::new(),
    });
    reader.plan_is(&Unit::step("first"), &configures);
    assert!(refuse_existing(&reader, &plan).await.is_ok());
}
