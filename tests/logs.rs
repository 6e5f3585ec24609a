//! Logs: lines on standard error and traces for a collector, with the ids that are in the journal and without a value.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::mpsc::{Receiver, Sender, channel};

use serde_json::Value;

use crate::secrets::{SECRET, product_that_creates};
use crate::world::Product;

const APPLY: &str = "apply fsc/assign-permissions --org practice --yes";

/// The lines of a log in JSON.
fn lines(err: &str) -> Vec<Value> {
    let lines = err.lines().filter(|line| line.starts_with('{'));
    lines
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

fn of<'l>(lines: &'l [Value], name: &str, at: &str) -> Vec<&'l Value> {
    let is = |line: &&Value| line["name"] == name && line["at"] == at;
    lines.iter().filter(is).collect()
}

#[test]
fn nothing_is_logged_until_somebody_asks() {
    let (silent, asked) = (Product::new(), Product::new());
    let silent = silent.run(APPLY);
    let asked = asked.run(&format!("--log-level off {APPLY}"));
    assert_eq!(silent.exit, 0, "{}", silent.err);
    assert_eq!(lines(&silent.err), Vec::<Value>::new());
    assert!(!silent.err.contains("info"), "{}", silent.err);
    assert_eq!(asked.err.lines().count(), silent.err.lines().count());
}

#[test]
fn a_log_has_the_ids_that_are_in_the_journal() {
    let product = Product::new();
    let ran = product.run(&format!("{APPLY} --log-level debug --log-format json"));
    assert_eq!(ran.exit, 0, "{}", ran.err);
    let lines = lines(&ran.err);
    let runs = of(&lines, "run", "end");
    assert_eq!(runs.len(), 1, "{}", ran.err);
    // `RUN` is the id of the newest run, as the product's texts are cleaned.
    assert_eq!(runs[0]["run"], "RUN");
    assert_eq!(runs[0]["outcome"], "done");
    assert_eq!(runs[0]["recipe"], "fsc/assign-permissions");
    let steps = of(&lines, "step", "end");
    assert!(!steps.is_empty(), "{}", ran.err);
    for step in steps {
        assert_eq!(step["run"], "RUN", "{step}");
        assert!(
            step["unit"].is_string() && step["org_id"].is_string(),
            "{step}"
        );
    }
    let shown = product.run("show --requests --json").json();
    let journal = shown["requests"].as_array().expect("requests");
    for request in of(&lines, "request", "end") {
        let number = request["number"].as_u64().expect("a number");
        let index = usize::try_from(number).expect("small") - 1;
        // Requests after the last event are in no journal.
        if let Some(kept) = journal.get(index) {
            assert_eq!(request["method"], kept["method"], "{request}");
            assert_eq!(request["status"], kept["status"], "{request}");
        }
    }
    let sent = of(&lines, "request", "end");
    let in_steps = sent.iter().filter(|line| line["unit"].is_string());
    assert!(in_steps.count() > 0, "{}", ran.err);
}

#[test]
fn each_level_adds_to_the_one_before() {
    let mut before = 0;
    for level in ["error", "warn", "info", "debug", "trace"] {
        let product = Product::new();
        let ran = product.run(&format!("{APPLY} --log-format json --log-level {level}"));
        let count = lines(&ran.err).len();
        let adds = ["info", "debug", "trace"].contains(&level);
        assert_eq!(count > before, adds, "{level}: {}", ran.err);
        before = count;
    }
}

#[test]
fn the_variable_holds_a_level_or_requests() {
    let mut product = Product::new();
    product.set("USHER_LOG", "info");
    let ran = product.run("plan fsc/assign-permissions --org practice");
    assert!(
        ran.err.contains("command begin  command=plan"),
        "{}",
        ran.err
    );
    assert!(!ran.err.contains("request"), "{}", ran.err);
    let ran = product.run("plan fsc/assign-permissions --org practice --log-level off");
    assert!(!ran.err.contains("command begin"), "{}", ran.err);
    product.set("USHER_LOG", "verbose");
    let ran = product.run("recipe list");
    assert_eq!(ran.exit, 2);
    assert!(ran.err.contains("code: log/unknown-level"), "{}", ran.err);
}

