//! Carries out one case: hurts a run or its undo, resumes it, undoes it, and compares the org.

use crate::sweep::case::{Case, Phase};
use crate::sweep::desk::{Desk, UNDO, same};
use crate::sweep::hurt::Hurt;
use crate::sweep::stage::{Stage, UNDONE, events, events_in};
use crate::sweep::verdict::{Judged, Verdict};
use crate::sweep::{killed, other_user, rival, second};
use crate::world::Ran;

/// The exit codes of a run that cannot be resumed.
const FAILED: [u8; 2] = [20, 22];

/// Carries out one case. `planted`: the bug that is switched on for it.
pub(crate) fn run(stage: &Stage, case: &Case, planted: Option<&str>) -> Verdict {
    let mut verdict = Verdict::default();
    match (case.hurt, case.phase) {
        (Hurt::Second(command, when), _) => {
            second::run(stage, case, (command, when), planted, &mut verdict);
        }
        (Hurt::OtherUser, _) => other_user::run(stage, case, &mut verdict),
        (Hurt::Rival(deed), _) => rival::run(stage, case, deed, planted, &mut verdict),
        (_, Phase::Apply) => hurt_apply(stage, case, planted, &mut verdict),
        (_, Phase::Undo) => hurt_undo(stage, case, &mut verdict),
    }
    verdict
}

fn hurt_apply(stage: &Stage, case: &Case, planted: Option<&str>, verdict: &mut Verdict) {
    let mut product = stage.fresh();
    if let Some(bug) = planted {
        product.set("USHER_PLANTED_BUG", bug);
    }
    let mut desk = match case.hurt {
        Hurt::Http(_) | Hurt::Jump(_) => Desk::served(stage, product),
        _ => Desk::new(stage, product),
    };
    let line = desk.apply();
    let hurt = hurt(stage, case, &mut desk, &line);
    verdict.tell(&line, hurt.as_ref());
    if let (Some(ran), Hurt::Fault(fault) | Hurt::Http(fault)) = (&hurt, case.hurt)
        && fault.stays()
        && FAILED.contains(&ran.exit)
    {
        let why = format!(
            "ends for good with {}, though it was the org that was gone\n",
            ran.exit
        );
        verdict.judge(Judged::Course, Err(why));
    }
    let done = hurt.is_some_and(|ran| ran.exit == 0);
    let again = match case.hurt {
        Hurt::Fault(fault) | Hurt::Http(fault) if fault.stays() => Some(fault.file(1 + case.n % 5)),
        _ => None,
    };
    desk.carry_on(done, again.as_deref(), verdict);
}

/// Hurts the undo of an undisturbed run, and undoes the run once more, which then goes on.
fn hurt_undo(stage: &Stage, case: &Case, verdict: &mut Verdict) {
    let product = stage.applied();
    let mut desk = match case.hurt {
        Hurt::Http(_) => Desk::served(stage, product),
        _ => Desk::new(stage, product),
    };
    let hurt = hurt(stage, case, &mut desk, UNDO);
    verdict.tell(UNDO, hurt.as_ref());
    verdict.unhurt = hurt.is_some_and(|ran| ran.exit == stage.undo_exit());
    if !verdict.unhurt {
        let again = desk.run(UNDO);
        verdict.tell(UNDO, Some(&again));
        if !UNDONE.contains(&again.exit) {
            let why = format!("undo ends with {}\n", again.exit);
            verdict.judge(Judged::Undone, Err(why));
            return;
        }
    }
    let undone = same(&stage.undone, &desk.settled());
    verdict.judge(Judged::Undone, undone);
}

/// The hurt run; none when its process was killed.
fn hurt(stage: &Stage, case: &Case, desk: &mut Desk<'_>, line: &str) -> Option<Ran> {
    match case.hurt {
        Hurt::Fault(fault) | Hurt::Http(fault) => Some(desk.with_faults(&fault.file(case.n), line)),
        Hurt::Journal => Some(killed::full(case, &desk.product, line)),
        Hurt::Kill => killed::killed(stage, case, &desk.product, line),
        Hurt::Jump(hours) => Some(jumped(stage, case, hours, desk, line)),
        Hurt::Second(..) | Hurt::OtherUser | Hurt::Rival(_) => None,
    }
}

/// Runs the command under a clock that jumps after the nth event. The answer to the write that is under way then, or
/// comes next, is lost: so the time decides what may be ours, and how long it may still run.
fn jumped(stage: &Stage, case: &Case, hours: i64, desk: &mut Desk<'_>, line: &str) -> Ran {
    let n = usize::try_from(case.n).expect("a small number");
    let kinds = stage.events(case.phase);
    let seen = &kinds[..n.min(kinds.len())];
    let intents = seen.iter().filter(|kind| *kind == "intent").count();
    let is_under_way = seen.last().is_some_and(|kind| kind == "intent");
    let write = intents + usize::from(!is_under_way);
    let faults = match n <= kinds.len() {
        true => format!("[[faults]]\nkind = \"lose-answer\"\non = \"write\"\nnth = {write}\n"),
        false => "faults = []\n".to_owned(),
    };
    let before = events(&desk.product).len();
    let home = desk.product.path("");
    let is_time = move || events_in(&home).len() >= before + n;
    desk.product.jump_when(hours * 3_600_000, is_time);
    desk.with_faults(&faults, line)
}
