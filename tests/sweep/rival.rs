//! Another user acts before the run: the run takes what they made if it is what it wants, else it leaves it alone.

use serde_json::Value;

use crate::sweep::case::{Case, Phase};
use crate::sweep::desk::{Desk, UNDO, same};
use crate::sweep::hurt::Deed;
use crate::sweep::rivalry::Rivalry;
use crate::sweep::stage::{SECOND_ADMIN, Stage, UNDONE};
use crate::sweep::trace::{Request, logged};
use crate::sweep::verdict::{Judged, Verdict};
use crate::world::Ran;

/// The exit codes of a run that meets something unplanned: a change failed, or a person must look.
const MET: [u8; 2] = [20, 22];

/// Carries out one case.
pub(crate) fn run(
    stage: &Stage,
    case: &Case,
    deed: Deed,
    planted: Option<&str>,
    verdict: &mut Verdict,
) {
    let n = usize::try_from(case.n).expect("a small number");
    let Some(rivalry) = stage.rivalries(case.phase, deed).nth(n - 1) else {
        verdict.judge(Judged::Course, Err("there is no such change\n".to_owned()));
        return;
    };
    let (mut product, line) = match case.phase {
        Phase::Apply => (stage.fresh(), stage.apply()),
        Phase::Undo => (stage.applied(), UNDO.to_owned()),
    };
    if let Some(bug) = planted {
        product.set("USHER_PLANTED_BUG", bug);
    }
    let (ran, requests) = logged(&mut product, &faults(rivalry), &line);
    verdict.tell(&line, Some(&ran));
    let answer = requests.iter().find_map(|request| request.rival.clone());
    let answer = answer.unwrap_or_else(|| "nothing".to_owned());
    let told = format!(
        "{} {} {}: {answer}\n\n",
        rivalry.method, rivalry.path, rivalry.body
    );
    verdict.story.push_str(&told);
    let desk = Desk::new(stage, product);
    // The org refused them: the run is undisturbed.
    verdict.unhurt = !answer.starts_with('2');
    match (case.phase, verdict.unhurt) {
        (Phase::Apply, true) => undisturbed(desk, &ran, verdict),
        (Phase::Apply, false) => disturbed(desk, rivalry, &ran, &requests, verdict),
        (Phase::Undo, true) => {
            let mut desk = desk;
            let undone = same(&stage.undone, &desk.settled());
            verdict.judge(Judged::Undone, undone);
        }
        (Phase::Undo, false) => {
            let kept = keeps(desk, rivalry, &ran);
            verdict.judge(Judged::Undone, kept);
        }
    }
}

/// Judges a run before which no other user acted.
fn undisturbed(mut desk: Desk<'_>, ran: &Ran, verdict: &mut Verdict) {
    let resumed = match ran.exit {
        0 => same(&desk.stage.whole, &desk.settled()),
        exit => Err(format!("ends with {exit}, though nobody was there\n")),
    };
    verdict.judge(Judged::Resumed, resumed);
    let undone = desk.take_all_back(verdict);
    verdict.judge(Judged::Undone, undone);
}

/// Says whether an undo leaves a value alone that another user has set.
fn keeps(desk: Desk<'_>, rivalry: &Rivalry, ran: &Ran) -> Result<(), String> {
    let mut desk = desk;
    if !UNDONE.contains(&ran.exit) && ran.exit != 22 {
        return Err(format!("undo ends with {}\n", ran.exit));
    }
    let Some((_, field)) = &rivalry.touched else {
        return Ok(());
    };
    let set: Value = serde_json::from_str(&rivalry.body).expect("JSON");
    let kept = theirs(&mut desk, rivalry);
    match kept.as_slice() {
        [kept] if kept[field] == set[field] => Ok(()),
        other => Err(format!("they set {set}, and now it is {other:?}\n")),
    }
}

/// Judges a run before which another user acted, and its undo.
fn disturbed(
    mut desk: Desk<'_>,
    rivalry: &Rivalry,
    ran: &Ran,
    requests: &[Request],
    verdict: &mut Verdict,
) {
    let met = met(&mut desk, rivalry, ran, requests);
    verdict.judge(Judged::Resumed, met);
    let theirs = theirs(&mut desk, rivalry);
    if theirs.is_empty() && rivalry.deed != Deed::Delete {
        let why = "what they did is not there any more\n".to_owned();
        verdict.judge(Judged::Course, Err(why));
    }
    let undone = desk.run(UNDO);
    verdict.tell(UNDO, Some(&undone));
    let kept = match UNDONE.contains(&undone.exit) {
        // Salesforce takes a license away with the last permission set that needs it, whoever assigned it.
        true if rivalry.object == "PermissionSetLicenseAssign" => Ok(()),
        true => is_theirs(theirs, self::theirs(&mut desk, rivalry)),
        false => Err(format!("undo ends with {}\n", undone.exit)),
    };
    verdict.judge(Judged::Undone, kept);
}

/// Says whether the run went on where it may, and stopped where it must.
fn met(
    desk: &mut Desk<'_>,
    rivalry: &Rivalry,
    ran: &Ran,
    requests: &[Request],
) -> Result<(), String> {
    if rivalry.is_wanted {
        let whole = desk.stage.whole.without_authors();
        return match ran.exit {
            0 => same(&whole, &desk.settled().without_authors()),
            exit => Err(format!(
                "ends with {exit}, though they did what is wanted\n"
            )),
        };
    }
    let right = match rivalry.deed {
        Deed::Other => ran.exit == 22,
        _ => MET.contains(&ran.exit),
    };
    if !right {
        return Err(format!(
            "ends with {}, though theirs is another\n",
            ran.exit
        ));
    }
    let sent = requests.iter().filter(|request| request.writes).count();
    // Others may go in the same request, and nothing after it.
    if sent > rivalry.write {
        return Err(format!(
            "{sent} requests were sent, theirs was in the way of {}\n",
            rivalry.write
        ));
    }
    Ok(())
}

/// Returns the records that they made, or the value that they set.
fn theirs(desk: &mut Desk<'_>, rivalry: &Rivalry) -> Vec<Value> {
    match &rivalry.touched {
        Some((id, field)) => {
            let org = desk.product.practice_named(desk.stage.practice());
            let soql = format!("SELECT {field} FROM {} WHERE Id = '{id}'", rivalry.object);
            org.query(&soql)
        }
        None => {
            let rows = desk.settled().touched_by(&rivalry.object, SECOND_ADMIN);
            rows.into_iter().map(Value::String).collect()
        }
    }
}

/// Says whether theirs is as they left it.
fn is_theirs(before: Vec<Value>, after: Vec<Value>) -> Result<(), String> {
    if before == after {
        return Ok(());
    }
    Err(format!("theirs was {before:?} and is {after:?}\n"))
}

fn faults(rivalry: &Rivalry) -> String {
    let Rivalry {
        before,
        method,
        path,
        body,
        ..
    } = rivalry;
    let body = match body.as_str() {
        "" => String::new(),
        body => format!("body = '''{body}'''\n"),
    };
    format!(
        "[[faults]]\nkind = \"rival\"\nnth = {before}\n[faults.request]\nmethod = \"{method}\"\npath = \"{path}\"\nby = \"{SECOND_ADMIN}\"\n{body}"
    )
}
