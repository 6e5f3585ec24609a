//! Turns of many items, against an org that keeps what it is sent.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use expect_test::{Expect, expect};
use http::{Method, Request, Response};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use usher_core::change::{Change, Deferral, Prerequisite};
use usher_core::plan::{PlannedStep, StepState};
use usher_core::run::{Carried, ChangeState, Event, Outcome, RunState, Stop};
use usher_core::value::{Reference, Scalar, Unit};

use crate::client::Client;
use crate::conduct::scripted::{NoSteps, Watching, beginning, create, step};
use crate::conduct::{Conductor, Memory, RunError};
use crate::org_time::OrgTime;
use crate::port::{Boxed, LogError, RunLog};
use crate::session::{Fixed, Secret};
use crate::stop::StopFlag;
use crate::testing::TestClock;
use crate::wire::{Wire, WireError};

mod at_end;
mod retry;

/// An org that keeps records by object and name, and refuses those whose name begins with `bad`, or for now with
/// `locked`.
#[derive(Default)]
struct Crowd {
    records: Mutex<HashMap<(String, String), usize>>,
    requests: Mutex<Vec<String>>,
    /// The answer to the write of this number is lost.
    lost: Option<usize>,
}

impl Crowd {
    fn save(&self, body: &Value) -> Value {
        let mut records = self.records.lock().expect("no panic");
        let rows = body["records"].as_array().cloned().unwrap_or_default();
        let saved = rows.iter().map(|row| {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let key = (text(&row["attributes"]["type"]), text(&row["Name"]));
            if key.1.starts_with("bad") {
                let error = json!({"statusCode": "FIELD_INTEGRITY_EXCEPTION", "message": "no"});
                return json!({"success": false, "errors": [error]});
            }
            if key.1.starts_with("locked") {
                let error = json!({"statusCode": "UNABLE_TO_LOCK_ROW", "message": "locked"});
                return json!({"success": false, "errors": [error]});
            }
            let number = records.len();
            let before = records.insert(key, number);
            assert_eq!(before, None, "each is made once");
            json!({"success": true, "id": id(number), "errors": []})
        });
        saved.collect()
    }

    /// The records whose names a query mentions.
    fn found(&self, soql: &str) -> Value {
        let records = self.records.lock().expect("no panic");
        let object = soql
            .split(" FROM ")
            .nth(1)
            .and_then(|rest| rest.split(' ').next());
        let object = object.unwrap_or_default().to_owned();
        let names = soql.split('\'').skip(1).step_by(2);
        let rows = names.filter_map(|name| {
            let number = records.get(&(object.clone(), name.to_owned()))?;
            Some(
                json!({"Id": id(*number), "Name": name, "CreatedById": "005",
                        "CreatedDate": "2026-11-22T10:00:00.000+0000"}),
            )
        });
        json!({"records": rows.collect::<Vec<_>>(), "done": true})
    }

    fn counted(&self) -> BTreeMap<String, usize> {
        let mut counted = BTreeMap::new();
        for request in self.requests.lock().expect("no panic").iter() {
            *counted.entry(request.clone()).or_insert(0) += 1;
        }
        counted
    }
}

fn id(number: usize) -> String {
    format!("001Jca{number:09}AAA")
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

impl Wire for Crowd {
    fn send(&self, request: Request<Bytes>) -> Boxed<'_, Result<Response<Bytes>, WireError>> {
        let body: Value = serde_json::from_slice(request.body()).unwrap_or(Value::Null);
        let is_write = *request.method() == Method::POST && body.get("records").is_some();
        let mut requests = self.requests.lock().expect("no panic");
        requests.push(if is_write { "write" } else { "look" }.to_owned());
        let writes = requests.iter().filter(|one| *one == "write").count();
        let answer = if is_write {
            self.save(&body)
        } else if let Some(parts) = body["compositeRequest"].as_array() {
            let parts = parts.iter().map(|part| {
                let url = decoded(part["url"].as_str().unwrap_or_default());
                json!({"httpStatusCode": 200, "body": self.found(&url)})
            });
            json!({"compositeResponse": parts.collect::<Vec<_>>()})
        } else {
            self.found(&decoded(&request.uri().to_string()))
        };
        let is_lost = is_write && self.lost == Some(writes);
        Box::pin(async move {
            match is_lost {
                true => Err(WireError::Lost("the connection broke".to_owned())),
                false => Ok(Response::new(Bytes::from(answer.to_string()))),
            }
        })
    }
}

