//! Requests that follow each other, on an org that is slow, crowded or interrupted.

use std::time::Duration;

use super::*;
use crate::port::Clock;
use crate::wire::{PatientWire, SpreadWire};

/// The org, and what happens at some of its requests.
#[derive(Default)]
struct Steered {
    org: Arc<Crowd>,
    clock: Arc<TestClock>,
    stop: StopFlag,
    /// The answer to the write of this number comes long after the others.
    slow: Option<usize>,
    /// The request of this number is refused for those beside it.
    crowded: Option<usize>,
    /// The time that each write takes.
    write_ms: u64,
    /// The user asks to stop at the write of this number.
    stops_at: Option<usize>,
    asked: Mutex<usize>,
    writes: Mutex<usize>,
    /// Writes in the order of their answers.
    landed: Mutex<Vec<usize>>,
}

impl Wire for Steered {
    fn send(&self, request: Request<Bytes>) -> Boxed<'_, Result<Response<Bytes>, WireError>> {
        Box::pin(async move {
            let is_write = request.uri().path().ends_with("/composite/sobjects");
            let asked = count(&self.asked);
            if self.crowded == Some(asked) {
                let code = "REQUEST_LIMIT_EXCEEDED";
                let message = "ConcurrentPerOrgLongTxn Limit exceeded.";
                let body = json!([{ "errorCode": code, "message": message }]).to_string();
                let mut answer = Response::new(Bytes::from(body));
                *answer.status_mut() = http::StatusCode::FORBIDDEN;
                return Ok(answer);
            }
            if !is_write {
                return self.org.send(request).await;
            }
            let write = count(&self.writes);
            if self.stops_at == Some(write) {
                self.stop.ask();
            }
            let answer = self.org.send(request).await;
            let _waited = self.clock.sleep(self.write_ms).await;
            if self.slow == Some(write) {
                for _ in 0..500 {
                    tokio::task::yield_now().await;
                }
            }
            self.landed.lock().expect("no panic").push(write);
            answer
        })
    }
}

fn count(counter: &Mutex<usize>) -> usize {
    let mut counter = counter.lock().expect("no panic");
    *counter += 1;
    *counter
}

/// Assignments to so many users whose contacts are there: two each, with the places of those that the org refuses.
fn assignments(many: usize, bad: &[usize]) -> Vec<PlannedStep> {
    assignments_of(&["a", "b"], many, bad)
}

fn assignments_of(sets: &[&str], many: usize, bad: &[usize]) -> Vec<PlannedStep> {
    let each = (0..many).map(|number| {
        let name = match bad.contains(&number) {
            true => format!("bad{number}"),
            false => format!("n{number}"),
        };
        let changes = sets.iter().copied().map(|set| {
            let named = format!("{name} {set}");
            let fields = [
                ("Name", Scalar::text(named.as_str())),
                ("AssigneeId", Scalar::text(format!("005Jca{number:09}AAA"))),
            ];
            Change {
                address: set.to_owned(),
                ..create(&named, "PermissionSetAssignment", &fields)
            }
        });
        item("sets", &name, changes.collect())
    });
    each.collect()
}

/// Carries the steps out, through the wire that lets few requests go at once. A run that hangs fails the test.
async fn carried(steered: &Arc<Steered>, steps: Vec<PlannedStep>) -> Part {
    carried_from(steered, &going_on(steps)).await
}

async fn carried_from(steered: &Arc<Steered>, events: &[Event]) -> Part {
    let wire = SpreadWire::new(Arc::<Steered>::clone(steered));
    let clock = Arc::<TestClock>::clone(&steered.clock);
    let wire = PatientWire::new(Arc::new(wire), clock, steered.stop.clone());
    let client = Client::new(
        Arc::new(wire),
        Arc::new(Fixed::new(Secret::new("00D!token".into()))),
    );
    let mut log = Log {
        transactions: 0,
        breaks_at: u64::MAX,
    };
    let clock = &*steered.clock;
    let mut conductor = Conductor {
        org: &client,
        clock,
        time: OrgTime::new(clock),
        journal: &mut log,
        watch: &mut Watching(|_: &Event| {}),
        planner: &NoSteps,
        stop: &steered.stop,
        state: RunState::of(events).expect("possible"),
        memory: Memory::new(clock),
        #[cfg(debug_assertions)]
        planted: None,
    };
    let ended = tokio::time::timeout(Duration::from_secs(60), conductor.carry_out()).await;
    let state = conductor.state;
    Part {
        ended: ended.expect("it does not hang"),
        events: Vec::new(),
        transactions: log.transactions,
        state,
    }
}

