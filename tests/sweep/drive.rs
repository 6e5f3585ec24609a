//! Carries out one case: hurts a run or its undo, goes on with it, takes it back, and compares the org.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::sweep::case::{Case, Hurt, Phase};
use crate::sweep::dump::Dump;
use crate::sweep::stage::{Stage, UNDONE, events};
use crate::world::{Product, Ran};

/// How long a process may take to come to the event at which it is killed.
const PATIENCE: Duration = Duration::from_secs(120);

const UNDO: &str = "undo --yes";

/// What a case showed.
#[derive(Default)]
pub(crate) struct Verdict {
    /// The run came to its end as if nothing had been.
    pub(crate) unhurt: bool,
    /// Going on led to the undisturbed org; else why not.
    pub(crate) resumed: Option<Result<(), String>>,
    /// Taking back left nothing but what an undisturbed undo leaves; else why not.
    pub(crate) undone: Option<Result<(), String>>,
    /// What was run, and what it said.
    pub(crate) story: String,
}

/// Carries out one case. `planted`: the bug that is switched on for it.
pub(crate) fn run(stage: &Stage, case: &Case, planted: Option<&str>) -> Verdict {
    let mut verdict = Verdict::default();
    match case.phase {
        Phase::Apply => hurt_apply(stage, case, planted, &mut verdict),
        Phase::Undo => hurt_undo(stage, case, &mut verdict),
    }
    verdict
}

fn hurt_apply(stage: &Stage, case: &Case, planted: Option<&str>, verdict: &mut Verdict) {
    let mut product = stage.fresh();
    if let Some(bug) = planted {
        product.set("USHER_PLANTED_BUG", bug);
    }
    let hurt = hurt(stage, case, &mut product);
    tell(&mut verdict.story, &stage.apply(), hurt.as_ref());
    let unhurt = hurt.is_some_and(|ran| ran.exit == 0);
    let taken_back = stage.fork(&product);
    let story = &mut verdict.story;
    verdict.unhurt = unhurt;
    verdict.resumed = Some(go_on(stage, case, &mut product, unhurt, story));
    verdict.undone = Some(take_back(stage, &taken_back, story));
}

/// The undo of an undisturbed run is hurt, and undone once more: then it goes on.
fn hurt_undo(stage: &Stage, case: &Case, verdict: &mut Verdict) {
    let mut product = stage.applied();
    let hurt = hurt(stage, case, &mut product);
    tell(&mut verdict.story, UNDO, hurt.as_ref());
    verdict.unhurt = hurt.is_some_and(|ran| UNDONE.contains(&ran.exit));
    if !verdict.unhurt {
        let again = product.run(UNDO);
        tell(&mut verdict.story, UNDO, Some(&again));
        if !is_undone(&again) {
            verdict.undone = Some(Err(format!("undo ends with {}\n", again.exit)));
            return;
        }
    }
    verdict.undone = Some(same(&stage.undone, &stage.settled(&product)));
}

/// The hurt run; none when its process was killed.
fn hurt(stage: &Stage, case: &Case, product: &mut Product) -> Option<Ran> {
    let line = match case.phase {
        Phase::Apply => stage.apply(),
        Phase::Undo => UNDO.to_owned(),
    };
    if let Some(faults) = case.hurt.faults(case.n) {
        return Some(with_faults(product, &faults, &line));
    }
    match case.hurt {
        Hurt::Journal => {
            let journal = journal(product);
            let full = format!(
                "CREATE TRIGGER full BEFORE INSERT ON event WHEN NEW.number >= {} BEGIN SELECT RAISE(ABORT, 'the disk is full'); END",
                case.n
            );
            journal.execute_batch(&full).expect("a trigger");
            let ran = product.run(&line);
            journal
                .execute_batch("DROP TRIGGER full")
                .expect("no trigger");
            Some(ran)
        }
        _ => killed(stage, case, product, &line),
    }
}

fn with_faults(product: &mut Product, faults: &str, line: &str) -> Ran {
    product.write("faults.toml", faults);
    product.set("USHER_PRACTICE_FAULTS", "faults.toml");
    let ran = product.run(line);
    product.unset("USHER_PRACTICE_FAULTS");
    ran
}