/// Counts transactions; breaks at the event of this number.
struct Log {
    transactions: usize,
    breaks_at: u64,
}

impl RunLog for Log {
    fn append_all(&mut self, first: u64, events: &[Event], _: i64) -> Result<(), LogError> {
        self.transactions += 1;
        match first + events.len() as u64 > self.breaks_at {
            true => Err(LogError::Unusable("killed".to_owned())),
            false => Ok(()),
        }
    }
}

/// The part of a run that one process carries out.
struct Part {
    ended: Result<Carried, RunError>,
    events: Vec<Event>,
    transactions: usize,
    state: RunState,
}

async fn carry(org: &Arc<Crowd>, events: &[Event], breaks_at: u64) -> Part {
    let client = Client::new(
        Arc::<Crowd>::clone(org),
        Arc::new(Fixed::new(Secret::new("00D!token".into()))),
    );
    let mut all = events.to_vec();
    let mut watch = Watching(|event: &Event| all.push(event.clone()));
    let mut log = Log {
        transactions: 0,
        breaks_at,
    };
    let clock = TestClock::default();
    let mut conductor = Conductor {
        org: &client,
        clock: &clock,
        time: OrgTime::new(&clock),
        journal: &mut log,
        watch: &mut watch,
        planner: &NoSteps,
        stop: &StopFlag::default(),
        state: RunState::of(events).expect("possible"),
        memory: Memory::new(&clock),
        #[cfg(debug_assertions)]
        planted: None,
    };
    let ended = conductor.carry_out().await;
    let state = conductor.state;
    Part {
        ended,
        events: all,
        transactions: log.transactions,
        state,
    }
}

/// The step of this id, for one item.
fn item(id: &str, item: &str, changes: Vec<Change>) -> PlannedStep {
    let mut step = step(id, Vec::new(), Vec::new());
    step.item = Some(item.to_owned());
    step.plan.changes = changes;
    step
}

/// A contact for each person, then two assignments that refer to it.
fn people(names: &[String]) -> Vec<PlannedStep> {
    let contact = |name: &String| {
        let contact = create(name, "Contact", &[("Name", Scalar::text(name.as_str()))]);
        let contact = Change {
            address: "contact".to_owned(),
            ..contact
        };
        item("contact", name, vec![contact])
    };
    let assignments = |name: &String| {
        let unit = Unit {
            step: "contact".to_owned(),
            item: Some(name.clone()),
        };
        let of = Scalar::Reference(Reference::Given(unit.binds("contact", "id")));
        let changes = ["a", "b"].map(|set| {
            let named = format!("{name} {set}");
            let fields = [("Name", Scalar::text(named.as_str())), ("Of", of.clone())];
            Change {
                address: set.to_owned(),
                ..create(&named, "Assignment", &fields)
            }
        });
        item("sets", name, changes.to_vec())
    };
    let contacts = names.iter().map(contact);
    contacts.chain(names.iter().map(assignments)).collect()
}

fn names(many: usize) -> Vec<String> {
    (0..many).map(|number| format!("n{number}")).collect()
}

fn going_on(steps: Vec<PlannedStep>) -> Vec<Event> {
    let mut events = beginning(steps);
    if let Some(Event::Planned { origin, .. }) = events.first_mut() {
        origin.goes_on = true;
    }
    events
}

/// The outcomes that are not `done`, one a line, and the requests.
fn told(org: &Crowd, part: &Part) -> String {
    let mut text = format!("{:?} {:?}\n", org.counted(), part.ended);
    let mut done = 0;
    for (key, state) in &part.state.changes {
        match state {
            ChangeState::Settled(Outcome::Done { .. }) => done += 1,
            ChangeState::Settled(Outcome::Failed { code, message, .. }) => {
                text.push_str(&format!("{} {}: {code} {message}\n", key.unit, key.address));
            }
            other => text.push_str(&format!("{} {}: {other:?}\n", key.unit, key.address)),
        }
    }
    text.push_str(&format!("{done} done\n"));
    text
}

