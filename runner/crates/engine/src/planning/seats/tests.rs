use std::collections::BTreeMap;
use std::sync::Arc;

use expect_test::expect;
use serde_json::{Map, json};
use usher_core::change::{Certainty, Consequence, Effect, StepPlan};
use usher_core::plan::{PlannedStep, StepState};
use usher_core::value::Scalar;

use super::shortages;
use crate::reads::Reader;
use crate::testing::{FIXTURE, TestOrg};

fn takes(id: &str, object: &str, record: &str, [total, used]: [&str; 2]) -> PlannedStep {
    PlannedStep {
        id: id.into(),
        item: None,
        plugin: None,
        state: StepState::Changes,
        input: Map::new().into(),
        plan: StepPlan {
            effects: vec![Effect {
                address: "seat".into(),
                causes: Vec::new(),
                summary: String::new(),
                certainty: Certainty::Certain,
                consequence: Consequence::Takes {
                    object: object.into(),
                    id: Scalar::text(record),
                    total: total.into(),
                    used: used.into(),
                    amount: 1_000_000,
                },
                within_ms: 0,
                remains: None,
            }],
            outputs: json!({}).into(),
            ..StepPlan::default()
        },
        before: BTreeMap::new(),
        bound: None,
        only_if: BTreeMap::new(),
        relies_on: Vec::new(),
        kept_with: BTreeMap::new(),
        of_loop: None,
        reads: Default::default(),
        terms: usher_core::plan::Terms::default(),
    }
}

/// Not every object has a label. A plugin is at fault when it takes from a record that the org does not have.
#[tokio::test]
async fn what_is_taken_is_shown_by_the_label_that_it_has() {
    let org = TestOrg::new(FIXTURE);
    let license = org.id("UserLicense", "Name = 'Salesforce'").await;
    let other = org.id("UserLicense", "Name = 'Salesforce Platform'").await;
    let fields = json!({ "Name": "Acme", "NumberOfEmployees": 3 });
    let acme = org.create("Account", fields).await;
    let reader = Reader::new(Arc::clone(&org.org));
    let steps = [
        takes(
            "short",
            "UserLicense",
            &license,
            ["TotalLicenses", "UsedLicenses"],
        ),
        takes(
            "field",
            "UserLicense",
            &other,
            ["TotalLicenses", "Nonsense"],
        ),
        takes(
            "object",
            "Nonsense",
            "001000000000001AAA",
            ["Total", "Used"],
        ),
        takes(
            "label",
            "Account",
            &acme,
            ["NumberOfEmployees", "NumberOfEmployees"],
        ),
        takes(
            "gone",
            "UserLicense",
            "100000000000001AAA",
            ["TotalLicenses", "UsedLicenses"],
        ),
    ];
    let found = shortages(&reader, &steps).await;
    let lines = found.iter().map(|one| {
        let problem = &one.problem;
        let ids = one.steps.iter().map(|place| steps[*place].id.as_str());
        format!(
            "{} {:?} {}: {}\n",
            ids.collect::<Vec<_>>().join(", "),
            one.class,
            problem.code,
            problem.summary
        )
    });
    expect![[r#"
        short Unmet plan/no-seat: the whole plan takes 1000000 of `Salesforce`, and 97 of 100 are left
        field Plugin plugin/bad-answer: it takes of a `UserLicense`, and the org refuses to read it: INVALID_FIELD No such column 'Nonsense' on entity 'UserLicense'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.
        object Plugin plugin/bad-answer: it takes of a `Nonsense`, and the org refuses to read it: INVALID_TYPE sObject type 'Nonsense' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names.
        label Unmet plan/no-seat: the whole plan takes 1000000 of `Acme`, and 0 of 3 are left
        gone Plugin plugin/bad-answer: it takes of a `UserLicense` that is not there
    "#]].assert_eq(&lines.collect::<String>());
}
