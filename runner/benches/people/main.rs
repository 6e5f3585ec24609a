//! A list of people becomes users, over HTTP, with a wait for each answer: requests, round trips, wall time and memory,
//! with the floor (round trips that depend on each other × the wait) beside the wall time.
//!
//! `cargo test -p usher --bench people` measures the build that `cargo run` and `cargo test` share, with few people;
//! `cargo bench -p usher --bench people -- 10000 50` measures the release build. Behind `--`: people, and the
//! milliseconds that each answer waits. With `killed` behind them the command is killed again and again while it sends,
//! and resumed, and the users are counted. It ends by itself.

mod killed;
mod list;
mod served;

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::Command;

use crate::list::{PER_ACCOUNT, RECIPE, data, rows};
use crate::served::{Served, run};

/// People and milliseconds, when no others are asked for.
const ASKED: [u64; 2] = [200, 50];

fn main() {
    let mut asked = ASKED;
    let numbers = std::env::args().filter_map(|argument| argument.parse().ok());
    for (place, number) in numbers.take(asked.len()).enumerate() {
        asked[place] = number;
    }
    let [people, latency] = asked;
    let is_killed = std::env::args().any(|argument| argument == "killed");
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).expect("written");
    write("people.toml", RECIPE);
    let files = data(people);
    for (number, text) in files.iter().enumerate() {
        write(&format!("data{number}.toml"), text);
    }
    write("people.csv", &rows(people, 0));
    write("changed.csv", &rows(people, people.div_ceil(100)));
    let served = Served::start(folder, files.len(), latency);
    let allowed = Command::new(env!("CARGO_BIN_EXE_usher"))
        .args(["allow", "people.toml", "--yes"])
        .current_dir(folder)
        .env("USHER_HOME", folder.join("home"))
        .output()
        .expect("the program runs");
    assert!(allowed.status.success(), "{allowed:?}");
    served.asked();
    if is_killed {
        return killed::show(folder, &served, people);
    }
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
