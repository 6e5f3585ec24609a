//! A list of people becomes users, over HTTP, with a wait for each answer: requests, round trips, wall time, computing
//! and memory, with the floor (round trips that depend on each other × the wait) beside the wall time; then small jobs,
//! start-up, planning alone and a long recipe, and another client beside where one is installed.
//!
//! `cargo test -p usher --bench people` measures the build that `cargo run` and `cargo test` share, with few people;
//! `cargo bench -p usher --bench people -- 10000 50` measures the release build. Behind `--`: people, and the
//! milliseconds that each answer waits. With `killed` behind them the command is killed again and again while it sends,
//! and resumed, and the users are counted. It ends by itself.

mod killed;
mod list;
mod peer;
mod served;
mod started;
mod table;

use std::process::Command;

use crate::list::{PER_ACCOUNT, RECIPE, data, rows};
use crate::served::Served;
use crate::table::{head, row, say};

/// People and milliseconds, when no others are asked for.
const ASKED: [u64; 2] = [200, 50];

/// People of the short list.
const FEW: u64 = 200;

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
    let files = data(people + FEW);
    for (number, text) in files.iter().enumerate() {
        write(&format!("data{number}.toml"), text);
    }
    write("people.csv", &rows(0..people, 0));
    write("changed.csv", &rows(0..people, people.div_ceil(100)));
    write("few.csv", &rows(people..people + FEW, 0));
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
    say(&format!(
        "{people} people, {PER_ACCOUNT} of an account, two permission sets each; {latency} ms an answer\n"
    ));
    head();
    let apply = ["apply", "people.toml", "--yes", "--rows"];
    let with = |file: &'static str| [&apply[..], &[file]].concat();
    let plan = ["plan", "people.toml", "--rows", "people.csv"];
    row(folder, &served, "plan", people, &plan);
    row(folder, &served, "apply", people, &with("people.csv"));
    row(folder, &served, "apply again", people, &with("people.csv"));
    row(
        folder,
        &served,
        "apply, 1 % changed",
        people,
        &with("changed.csv"),
    );
    row(
        folder,
        &served,
        &format!("{FEW} users, 2 sets each"),
        FEW,
        &with("few.csv"),
    );
    let assign: Vec<&str> = "apply fsc/assign-permissions --yes --set user=jane.doe@example.com"
        .split(' ')
        .collect();
    row(folder, &served, "one assignment", 1, &assign);
    let site: Vec<&str> = "apply contracts/site --yes --set site=Bench --set url=bench"
        .split(' ')
        .collect();
    row(folder, &served, "site, four steps", 1, &site);
    drop(served);
    started::start_up(folder);
    started::long_recipe(folder);
    let served = Served::start(folder, files.len(), 0);
    started::items(folder, people, &served);
    peer::bulk(folder, &served, people);
}