async fn check(events: Vec<Event>, expected: Expect) {
    let org = Arc::new(Crowd::default());
    let part = carry(&org, &events, u64::MAX).await;
    expected.assert_eq(&told(&org, &part));
}

#[tokio::test]
async fn items_share_requests() {
    check(
        beginning(people(&names(450))),
        expect![[r#"
        {"look": 8, "write": 8} Ok(Finished(Done))
        1350 done
    "#]],
    )
    .await;
}

#[tokio::test]
async fn an_item_that_fails_takes_no_other_down_when_the_run_goes_on() {
    let mut names = names(5);
    names[1] = "bad".to_owned();
    let mut steps = people(&names);
    steps.push(step(
        "last",
        vec![create("end", "Account", &[("Name", Scalar::text("end"))])],
        Vec::new(),
    ));
    check(
        going_on(steps),
        expect![[r#"
        {"look": 4, "write": 3} Ok(Finished(Failed))
        contact[bad] contact: FIELD_INTEGRITY_EXCEPTION no
        sets[bad] a: run/depends step `contact` has failed for this item
        sets[bad] b: run/depends step `contact` has failed for this item
        13 done
    "#]],
    )
    .await;
}

#[tokio::test]
async fn without_that_the_run_ends_after_the_batch() {
    let mut names = names(250);
    names[1] = "bad".to_owned();
    let org = Arc::new(Crowd::default());
    let part = carry(&org, &beginning(people(&names)), u64::MAX).await;
    let waiting = part.state.changes.values();
    let waiting = waiting
        .filter(|state| **state == ChangeState::Waiting)
        .count();
    assert_eq!(waiting, 50 + 500, "{:?}", org.counted());
    assert_eq!(org.records.lock().expect("no panic").len(), 199);
}

#[tokio::test]
async fn a_change_in_a_failed_item_ends_with_the_change_that_it_needs() {
    let mut one = people(&["bad".to_owned()]).remove(0);
    let mut second = create("x", "Account", &[("Name", Scalar::text("x"))]);
    second
        .after
        .push(Prerequisite::Change("contact".to_owned()));
    one.plan.changes.push(second);
    let mut other = people(&["good".to_owned()]).remove(0);
    other
        .plan
        .changes
        .push(create("y", "Account", &[("Name", Scalar::text("y"))]));
    check(
        going_on(vec![one, other]),
        expect![[r#"
        {"look": 4, "write": 3} Ok(Finished(Failed))
        contact[bad] contact: FIELD_INTEGRITY_EXCEPTION no
        contact[bad] x: run/depends what it needs has failed
        2 done
    "#]],
    )
    .await;
}

#[tokio::test]
async fn an_item_without_a_plan_takes_no_other_down_when_the_run_goes_on() {
    let mut steps = people(&names(3));
    steps[1].state = StepState::Failed {
        class: usher_core::plan::ProblemClass::Unmet,
        problems: Vec::new(),
    };
    check(
        going_on(steps.clone()),
        expect![[r#"
        {"look": 2, "write": 2} Ok(Finished(Failed))
        contact[n1] contact: Waiting
        sets[n1] a: run/depends step `contact` has failed for this item
        sets[n1] b: run/depends step `contact` has failed for this item
        6 done
    "#]],
    )
    .await;
    check(
        beginning(steps),
        expect![[r#"
        {} Ok(Finished(Failed))
        contact[n0] contact: Waiting
        contact[n1] contact: Waiting
        contact[n2] contact: Waiting
        sets[n0] a: Waiting
        sets[n0] b: Waiting
        sets[n1] a: Waiting
        sets[n1] b: Waiting
        sets[n2] a: Waiting
        sets[n2] b: Waiting
        0 done
    "#]],
    )
    .await;
}

#[tokio::test]
async fn a_lost_answer_is_looked_for_in_few_requests() {
    let org = Arc::new(Crowd {
        lost: Some(2),
        ..Crowd::default()
    });
    let part = carry(&org, &beginning(people(&names(450))), u64::MAX).await;
    expect![[r#"
        {"look": 9, "write": 8} Ok(Finished(Done))
        1350 done
    "#]]
    .assert_eq(&told(&org, &part));
}

/// The process is killed at every event of a run of many items; another one carries the run on.
#[tokio::test]
async fn a_killed_run_makes_each_record_once() {
    let events = beginning(people(&names(250)));
    let whole = carry(&Arc::new(Crowd::default()), &events, u64::MAX).await;
    let last = whole.events.len() as u64;
    assert!(whole.transactions < 30, "{}", whole.transactions);
    let mut most = 0;
    let mut hurt = HashSet::new();
    for breaks_at in (3..last).step_by(83) {
        let org = Arc::new(Crowd::default());
        let killed = carry(&org, &events, breaks_at).await;
        assert!(killed.ended.is_err());
        hurt.insert(killed.events.len());
        let mut events = killed.events;
        events.push(Event::Resumed);
        let resumed = carry(&org, &events, u64::MAX).await;
        assert_eq!(resumed.state.end(), whole.state.end(), "{breaks_at}");
        assert_eq!(org.records.lock().expect("no panic").len(), 750);
        most = most.max(org.requests.lock().expect("no panic").len());
    }
    assert!(hurt.len() > 4, "{hurt:?}");
    assert!(most < 20, "{most} requests");
}

/// Twice as many items take twice as many requests and transactions, and no more.
#[tokio::test]
async fn the_cost_grows_with_the_items() {
    let cost = async |many: usize| {
        let org = Arc::new(Crowd::default());
        let part = carry(&org, &beginning(people(&names(many))), u64::MAX).await;
        assert_eq!(org.records.lock().expect("no panic").len(), 3 * many);
        let requests = org.requests.lock().expect("no panic").len();
        (requests, part.transactions)
    };
    let (requests, transactions) = cost(1_000).await;
    let (twice, twice_transactions) = cost(2_000).await;
    assert!(
        twice <= 2 * requests && requests <= 50,
        "{requests} {twice}"
    );
    assert!(
        twice_transactions <= 2 * transactions,
        "{transactions} {twice_transactions}"
    );
}

/// A process ended after the second item was planned and before a person approved it. The next process asks, and sends
/// nothing of that item before.
#[tokio::test]
async fn a_resumed_run_asks_for_an_item_that_nobody_has_approved() {
    let planned = people(&names(3));
    let mut steps = planned.clone();
    steps[1].state = StepState::Deferred(Deferral {
        waiting_for: Vec::new(),
        reason: String::new(),
        likely: Vec::new(),
    });
    steps[1].plan.changes.clear();
    let mut events = beginning(steps);
    events.push(Event::StepPlanned {
        step: planned[1].clone(),
    });
    events.push(Event::Stopped {
        why: Stop::Interrupted,
    });
    events.push(Event::Resumed);
    let org = Arc::new(Crowd::default());
    let part = carry(&org, &events, u64::MAX).await;
    let asked = Stop::NotApproved {
        unit: planned[1].unit(),
    };
    assert!(
        matches!(&part.ended, Ok(Carried::Stopped(why)) if *why == asked),
        "{:?}",
        part.ended
    );
    let made: Vec<String> = org
        .records
        .lock()
        .expect("no panic")
        .keys()
        .map(|(_, name)| name.clone())
        .collect();
    assert_eq!(made, ["n0"]);
}

/// Two loops have an item of one key. The failure of the one is no reason against the other.
#[tokio::test]
async fn an_item_of_another_loop_is_another_one() {
    let of = |step: &str, of_loop: &str, name: &str| {
        let change = create(name, "Contact", &[("Name", Scalar::text(name))]);
        let mut step = item(step, "n0", vec![change]);
        step.of_loop = Some(of_loop.to_owned());
        step
    };
    let steps = vec![
        of("first", "inputs.people", "bad"),
        of("second", "inputs.guests", "good"),
        of("third", "inputs.people", "never"),
    ];
    check(
        going_on(steps),
        expect![[r#"
        {"look": 3, "write": 2} Ok(Finished(Failed))
        first[n0] bad: FIELD_INTEGRITY_EXCEPTION no
        third[n0] never: run/depends step `first` has failed for this item
        1 done
    "#]],
    )
    .await;
}
