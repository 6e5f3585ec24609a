//! Turns of many items, against an org that keeps what it is sent.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use expect_test::{Expect, expect};
use http::{Method, Request, Response};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use usher_core::change::{Change, Deferral, Prerequisite};
use usher_core::manifest::Writes;
use usher_core::operation::CreateRecord;
use usher_core::plan::{Bound, Confirmation, PlannedStep, StepState};
use usher_core::run::{
    Approval, Carried, ChangeState, End, Event, Notice, Outcome, RunState, Stop,
};
use usher_core::value::{Reference, Scalar, Unit};

use crate::client::Client;
use crate::conduct::scripted::{NoSteps, Watching, beginning, create, step};
use crate::conduct::{Conductor, Memory, RunError};
use crate::org_time::OrgTime;
use crate::port::{Boxed, LogError, Planner, RunLog, Watch};
use crate::session::{Fixed, Secret};
use crate::stop::StopFlag;
use crate::testing::TestClock;
use crate::wire::{Wire, WireError};

mod at_end;
mod retry;
mod stream;

/// An org that keeps records by object and name, and refuses those whose name begins with `bad`, or for now with
/// `locked`.
#[derive(Default)]
struct Crowd {
    records: Mutex<HashMap<(String, String), usize>>,
    requests: Mutex<Vec<String>>,
    /// The answer to the write of this number is lost.
    lost: Option<usize>,
    /// The users of the assignments that are being saved.
    held: Arc<Mutex<Vec<HashSet<String>>>>,
    /// The most writes that were in flight together.
    together: Mutex<usize>,
}

/// A write in flight. It holds the users of its assignments.
struct Held(Arc<Mutex<Vec<HashSet<String>>>>, HashSet<String>);

impl Drop for Held {
    fn drop(&mut self) {
        let mut held = self.0.lock().expect("no panic");
        held.retain(|one| *one != self.1);
    }
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

