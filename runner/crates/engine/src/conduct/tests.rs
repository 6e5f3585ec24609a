use std::collections::BTreeMap;
use std::fmt::Write as _;

use expect_test::{Expect, expect};
use serde_json::{Map, Value, json};
use usher_core::change::{Change, Prerequisite, StepPlan, Undo, Wait};
use usher_core::operation::{
    Check, Condition, CreateRecord, DeleteRecord, Field, Finding, Key, Lookup, Operation, Probe,
    UpdateRecord, WaitOnly,
};
use usher_core::plan::{Plan, PlannedStep, PluginStamp, Requests, StepState};
use usher_core::read::{Identity, OrgKind};
use usher_core::run::{
    Approval, ChangeKey, End, Event, How, Origin, Outcome, RunState, Stop, User,
};
use usher_core::value::{Reference, Scalar, Token, Unit};

use super::scripted::{self, NoSteps, Reply, Watching, rows, saved};
use super::{Carried, Conductor, Memory, RunError};
use crate::journal::Journal;
use crate::org_time::OrgTime;
use crate::port::{LogError, RunLog};
use crate::stop::StopFlag;
use crate::testing::{FIXTURE, Fault, TestClock, TestOrg, assignment};

pub(super) fn change(address: &str, operation: Operation) -> Change {
    Change {
        address: address.into(),
        summary: address.into(),
        operation,
        after: Vec::new(),
        waits: Vec::new(),
        results: Vec::new(),
        undo: Undo::Nothing,
    }
}

fn assign(address: &str, user: &str, set: &str) -> Change {
    let values = [("AssigneeId", user), ("PermissionSetId", set)];
    change(
        address,
        Operation::from(CreateRecord {
            object: "PermissionSetAssignment".into(),
            fields: values
                .iter()
                .map(|(name, value)| Field {
                    name: (*name).into(),
                    value: Scalar::text(*value),
                })
                .collect(),
            key: Key {
                conditions: values
                    .iter()
                    .map(|(name, value)| Condition::is(name, Scalar::text(*value)))
                    .collect(),
                enforced: true,
            },
            options: Vec::new(),
        }),
    )
}