/// Ten requests of which the first is slow: the others do not wait for it.
#[tokio::test]
async fn the_next_request_leaves_when_any_is_answered() {
    let steered = Arc::new(Steered {
        slow: Some(1),
        ..Steered::default()
    });
    let part = carried(&steered, assignments(1_000, &[])).await;
    expect![[r#"
        {"look": 3, "write": 10} Ok(Finished(Done))
        2000 done
    "#]]
    .assert_eq(&told(&steered.org, &part));
    assert_eq!(steered.landed.lock().expect("no panic").last(), Some(&1));
    assert_eq!(*steered.org.together.lock().expect("no panic"), 4);
}

/// A request that holds the user of a slow one lets those behind it go first: the three assignments of some users do not fit
/// into one request.
#[tokio::test]
async fn a_request_that_has_to_wait_holds_no_other_up() {
    let steered = Arc::new(Steered {
        slow: Some(1),
        ..Steered::default()
    });
    let part = carried(&steered, assignments_of(&["a", "b", "c"], 1_000, &[])).await;
    assert!(matches!(part.ended, Ok(Carried::Finished(End::Done))));
    assert_eq!(steered.org.records.lock().expect("no panic").len(), 3_000);
    let landed = steered.landed.lock().expect("no panic");
    let first = landed.iter().position(|write| *write == 1);
    assert!(first.is_some_and(|place| place > 5), "{landed:?}");
}

/// An item has failed and the run does not go on without it: nothing leaves behind those that are on their way.
#[tokio::test]
async fn nothing_more_leaves_when_the_run_ends() {
    let steered = Arc::new(Steered::default());
    let events = beginning(assignments(2_000, &[7]));
    let part = carried_from(&steered, &events).await;
    assert!(matches!(part.ended, Ok(Carried::Finished(End::Failed))));
    assert!(*steered.writes.lock().expect("no panic") <= 4);
}

/// A record is there with other values: its item has failed before its request leaves, which is the last one.
#[tokio::test]
async fn nothing_leaves_behind_a_request_with_a_change_that_has_failed() {
    let there = ("PermissionSetAssignment".to_owned(), "n7 a".to_owned());
    let org = Crowd {
        records: Mutex::new(HashMap::from([(there, 0)])),
        ..Crowd::default()
    };
    let steered = Arc::new(Steered {
        org: Arc::new(org),
        slow: Some(1),
        ..Steered::default()
    });
    let events = beginning(assignments(2_000, &[]));
    let part = carried_from(&steered, &events).await;
    assert!(
        matches!(part.ended, Ok(Carried::Finished(End::InDoubt))),
        "{:?}",
        part.ended
    );
    assert_eq!(*steered.writes.lock().expect("no panic"), 1);
}

/// Whichever request the org refuses because of those beside it, also while others are refused for their rows: the run
/// comes to its end, and each record is made once.
#[tokio::test]
async fn a_crowded_org_holds_nothing_up() {
    for crowded in 1..=15 {
        let steered = Arc::new(Steered {
            crowded: Some(crowded),
            slow: Some(3),
            ..Steered::default()
        });
        let part = carried(&steered, assignments(1_000, &[7, 350, 820])).await;
        assert!(
            matches!(part.ended, Ok(Carried::Finished(End::Failed))),
            "{crowded}: {:?}",
            part.ended
        );
        assert!(*steered.asked.lock().expect("no panic") >= crowded);
        let made = steered.org.records.lock().expect("no panic").len();
        assert_eq!(made, 1_994, "{crowded}");
    }
}

/// Saves take so long that each look ahead is too old when its turn comes. It is taken again, beside what is on its way,
/// and never more than once.
#[tokio::test]
async fn a_look_that_is_too_old_is_taken_again() {
    let steered = Arc::new(Steered {
        write_ms: 31_000,
        ..Steered::default()
    });
    let part = carried(&steered, assignments(1_000, &[])).await;
    expect![[r#"
        {"look": 5, "write": 10} Ok(Finished(Done))
        2000 done
    "#]]
    .assert_eq(&told(&steered.org, &part));
}

/// The user asks to stop while a request is on its way: those beside it are heard, and no other leaves.
#[tokio::test]
async fn nothing_more_leaves_after_a_stop() {
    for stops_at in 1..=12 {
        let steered = Arc::new(Steered {
            stops_at: Some(stops_at),
            ..Steered::default()
        });
        let part = carried(&steered, assignments(2_000, &[350])).await;
        assert!(
            matches!(part.ended, Ok(Carried::Stopped(_))),
            "{stops_at}: {:?}",
            part.ended
        );
        let writes = *steered.writes.lock().expect("no panic");
        assert!(writes <= stops_at + 3, "{stops_at}: {writes}");
        let in_doubt = part.state.changes.values();
        let in_doubt = in_doubt.filter(|state| matches!(state, ChangeState::InDoubt { .. }));
        assert_eq!(in_doubt.count(), 0, "{stops_at}");
    }
}

/// Users go one request after the other, each twice as large as the one before.
#[tokio::test]
async fn users_go_in_larger_and_larger_requests() {
    let user = |number: usize| {
        let name = format!("n{number}");
        let user = create(&name, "User", &[("Name", Scalar::text(name.as_str()))]);
        item("user", &name, vec![user])
    };
    let steered = Arc::new(Steered::default());
    let part = carried(&steered, (0..700).map(user).collect()).await;
    expect![[r#"
        {"look": 5, "write": 5} Ok(Finished(Done))
        700 done
    "#]]
    .assert_eq(&told(&steered.org, &part));
    assert_eq!(*steered.org.together.lock().expect("no panic"), 1);
}