    /// Refuses to have two writes in flight that hold the same user.
    fn hold(&self, body: &Value) -> Held {
        let rows = body["records"].as_array().into_iter().flatten();
        let users = rows.filter_map(|row| row["AssigneeId"].as_str());
        let users: HashSet<String> = users.map(str::to_owned).collect();
        let mut held = self.held.lock().expect("no panic");
        let is_free = held.iter().all(|others| others.is_disjoint(&users));
        assert!(is_free, "two writes hold one user");
        held.push(users.clone());
        let mut together = self.together.lock().expect("no panic");
        *together = (*together).max(held.len());
        drop(held);
        Held(Arc::clone(&self.held), users)
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
        let held = is_write.then(|| self.hold(&body));
        Box::pin(async move {
            for _ in 0..3 {
                tokio::task::yield_now().await;
            }
            drop(held);
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
    let mut all = events.to_vec();
    let mut watch = Watching(|event: &Event| all.push(event.clone()));
    let part = carry_with(org, events, breaks_at, (&NoSteps, &mut watch)).await;
    Part {
        events: all,
        ..part
    }
}

async fn carry_with(
    org: &Arc<Crowd>,
    events: &[Event],
    breaks_at: u64,
    (planner, watch): (&dyn Planner, &mut dyn Watch),
) -> Part {
    let client = Client::new(
        Arc::<Crowd>::clone(org),
        Arc::new(Fixed::new(Secret::new("00D!token".into()))),
    );
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
        watch,
        planner,
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
        events: Vec::new(),
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
            let fields = [
                ("Name", Scalar::text(named.as_str())),
                ("AssigneeId", of.clone()),
            ];
            Change {
                address: set.to_owned(),
                ..create(&named, "PermissionSetAssignment", &fields)
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
            {"look": 5, "write": 8} Ok(Finished(Done))
            1350 done
        "#]],
    )
    .await;
}

/// Four are in flight together, never two that hold one user. Contacts, of which it is not known what a save holds, go one
/// after the other.
#[tokio::test]
async fn assignments_of_different_users_are_in_flight_together() {
    let most_of = async |steps: Vec<PlannedStep>| {
        let org = Arc::new(Crowd::default());
        let part = carry(&org, &beginning(steps), u64::MAX).await;
        assert!(matches!(part.ended, Ok(Carried::Finished(_))));
        *org.together.lock().expect("no panic")
    };
    let steps = people(&names(1_001));
    assert_eq!(most_of(steps.clone()).await, 4);
    assert_eq!(most_of(steps[..1_001].to_vec()).await, 1);
    let mut one_user = steps;
    for step in &mut one_user[1_001..] {
        for change in &mut step.plan.changes {
            let Some(create) = change.operation.of::<CreateRecord>() else {
                continue;
            };
            let mut create = create.clone();
            for field in &mut create.fields {
                if field.name == "AssigneeId" {
                    field.value = Scalar::text("005000000000001AAA");
                }
            }
            change.operation = create.into();
        }
    }
    assert_eq!(most_of(one_user).await, 1);
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
        {"look": 7, "write": 8} Ok(Finished(Done))
        1350 done
    "#]]
    .assert_eq(&told(&org, &part));
}

/// Whichever answer is lost, also that of a request beside others, each record is made once.
#[tokio::test]
async fn each_answer_may_be_lost() {
    for lost in 1..=8 {
        let org = Arc::new(Crowd {
            lost: Some(lost),
            ..Crowd::default()
        });
        let part = carry(&org, &beginning(people(&names(450))), u64::MAX).await;
        assert!(
            matches!(part.ended, Ok(Carried::Finished(End::Done))),
            "{lost}: {:?}",
            part.ended
        );
        assert_eq!(org.records.lock().expect("no panic").len(), 1350);
    }
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

/// Plans items as they are here, and keeps how many it was asked for each time.
struct Later {
    steps: HashMap<Unit, PlannedStep>,
    /// Items that wait for the one before them.
    in_line: HashSet<Unit>,
    asked: Mutex<Vec<usize>>,
}

impl Later {
    fn of(steps: &[PlannedStep]) -> Self {
        Self {
            steps: steps
                .iter()
                .map(|step| (step.unit(), step.clone()))
                .collect(),
            in_line: HashSet::new(),
            asked: Mutex::default(),
        }
    }

    fn asked(&self) -> Vec<usize> {
        self.asked.lock().expect("no panic").clone()
    }
}

impl Planner for Later {
    fn plan<'a>(&'a self, units: &'a [Unit], _: &'a RunState) -> Boxed<'a, Vec<PlannedStep>> {
        self.asked.lock().expect("no panic").push(units.len());
        let planned = units.iter().enumerate().map(|(place, unit)| {
            let step = self.steps[unit].clone();
            match place > 0 && self.in_line.contains(unit) {
                true => deferred(&step),
                false => step,
            }
        });
        let planned = planned.collect();
        Box::pin(async move { planned })
    }
}

/// Approves everything, and keeps of how many items each time.
#[derive(Default)]
struct Approving(Vec<usize>);

impl Watch for Approving {
    fn event(&mut self, _: &Event, _: &RunState) {}

    fn notice(&mut self, _: &Notice<'_>) {}

    fn confirm(&mut self, _: &PlannedStep) -> Option<Confirmation> {
        None
    }

    fn approve<'a>(&'a mut self, steps: &'a [PlannedStep]) -> Boxed<'a, Result<Approval, Stop>> {
        self.0.push(steps.len());
        Box::pin(async { Ok(Approval::Person) })
    }
}

/// The step before it could be planned. What it may do was approved.
fn deferred(step: &PlannedStep) -> PlannedStep {
    let mut deferred = step.clone();
    deferred.state = StepState::Deferred(Deferral {
        waiting_for: Vec::new(),
        reason: String::new(),
        likely: Vec::new(),
    });
    deferred.plan.changes.clear();
    deferred.bound = Some(Box::new(Bound {
        writes: Writes {
            create: BTreeMap::from([("Contact".to_owned(), vec!["Name".to_owned()])]),
            ..Writes::default()
        },
        within: None,
    }));
    deferred
}

/// Items that are planned during the run are planned together, approved by one word and sent like all others.
#[tokio::test]
async fn items_that_are_planned_later_are_planned_and_approved_together() {
    let steps = people(&names(450));
    let (contacts, assignments) = steps.split_at(450);
    let later = Later::of(contacts);
    let plan = contacts.iter().map(deferred);
    let events = beginning(plan.chain(assignments.iter().cloned()).collect());
    let org = Arc::new(Crowd::default());
    let mut watch = Approving::default();
    let part = carry_with(&org, &events, u64::MAX, (&later, &mut watch)).await;
    expect![[r#"
        {"look": 5, "write": 8} Ok(Finished(Done))
        1350 done
    "#]]
    .assert_eq(&told(&org, &part));
    assert_eq!((later.asked(), watch.0), (vec![450], vec![450]));
}

/// The number of plans stays within a few times the number of items, also when each of them waits for the one before it.
#[tokio::test]
async fn items_that_wait_for_one_another_are_not_planned_again_and_again() {
    let steps = people(&names(64));
    let mut later = Later::of(&steps[..64]);
    later.in_line = steps[..64].iter().map(PlannedStep::unit).collect();
    let events = beginning(steps[..64].iter().map(deferred).collect());
    let org = Arc::new(Crowd::default());
    let mut watch = Approving::default();
    let part = carry_with(&org, &events, u64::MAX, (&later, &mut watch)).await;
    assert!(matches!(part.ended, Ok(Carried::Finished(_))));
    assert_eq!(org.records.lock().expect("no panic").len(), 64);
    let planned: usize = later.asked().iter().sum();
    assert!(planned < 4 * 64, "{:?}", later.asked());
}

/// One of the items has no plan. Nobody is asked for the others, and nothing of them is sent, unless the run goes on.
#[tokio::test]
async fn an_item_that_has_no_plan_later_stops_the_others_before_they_are_sent() {
    let steps = people(&names(5));
    let mut contacts = steps[..5].to_vec();
    contacts[3].state = StepState::Failed {
        class: usher_core::plan::ProblemClass::Unmet,
        problems: Vec::new(),
    };
    let later = Later::of(&contacts);
    let plan: Vec<PlannedStep> = steps[..5].iter().map(deferred).collect();
    for (events, made) in [(beginning(plan.clone()), 0), (going_on(plan), 4)] {
        let org = Arc::new(Crowd::default());
        let mut watch = Approving::default();
        let part = carry_with(&org, &events, u64::MAX, (&later, &mut watch)).await;
        assert!(matches!(part.ended, Ok(Carried::Finished(End::Failed))));
        assert_eq!(org.records.lock().expect("no panic").len(), made);
        assert_eq!(watch.0.iter().sum::<usize>(), made);
    }
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
