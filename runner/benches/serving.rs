//! Requests a second of `practice serve` on loopback, the time until it is ready, and the memory of many orgs.
//!
//! `cargo test -p usher --bench serving` measures the build that `cargo run` and `cargo test` share;
//! `cargo bench -p usher --bench serving` measures the release build. Behind `--`: seconds of each kind of request,
//! clients at once, orgs, and how many of them are used (`-- 5 8 1000 50`). It ends by itself: each kind has its seconds, each answer its time.

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Seconds of each kind, clients, orgs, and orgs that are made and used, when no others are asked for.
const ASKED: [u64; 4] = [3, 8, 1_000, 50];

/// The time for one answer, and for a server to be ready.
const PATIENCE: Duration = Duration::from_secs(60);

/// A kind of request: its name, the arguments of its server, method, path, body.
type Kind = (
    &'static str,
    &'static [&'static str],
    &'static str,
    &'static str,
    &'static str,
);

const FILE: &[&str] = &[];
const MEMORY: &[&str] = &["--in-memory"];

const KINDS: &[Kind] = &[
    ("versions, no token", FILE, "GET", "/services/data", ""),
    (
        "query of one row",
        FILE,
        "GET",
        "/services/data/v66.0/query?q=SELECT+Id,Name+FROM+Organization",
        "",
    ),
    (
        "query of users with parents",
        FILE,
        "GET",
        "/services/data/v66.0/query?q=SELECT+Id,Username,Profile.Name+FROM+User",
        "",
    ),
    (
        "describe of User",
        FILE,
        "GET",
        "/services/data/v66.0/sobjects/User/describe",
        "",
    ),
    (
        "create an account",
        FILE,
        "POST",
        "/services/data/v66.0/sobjects/Account",
        r#"{"Name":"Acme"}"#,
    ),
    (
        "create, in memory",
        MEMORY,
        "POST",
        "/services/data/v66.0/sobjects/Account",
        r#"{"Name":"Acme"}"#,
    ),
];

/// A served org.
struct Served {
    child: Child,
    address: String,
    tokens: Vec<String>,
    ready: Duration,
}

impl Served {
    fn start(home: &Path, arguments: &[&str]) -> Self {
        let file = home.join("ready.json");
        let _none = std::fs::remove_file(&file);
        let began = Instant::now();
        let child = Command::new(env!("CARGO_BIN_EXE_usher"))
            .args(["practice", "serve", "--ready"])
            .arg(&file)
            .args(arguments)
            .env("USHER_HOME", home)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let json: serde_json::Value = loop {
            let text = std::fs::read_to_string(&file).unwrap_or_default();
            if let Ok(json) = serde_json::from_str(&text) {
                break json;
            }
            assert!(began.elapsed() < PATIENCE, "it does not get ready");
            std::thread::sleep(Duration::from_millis(2));
        };
        let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
        let url = text(&json["url"]);
        let orgs = json["orgs"].as_array().expect("a list").iter();
        Self {
            child,
            address: url.trim_start_matches("http://").to_owned(),
            tokens: orgs.map(|org| text(&org["token"])).collect(),
            ready: began.elapsed(),
        }
    }

    /// Memory that the server takes, in kilobytes.
    fn memory_kb(&self) -> u64 {
        let file = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(file).expect("Linux tells");
        let line = status.lines().find(|line| line.starts_with("VmRSS:"));
        let number = line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok());
        number.expect("a number of kilobytes")
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ended_already = self.child.kill();
        let _status = self.child.wait();
    }
}

/// One client with one connection.
struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Client {
    fn to(address: &str) -> Self {
        let stream = TcpStream::connect(address).expect("it listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a limit");
        stream.set_nodelay(true).expect("an option of every socket");
        Self {
            stream,
            buffer: vec![0; 1024 * 1024],
        }
    }

    /// Sends a request and reads the whole answer. Its status.
    fn send(&mut self, request: &[u8]) -> u16 {
        self.stream.write_all(request).expect("sent");
        let mut read = 0;
        loop {
            let count = self
                .stream
                .read(&mut self.buffer[read..])
                .expect("an answer");
            assert!(count > 0, "the connection ended");
            read += count;
            let Some(end) = self.buffer[..read]
                .windows(4)
                .position(|four| four == b"\r\n\r\n")
            else {
                continue;
            };
            let head = String::from_utf8_lossy(&self.buffer[..end]).to_ascii_lowercase();
            let length = head.split("content-length: ").nth(1);
            let length = length.and_then(|rest| rest.lines().next()?.parse::<usize>().ok());
            if read >= end + 4 + length.unwrap_or(0) {
                let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
                return status.expect("a status");
            }
        }
    }
}

fn request(method: &str, path: &str, token: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// Requests a second, with so many clients for so many seconds.
fn measure(served: &Served, kind: &Kind, clients: u64, seconds: u64) -> u64 {
    let (name, _, method, path, body) = kind;
    let asked = request(method, path, &served.tokens[0], body);
    let done = AtomicU64::new(0);
    let began = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..clients {
            scope.spawn(|| {
                let mut client = Client::to(&served.address);
                while began.elapsed() < Duration::from_secs(seconds) {
                    let status = client.send(&asked);
                    assert!((200..300).contains(&status), "{name}: {status}");
                    done.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    let requests = done.load(Ordering::Relaxed) as f64;
    (requests / began.elapsed().as_secs_f64()) as u64
}

fn main() {
    let mut asked = ASKED;
    let numbers = std::env::args().filter_map(|argument| argument.parse().ok());
    for (place, number) in numbers.take(asked.len()).enumerate() {
        asked[place] = number;
    }
    let [seconds, clients, orgs, used] = asked;
    let folder = tempfile::tempdir().expect("a folder");
    let home = folder.path();
    let mut table = String::new();
    let mut line = |text: String| writeln!(table, "{text}").expect("text");
    let first = Served::start(home, FILE).ready;
    let again = Served::start(home, FILE).ready;
    line(format!(
        "ready, org made: {} ms; org there: {} ms",
        first.as_millis(),
        again.as_millis()
    ));
    line(format!("{clients} clients, {seconds} s each:"));
    for kind in KINDS {
        let served = Served::start(home, kind.1);
        let rate = measure(&served, kind, clients, seconds);
        line(format!("{rate:>8} requests/s  {}", kind.0));
    }
    for (named, place) in [("in memory", MEMORY), ("in files", FILE)] {
        let count = orgs.to_string();
        let arguments: Vec<&str> = place.iter().copied().chain(["--orgs", &count]).collect();
        let served = Served::start(home, &arguments);
        let idle = served.memory_kb();
        let used = served
            .tokens
            .len()
            .min(usize::try_from(used).unwrap_or(usize::MAX));
        let began = Instant::now();
        let mut client = Client::to(&served.address);
        for token in &served.tokens[..used] {
            let asked = request("GET", KINDS[1].3, token, "");
            assert_eq!(client.send(&asked), 200);
        }
        let each = began.elapsed().as_millis() as f64 / used as f64;
        let grown = served.memory_kb().saturating_sub(idle) as f64 / used as f64;
        line(format!(
            "{orgs} orgs {named}: ready in {} ms, {idle} kB; {used} used: {} kB, each {grown:.0} kB, made in {each:.0} ms",
            served.ready.as_millis(),
            served.memory_kb()
        ));
    }
    std::io::stdout()
        .write_all(table.as_bytes())
        .expect("standard output takes text");
}
