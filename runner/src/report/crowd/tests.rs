use std::sync::Arc;

use expect_test::expect;
use serde_json::{Value, json};
use usher_core::run::{Approval, ChangeKey, Event, How, Origin, Outcome, RunState};
use usher_core::value::Unit;

use super::Crowd;
use crate::page::Look;

fn begun(items: usize) -> RunState {
    let steps = (0..items).map(|number| {
        json!({
            "id": "user", "item": format!("n{number}"), "plugin": null, "state": "changes",
            "input": {}, "before": {},
            "plan": {
                "changes": [{
                    "address": "user", "summary": format!("create user {number}"),
                    "operation": "wait-only", "after": [], "waits": [], "results": [],
                    "undo": "nothing"
                }],
                "effects": [], "notes": [], "outputs": {}
            }
        })
    });
    let plan = json!({
        "recipe": "r", "title": "R", "now": "2026-11-22T10:00:00Z", "inputs": [],
        "org": {"org_id": "00D", "org_kind": "practice", "user_id": "005", "username": "me@org",
                "api_version": "66.0"},
        "steps": steps.collect::<Value>(), "requests": {"read": 0, "write": 0}
    });
    let planned = Event::Planned {
        plan: Arc::new(serde_json::from_value(plan).expect("a plan")),
        recipe: String::new(),
        origin: Origin::default(),
    };
    let approved = Event::Approved { by: Approval::Flag };
    RunState::of([&planned, &approved]).expect("possible")
}

/// The lines of a run in which each change ends, a hundred a second, and those of `fails` fail.
fn told(items: usize, fails: impl Fn(usize) -> bool) -> String {
    let mut state = begun(items);
    let mut crowd = Crowd::default();
    let mut text = String::new();
    for number in 0..items {
        let unit = Unit {
            step: "user".to_owned(),
            item: Some(format!("n{number}")),
        };
        let outcome = match fails(number) {
            true => Outcome::Failed {
                code: "NO".to_owned(),
                message: "no".to_owned(),
                how: None,
            },
            false => Outcome::Done {
                how: How::Sent,
                values: Default::default(),
            },
        };
        let event = Event::Settled {
            change: ChangeKey::new(&unit, "user"),
            outcome,
        };
        state.next(&event).expect("possible");
        let at_ms = i64::try_from(number).expect("small") * 10;
        if let Some(page) = crowd.page(&event, at_ms, &state) {
            text.push_str(&page.text(Look::default()));
        }
    }
    // The indentation that all lines of an expected text have is none of its own.
    let lines = text.lines().map(|line| line.strip_prefix("  "));
    let lines = lines.map(|line| line.expect("it is indented").to_owned() + "\n");
    lines.collect()
}

#[test]
fn many_changes_are_counted() {
    expect![[r#"
          done  user  501 of 1200 changes: 100 a second, 7 s left
          done  user  1001 of 1200 changes: 100 a second, 2 s left
          done  user  1200 of 1200 changes: 100 a second
    "#]]
    .assert_eq(&told(1_200, |_| false));
}

#[test]
fn the_first_failures_are_shown() {
    let text = told(1_000, |number| number % 40 == 1);
    assert_eq!(text.matches("FAILED").count(), 20, "{text}");
    expect![[r#"
          FAILED  user[n681]  "create user 681": NO no
          FAILED  user[n721]  "create user 721": NO no
          FAILED  user[n761]  "create user 761": NO no
          more of this step fails; it is counted only
          done  user  1000 of 1000 changes, 25 failed: 100 a second"#]]
    .assert_eq(&text.lines().skip(18).collect::<Vec<_>>().join("\n"));
}

#[test]
fn a_few_changes_have_a_line_each() {
    assert_eq!(told(3, |_| false).lines().count(), 3);
}
