use std::collections::BTreeMap;
use std::sync::Mutex;

use bytes::Bytes;
use expect_test::expect;
use usher_core::operation::{Condition, CreateRecord, Field, Key, Operation};
use usher_core::run::{ChangeKey, Event, RunState};
use usher_core::value::Scalar;

use crate::conduct::scripted::{NoSteps, Watching, beginning};
use crate::conduct::tests::{change, step};
use crate::conduct::{Conductor, Memory};
use crate::journal::Journal;
use crate::org_time::OrgTime;
use crate::port::{Boxed, Clock, RunLog};
use crate::stop::StopFlag;
use crate::testing::{FIXTURE, TestClock, TestOrg};

/// A clock that keeps the pauses, and an org whose every answer has the same `Date`.
struct Standing<'t> {
    clock: TestClock,
    time: &'t OrgTime,
    pauses: Mutex<Vec<u64>>,
}

impl Clock for Standing<'_> {
    fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    fn ticks_ms(&self) -> u64 {
        self.clock.ticks_ms()
    }

    fn sleep(&self, ms: u64) -> Boxed<'_, ()> {
        let slept = self.clock.sleep(ms);
        self.pauses.lock().expect("no panic").push(ms / 1_000);
        self.time.hear(&dated(), &self.clock);
        slept
    }
}

fn dated() -> http::Response<Bytes> {
    http::Response::builder()
        .header("date", "Sun, 29 Nov 2026 12:00:00 GMT")
        .body(Bytes::new())
        .expect("a response")
}

/// The request of another process, whose answer was lost, cannot be running any more once this process has waited as
/// long as a request runs at most: it was sent before this process began.
#[tokio::test]
async fn looking_ends_although_the_orgs_clock_stands() {
    let org = TestOrg::new(FIXTURE);
    let create = change(
        "group",
        Operation::from(CreateRecord {
            object: "PermissionSet".into(),
            fields: vec![Field {
                name: "Name".into(),
                value: Scalar::text("Third"),
            }],
            key: Key {
                conditions: vec![Condition::is("Name", Scalar::text("Third"))],
                enforced: true,
            },
            options: Vec::new(),
        }),
    );
    let step = step("s", vec![create]);
    let mut events = beginning(vec![step.clone()]);
    events.push(Event::Intent {
        request: 1,
        changes: vec![ChangeKey::new(&step.unit(), "group")],
        before: BTreeMap::new(),
        before_of: Vec::new(),
        at_ms: 1_795_953_600_000,
        ahead_ms: Some(0),
    });
    let first = TestClock::default();
    let time = OrgTime::new(&first);
    time.hear(&dated(), &first);
    let clock = Standing {
        clock: TestClock::default(),
        time: &time,
        pauses: Mutex::default(),
    };
    let mut journal = Journal::in_memory().expect("a journal");
    let mut log = journal.begin("r", 0);
    for (number, event) in (1..).zip(&events) {
        log.append(number, event, 0).expect("appended");
    }
    let mut lines = String::new();
    let mut watch = Watching(|event: &Event| {
        let json = serde_json::to_string(event).expect("serialises");
        lines.push_str(&format!("{json}\n"));
    });
    let mut conductor = Conductor {
        org: &org.org,
        clock: &clock,
        time: time.clone(),
        journal: &mut log,
        watch: &mut watch,
        planner: &NoSteps,
        stop: &StopFlag::default(),
        state: RunState::of(&events).expect("possible"),
        memory: Memory::new(&clock),
        #[cfg(debug_assertions)]
        planted: None,
    };
    let stopped = conductor.look_back(None).await.expect("looked");
    assert_eq!(stopped, None);
    let pauses = clock.pauses.lock().expect("no panic");
    expect![[r#"
        [5, 10, 20, 40, 60, 60, 60, 60, 60, 60, 60, 60, 45], 600 s
    "#]]
    .assert_eq(&format!("{pauses:?}, {} s\n", pauses.iter().sum::<u64>()));
    expect![[r#"
        {"not-acted":{"change":{"step":"s","address":"group"},"why":"no answer came, and it is not there","doubted":true}}
    "#]]
    .assert_eq(&lines);
}
