//! Two processes on one home: the second comes when the first is at its nth event.

use crate::sweep::case::{Case, Phase};
use crate::sweep::desk::{Desk, RESUME, UNDO, same};
use crate::sweep::hurt::{Command, When};
use crate::sweep::process::{Hold, Process};
use crate::sweep::stage::{Stage, UNDONE, events};
use crate::sweep::verdict::{Judged, Verdict};
use crate::world::Product;

/// Carries out one case.
pub(crate) fn run(
    stage: &Stage,
    case: &Case,
    (command, when): (Command, When),
    planted: Option<&str>,
    verdict: &mut Verdict,
) {
    let (product, first, ends) = match case.phase {
        Phase::Apply => (stage.fresh(), stage.apply(), &[0][..]),
        Phase::Undo => (stage.applied(), UNDO.to_owned(), UNDONE),
    };
    let second = match command {
        Command::Apply => stage.apply(),
        Command::Resume => RESUME.to_owned(),
        Command::Undo => UNDO.to_owned(),
    };
    let lines = (first.as_str(), second.as_str());
    verdict.unhurt = !both(&product, case.n, lines, when, planted, ends, verdict);
    product.catch_up();
    let readable = is_readable(&product);
    verdict.judge(Judged::Course, readable);
    let mut desk = Desk::new(stage, product);
    if case.phase == Phase::Undo {
        let undone = settles(&mut desk, verdict, |desk| {
            same(&stage.undone, &desk.settled())
        });
        verdict.judge(Judged::Undone, undone);
        return;
    }
    let resumed = settles(&mut desk, verdict, |desk| {
        let found = desk.settled();
        let taken_back = found.beyond(&stage.start, &stage.undone).is_none();
        match command == Command::Undo && taken_back {
            true => Ok(()),
            false => same(&stage.whole, &found),
        }
    });
    verdict.judge(Judged::Resumed, resumed);
    let undone = desk.take_all_back(verdict);
    verdict.judge(Judged::Undone, undone);
}

/// Runs both. Says whether the first came as far as the event.
fn both(
    product: &Product,
    n: u64,
    (first_line, second_line): (&str, &str),
    when: When,
    planted: Option<&str>,
    ends: &[u8],
    verdict: &mut Verdict,
) -> bool {
    let planted = planted.map(|bug| ("USHER_PLANTED_BUG", bug.to_owned()));
    let start = |name: &str, line: &str, hold: Option<&Hold>| {
        let variables = hold.map(Hold::variable);
        let variables: Vec<_> = variables.into_iter().chain(planted.clone()).collect();
        Process::start(product, name, line, &variables)
    };
    let hold = Hold::at(product, n);
    let mut first = start("first", first_line, Some(&hold));
    if let Some(ended) = first.until(|| hold.is_held()) {
        verdict.tell(first_line, Some(&ended));
        return false;
    }
    let (first_ended, second_ended) = match when {
        When::Meanwhile => {
            let second = start("second", second_line, None).end();
            hold.release();
            (first.end(), second)
        }
        When::Afterwards => {
            let lease = Hold::at(product, "lease");
            let mut second = start("second", second_line, Some(&lease));
            let ended = second.until(|| lease.is_held());
            hold.release();
            let first = first.end();
            lease.release();
            (first, ended.unwrap_or_else(|| second.end()))
        }
    };
    verdict.tell(first_line, Some(&first_ended));
    verdict.tell(second_line, Some(&second_ended));
    if !ends.contains(&first_ended.exit) {
        let why = format!("the first ends with {}\n", first_ended.exit);
        verdict.judge(Judged::Course, Err(why));
    }
    true
}

/// Says whether every run can be listed and shown.
fn is_readable(product: &Product) -> Result<(), String> {
    for line in ["runs", "show"] {
        let ran = product.run(line);
        // A recipe that only looks leaves no run to show.
        let is_none = ran.exit == 2 && events(product).is_empty();
        if ran.exit != 0 && !is_none {
            return Err(format!("`{line}` ends with {}:\n{}", ran.exit, ran.text()));
        }
    }
    Ok(())
}

/// Says whether the org is right, now or after one `resume`.
fn settles(
    desk: &mut Desk<'_>,
    verdict: &mut Verdict,
    is_right: impl Fn(&mut Desk<'_>) -> Result<(), String>,
) -> Result<(), String> {
    if is_right(desk).is_ok() {
        return Ok(());
    }
    let resumed = desk.run(RESUME);
    verdict.tell(RESUME, Some(&resumed));
    is_right(desk)
}