#[test]
fn an_error_is_logged_by_its_code() {
    let product = Product::new();
    let ran = product.run("show nothing --log-level error --log-format json");
    let lines = lines(&ran.err);
    let failed = of(&lines, "failed", "event");
    assert_eq!(failed.len(), 1, "{}", ran.err);
    assert_eq!(failed[0]["exit"], ran.exit, "{}", ran.err);
    assert!(failed[0]["code"].is_string(), "{}", ran.err);
}

#[test]
fn no_log_holds_a_token_a_secret_or_a_value() {
    for level in ["error", "warn", "info", "debug", "trace"] {
        for format in ["text", "json"] {
            let mut product = product_that_creates();
            let collector = Collector::begin(200);
            product.set("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.address);
            product.set("OTEL_EXPORTER_OTLP_HEADERS", "api-key=Canary%20Key");
            let line = format!("apply mine.toml --org practice --yes --set pw={SECRET}");
            product.allow(&line);
            let ran = product.run(&format!("{line} --log-level {level} --log-format {format}"));
            assert_eq!(ran.exit, 0, "{}", ran.err);
            let practice = product.practice();
            let sent = collector.bodies();
            let sent: String = sent.iter().map(Value::to_string).collect();
            let said = ran.err.clone() + &sent;
            let is_log = said.lines().filter(|line| line.contains("request"));
            let values = ["Vault", "'Vault'"];
            let is_told = is_log
                .clone()
                .any(|line| values.iter().any(|v| line.contains(v)));
            assert!(!is_told, "{level} {format}: {said}");
            for secret in [
                SECRET,
                "Canary",
                practice.token(),
                "Authorization",
                "Bearer",
            ] {
                assert!(!said.contains(secret), "{level} {format}: {said}");
            }
        }
    }
}

/// A receiver of OTLP over HTTP.
struct Collector {
    address: String,
    requests: Receiver<(String, Value)>,
}

impl Collector {
    /// Begins to receive, and answers every request with `status`.
    fn begin(status: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let (tell, requests) = channel();
        std::thread::spawn(move || {
            while let Ok((stream, _)) = listener.accept() {
                let tell = tell.clone();
                std::thread::spawn(move || {
                    let mut stream = BufReader::new(stream);
                    while receive(&mut stream, status, &tell).is_some() {}
                });
            }
        });
        Self { address, requests }
    }

    /// The bodies that have come.
    fn bodies(&self) -> Vec<Value> {
        self.requests.try_iter().map(|(_, body)| body).collect()
    }
}

/// Receives one request, and answers it.
fn receive(
    stream: &mut BufReader<TcpStream>,
    status: u16,
    tell: &Sender<(String, Value)>,
) -> Option<()> {
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if line.trim().is_empty() {
            break;
        }
        if let Some(text) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = text.trim().parse().ok()?;
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    let answer = format!("HTTP/1.1 {status} X\r\ncontent-length: 2\r\n\r\n{{}}");
    let body = serde_json::from_slice(&body).ok()?;
    // Heard of before it is answered: the command ends with the answer.
    drop(tell.send((head, body)));
    stream.get_mut().write_all(answer.as_bytes()).ok()
}

/// An attribute of a span or a resource.
fn attribute<'v>(of: &'v Value, name: &str) -> &'v Value {
    let attributes = of["attributes"].as_array().expect("attributes");
    let found = attributes.iter().find(|one| one["key"] == name);
    let value = found.map_or(&Value::Null, |one| &one["value"]);
    let held = value.as_object().and_then(|value| value.values().next());
    held.unwrap_or(&Value::Null)
}

