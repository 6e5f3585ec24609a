//! Another user resumes a run: refused, unless the user says that it is meant.

use crate::sweep::case::Case;
use crate::sweep::desk::{Desk, RESUME, UNDO, is_nothing_left, same};
use crate::sweep::stage::{SECOND_ADMIN, Stage};
use crate::sweep::verdict::{Judged, Verdict};

/// The flag by which a user says that it is meant.
const MEANT: &str = "--as-other-user";

/// The exit codes of a run that cannot be resumed.
const FINISHED: [u8; 3] = [0, 20, 22];

/// The exit code of a refusal.
const REFUSED: u8 = 30;

/// Loses the answer of the nth write and everything after it; then another user comes.
pub(crate) fn run(stage: &Stage, case: &Case, verdict: &mut Verdict) {
    let writes = stage.writes();
    let n = usize::try_from(case.n).expect("a small number");
    let mut desk = Desk::served(stage, stage.fresh());
    let line = desk.apply();
    let faults = match writes.get(n - 1) {
        Some(n) => format!(
            "[[faults]]\nkind = \"lose-answer\"\nnth = {n}\n[[faults]]\nkind = \"unreachable\"\nnth = {}\ntimes = \"always\"\n",
            n + 1
        ),
        None => "faults = []\n".to_owned(),
    };
    let hurt = desk.with_faults(&faults, &line);
    verdict.tell(&line, Some(&hurt));
    verdict.unhurt = hurt.exit == 0;
    desk.sign_in(SECOND_ADMIN);
    let mut undo = UNDO.to_owned();
    if FINISHED.contains(&hurt.exit) {
        let refused = is_refused(&mut desk, UNDO, verdict);
        verdict.judge(Judged::Course, refused);
        undo = format!("{UNDO} {MEANT}");
    } else {
        let refused = is_refused(&mut desk, RESUME, verdict);
        verdict.judge(Judged::Course, refused);
        let resumed = carries_on(&mut desk, &format!("{RESUME} {MEANT}"), verdict);
        let resumed = resumed.and_then(|exit| match exit {
            // A later step may have been planned with something that belongs to another owner now.
            20 => Ok(()),
            _ => {
                let (wanted, found) = (&stage.whole, desk.settled());
                same(&wanted.without_authors(), &found.without_authors())
            }
        });
        verdict.judge(Judged::Resumed, resumed);
        desk.sign_in(SECOND_ADMIN);
    }
    // By now it is a run of theirs as well.
    let finished = FINISHED.contains(&hurt.exit);
    let undone = carries_on(&mut desk, &undo, verdict).and_then(|exit| {
        // The other user's undo of a run that is over is the same undo.
        if finished && exit != stage.undo_exit() && exit != 0 {
            return Err(format!("the undo ends with {exit}\n"));
        }
        let left = desk.settled().without_authors();
        let (start, undone) = (
            stage.start.without_authors(),
            stage.undone.without_authors(),
        );
        match left.beyond(&start, &undone) {
            None => Ok(()),
            Some(beyond) => Err(format!("the org is not as it was:\n{beyond}")),
        }
    });
    verdict.judge(Judged::Undone, undone);
}

/// Says whether a command is refused to another user.
fn is_refused(desk: &mut Desk<'_>, line: &str, verdict: &mut Verdict) -> Result<(), String> {
    let ran = desk.run(line);
    verdict.tell(line, Some(&ran));
    match ran.exit {
        REFUSED => Ok(()),
        // A recipe that only looks.
        _ if is_nothing_left(&ran) => Ok(()),
        exit => Err(format!("`{line}` as another user ends with {exit}\n")),
    }
}

/// Runs a command that goes on as far as it can; its exit. 20: something fails or stays; 23: a person must do the
/// rest.
fn carries_on(desk: &mut Desk<'_>, line: &str, verdict: &mut Verdict) -> Result<u8, String> {
    let ran = desk.run(line);
    verdict.tell(line, Some(&ran));
    match ran.exit {
        exit @ (0 | 20 | 23) => Ok(exit),
        exit => Err(format!("`{line}` ends with {exit}\n")),
    }
}
