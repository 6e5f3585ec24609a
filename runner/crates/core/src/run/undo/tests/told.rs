//! Each change of a run is in its undo.

use expect_test::expect;
use usher_contract::change::{Undo, WayBack};
use usher_contract::operation::{Operation, WaitOnly};
use usher_contract::value::Scalar;

use super::{back, change, check, create, done, failed, id, run, sent, settled, step};
use crate::run::{Event, How, Outcome, taken_back};

#[test]
fn changes_that_are_not_undone_are_told_each() {
    let mut nothing = create("nothing", "X", &[]);
    nothing.undo = Undo::Nothing;
    let wait = change(
        "wait",
        Operation::WaitOnly(WaitOnly),
        back(WayBack::Restore),
    );
    let names = [
        "so", "refused", "there", "theirs", "doubt", "never", "depends",
    ];
    let mut changes = vec![nothing, wait];
    changes.extend(names.map(|name| create(name, "X", &[])));
    changes.push(create("unknown", "X", &[("Of", id("s", "so"))]));
    let Undo::Possible(unknown) = &mut changes[9].undo else {
        panic!("it can be undone");
    };
    unknown.way = WayBack::Instead(Box::new(super::update("u", id("s", "so"), &[]).operation));
    let how = |how: How| Outcome::Done {
        how,
        values: Default::default(),
    };
    let mut events = Vec::new();
    for (index, name) in ["refused", "there", "doubt"].into_iter().enumerate() {
        events.push(sent(index as u64 + 1, "s", name, None));
    }
    events.extend([
        Event::Answered {
            change: super::key("s", "there"),
            values: [("id".to_owned(), "001Jca000000009IAA".into())].into(),
            how: How::Sent,
        },
        done("s", "nothing", Some("001Jca000000008IAA")),
        settled("s", "wait", how(How::AsWanted)),
        settled("s", "so", how(How::AsWanted)),
        settled("s", "refused", failed(None)),
        settled("s", "there", failed(Some(How::Sent))),
        settled("s", "theirs", how(How::FoundNotOurs)),
        settled(
            "s",
            "doubt",
            Outcome::Unsettled {
                reason: "why".into(),
                how: None,
            },
        ),
        settled("s", "depends", failed(None)),
        settled("s", "unknown", how(How::Sent)),
    ]);
    check(
        &run(vec![step("s", changes)], events),
        &[],
        expect![[r#"
        s
          there: {"delete":{"object":"X","id":{"text":"001Jca000000009IAA"}}}
            if {}
          undo/stays: stays: do unknown (the run never learned the value of `s:so.id`)
          undo/in-doubt: stays: do doubt (its outcome is unknown)
          undo/not-ours: stays: do theirs (another user made it)
          undo/failed: nothing to undo: do refused (it failed)
          undo/as-wanted: nothing to undo: do so (it was so already)
          undo/as-wanted: nothing to undo: do wait (it only waited)
          undo/nothing: nothing to undo: do nothing
          undo/never-sent: never sent: 2 changes
    "#]],
    );
}

#[test]
fn a_change_in_doubt_that_the_org_had_taken_is_undone() {
    let events = vec![
        sent(1, "s", "a", None),
        Event::Answered {
            change: super::key("s", "a"),
            values: [("id".to_owned(), "001Jca000000009IAA".into())].into(),
            how: How::Found,
        },
        settled(
            "s",
            "a",
            Outcome::Unsettled {
                reason: "2 records are there".into(),
                how: Some(How::Found),
            },
        ),
    ];
    let changes = vec![create("a", "X", &[("Name", Scalar::text("n"))])];
    check(
        &run(vec![step("s", changes)], events),
        &[],
        expect![[r#"
            s
              a: {"delete":{"object":"X","id":{"text":"001Jca000000009IAA"}}}
                if {"Name":"n"}
              undo/in-doubt: Salesforce accepted it, and the run did not see its outcome: do a
        "#]],
    );
}

#[test]
fn a_step_without_changes_is_not_told() {
    let back = taken_back(
        &run(vec![step("s", Vec::new())], Vec::new()),
        &Default::default(),
    );
    assert_eq!(back, []);
}
