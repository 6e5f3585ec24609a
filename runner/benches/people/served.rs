//! A practice org that is served, and commands that are run against it.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// The time for a server to be ready, and for one command.
const READY: Duration = Duration::from_secs(120);
const COMMAND: Duration = Duration::from_secs(3_600);

/// Pauses between two looks at a command that runs.
const LOOK: Duration = Duration::from_millis(5);

/// A served org.
pub(crate) struct Served {
    child: Child,
    pub(crate) url: String,
    pub(crate) token: String,
    /// Milliseconds that each answer waits.
    pub(crate) latency: u64,
    log: PathBuf,
}

impl Served {
    /// Serves an org with the records of so many files.
    pub(crate) fn start(folder: &Path, files: usize, latency: u64) -> Self {
        let (ready, log) = (folder.join("ready.json"), folder.join("log.jsonl"));
        std::fs::remove_file(&ready).unwrap_or_default();
        let child = Command::new(env!("CARGO_BIN_EXE_usher"))
            .args(["practice", "serve", "--in-memory"])
            .args((0..files).map(|file| format!("--data=data{file}.toml")))
            .args(["--latency", &latency.to_string(), "--ready", "ready.json"])
            .args(["--log", "log.jsonl"])
            .current_dir(folder)
            .env("USHER_HOME", folder.join("served"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let began = Instant::now();
        let json: Value = loop {
            let text = std::fs::read_to_string(&ready).unwrap_or_default();
            if let Ok(json) = serde_json::from_str(&text) {
                break json;
            }
            assert!(began.elapsed() < READY, "the org does not get ready");
            std::thread::sleep(LOOK);
        };
        let text = |name: &str| json[name].as_str().expect("a text").to_owned();
        Self {
            child,
            url: text("url"),
            token: text("token"),
            latency,
            log,
        }
    }

    /// Seconds that the server has computed.
    pub(crate) fn cpu(&self) -> f64 {
        cpu(&self.child.id().to_string(), false)
    }

    /// All records of a query, page by page.
    pub(crate) fn query(&self, soql: &str) -> Vec<Value> {
        let mut rows = Vec::new();
        let text: String = soql
            .bytes()
            .map(|byte| match byte {
                byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
                byte => format!("%{byte:02X}"),
            })
            .collect();
        let mut path = format!("/services/data/v66.0/query?q={text}");
        loop {
            let answer = self.get(&path);
            rows.extend(answer["records"].as_array().into_iter().flatten().cloned());
            match answer["nextRecordsUrl"].as_str() {
                Some(next) => next.clone_into(&mut path),
                None => return rows,
            }
        }
    }

    fn get(&self, path: &str) -> Value {
        let address = self.url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(address).expect("it listens");
        stream.set_read_timeout(Some(READY)).expect("a limit");
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\nconnection: close\r\n\r\n",
            self.token
        );
        stream.write_all(request.as_bytes()).expect("sent");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("an answer");
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
        let body = &answer[end.expect("a head") + 4..];
        serde_json::from_slice(body).expect("JSON")
    }

    /// The requests that came since the last call, and how many of them had to wait for one another.
    pub(crate) fn asked(&self) -> (u64, u64) {
        let text = std::fs::read_to_string(&self.log).expect("the log is there");
        std::fs::write(&self.log, "").expect("the log is emptied");
        let mut spans: Vec<(i64, i64)> = text
            .lines()
            .filter_map(|line| {
                let line: Value = serde_json::from_str(line).ok()?;
                let came = line["time"].as_str()?.parse::<jiff::Timestamp>().ok()?;
                let came = came.as_millisecond();
                Some((came, came + line["ms"].as_i64()?))
            })
            .collect();
        spans.sort_unstable();
        let (mut trips, mut first_end) = (0, i64::MIN);
        for (came, gone) in &spans {
            // It came when an earlier one of the trip had its answer: it may depend on that.
            if *came >= first_end {
                trips += 1;
                first_end = *gone;
            } else {
                first_end = first_end.min(*gone);
            }
        }
        (spans.len() as u64, trips)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ended_already = self.child.kill();
        let _status = self.child.wait();
    }
}

/// Clock ticks in a second: `USER_HZ`, which is 100 on every Linux that Rust runs on.
const TICKS_PER_SECOND: f64 = 100.0;

/// The measure of one command.
pub(crate) struct Measured {
    pub(crate) wall: Duration,
    /// Seconds that it computed, on all cores together.
    pub(crate) cpu: f64,
    /// The most memory at any time, in MiB.
    pub(crate) peak: u64,
}

/// Seconds of computing of a process: user and system time by `proc(5)`, of itself or of its children that have ended.
fn cpu(process: &str, of_children: bool) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // The name in the second field may hold blanks; behind its bracket everything is a number.
    let numbers = stat.rsplit_once(')').map_or("", |(_, numbers)| numbers);
    let fields: Vec<f64> = numbers
        .split_whitespace()
        .map(|field| field.parse().unwrap_or(0.0))
        .collect();
    // Fields 14 and 15, or 16 and 17.
    let first = if of_children { 13 } else { 11 };
    fields
        .get(first..first + 2)
        .map_or(0.0, |ticks| ticks.iter().sum::<f64>() / TICKS_PER_SECOND)
}

/// Starts a command against the org. Its messages go to the file `stderr`.
pub(crate) fn start(folder: &Path, served: &Served, words: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_usher"));
    command.args(words).args(["--org", &served.url]);
    command.env("USHER_TOKEN", &served.token);
    spawn(folder, "home", &mut command)
}

/// Starts a command in the folder, with a home there.
pub(crate) fn spawn(folder: &Path, home: &str, command: &mut Command) -> Child {
    command
        .current_dir(folder)
        .env("USHER_HOME", folder.join(home))
        .stdout(Stdio::null())
        .stderr(std::fs::File::create(folder.join("stderr")).expect("a file"))
        .spawn()
        .expect("the program starts")
}

/// Runs a command against the org to its end, which is a good one.
pub(crate) fn run(folder: &Path, served: &Served, words: &[&str]) -> Measured {
    finish(folder, words, || start(folder, served, words))
}

/// Waits for the good end of a command and measures it.
pub(crate) fn finish(folder: &Path, words: &[&str], start: impl FnOnce() -> Child) -> Measured {
    let (began, computed) = (Instant::now(), cpu("self", true));
    let mut child = start();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    let ended = loop {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find(|line| line.starts_with("VmHWM:"));
        let now = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
        peak = peak.max(now.unwrap_or(0));
        if let Some(ended) = child.try_wait().expect("a child") {
            break ended;
        }
        assert!(began.elapsed() < COMMAND, "{words:?} does not end");
        std::thread::sleep(LOOK);
    };
    let said = std::fs::read_to_string(folder.join("stderr")).unwrap_or_default();
    assert!(ended.success(), "{words:?} ends with {ended}\n{said}");
    Measured {
        wall: began.elapsed(),
        cpu: cpu("self", true) - computed,
        peak: peak / 1024,
    }
}
