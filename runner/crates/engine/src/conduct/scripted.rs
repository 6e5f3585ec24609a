//! For tests: a run against a wire that answers from a script, with a clock that only sleeping moves.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::Response;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use usher_core::change::{Certainty, Change, Consequence, Effect, StepPlan, Undo};
use usher_core::operation::{Condition, ConfigureSettings, CreateRecord, Field, Key, Operation};
use usher_core::plan::{Confirmation, Plan, PlannedStep, PluginStamp, Requests, StepState};
use usher_core::read::{Identity, OrgKind, Record};
use usher_core::run::{Approval, Event, Notice, Origin, RunState, Stop};
use usher_core::value::{BindingName, Reference, Scalar, Token, Unit};

use crate::client::Client;
use crate::conduct::{Conductor, Memory};
use crate::journal::Journal;
use crate::org_time::OrgTime;
use crate::port::{Boxed, Clock, Planner, RunLog, Watch};
use crate::session::{Fixed, Secret};
use crate::stop::StopFlag;
use crate::wire::{Spent, Unreached, Wire, WireError};

/// One answer of the script.
#[derive(Clone)]
pub(crate) enum Reply {
    Json(u16, Value),
    /// The look before a create finds nothing, then these ids were made.
    Made(Vec<Value>),
    /// A page for people.
    Page(u16, &'static str),
    Soap(String),
    Fault(&'static str),
    Lost,
    Unreachable,
    /// 503, and again after so many seconds.
    Busy(u64),
    /// No more requests may be made.
    Spent,
}

/// Answers in order, and keeps what it was asked, readable.
pub(crate) struct Script {
    replies: Mutex<Vec<Reply>>,
    pub(crate) asked: Arc<Mutex<Vec<String>>>,
}

/// A clock that only sleeping moves. Sleeps are written between the requests.
struct Asleep {
    now_ms: AtomicI64,
    asked: Arc<Mutex<Vec<String>>>,
}

/// An observer that sees events and approves nothing.
pub(crate) struct Watching<F>(pub(crate) F);

impl<F: FnMut(&Event) + Send> Watch for Watching<F> {
    fn event(&mut self, event: &Event, _: &RunState) {
        (self.0)(event);
    }

    fn notice(&mut self, _: &Notice<'_>) {}

    fn confirm(&mut self, _: &PlannedStep) -> Option<Confirmation> {
        None
    }

    fn approve<'a>(&'a mut self, steps: &'a [PlannedStep]) -> Boxed<'a, Result<Approval, Stop>> {
        let unit = steps[0].unit();
        Box::pin(async { Err(Stop::NotApproved { unit }) })
    }
}

/// For runs whose steps are all planned.
pub(crate) struct NoSteps;

impl Planner for NoSteps {
    fn plan<'a>(&'a self, units: &'a [Unit], _: &'a RunState) -> Boxed<'a, Vec<PlannedStep>> {
        panic!("nobody expected {units:?} to be planned")
    }
}

/// The record of a run: requests and sleeps, and the events after the approval, one a line.
pub(crate) struct Done {
    pub(crate) asked: String,
    pub(crate) events: String,
    pub(crate) state: RunState,
}

impl Script {
    pub(crate) fn org(replies: Vec<Reply>) -> (Client, Arc<Self>) {
        let script = Arc::new(Self {
            replies: Mutex::new(replies),
            asked: Arc::default(),
        });
        (
            Client::new(
                Arc::<Self>::clone(&script),
                Arc::new(Fixed::new(Secret::new("00D!token".into()))),
            ),
            script,
        )
    }

    pub(crate) fn asked(&self) -> String {
        let lines = self.asked.lock().expect("no panic");
        lines.iter().map(|line| format!("{line}\n")).collect()
    }
}

impl Wire for Script {
    fn send(&self, request: http::Request<Bytes>) -> Boxed<'_, Result<Response<Bytes>, WireError>> {
        self.asked
            .lock()
            .expect("no panic")
            .push(readable(&request));
        let mut replies = self.replies.lock().expect("no panic");
        assert!(
            !replies.is_empty(),
            "nobody expected {}",
            readable(&request)
        );
        let reply = match replies.remove(0) {
            Reply::Made(rows) if *request.method() == http::Method::GET => {
                replies.insert(0, Reply::Json(200, rows.into()));
                answer(200, json!({"records": [], "done": true}).to_string())
            }
            Reply::Made(rows) => answer(200, Value::Array(rows).to_string()),
            Reply::Json(status, body) => answer(status, body.to_string()),
            Reply::Page(status, page) => answer(status, page.to_owned()),
            Reply::Soap(body) => answer(200, envelope(&body)),
            Reply::Fault(code) => answer(
                500,
                envelope(&format!(
                    "<e:Fault><faultcode>sf:{code}</faultcode><faultstring>{code}: no</faultstring></e:Fault>"
                )),
            ),
            Reply::Lost => Err(WireError::Lost("the connection broke".to_owned())),
            Reply::Busy(seconds) => {
                let body = json!([{ "errorCode": "TOO_MANY", "message": "slow down" }]);
                let mut busy = answer(429, body.to_string());
                if let Ok(busy) = &mut busy {
                    busy.headers_mut().insert("retry-after", seconds.into());
                }
                busy
            }
            Reply::Spent => Err(WireError::Spent(Spent::Budget { budget: 7 })),
            Reply::Unreachable => Err(WireError::Unreachable(Unreached::silent("nothing answers"))),
        };
        Box::pin(async move { reply })
    }
}

