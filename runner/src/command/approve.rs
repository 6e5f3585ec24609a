//! `usher approve`: show a saved plan, ask, write down who approves it. No org is asked.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::json;
use usher_core::policy::{Asks, Carried, Facts, destroyed};

use crate::approval::{self, ApprovalFile};
use crate::args::Approve;
use crate::command::console::attended;
use crate::command::manner::Manner;
use crate::desk::Desk;
use crate::error::Error;
use crate::exit::Exit;
use crate::flow::{Asked, Asking, Attendant, Consent, Shown, Subject, nothing_known};
use crate::home::Home;
use crate::page::Page;
use crate::policy::Policies;
use crate::report::{Detail, FORMAT};
use crate::result_files::ResultFiles;
use crate::saved;
use crate::world::World;

pub(super) async fn run(approve: &Approve, desk: &mut Desk) -> Result<Exit, Error> {
    let valid_ms = approval::valid_ms(&approve.valid)?;
    let policies = Policies::of(
        approve.policy.policy.as_deref(),
        &Home::of(&desk.world)?,
        &desk.world,
    )?;
    let by = who(approve, &desk.world)?;
    let out = out(approve);
    saved::must_be_named(&out)?;
    let saved = saved::read(&desk.world.folder.join(&approve.plan))?;
    let plan = &saved.plan;
    let files = ResultFiles::default();
    let detail = Detail::full_if(approve.full);
    let manner = Manner::looking(approve.output.json, detail, &files);
    let consent = Consent {
        shown: approve.yes,
        later: false,
        destroy: approve.yes_destroy,
    };
    let (mut attendant, _) = attended(desk, manner);
    attendant.shown(&Shown {
        plan,
        alias: &saved.alias,
        undoes: false,
    });
    let known = nothing_known();
    let facts = Facts::of(&plan.steps, &known, &Carried::new());
    let mut judged = policies.judge_shown(plan.org.org_kind, &facts);
    if judged.asks == Asks::Nobody {
        // The user of this command wants to be asked.
        judged.asks = Asks::Always;
    }
    let destroyed = destroyed(&plan.steps, &known, &BTreeSet::new());
    let asking = Asking {
        subject: Subject::SavedPlan,
        judged: &judged,
        destroyed: &destroyed,
        written: None,
        // The org is asked for when the plan is applied.
        names: &[],
    };
    match asking.answer(consent, &mut attendant).await? {
        Asked::Approved(_) => {}
        Asked::Declined | Asked::Stopped => {
            desk.say("Nothing was approved.");
            return Ok(Exit::Done);
        }
    }
    let approval = ApprovalFile {
        destroys: !destroyed.is_empty(),
        facts: facts.in_words(),
        ..ApprovalFile::of(&saved, by, desk.world.clock.now_ms(), valid_ms)
    };
    approval::write(&desk.world.folder.join(&out), &approval)?;
    let file = out.display();
    if manner.json {
        let document = json!({ "format": FORMAT, "file": out, "approval": approval });
        desk.document(&document);
        return Ok(Exit::Done);
    }
    let mut page = Page::default();
    page.blank();
    let ApprovalFile { by, until, .. } = &approval;
    page.line(0, format!("Approved by {by} until {until}: `{file}`."));
    let plan = approve.plan.display();
    page.line(
        0,
        format!("Next: `usher apply {plan} --approval {file}` does exactly this, on any machine."),
    );
    desk.print(page);
    Ok(Exit::Done)
}

/// Returns the name of the person who approves: as given, or the user of this machine.
fn who(approve: &Approve, world: &World) -> Result<String, Error> {
    let given = approve.name.as_deref();
    let user = || world.variable("USER").or_else(|| world.variable("LOGNAME"));
    match given.or_else(user).map(str::trim) {
        Some(name) if !name.is_empty() => Ok(name.to_owned()),
        _ => {
            let message = "Usher does not know who approves";
            Err(Error::new(Exit::Usage, "approval/nobody", message).help("pass `--as NAME`"))
        }
    }
}

/// The file of the approval: `plan.approval.json` beside `plan.json`.
fn out(approve: &Approve) -> PathBuf {
    let beside = || approve.plan.with_extension("approval.json");
    approve.out.clone().unwrap_or_else(beside)
}
