//! A list of people becomes users, over HTTP, with a wait for each answer: requests, round trips, wall time and memory,
//! with the floor (round trips that depend on each other × the wait) beside the wall time.
//!
//! `cargo test -p usher --bench people` measures the build that `cargo run` and `cargo test` share, with few people;
//! `cargo bench -p usher --bench people -- 10000 50` measures the release build. Behind `--`: people, and the
//! milliseconds that each answer waits. It ends by itself.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// People and milliseconds, when no others are asked for.
const ASKED: [u64; 2] = [200, 50];

/// People of one account.
const PER_ACCOUNT: u64 = 4;

/// The time for a server to be ready, and for one command.
const READY: Duration = Duration::from_secs(120);
const COMMAND: Duration = Duration::from_secs(3_600);

/// Pauses between two looks at a command that runs.
const LOOK: Duration = Duration::from_millis(5);

const RECIPE: &str = r#"format = 1
title = "Give a list of people access"

[inputs.people]
type = "rows"
key = "contact"

[inputs.people.columns.contact]
type = "record"
object = "Contact"

[inputs.people.columns.permission_sets]
type = "list"

[[steps]]
id = "people"
for_each = "${inputs.people}"

[[steps.group]]
id = "user"
use = "enable-user"
with = { contact = "${item.contact}", profile = "Client Customer Community Plus" }

[[steps.group]]
id = "permissions"
use = "assign-permission-sets"
with = { user = "${steps.user.user_id}", permission_sets = "${item.permission_sets}" }

[[steps]]
id = "roles"
use = "check-roles"
with = { kind = "customer" }
"#;

/// Records of the org: an owner with a role, and so many contacts.
fn data(people: u64) -> String {
    let mut text = String::from(
        "[[changes]]\nref = \"license_fsc_cc_plus\"\nfields = { TotalLicenses = 1000000 }\n\
         \n[[changes]]\nref = \"admin\"\nfields = { UserRoleId = \"@role_ceo\" }\n",
    );
    for account in 0..people.div_ceil(PER_ACCOUNT) {
        write!(
            text,
            "\n[[records]]\nobject = \"Account\"\nref = \"a{account}\"\nfields = {{ Name = \"Bench {account:06}\", OwnerId = \"@admin\" }}\n"
        )
        .expect("text");
    }
    for person in 0..people {
        write!(
            text,
            "\n[[records]]\nobject = \"Contact\"\nfields = {{ FirstName = \"P{person}\", LastName = \"Bench {person:06}\", Email = \"p{person}@bench.example\", AccountId = \"@a{}\", OwnerId = \"@admin\" }}\n",
            person / PER_ACCOUNT
        )
        .expect("text");
    }
    text
}

/// The rows: every person has two permission sets, and `changed` of them a third.
fn rows(people: u64, changed: u64) -> String {
    let mut text = String::from("contact,permission_sets\n");
    for person in 0..people {
        let sets = match person < changed {
            true => "Customer Community Read Only;Advisor;Financial Services Cloud Basic",
            false => "Customer Community Read Only;Advisor",
        };
        writeln!(text, "p{person}@bench.example,{sets}").expect("text");
    }
    text
}

/// A served org.
struct Served {
    child: Child,
    url: String,
    token: String,
    log: PathBuf,
}

impl Served {
    fn start(folder: &Path, latency: u64) -> Self {
        let (ready, log) = (folder.join("ready.json"), folder.join("log.jsonl"));
        let child = Command::new(env!("CARGO_BIN_EXE_usher"))
            .args(["practice", "serve", "--in-memory", "--data", "data.toml"])
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
            log,
        }
    }

    /// The requests that came since the last call, and how many of them had to wait for one another.
    fn asked(&self) -> (u64, u64) {
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

/// The measure of one command.
struct Measured {
    wall: Duration,
    /// The most memory at any time, in MiB.
    peak: u64,
}

fn run(folder: &Path, served: &Served, words: &[&str]) -> Measured {
    let began = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_usher"))
        .args(words)
        .args(["--org", &served.url])
        .current_dir(folder)
        .env("USHER_HOME", folder.join("home"))
        .env("USHER_TOKEN", &served.token)
        .stdout(Stdio::null())
        .stderr(std::fs::File::create(folder.join("stderr")).expect("a file"))
        .spawn()
        .expect("the program starts");
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
        peak: peak / 1024,
    }
}

fn main() {
    let mut asked = ASKED;
    let numbers = std::env::args().filter_map(|argument| argument.parse().ok());
    for (place, number) in numbers.take(asked.len()).enumerate() {
        asked[place] = number;
    }
    let [people, latency] = asked;
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).expect("written");
    write("people.toml", RECIPE);
    write("data.toml", &data(people));
    write("people.csv", &rows(people, 0));
    write("changed.csv", &rows(people, people / 100));
    let served = Served::start(folder, latency);
    let allowed = Command::new(env!("CARGO_BIN_EXE_usher"))
        .args(["allow", "people.toml", "--yes"])
        .current_dir(folder)
        .env("USHER_HOME", folder.join("home"))
        .output()
        .expect("the program runs");
    assert!(allowed.status.success(), "{allowed:?}");
    served.asked();
    let mut table = format!(
        "{people} people, {PER_ACCOUNT} of an account, two permission sets each; {latency} ms an answer\n\
         {:<28} {:>8} {:>9} {:>8} {:>8} {:>8} {:>7} {:>6}\n",
        "", "requests", "a person", "trips", "floor s", "wall s", "×", "MiB"
    );
    let list = ["--rows", "people.csv"];
    let cases: [(&str, Vec<&str>); 4] = [
        (
            "plan",
            ["plan", "people.toml"]
                .iter()
                .chain(&list)
                .copied()
                .collect(),
        ),
        (
            "apply",
            ["apply", "people.toml", "--yes"]
                .iter()
                .chain(&list)
                .copied()
                .collect(),
        ),
        (
            "apply again",
            ["apply", "people.toml", "--yes"]
                .iter()
                .chain(&list)
                .copied()
                .collect(),
        ),
        (
            "apply, 1 % changed",
            vec!["apply", "people.toml", "--yes", "--rows", "changed.csv"],
        ),
    ];
    for (name, words) in cases {
        let measured = run(folder, &served, &words);
        let (requests, trips) = served.asked();
        let floor = trips as f64 * latency as f64 / 1_000.0;
        let wall = measured.wall.as_secs_f64();
        writeln!(
            table,
            "{name:<28} {requests:>8} {:>9.4} {trips:>8} {floor:>8.1} {wall:>8.1} {:>7.2} {:>6}",
            requests as f64 / people as f64,
            wall / floor,
            measured.peak
        )
        .expect("text");
        // A bench of an hour is looked at while it runs.
        let mut out = std::io::stdout();
        out.write_all(table.as_bytes())
            .expect("standard output takes text");
        table.clear();
    }
}