#[test]
fn a_collector_gets_the_tree_of_a_run() {
    let collector = Collector::begin(200);
    let product = Product::new();
    product.catch_up();
    // A process of its own: what one thread says of spans, another one's log may not hear.
    let ran = Command::new(env!("CARGO_BIN_EXE_usher"))
        .args(APPLY.split(' '))
        .env_clear()
        .env("USHER_HOME", product.path("home"))
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.address)
        .env("OTEL_EXPORTER_OTLP_HEADERS", "api-key=one%20key")
        .output()
        .expect("a process");
    let err = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert!(ran.status.success(), "{err}");
    assert!(!err.contains("otlp/"), "{err}");
    let received: Vec<(String, Value)> = collector.requests.try_iter().collect();
    assert!(!received.is_empty(), "{err}");
    let mut spans = Vec::new();
    for (head, body) in received {
        assert!(head.starts_with("POST /v1/traces HTTP/1.1"), "{head}");
        assert!(head.contains("api-key: one key"), "{head}");
        assert!(head.contains("content-type: application/json"), "{head}");
        let all = &body["resourceSpans"][0];
        assert_eq!(attribute(&all["resource"], "service.name"), "usher");
        let version = attribute(&all["resource"], "service.version");
        assert_eq!(version, env!("CARGO_PKG_VERSION"));
        let sent = all["scopeSpans"][0]["spans"].as_array().expect("spans");
        spans.extend(sent.clone());
    }
    let named = |name: &'static str| spans.iter().filter(move |span| span["name"] == name);
    let [command] = named("command").collect::<Vec<_>>()[..] else {
        panic!("one command: {spans:?}");
    };
    let [run] = named("run").collect::<Vec<_>>()[..] else {
        panic!("one run: {spans:?}");
    };
    assert!(command.get("parentSpanId").is_none(), "{command}");
    assert_eq!(attribute(command, "usher.command"), "apply");
    assert_eq!(run["parentSpanId"], command["spanId"]);
    assert_eq!(attribute(run, "usher.run"), product.newest_run().as_str());
    let steps: Vec<&Value> = named("step").collect();
    assert!(!steps.is_empty(), "{spans:?}");
    for step in &steps {
        assert_eq!(step["parentSpanId"], run["spanId"], "{step}");
        assert!(attribute(step, "usher.unit").is_string(), "{step}");
    }
    let is_in_step = |span: &&Value| {
        let parent = &span["parentSpanId"];
        steps.iter().any(|step| step["spanId"] == *parent)
    };
    let request = named("request")
        .find(is_in_step)
        .expect("a request of a step");
    assert_eq!(request["kind"], 3);
    assert_eq!(attribute(request, "http.response.status_code"), "200");
    let mut ids: Vec<&str> = spans
        .iter()
        .filter_map(|span| span["spanId"].as_str())
        .collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), spans.len(), "an id is there twice");
    for span in &spans {
        assert_eq!(span["traceId"], command["traceId"]);
        assert_eq!(span["traceId"].as_str().map(str::len), Some(32));
        assert_eq!(span["spanId"].as_str().map(str::len), Some(16));
        assert!(span["startTimeUnixNano"].is_string(), "{span}");
    }
}

#[test]
fn a_collector_that_fails_is_one_warning_and_no_other_exit_code() {
    let refusing = Collector::begin(503).address;
    let closed = TcpListener::bind("127.0.0.1:0").and_then(|port| port.local_addr());
    let closed = format!("http://{}", closed.expect("an address"));
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let silence = format!("http://{}", silent.local_addr().expect("an address"));
    for (address, code) in [
        (refusing.as_str(), "otlp/not-sent"),
        (closed.as_str(), "otlp/not-sent"),
        (silence.as_str(), "otlp/not-sent"),
        ("http://collector.example:4318", "otlp/bad-settings"),
        ("nonsense", "otlp/bad-settings"),
    ] {
        let mut product = Product::new();
        product.set("OTEL_EXPORTER_OTLP_ENDPOINT", address);
        let ran = product.run("plan fsc/assign-permissions --org practice");
        assert_eq!(ran.exit, 0, "{address}: {}", ran.err);
        let told = ran.err.matches(&format!("code: {code}")).count();
        assert_eq!(told, 1, "{address}: {}", ran.err);
        assert_eq!(
            ran.err.matches("warning:").count(),
            1,
            "{address}: {}",
            ran.err
        );
    }
}

#[test]
fn a_collector_that_is_switched_off_gets_nothing() {
    let collector = Collector::begin(200);
    let mut product = Product::new();
    product.set("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.address);
    product.set("OTEL_SDK_DISABLED", "true");
    let ran = product.run("recipe list");
    assert_eq!((ran.exit, collector.bodies().len()), (0, 0), "{}", ran.err);
}
