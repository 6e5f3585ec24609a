//! A run whose process is killed after an event.

use rusqlite::Connection;

use crate::sweep::case::Case;
use crate::sweep::process::Process;
use crate::sweep::stage::{Stage, events};
use crate::world::{Product, Ran};

/// Runs the command as a process that is killed as soon as the nth event is durable and, when that is an intent,
/// before its request is sent; when it is not, before the next event. None: it was killed.
pub(crate) fn killed(stage: &Stage, case: &Case, product: &Product, line: &str) -> Option<Ran> {
    // The process comes as far as the next event and no further: writing it down takes for ever.
    let stuck = format!(
        "CREATE VIEW ages AS WITH RECURSIVE age(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM age) SELECT n FROM age;
         CREATE TRIGGER stuck BEFORE INSERT ON event WHEN NEW.number > {} BEGIN SELECT MAX(n) FROM ages; END",
        case.n
    );
    let connection = journal(product);
    connection.execute_batch(&stuck).expect("a trigger");
    let before = events(product).len();
    let n = usize::try_from(case.n).expect("a small number");
    let kinds = stage.events(case.phase);
    let seen = &kinds[..n.min(kinds.len())];
    let mut variables = Vec::new();
    if seen.last().is_some_and(|kind| kind == "intent") {
        let write = seen.iter().filter(|kind| *kind == "intent").count();
        let stall = format!(
            "[[faults]]\nkind = \"stall\"\non = \"write\"\nnth = {write}\nms = 3_600_000\n"
        );
        product.write("faults.toml", stall);
        let file = product.path("faults.toml").display().to_string();
        variables.push(("USHER_PRACTICE_FAULTS", file));
    }
    let mut process = Process::start(product, "killed", line, &variables);
    let ended = process.until(|| events(product).len() >= before + n);
    drop(process);
    product.catch_up();
    let free = "DROP TRIGGER stuck; DROP VIEW ages";
    connection.execute_batch(free).expect("no trigger");
    ended
}

/// Runs the command on a journal that takes no more from the nth event on.
pub(crate) fn full(case: &Case, product: &Product, line: &str) -> Ran {
    let journal = journal(product);
    let full = format!(
        "CREATE TRIGGER full BEFORE INSERT ON event WHEN NEW.number >= {} BEGIN SELECT RAISE(ABORT, 'the disk is full'); END",
        case.n
    );
    journal.execute_batch(&full).expect("a trigger");
    let ran = product.run(line);
    journal
        .execute_batch("DROP TRIGGER full")
        .expect("no trigger");
    ran
}

fn journal(product: &Product) -> Connection {
    Connection::open(product.path("home/state/journal.db")).expect("the journal opens")
}
