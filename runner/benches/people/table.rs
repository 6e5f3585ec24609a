//! Commands against a served org, a row each: requests, round trips, time and memory.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use crate::served::{Served, run};

/// Writes a text to standard output at once: a bench of an hour is looked at while it runs.
pub(crate) fn say(text: &str) {
    std::io::stdout()
        .write_all(text.as_bytes())
        .expect("standard output takes text");
}

/// Says the names of the columns.
pub(crate) fn head() {
    say(&format!(
        "{:<28} {:>8} {:>9} {:>6} {:>8} {:>8} {:>6} {:>8} {:>9} {:>5}\n",
        "",
        "requests",
        "a person",
        "trips",
        "floor s",
        "wall s",
        "×",
        "usher s",
        "the org s",
        "MiB"
    ));
}

/// Runs a command for so many people, and says the row of it.
pub(crate) fn row(folder: &Path, served: &Served, name: &str, people: u64, words: &[&str]) {
    let computed = served.cpu();
    let measured = run(folder, served, words);
    let by_org = served.cpu() - computed;
    let (requests, trips) = served.asked();
    let floor = trips as f64 * served.latency as f64 / 1_000.0;
    let wall = measured.wall.as_secs_f64();
    let mut text = String::new();
    writeln!(
        text,
        "{name:<28} {requests:>8} {:>9.4} {trips:>6} {floor:>8.1} {wall:>8.1} {:>6.2} {:>8.1} {by_org:>9.1} {:>5}",
        requests as f64 / people as f64,
        wall / floor,
        measured.cpu,
        measured.peak
    )
    .expect("text");
    say(&text);
}
