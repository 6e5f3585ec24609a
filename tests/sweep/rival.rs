//! Somebody else is before the run: what they made is taken where it is what the run wants, and left alone where
//! it is not.

use crate::sweep::case::Case;
use crate::sweep::desk::{Desk, UNDO, same};
use crate::sweep::hurt::Deed;
use crate::sweep::rivalry::Rivalry;
use crate::sweep::stage::{SECOND_ADMIN, Stage, UNDONE};
use crate::sweep::trace::{Request, logged};
use crate::sweep::verdict::{Judged, Verdict};
use crate::world::Ran;

/// How a run ends that meets what it did not plan for: a change failed, or a person must look.
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
    let Some(rivalry) = stage.rivalries(deed).nth(n - 1) else {
        verdict.judge(Judged::Course, Err("there is no such change\n".to_owned()));
        return;
    };
    let mut product = stage.fresh();
    if let Some(bug) = planted {
        product.set("USHER_PLANTED_BUG", bug);
    }
    let line = stage.apply();
    let (ran, requests) = logged(&mut product, &faults(rivalry), &line);
    verdict.tell(&line, Some(&ran));
    let answer = requests.iter().find_map(|request| request.rival.clone());
    let answer = answer.unwrap_or_else(|| "nothing".to_owned());
    let told = format!(
        "{} {} {}: {answer}\n\n",
        rivalry.method, rivalry.path, rivalry.body
    );
    verdict.story.push_str(&told);
    let mut desk = Desk::new(stage, product);
    // The org refused them: it is as if nobody had been there.
    verdict.unhurt = !answer.starts_with('2');
    if verdict.unhurt {
        let resumed = match ran.exit {
            0 => same(&stage.whole, &desk.settled()),
            exit => Err(format!("ends with {exit}, though nobody was there\n")),
        };
        verdict.judge(Judged::Resumed, resumed);
        let undone = desk.take_all_back(verdict);
        verdict.judge(Judged::Undone, undone);
        return;
    }
    let met = met(&mut desk, rivalry, &ran, &requests);
    verdict.judge(Judged::Resumed, met);
    let theirs = theirs(&mut desk, rivalry);
    if theirs.is_empty() && deed != Deed::Delete {
        let why = "what they did is not there any more\n".to_owned();
        verdict.judge(Judged::Course, Err(why));
    }
    let undone = desk.run(UNDO);
    verdict.tell(UNDO, Some(&undone));
    let kept = match UNDONE.contains(&undone.exit) {
        // Salesforce takes a license back with the last permission set that needs it, whoever gave it.
        true if rivalry.object == "PermissionSetLicenseAssign" => Ok(()),
        true => is_theirs(theirs, self::theirs(&mut desk, rivalry)),
        false => Err(format!("undo ends with {}\n", undone.exit)),
    };
    verdict.judge(Judged::Undone, kept);
}

/// Whether the run went on where it may, and stopped where it must.
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
    // Others may go in the same request, and nothing behind it.
    if sent > rivalry.write {
        return Err(format!(
            "{sent} requests were sent, theirs was in the way of {}\n",
            rivalry.write
        ));
    }
    Ok(())
}

/// What they made, or what the field holds that they set.
fn theirs(desk: &mut Desk<'_>, rivalry: &Rivalry) -> Vec<String> {
    match &rivalry.touched {
        Some((id, field)) => {
            let org = desk.product.practice_named(desk.stage.practice());
            let soql = format!("SELECT {field} FROM {} WHERE Id = '{id}'", rivalry.object);
            org.query(&soql).iter().map(ToString::to_string).collect()
        }
        None => desk.settled().touched_by(&rivalry.object, SECOND_ADMIN),
    }
}

/// Whether theirs is as they left it.
fn is_theirs(before: Vec<String>, after: Vec<String>) -> Result<(), String> {
    if before == after {
        return Ok(());
    }
    let (before, after) = (before.join("\n      "), after.join("\n      "));
    Err(format!(
        "theirs was\n      {before}\n    and is\n      {after}\n"
    ))
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