/// The run as a process that is killed as soon as the nth event is durable and, when that is an intent,
/// before its request is sent; when it is not, before the next event.
fn killed(stage: &Stage, case: &Case, product: &Product, line: &str) -> Option<Ran> {
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
    let mut command = Command::new(env!("CARGO_BIN_EXE_usher"));
    if seen.last().is_some_and(|kind| kind == "intent") {
        let write = seen.iter().filter(|kind| *kind == "intent").count();
        let stall = format!(
            "[[faults]]\nkind = \"stall\"\non = \"write\"\nnth = {write}\nms = 3_600_000\n"
        );
        product.write("faults.toml", stall);
        command.env("USHER_PRACTICE_FAULTS", product.path("faults.toml"));
    }
    let mut child = command
        .args(line.split_whitespace())
        .env("USHER_HOME", product.path("home"))
        .current_dir(product.path(""))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let patience = Instant::now() + PATIENCE;
    let status = loop {
        if events(product).len() >= before + n {
            // SIGKILL.
            let _ended_already = child.kill();
            let _status = child.wait();
            break None;
        }
        if let Some(status) = child.try_wait().expect("a child") {
            break Some(status);
        }
        assert!(Instant::now() < patience, "{case}: the event does not come");
        std::thread::sleep(Duration::from_millis(5));
    };
    product.catch_up();
    let free = "DROP TRIGGER stuck; DROP VIEW ages";
    connection.execute_batch(free).expect("no trigger");
    status.map(|status| Ran {
        exit: status
            .code()
            .and_then(|code| u8::try_from(code).ok())
            .unwrap_or(u8::MAX),
        out: String::new(),
        err: String::new(),
    })
}

/// Carries the run on, after where it goes on was hurt once more. One that has failed for good, or was never
/// begun, is applied again. Then the org must be the undisturbed one.
fn go_on(
    stage: &Stage,
    case: &Case,
    product: &mut Product,
    done: bool,
    story: &mut String,
) -> Result<(), String> {
    const RESUME: &str = "resume --yes";
    let mut done = done;
    if !done && !events(product).is_empty() {
        if let (true, Some(faults)) = (case.hurt.stays(), case.hurt.faults(1 + case.n % 5)) {
            let hurt = with_faults(product, &faults, RESUME);
            tell(story, RESUME, Some(&hurt));
            done = hurt.exit == 0;
        }
        if !done {
            let resumed = product.run(RESUME);
            tell(story, RESUME, Some(&resumed));
            done = resumed.exit == 0;
        }
    }
    if !done {
        let applied = product.run(&stage.apply());
        tell(story, "apply, again", Some(&applied));
        if applied.exit != 0 {
            return Err(format!("applying again ends with {}\n", applied.exit));
        }
    }
    same(&stage.whole, &stage.settled(product))
}

/// Undoes. Then the org must be the one at the start, but for what an undisturbed undo leaves as well.
fn take_back(stage: &Stage, product: &Product, story: &mut String) -> Result<(), String> {
    if !events(product).is_empty() {
        let undone = product.run(UNDO);
        tell(story, UNDO, Some(&undone));
        if !is_undone(&undone) {
            return Err(format!("undo ends with {}\n", undone.exit));
        }
    }
    let left = stage.settled(product);
    match left.beyond(&stage.start, &stage.undone) {
        None => Ok(()),
        Some(beyond) => Err(format!("the org is not as it was:\n{beyond}")),
    }
}

/// Whether nothing is left to take back. 20: something of it was refused or kept; 2: there was nothing.
fn is_undone(ran: &Ran) -> bool {
    let nothing = ran.exit == 2 && ran.err.contains("code: run/none");
    matches!(ran.exit, 0 | 20) || nothing
}

/// An error with the difference, `-` wanted, `+` found.
fn same(wanted: &Dump, found: &Dump) -> Result<(), String> {
    match wanted.difference(found) {
        None => Ok(()),
        Some(difference) => Err(format!("the org differs:\n{difference}")),
    }
}

fn journal(product: &Product) -> Connection {
    Connection::open(product.path("home/state/journal.db")).expect("the journal opens")
}

fn tell(story: &mut String, line: &str, ran: Option<&Ran>) {
    match ran {
        Some(ran) => story.push_str(&format!("$ usher {line}\n{}\n", ran.text())),
        None => story.push_str(&format!("$ usher {line}\nkilled\n\n")),
    }
}