pub(super) fn step(id: &str, changes: Vec<Change>) -> PlannedStep {
    PlannedStep {
        id: id.into(),
        item: None,
        plugin: Some(PluginStamp {
            name: "p".into(),
            version: "1.0.0".into(),
            digest: String::new(),
            file: None,
        }),
        state: StepState::Changes,
        input: Map::new().into(),
        plan: StepPlan {
            changes,
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

pub(super) fn plan(steps: Vec<PlannedStep>) -> Plan {
    Plan {
        recipe: "r".into(),
        title: "R".into(),
        org: Identity {
            org_id: "00D".into(),
            org_kind: OrgKind::Practice,
            // The practice org's admin, in whose name the tests' client works.
            user_id: "005Jca000000001IAA".into(),
            username: "me@org".into(),
            api_version: "66.0".into(),
        },
        now: "2026-11-22T10:00:00Z".into(),
        inputs: Default::default(),
        left_out: Vec::new(),
        steps,
        requests: Requests::default(),
    }
}

/// Carries a plan out. Returns the events as text, and how it ended.
pub(super) async fn run(org: &TestOrg, plan: Plan) -> (String, Carried) {
    let mut journal = Journal::in_memory().expect("a journal");
    let mut log = String::new();
    let mut watch = Watching(|event: &Event| describe(event, &mut log));
    let mut conductor = Conductor {
        org: &org.org,
        clock: &TestClock::default(),
        time: OrgTime::new(&TestClock::default()),
        journal: &mut journal.begin("run", 0),
        watch: &mut watch,
        planner: &NoSteps,
        stop: &StopFlag::default(),
        state: RunState::default(),
        memory: Memory::new(&TestClock::default()),
        #[cfg(debug_assertions)]
        planted: None,
    };
    let planned = Event::Planned {
        plan: plan.into(),
        recipe: String::new(),
        origin: Origin::default(),
    };
    conductor.record(planned).expect("recorded");
    let approved = Event::Approved { by: Approval::Flag };
    conductor.record(approved).expect("recorded");
    let end = conductor.carry_out().await.expect("carried out");
    let live = conductor.state.changes.clone();
    // The journal says the same as the live run.
    let replayed = journal.load("run").expect("loads").state;
    assert_eq!(replayed.changes, live);
    (log, end)
}

fn describe(event: &Event, log: &mut String) {
    let _never_fails = match event {
        Event::Planned { .. } | Event::Approved { .. } => Ok(()),
        Event::Confirmed { unit, .. } => writeln!(log, "confirmed {unit}"),
        Event::StepPlanned { step } => writeln!(log, "planned {}", step.id),
        Event::NotActed { change, why, .. } => writeln!(log, "{} not acted: {why}", change.address),
        Event::Stopped { why } => writeln!(log, "stopped: {why:?}"),
        Event::Resumed => writeln!(log, "resumed"),
        Event::HandedOver { to } => writeln!(log, "handed over to {}", to.username),
        Event::Intent {
            request, changes, ..
        } => {
            let names: Vec<&str> = changes.iter().map(|key| key.address.as_str()).collect();
            writeln!(log, "intent {request}: {}", names.join(", "))
        }
        Event::Answered { change, .. } => writeln!(log, "answered {}", change.address),
        Event::Settled { change, outcome } => match outcome {
            Outcome::Done { how, .. } => writeln!(log, "{} done: {how:?}", change.address),
            Outcome::Failed { code, how, .. } => {
                writeln!(
                    log,
                    "{} failed: {code}{}",
                    change.address,
                    there(how.as_ref())
                )
            }
            Outcome::Unsettled { reason, how } => {
                let there = there(how.as_ref());
                writeln!(log, "{} in doubt: {reason}{there}", change.address)
            }
            Outcome::Kept { reason } => writeln!(log, "{} kept: {reason}", change.address),
            Outcome::Differs { fields, .. } => {
                let fields: Vec<String> = fields.iter().map(ToString::to_string).collect();
                writeln!(log, "{} differs: {}", change.address, fields.join(", "))
            }
        },
        Event::Appeared { key, .. } => writeln!(log, "{} appeared", key.address),
        Event::Learned { key, values } => writeln!(log, "{} learned: {values:?}", key.address),
        Event::Verified { key, verdict } => writeln!(log, "{}: {verdict:?}", key.address),
        Event::Finished { end } => writeln!(log, "finished: {end:?}"),
    };
}

fn there(how: Option<&How>) -> String {
    how.map_or_else(String::new, |how| format!(", there: {how:?}"))
}

struct Cast {
    org: TestOrg,
    user: String,
    first: String,
    second: String,
}

async fn cast() -> Cast {
    let org = TestOrg::new(FIXTURE);
    let user = org
        .id("User", "Username = 'ada@usher-practice.example'")
        .await;
    let first = org.id("PermissionSet", "Name = 'First'").await;
    let second = org.id("PermissionSet", "Name = 'Second'").await;
    org.requests();
    Cast {
        org,
        user,
        first,
        second,
    }
}

impl Cast {
    async fn assigned(&self) -> Vec<Value> {
        let soql = format!(
            "SELECT PermissionSet.Name FROM PermissionSetAssignment \
             WHERE AssigneeId = '{}' AND PermissionSet.IsOwnedByProfile = false ORDER BY Id",
            self.user
        );
        let records = self.org.query(&soql).await;
        records
            .into_iter()
            .map(|record| record["PermissionSet"]["Name"].clone())
            .collect()
    }

    fn both(&self) -> Plan {
        plan(vec![step(
            "s",
            vec![
                assign("a", &self.user, &self.first),
                assign("b", &self.user, &self.second),
            ],
        )])
    }

    /// Applies both assignments under faults. Shows the events, and that each assignment exists once.
    async fn check(&self, faults: &[Option<Fault>], expected: Expect) {
        self.org.faults(faults);
        let (log, _) = run(&self.org, self.both()).await;
        expected.assert_eq(&log);
        self.org.faults(&[]);
    }
}

#[tokio::test]
async fn two_assignments_are_one_request() {
    let cast = cast().await;
    let both = expect![[r#"
        intent 1: a, b
        a done: Sent
        b done: Sent
        finished: Done
    "#]];
    cast.check(&[], both).await;
    assert_eq!(
        cast.org.requests(),
        [
            "GET /services/data/v66.0/query",
            "POST /services/data/v66.0/composite/sobjects"
        ]
    );
    assert_eq!(cast.assigned().await, ["First", "Second"]);
}

#[tokio::test]
async fn an_answer_that_was_lost_is_looked_for_and_nothing_is_made_twice() {
    let cast = cast().await;
    let found = expect![[r#"
        intent 1: a, b
        a done: Found
        b done: Found
        finished: Done
    "#]];
    cast.check(&[Some(Fault::LostAfter)], found).await;
    assert_eq!(cast.assigned().await, ["First", "Second"]);
}

#[tokio::test]
async fn a_request_that_was_lost_is_looked_for_and_sent_again() {
    let cast = cast().await;
    let again = expect![[r#"
        intent 1: a, b
        a not acted: no answer came, and it is not there
        b not acted: no answer came, and it is not there
        intent 2: a
        a done: Sent
        intent 3: b
        b done: Sent
        finished: Done
    "#]];
    cast.check(&[Some(Fault::LostBefore)], again).await;
    assert_eq!(cast.assigned().await, ["First", "Second"]);
}

#[tokio::test]
async fn an_org_that_never_answers_stops_the_run_and_leaves_nothing_in_doubt() {
    let cast = cast().await;
    let stopped = expect![[r#"
        intent 1: a, b
        a not acted: no answer came, and it is not there
        b not acted: no answer came, and it is not there
        intent 2: a
        a not acted: no answer came, and it is not there
        intent 3: a
        a not acted: no answer came, and it is not there
        intent 4: a
        a not acted: no answer came, and it is not there
        intent 5: a
        a not acted: no answer came, and it is not there
        intent 6: a
        a not acted: no answer came, and it is not there
        stopped: Unreachable { why: "sent 6 times, and no answer came" }
    "#]];
    cast.check(&[Some(Fault::LostBefore); 40], stopped).await;
    assert_eq!(cast.assigned().await, Vec::<Value>::new());
}

#[tokio::test]
async fn what_somebody_else_made_meanwhile_is_not_ours() {
    let cast = cast().await;
    cast.org
        .create(
            "PermissionSetAssignment",
            assignment(&cast.user, &cast.first),
        )
        .await;
    let theirs = expect![[r#"
        a done: FoundNotOurs
        intent 1: b
        b done: Sent
        finished: Done
    "#]];
    cast.check(&[], theirs).await;
    assert_eq!(cast.assigned().await, ["First", "Second"]);
}

#[tokio::test]
async fn nothing_behind_a_failure_is_sent() {
    let cast = cast().await;
    let mut needing = assign("b", &cast.user, &cast.second);
    needing.after.push(Prerequisite::Change("a".into()));
    let failing = assign("a", &cast.user, "0PS000000000000GAA");
    let later = assign("c", &cast.user, &cast.first);
    let (log, end) = run(
        &cast.org,
        plan(vec![
            step("s", vec![failing, needing]),
            step("t", vec![later]),
        ]),
    )
    .await;
    let expected = expect![[r#"
        intent 1: a
        a failed: INVALID_CROSS_REFERENCE_KEY
        b failed: run/depends
        finished: Failed
    "#]];
    expected.assert_eq(&log);
    assert_eq!(end, Carried::Finished(End::Failed));
    assert_eq!(cast.assigned().await, Vec::<Value>::new());
}

#[tokio::test]
async fn an_org_that_is_gone_stops_the_run_and_leaves_nothing_in_doubt() {
    let cast = cast().await;
    let gone = expect![[r#"
        intent 1: a, b
        a not acted: nothing answers
        b not acted: nothing answers
        intent 2: a
        a not acted: nothing answers
        intent 3: a
        a not acted: nothing answers
        stopped: Unreachable { why: "nothing answers" }
    "#]];
    cast.check(&[Some(Fault::Unreachable); 9], gone).await;
    let once = expect![[r#"
        intent 1: a, b
        a not acted: nothing answers
        b not acted: nothing answers
        intent 2: a
        a done: Sent
        intent 3: b
        b done: Sent
        finished: Done
    "#]];
    cast.check(&[Some(Fault::Unreachable)], once).await;
    assert_eq!(cast.assigned().await, ["First", "Second"]);
}

#[tokio::test]
async fn an_obstacle_on_the_way_stops_the_run_with_its_own_code_and_remedy() {
    let cast = cast().await;
    cast.check(&[Some(Fault::Untrusted); 9], expect![[r#"
        intent 1: a, b
        a not acted: nobody vouches for it
        b not acted: nobody vouches for it
        intent 2: a
        a not acted: nobody vouches for it
        intent 3: a
        a not acted: nobody vouches for it
        stopped: NoWay { code: "org/unknown-authority", why: "nobody vouches for it", remedy: "if a proxy of your company opens TLS, name the file with the certificate of its authority (`--ca-file` of `usher org login`, `ca_file` of the org); else do not go on: another machine answers in the org's place" }
    "#]])
        .await;
}

fn update(id: &str, title: &str) -> Operation {
    Operation::from(UpdateRecord {
        object: "User".into(),
        id: Scalar::text(id),
        fields: vec![Field {
            name: "Title".into(),
            value: Scalar::text(title),
        }],
        options: Vec::new(),
    })
}

#[tokio::test]
async fn an_update_is_compared_before_it_is_sent() {
    let cast = cast().await;
    let before = |title: &str| {
        let record = json!({"Id": cast.user, "Title": title});
        BTreeMap::from([(
            "a".to_owned(),
            record.as_object().expect("a record").clone(),
        )])
    };
    let mut titled = step("s", vec![change("a", update(&cast.user, "Countess"))]);
    titled.before = before("");
    let (log, _) = run(&cast.org, plan(vec![titled.clone()])).await;
    assert_eq!(log, "intent 1: a\na done: Sent\nfinished: Done\n");
    let (log, _) = run(&cast.org, plan(vec![titled.clone()])).await;
    assert_eq!(log, "a done: AsWanted\nfinished: Done\n");
    let mut other = step("s", vec![change("a", update(&cast.user, "Baroness"))]);
    other.before = before("Duchess");
    let (log, _) = run(&cast.org, plan(vec![other])).await;
    assert_eq!(log, "a failed: run/moved\nfinished: Failed\n");
}

/// Two steps may use one address. A wait that names the token of the first does not use a value of the second.
#[tokio::test]
async fn a_wait_looks_by_the_id_of_the_step_that_it_names() {
    let account = scripted::create("record", "Account", &[("Name", Scalar::text("Lake"))]);
    let of = Scalar::Reference(Reference::Given(Token::of_text("account:record.id")));
    let mut contact = scripted::create("record", "Contact", &[("AccountId", of.clone())]);
    contact.waits.push(Wait {
        summary: "the account has its contact".into(),
        look: Probe::Records(Lookup {
            object: "Contact".into(),
            fields: Vec::new(),
            conditions: vec![Condition::is("AccountId", of)],
        }),
        until: Finding::Present,
        failed: Vec::new(),
        reason_at: None,
        every_ms: 1000,
        at_most_ms: 1000,
    });
    let steps = vec![
        scripted::step("account", vec![account], Vec::new()),
        scripted::step("contact", vec![contact], Vec::new()),
    ];
    let replies = vec![
        saved(&["001A"]),
        saved(&["003A"]),
        rows(json!([{"Id": "003A"}])),
    ];
    let done = scripted::run(steps, replies).await;
    expect![[r#"
        GET query?q=SELECT Id, Name, CreatedById, CreatedDate FROM Account WHERE Name = 'record' ORDER BY Id
        POST composite/sobjects [{"Name":"Lake","attributes":{"type":"Account"}}]
        GET query?q=SELECT Id, AccountId, CreatedById, CreatedDate FROM Contact WHERE Name = 'record' ORDER BY Id
        POST composite/sobjects [{"AccountId":"001A","attributes":{"type":"Contact"}}]
        GET query?q=SELECT Id FROM Contact WHERE AccountId = '001A' ORDER BY Id
    "#]]
    .assert_eq(&done.asked);
    assert_eq!(done.state.end(), End::Done);
}

/// A change that waits for a minute until a user has a title.
fn until_title(address: &str, user: &str, title: &str) -> Change {
    let mut waiting = change(address, Operation::from(WaitOnly));
    waiting.waits.push(Wait {
        summary: "somebody gives a title".into(),
        look: Probe::Records(Lookup {
            object: "User".into(),
            fields: vec!["Title".into()],
            conditions: vec![Condition::is("Id", Scalar::text(user))],
        }),
        until: Finding::Holds(vec![is_title(title)]),
        failed: Vec::new(),
        reason_at: None,
        every_ms: 1000,
        at_most_ms: 60_000,
    });
    waiting
}

fn is_title(title: &str) -> Check {
    Check {
        at: "Title".into(),
        any_of: vec![Scalar::text(title)],
    }
}

#[tokio::test]
async fn a_wait_ends_by_what_it_finds_or_by_time() {
    let cast = cast().await;
    let waiting = |title: &str| {
        let mut waiting = until_title("w", &cast.user, title);
        waiting.waits[0].failed = vec![is_title("Mister")];
        plan(vec![step("s", vec![waiting])])
    };
    let (log, _) = run(&cast.org, waiting("Countess")).await;
    assert_eq!(
        log,
        "answered w\nw failed: run/wait-timeout\nfinished: Failed\n"
    );
    let give = |title| {
        plan(vec![step(
            "s",
            vec![change("a", update(&cast.user, title))],
        )])
    };
    run(&cast.org, give("countess")).await;
    let (log, _) = run(&cast.org, waiting("Countess")).await;
    assert_eq!(log, "answered w\nw done: AsWanted\nfinished: Done\n");
    run(&cast.org, give("Mister")).await;
    let (log, _) = run(&cast.org, waiting("Countess")).await;
    assert_eq!(
        log,
        "answered w\nw failed: run/wait-failed\nfinished: Failed\n"
    );
}

#[tokio::test]
async fn a_run_does_not_wait_for_days() {
    let cast = cast().await;
    let waiting = |index: usize| {
        let mut waiting = until_title(&format!("w{index}"), &cast.user, "Countess");
        waiting.waits[0].every_ms = 600_000;
        waiting.waits[0].at_most_ms = 3_600_000;
        waiting
    };
    let waits = (0..20).map(waiting).collect();
    let (log, _) = run(&cast.org, plan(vec![step("s", waits)])).await;
    let failed = log.lines().filter(|line| line.contains("run/wait-timeout"));
    assert_eq!(failed.count(), 8, "{log}");
    assert!(log.contains("Waited"), "{log}");
}

/// A log that is full after so many events.
struct Small(u64);

impl RunLog for Small {
    fn append_all(&mut self, first: u64, events: &[Event], _: i64) -> Result<(), LogError> {
        match first - 1 + events.len() as u64 <= self.0 {
            true => Ok(()),
            false => Err(LogError::Unusable("the disk is full".to_owned())),
        }
    }
}

#[tokio::test]
async fn nothing_is_sent_that_is_not_written_down() {
    let cast = cast().await;
    let mut watch = Watching(|_: &Event| {});
    let mut conductor = Conductor {
        org: &cast.org.org,
        clock: &TestClock::default(),
        time: OrgTime::new(&TestClock::default()),
        journal: &mut Small(2),
        watch: &mut watch,
        planner: &NoSteps,
        stop: &StopFlag::default(),
        state: RunState::default(),
        memory: Memory::new(&TestClock::default()),
        #[cfg(debug_assertions)]
        planted: None,
    };
    let planned = Event::Planned {
        plan: cast.both().into(),
        recipe: String::new(),
        origin: Origin::default(),
    };
    conductor.record(planned).expect("recorded");
    let approved = Event::Approved { by: Approval::Flag };
    conductor.record(approved).expect("recorded");
    cast.org.requests();
    assert!(conductor.carry_out().await.is_err());
    assert_eq!(cast.org.requests(), ["GET /services/data/v66.0/query"]);
}

/// A log that holds the events of another process.
struct Others;

impl RunLog for Others {
    fn append_all(&mut self, number: u64, _: &[Event], _: i64) -> Result<(), LogError> {
        let run = "run".to_owned();
        let (known, found) = (number - 1, number);
        Err(LogError::OtherWriter { run, known, found })
    }
}

#[tokio::test]
async fn a_process_whose_run_another_one_carries_on_sends_nothing_at_any_event() {
    let cast = cast().await;
    let mut journal = Journal::in_memory().expect("a journal");
    let mut events = Vec::new();
    let mut watch = Watching(|event: &Event| events.push(event.clone()));
    let mut conductor = Conductor {
        org: &cast.org.org,
        clock: &TestClock::default(),
        time: OrgTime::new(&TestClock::default()),
        journal: &mut journal.begin("run", 0),
        watch: &mut watch,
        planner: &NoSteps,
        stop: &StopFlag::default(),
        state: RunState::of(&[]).expect("possible"),
        memory: Memory::new(&TestClock::default()),
        #[cfg(debug_assertions)]
        planted: None,
    };
    let planned = Event::Planned {
        plan: cast.both().into(),
        recipe: String::new(),
        origin: Origin::default(),
    };
    conductor.record(planned).expect("recorded");
    let approved = Event::Approved { by: Approval::Flag };
    conductor.record(approved).expect("recorded");
    conductor.carry_out().await.expect("carried out");
    assert!(events.len() > 4, "{events:?}");
    for known in 2..events.len() {
        cast.org.requests();
        let mut conductor = Conductor {
            org: &cast.org.org,
            clock: &TestClock::default(),
            time: OrgTime::new(&TestClock::default()),
            journal: &mut Others,
            watch: &mut Watching(|event: &Event| panic!("{event:?} is not written down")),
            planner: &NoSteps,
            stop: &StopFlag::default(),
            state: RunState::of(&events[..known]).expect("possible"),
            memory: Memory::new(&TestClock::default()),
            #[cfg(debug_assertions)]
            planted: None,
        };
        let refused = conductor.carry_out().await;
        assert!(
            matches!(
                refused,
                Err(RunError::Log(LogError::OtherWriter { known: of, .. })) if of == known as u64
            ),
            "{known}: {refused:?}"
        );
        let sent = cast.org.requests();
        let writes = sent
            .iter()
            .filter(|line| !line.starts_with("GET") && !line.ends_with("/composite"));
        assert_eq!(writes.count(), 0, "{known}: {sent:?}");
    }
}

#[tokio::test]
async fn a_look_that_failed_is_not_nothing_there() {
    let mut gone = change("w", Operation::from(WaitOnly));
    gone.waits.push(Wait {
        summary: "it goes".into(),
        look: Probe::Records(Lookup {
            object: "X".into(),
            fields: Vec::new(),
            conditions: vec![Condition::is("Name", Scalar::text("x"))],
        }),
        until: Finding::Absent,
        failed: Vec::new(),
        reason_at: None,
        every_ms: 1000,
        at_most_ms: 60_000,
    });
    let replies = vec![
        Reply::Lost,
        rows(json!([{"Id": "a01000000000001AAA"}])),
        Reply::Unreachable,
        rows(json!([])),
    ];
    let done = scripted::run(vec![step("s", vec![gone])], replies).await;
    let look = "GET query?q=SELECT Id FROM X WHERE Name = 'x' ORDER BY Id\n";
    let pause = "… 1000 ms\n";
    assert_eq!(
        done.asked,
        format!("{look}{pause}{look}{pause}{look}{pause}{look}")
    );
    assert_eq!(done.state.end(), End::Done);
}

#[tokio::test]
async fn records_of_every_user_of_a_run_are_its_own() {
    let account = scripted::create("a", "Account", &[]);
    let mut events = scripted::beginning(vec![scripted::step("s", vec![account], vec![])]);
    let change = ChangeKey::new(&Unit::step("s"), "a");
    events.extend([
        Event::Intent {
            request: 1,
            changes: vec![change],
            before: BTreeMap::new(),
            before_of: Vec::new(),
            at_ms: 0,
            ahead_ms: None,
        },
        Event::Stopped {
            why: Stop::Interrupted,
        },
        Event::Resumed,
        Event::HandedOver {
            to: User {
                id: "005Jca000000002IAA".to_owned(),
                username: "other@org".to_owned(),
            },
        },
    ]);
    for (author, how) in [
        ("005", "found"),
        ("005Jca000000002", "found"),
        ("005Jca000000003IAA", "found-not-ours"),
    ] {
        let there = json!([{
            "Id": "001Jca000000001IAA",
            "CreatedById": author,
            "CreatedDate": "1970-01-01T00:00:01.000+0000",
        }]);
        let done = scripted::resume(&events, vec![rows(there)]).await;
        let settled = format!(r#""done":{{"how":"{how}""#);
        assert!(done.events.contains(&settled), "{author}: {}", done.events);
    }
}

#[tokio::test]
async fn who_may_not_see_a_record_does_not_take_it_for_gone() {
    let id = || Scalar::text("001Jca000000001IAA");
    let delete = scripted::change(
        "d",
        Operation::from(DeleteRecord {
            object: "Account".into(),
            id: id(),
        }),
    );
    let update = scripted::change(
        "u",
        Operation::from(UpdateRecord {
            object: "Account".into(),
            id: id(),
            fields: scripted::fields(&[("Name", Scalar::text("Brightwater"))]),
            options: Vec::new(),
        }),
    );
    let user = |id: &str, name: &str| User {
        id: id.to_owned(),
        username: name.to_owned(),
    };
    // The run that is undone was carried out by the user who undoes it, or by another one.
    let own = expect![[r#"
        GET query?q=SELECT Id FROM Account WHERE Id = '001Jca000000001IAA' ORDER BY Id
        GET query?q=SELECT Id, Name FROM Account WHERE Id = '001Jca000000001IAA' ORDER BY Id
        {"settled":{"change":{"step":"s","address":"d"},"outcome":{"done":{"how":"as-wanted","values":{}}}}}
        {"settled":{"change":{"step":"s","address":"u"},"outcome":{"kept":{"reason":"it is not there any more"}}}}
        {"finished":{"end":"done"}}
    "#]];
    let others = expect![[r#"
        GET query?q=SELECT Id FROM Account WHERE Id = '001Jca000000001IAA' ORDER BY Id
        DELETE composite/sobjects?ids=001Jca000000001IAA&allOrNone=false
        GET query?q=SELECT Id, Name FROM Account WHERE Id = '001Jca000000001IAA' ORDER BY Id
        {"intent":{"request":1,"changes":[{"step":"s","address":"d"}],"before":{},"at_ms":0}}
        {"settled":{"change":{"step":"s","address":"d"},"outcome":{"done":{"how":"sent","values":{"id":"001Jca000000001IAA"}}}}}
        {"settled":{"change":{"step":"s","address":"u"},"outcome":{"kept":{"reason":"it is not there any more, or me@org may not see it"}}}}
        {"finished":{"end":"done"}}
    "#]];
    for (users, expected, deleted) in [
        (vec![user("005", "me@org")], own, vec![]),
        (
            vec![user("005Jca000000002IAA", "other@org")],
            others,
            vec![saved(&["001Jca000000001IAA"])],
        ),
    ] {
        let changes = vec![delete.clone(), update.clone()];
        let mut events = scripted::beginning(vec![scripted::step("s", changes, vec![])]);
        if let Event::Planned { origin, .. } = &mut events[0] {
            origin.undoes = Some("1a".to_owned());
            origin.users = users;
        }
        let mut replies = vec![rows(json!([]))];
        replies.extend(deleted);
        replies.push(rows(json!([])));
        let done = scripted::resume(&events, replies).await;
        expected.assert_eq(&format!("{}{}", done.asked, done.events));
    }
}

/// The user who undoes another one's run sees all assignments or none, and is told when a record may be hidden.
#[tokio::test]
async fn an_undo_by_another_user_tells_gone_from_hidden() {
    let delete = |object: &str, id: &str| {
        let operation = Operation::from(DeleteRecord {
            object: object.into(),
            id: Scalar::text(id),
        });
        scripted::change(object, operation)
    };
    let changes = vec![
        delete("PermissionSetLicenseAssign", "2LAJca000000001IAA"),
        delete("Account", "001Jca000000001IAA"),
    ];
    let steps = vec![scripted::step("s", changes, vec![])];
    let mut events = scripted::beginning(steps);
    if let Event::Planned { origin, .. } = &mut events[0] {
        origin.undoes = Some("1a".to_owned());
        origin.users = vec![User {
            id: "005Jca000000002IAA".to_owned(),
            username: "other@org".to_owned(),
        }];
    }
    let refused = json!([{
        "success": false,
        "errors": [{"statusCode": "INVALID_CROSS_REFERENCE_KEY", "message": "invalid cross reference id", "fields": []}],
    }]);
    let nothing = || rows(json!([]));
    let replies = vec![nothing(), nothing(), Reply::Json(200, refused)];
    let done = scripted::resume(&events, replies).await;
    expect![[r#"
        GET query?q=SELECT Id FROM PermissionSetLicenseAssign WHERE Id = '2LAJca000000001IAA' ORDER BY Id
        GET query?q=SELECT Id FROM Account WHERE Id = '001Jca000000001IAA' ORDER BY Id
        DELETE composite/sobjects?ids=001Jca000000001IAA&allOrNone=false
        {"settled":{"change":{"step":"s","address":"PermissionSetLicenseAssign"},"outcome":{"done":{"how":"as-wanted","values":{}}}}}
        {"intent":{"request":1,"changes":[{"step":"s","address":"Account"}],"before":{},"at_ms":0}}
        {"settled":{"change":{"step":"s","address":"Account"},"outcome":{"kept":{"reason":"it is not there any more, or me@org may not see it"}}}}
        {"finished":{"end":"done"}}
    "#]].assert_eq(&format!("{}{}", done.asked, done.events));
}
