//! Settings while planning: read once, with what is planned laid over them.

use std::sync::Arc;

use expect_test::expect;
use serde_json::json;
use usher_core::change::StepPlan;
use usher_core::read::ReadError;
use usher_core::value::{Scalar, Unit};

use super::{conflicts, present};
use crate::conduct::scripted::{Reply, Script, configure, settings, step};
use crate::port::Reads;
use crate::reads::Reader;

fn on() -> StepPlan {
    step(
        "a",
        vec![configure("on", "X", &[("on", Scalar::Truth(true))])],
        Vec::new(),
    )
    .plan
}

#[tokio::test]
async fn settings_are_read_once_and_as_they_will_be() {
    let (org, script) = Script::org(vec![settings(&[("on", "false"), ("other", "text")])]);
    let reader = Reader::new(Arc::new(org));
    let read = || reader.get_settings("X".into());
    assert_eq!(read().await, Ok(json!({"on": false, "other": "text"})));
    reader.plan_is(&Unit::step("a"), &on());
    assert_eq!(read().await, Ok(json!({"on": true, "other": "text"})));
    assert_eq!(
        script.asked(),
        "<readMetadata><type>XSettings</type><fullNames>X</fullNames></readMetadata>\n"
    );
    // The first step's planned value is the former value of the second step's change.
    let off = configure(
        "off",
        "X",
        &[("on", Scalar::Truth(false)), ("new", Scalar::Nothing)],
    );
    let plan = step("b", vec![off], Vec::new()).plan;
    let before = present(&reader, &plan).await.expect("read");
    assert_eq!(json!(before), json!([["off", {"on": true, "new": null}]]));
}

#[tokio::test]
async fn a_refusal_counts_only_when_nothing_configures_the_org() {
    let (org, _) = Script::org(vec![Reply::Fault("INVALID_TYPE")]);
    let reader = Reader::new(Arc::new(org));
    assert!(matches!(
        reader.settings("Y").await,
        Err(ReadError::Refused(_))
    ));
    reader.plan_is(&Unit::step("a"), &on());
    assert!(matches!(
        reader.settings("Y").await,
        Err(ReadError::Pending { .. })
    ));
    let plan = step(
        "b",
        vec![configure("y", "Y", &[("on", Scalar::Truth(true))])],
        Vec::new(),
    )
    .plan;
    assert_eq!(present(&reader, &plan).await, Ok(Vec::new()));
}

#[test]
fn contradictions_are_found() {
    let wish = |id: &str, value: bool| {
        step(
            id,
            vec![configure("c", "X", &[("on", Scalar::Truth(value))])],
            Vec::new(),
        )
    };
    assert_eq!(conflicts(&[wish("a", true), wish("b", true)]), []);
    let found = conflicts(&[wish("a", true), wish("b", false)]);
    expect![[r#"[Conflict { object: "X", field: "on", first: Unit { step: "a", item: None }, second: Unit { step: "b", item: None } }]"#]]
        .assert_eq(&format!("{found:?}"));
}

#[test]
fn a_step_at_the_end_may_set_back_what_another_one_sets() {
    let sets = |id: &str, value: bool, finally: bool| {
        let change = configure(id, "X", &[("on", Scalar::Truth(value))]);
        let mut step = step(id, vec![change], Vec::new());
        step.terms.finally = finally;
        step
    };
    let found = |steps: &[_]| {
        let found = conflicts(steps).into_iter();
        let found = found.map(|conflict| (conflict.first.step, conflict.second.step));
        found.collect::<Vec<_>>()
    };
    let (on, back) = (sets("on", true, false), sets("back", false, true));
    let off = sets("off", false, false);
    assert_eq!(found(&[on.clone(), back.clone()]), []);
    assert_eq!(
        found(&[on.clone(), off, back.clone()]),
        [("on".to_owned(), "off".to_owned())]
    );
    let again = sets("again", true, true);
    assert_eq!(
        found(&[on, back, again]),
        [("back".to_owned(), "again".to_owned())]
    );
}