impl Clock for Asleep {
    fn now_ms(&self) -> i64 {
        self.now_ms.load(Ordering::Relaxed)
    }

    fn ticks_ms(&self) -> u64 {
        self.now_ms.load(Ordering::Relaxed).unsigned_abs()
    }

    fn sleep(&self, ms: u64) -> Boxed<'_, ()> {
        self.asked
            .lock()
            .expect("no panic")
            .push(format!("… {ms} ms"));
        self.now_ms.fetch_add(ms.cast_signed(), Ordering::Relaxed);
        Box::pin(async {})
    }
}

/// Carries out a run of these steps from its beginning.
pub(crate) async fn run(steps: Vec<PlannedStep>, replies: Vec<Reply>) -> Done {
    resume(&beginning(steps), replies).await
}

/// Resumes a run that has had these events.
pub(crate) async fn resume(events: &[Event], replies: Vec<Reply>) -> Done {
    resume_knowing(&[], events, replies).await
}

/// Resumes it in a process that holds these secrets.
pub(crate) async fn resume_knowing(
    secrets: &[(Token, Value)],
    events: &[Event],
    replies: Vec<Reply>,
) -> Done {
    let (org, script) = Script::org(replies);
    let clock = Asleep {
        now_ms: AtomicI64::new(0),
        asked: Arc::clone(&script.asked),
    };
    let mut journal = Journal::in_memory().expect("a journal");
    let mut lines = String::new();
    let mut watch = Watching(|event: &Event| {
        let json = serde_json::to_string(event).expect("serialises");
        lines.push_str(&format!("{json}\n"));
    });
    let mut state = RunState::of(events).expect("possible");
    let mut log = journal.begin("r", 0);
    for (number, event) in (1..).zip(events) {
        log.append(number, event, 0).expect("appended");
    }
    state.bindings.extend(secrets.iter().cloned());
    let mut conductor = Conductor {
        org: &org,
        clock: &clock,
        time: OrgTime::new(&clock),
        journal: &mut log,
        watch: &mut watch,
        planner: &NoSteps,
        stop: &StopFlag::default(),
        state,
        memory: Memory::new(&clock),
        #[cfg(debug_assertions)]
        planted: None,
    };
    conductor.carry_out().await.expect("an end");
    let state = conductor.state;
    assert!(
        script.replies.lock().expect("no panic").is_empty(),
        "too few requests:\n{}{lines}",
        script.asked()
    );
    Done {
        asked: script.asked(),
        events: lines,
        state,
    }
}

/// The events of a run that has just been approved.
pub(crate) fn beginning(steps: Vec<PlannedStep>) -> Vec<Event> {
    let plan = Plan {
        recipe: "r".into(),
        title: "R".into(),
        org: Identity {
            org_id: "00D".into(),
            org_kind: OrgKind::Practice,
            user_id: "005".into(),
            username: "me@org".into(),
            api_version: "66.0".into(),
        },
        now: "2026-11-22T10:00:00Z".into(),
        inputs: Arc::default(),
        left_out: Vec::new(),
        steps,
        requests: Requests::default(),
    };
    vec![
        Event::Planned {
            plan: plan.into(),
            recipe: String::new(),
            origin: Origin::default(),
        },
        Event::Approved { by: Approval::Flag },
    ]
}

/// A step as the planning hands it over: with global references.
pub(crate) fn step(id: &str, changes: Vec<Change>, effects: Vec<Effect>) -> PlannedStep {
    let plan = StepPlan {
        changes,
        effects,
        outputs: json!({}).into(),
        ..StepPlan::default()
    };
    PlannedStep {
        id: id.into(),
        item: None,
        of_loop: None,
        plugin: Some(PluginStamp {
            name: "p".into(),
            version: "1.0.0".into(),
            digest: String::new(),
            file: None,
        }),
        state: StepState::Changes,
        input: Record::new().into(),
        plan: plan.globalise(&Unit::step(id)),
        before: std::collections::BTreeMap::new(),
        bound: None,
        only_if: std::collections::BTreeMap::new(),
        relies_on: Vec::new(),
        kept_with: std::collections::BTreeMap::new(),
        reads: Default::default(),
        terms: usher_core::plan::Terms::default(),
    }
}

