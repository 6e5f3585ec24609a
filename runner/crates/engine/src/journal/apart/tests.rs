use std::sync::Arc;

use serde_json::{Value, json};
use usher_core::plan::Plan;
use usher_core::run::{End, Event, Origin};

use super::TOGETHER_MAX;
use crate::journal::{Journal, JournalError};
use crate::port::RunLog;

/// The first event of a run with so many steps.
fn planned(steps: usize) -> Event {
    let steps = (0..steps).map(|number| {
        json!({
            "id": "s", "item": format!("n{number}"), "plugin": null, "state": "as-wanted",
            "input": { "b": number, "a": "x" }, "before": {},
            "plan": { "changes": [], "effects": [], "outputs": {}, "notes": [] },
        })
    });
    let plan = json!({
        "recipe": "r", "title": "R", "now": "2026-11-22T10:00:00Z", "inputs": [],
        "org": {
            "org_id": "00D", "org_kind": "practice", "user_id": "005", "username": "me@org",
            "api_version": "66.0",
        },
        "steps": steps.collect::<Vec<Value>>(),
        "requests": { "read": 1, "write": 2 },
    });
    let plan: Plan = serde_json::from_value(plan).expect("a plan");
    Event::Planned {
        plan: Arc::new(plan),
        recipe: "text".to_owned(),
        origin: Origin::default(),
    }
}

fn journal(events: &[Event]) -> Journal {
    let mut journal = Journal::in_memory().expect("a journal");
    let mut run = journal.begin("a", 1);
    run.append_all(1, events, 2).expect("appended");
    journal
}

fn counted(journal: &Journal, sql: &str) -> i64 {
    let counted = journal.connection.query_row(sql, [], |row| row.get(0));
    counted.expect("a number")
}

#[test]
fn a_long_plan_is_read_as_it_was_written() {
    for steps in [0, TOGETHER_MAX, TOGETHER_MAX + 1, 3 * TOGETHER_MAX] {
        let event = planned(steps);
        let journal = journal(std::slice::from_ref(&event));
        let mut read = Vec::new();
        let run = journal.visit("a", |entry, _| read.push(entry.event.clone()));
        let run = run.expect("loads");
        assert_eq!(read, [event]);
        assert_eq!(run.state.steps().len(), steps);
        let apart = if steps > TOGETHER_MAX { steps } else { 0 };
        let rows = counted(&journal, "SELECT count(*) FROM step");
        assert_eq!(usize::try_from(rows), Ok(apart));
        // The first event says for which org the run is, without its steps.
        let Some(Event::Planned { plan, recipe, .. }) = journal.first("a") else {
            panic!("the first event is a plan");
        };
        assert_eq!((plan.org.org_id.as_str(), recipe.as_str()), ("00D", "text"));
        assert_eq!(plan.steps.len(), steps - apart);
    }
}

#[test]
fn a_plan_without_all_of_its_steps_is_damaged() {
    let steps = i64::try_from(TOGETHER_MAX).expect("a small number") + 1;
    let damages = [
        (
            "DELETE FROM step WHERE number = 7",
            "its step 7 is missing".to_owned(),
        ),
        (
            "DELETE FROM step WHERE number = 1",
            "its step 1 is missing".to_owned(),
        ),
        (
            "DELETE FROM step WHERE number > 99",
            format!("it has {steps} steps, and 99 of them are there"),
        ),
        (
            "UPDATE step SET json = '{' WHERE number = 3",
            "its step 3: EOF while parsing an object at line 1 column 1".to_owned(),
        ),
    ];
    for (sql, why) in damages {
        let journal = journal(&[
            planned(TOGETHER_MAX + 1),
            Event::Finished { end: End::Done },
        ]);
        journal.connection.execute(sql, []).expect("damaged");
        let error = journal.load("a").expect_err("damaged");
        assert!(matches!(error, JournalError::Damaged { number: 1, .. }));
        assert_eq!(
            error.to_string(),
            format!("event 1 of run a is damaged: {why}")
        );
    }
}

#[test]
fn a_run_that_is_forgotten_leaves_no_step() {
    let mut journal = journal(&[planned(TOGETHER_MAX + 1)]);
    assert!(counted(&journal, "SELECT count(*) FROM step") > 0);
    journal.forget(&["a".to_owned()]).expect("forgotten");
    assert_eq!(counted(&journal, "SELECT count(*) FROM step"), 0);
}

#[test]
fn a_run_that_is_not_begun_has_no_step() {
    let mut journal = journal(&[planned(TOGETHER_MAX + 1)]);
    let mut twice = journal.begin("a", 3);
    let refused = twice.append_all(1, &[planned(TOGETHER_MAX + 2)], 4);
    assert!(refused.is_err(), "an id is used once");
    let rows = counted(&journal, "SELECT count(*) FROM step");
    assert_eq!(usize::try_from(rows), Ok(TOGETHER_MAX + 1));
}
