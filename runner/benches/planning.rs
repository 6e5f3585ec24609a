//! CPU time of planning recipes of 100, 400 and 1,600 independent steps: whether it grows with the work.
//!
//! `cargo test -p usher --bench planning` measures the build that `cargo run` and `cargo test` share;
//! `cargo bench -p usher --bench planning` measures the release build. Counts of one's own stand behind `--`.
//! The figure to look at is the last column: CPU per step against that of the first row, without what a plan
//! of one step costs.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use usher::{Console, Desk, Lines, World};
use usher_engine::port::{Boxed, Clock};
use usher_engine::stop::StopFlag;

/// Steps of each recipe, when no others are asked for.
const COUNTS: [usize; 3] = [100, 400, 1_600];

/// Plans of each size; the least CPU time counts.
const TRIES: usize = 3;

/// Clock ticks in a second: `USER_HZ`, which is 100 on every Linux that Rust runs on.
const TICKS_PER_SECOND: u64 = 100;

/// A clock that stands still and never waits.
struct Still;

impl Clock for Still {
    fn now_ms(&self) -> i64 {
        1_795_341_600_000
    }

    fn ticks_ms(&self) -> u64 {
        0
    }

    fn sleep(&self, _ms: u64) -> Boxed<'_, ()> {
        Box::pin(std::future::ready(()))
    }
}

fn main() {
    let asked: Vec<usize> = std::env::args()
        .filter_map(|argument| argument.parse().ok())
        .collect();
    let counts = if asked.is_empty() {
        COUNTS.to_vec()
    } else {
        asked
    };
    let folder = tempfile::tempdir().expect("a folder");
    // The first plan compiles the plugin and seeds the practice org.
    plan(folder.path(), 1);
    let base = (0..TRIES).map(|_| plan(folder.path(), 1)).min();
    let base = base.expect("tried more than once");
    let mut table =
        format!("one step: {base} ms CPU\nsteps   CPU ms   ms per step   against the first\n");
    let mut first = None;
    for count in counts {
        let least = (0..TRIES).map(|_| plan(folder.path(), count)).min();
        let least = least.expect("tried more than once").saturating_sub(base);
        let per_step = least as f64 / count as f64;
        let against = per_step / *first.get_or_insert(per_step);
        writeln!(
            table,
            "{count:>5} {least:>8} {per_step:>13.2} {against:>19.2}"
        )
        .expect("text");
    }
    std::io::stdout()
        .write_all(table.as_bytes())
        .expect("standard output takes text");
}

/// Milliseconds of CPU that planning so many steps takes.
fn plan(folder: &Path, steps: usize) -> u64 {
    let mut recipe = String::from("format = 1\nname = \"many\"\ntitle = \"Many records\"\n");
    for step in 0..steps {
        write!(
            recipe,
            "\n[[steps]]\nid = \"account_{step}\"\nuse = \"ensure-record\"\n\
             with = {{ object = \"Account\", key = {{ Name = \"Bench {step}\" }} }}\n"
        )
        .expect("text");
    }
    let file = folder.join("many.toml");
    std::fs::write(&file, recipe).expect("written");
    // The grant is for the file, whatever is in it.
    if !folder.join("home/config/grants.toml").exists() {
        run(&["usher", "allow", "many.toml", "--yes"], folder);
    }
    let words = ["usher", "plan", "many.toml", "--org", "practice"];
    let before = cpu_ms();
    run(&words, folder);
    cpu_ms() - before
}

/// Runs a command, which ends well.
fn run(words: &[&str], folder: &Path) {
    let home = folder.join("home").display().to_string();
    let err = Lines::to(std::io::stderr(), usher::Look::default());
    let mut desk = Desk {
        console: Console {
            out: Box::new(std::io::sink()),
            err: err.clone(),
            input: Box::new(std::io::empty()),
            person: None,
            look: usher::Look::default(),
            width: 100,
        },
        world: World {
            variables: [("USHER_HOME".to_owned(), home)].into_iter().collect(),
            folder: folder.to_owned(),
            program: env!("CARGO_BIN_EXE_usher").into(),
            clock: Arc::new(Still),
            stop: StopFlag::default(),
            log: err,
            client: usher::ClientWishes::default(),
            calls: usher::Calls::default(),
        },
        signals: false,
    };
    let exit = usher::run(words.iter().map(OsString::from), &mut desk);
    assert_eq!(exit.code(), 0, "`{}` ends well", words.join(" "));
}

/// CPU time of this process so far, all its threads, in milliseconds.
fn cpu_ms() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux tells");
    // The name in the second field may hold blanks; behind its bracket everything is a number.
    let (_, fields) = stat.rsplit_once(')').expect("a name in brackets");
    let fields: Vec<&str> = fields.split_whitespace().collect();
    let ticks = |place: usize| fields[place].parse::<u64>().expect("a number");
    // Fields 14 and 15 of proc(5): user and system time.
    (ticks(11) + ticks(12)) * 1_000 / TICKS_PER_SECOND
}