pub(crate) fn change(address: &str, operation: Operation) -> Change {
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

pub(crate) fn create(address: &str, object: &str, set: &[(&str, Scalar)]) -> Change {
    let operation = Operation::from(CreateRecord {
        object: object.into(),
        fields: fields(set),
        key: Key {
            conditions: vec![Condition::is("Name", Scalar::text(address))],
            enforced: true,
        },
        options: Vec::new(),
    });
    change(address, operation)
}

pub(crate) fn configure(address: &str, settings: &str, set: &[(&str, Scalar)]) -> Change {
    let operation = Operation::from(ConfigureSettings {
        settings: settings.into(),
        fields: fields(set),
    });
    change(address, operation)
}

pub(crate) fn effect(
    address: &str,
    cause: &str,
    certainty: Certainty,
    consequence: Consequence,
) -> Effect {
    Effect {
        address: address.into(),
        causes: vec![cause.into()],
        summary: address.into(),
        certainty,
        consequence,
        within_ms: 0,
        remains: None,
    }
}

pub(crate) fn appears(object: &str, name: &str, set: &[(&str, Scalar)]) -> Consequence {
    Consequence::Appears {
        object: object.into(),
        fields: fields(set),
        key: vec![Condition::is("Name", Scalar::text(name))],
        id: Scalar::Nothing,
    }
}

pub(crate) fn alters(object: &str, id: Scalar, set: &[(&str, Scalar)]) -> Consequence {
    Consequence::Alters {
        object: object.into(),
        id,
        fields: fields(set),
    }
}

pub(crate) fn fields(set: &[(&str, Scalar)]) -> Vec<Field> {
    let field = |(name, value): &(&str, Scalar)| Field {
        name: (*name).to_owned(),
        value: value.clone(),
    };
    set.iter().map(field).collect()
}

/// The id that a change or effect of the same plan binds.
pub(crate) fn id_of(address: &str) -> Scalar {
    Scalar::Reference(Reference::Bound(Box::new(BindingName {
        address: address.into(),
        name: "id".into(),
    })))
}

pub(crate) fn saved(ids: &[&str]) -> Reply {
    let rows = ids
        .iter()
        .map(|id| json!({"id": id, "success": true, "errors": []}));
    Reply::Made(rows.collect())
}

pub(crate) fn rows(rows: Value) -> Reply {
    Reply::Json(200, json!({"records": rows, "done": true}))
}

/// Rows of several queries that were one request.
pub(crate) fn composite(parts: &[Value]) -> Reply {
    let parts = parts.iter().map(|rows| match rows {
        Value::String(code) => {
            let body = json!([{"errorCode": code, "message": "no"}]);
            json!({"body": body, "httpStatusCode": 400})
        }
        rows => json!({"body": {"records": rows, "done": true}, "httpStatusCode": 200}),
    });
    Reply::Json(200, json!({"compositeResponse": parts.collect::<Vec<_>>()}))
}

/// The answer of `readMetadata` with these fields.
pub(crate) fn settings(fields: &[(&str, &str)]) -> Reply {
    let fields: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("<{name}>{value}</{name}>"))
        .collect();
    Reply::Soap(format!(
        "<readMetadataResponse><result><records><fullName>X</fullName>{}</records></result></readMetadataResponse>",
        fields.concat()
    ))
}

/// The answer of `updateMetadata` that the settings are saved.
pub(crate) fn configured() -> Reply {
    Reply::Soap(
        "<updateMetadataResponse><result><success>true</success></result></updateMetadataResponse>"
            .to_owned(),
    )
}

fn answer(status: u16, body: String) -> Result<Response<Bytes>, WireError> {
    let reply = Response::builder().status(status).body(Bytes::from(body));
    reply.map_err(|error| WireError::Lost(error.to_string()))
}

fn envelope(body: &str) -> String {
    format!("<e:Envelope xmlns:e=\"x\"><e:Body>{body}</e:Body></e:Envelope>")
}

/// The queries, the rows, or the SOAP call of a request, without the parts that are always the same.
fn readable(request: &http::Request<Bytes>) -> String {
    let uri = percent_decode_str(&request.uri().to_string())
        .decode_utf8_lossy()
        .into_owned();
    let uri = uri.replace("/services/data/v66.0/", "");
    let body = String::from_utf8_lossy(request.body());
    if let Some((_, call)) = body.split_once("<soapenv:Body>") {
        return call.replace("</soapenv:Body></soapenv:Envelope>", "");
    }
    let json = serde_json::from_str(&body).unwrap_or(Value::Null);
    if let Some(requests) = json["compositeRequest"].as_array() {
        let urls = requests
            .iter()
            .filter_map(|request| request["url"].as_str());
        let urls = urls.map(|url| percent_decode_str(url).decode_utf8_lossy().into_owned());
        let queries: Vec<String> = urls
            .map(|url| url.replace("/services/data/v66.0/", "\n    "))
            .collect();
        return format!("{} {uri}{}", request.method(), queries.concat());
    }
    match json.get("records") {
        Some(records) => format!("{} {uri} {records}", request.method()),
        None => format!("{} {uri} {body}", request.method())
            .trim()
            .to_owned(),
    }
}
