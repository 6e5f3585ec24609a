//! `usher approve`: show a saved plan, ask, write down who approves it. No org is asked.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::json;
use usher_core::policy::{Asks, Carried, Facts, destroyed};

use crate::approval::{self, ApprovalFile};
use crate::args::Approve;
use crate::command::consent::{Asking, nothing_known};
use crate::command::manner::Manner;
use crate::error::Error;
use crate::exit::Exit;
use crate::home::Home;
use crate::page::Page;
use crate::policy::Policies;
use crate::report::{Detail, FORMAT, Sheet};
use crate::result_files::ResultFiles;
use crate::saved;
use crate::world::World;

pub(super) fn run(approve: &Approve, world: &mut World) -> Result<Exit, Error> {
    let valid_ms = approval::valid_ms(&approve.valid)?;
    let policies = Policies::of(approve.policy.policy.as_deref(), &Home::of(world)?, world)?;
    let by = who(approve, world)?;
    let out = out(approve);
    saved::must_be_named(&out)?;
    let saved = saved::read(&world.folder.join(&approve.plan))?;
    let plan = &saved.plan;
    let manner = Manner {
        yes: approve.yes,
        later: false,
        destroy: approve.yes_destroy,
        json: approve.output.json,
        files: &ResultFiles::default(),
        events: None,
    };
    let detail = match approve.full {
        true => Detail::Full,
        false => Detail::Normal,
    };
    let sheet = Sheet::of(plan, &saved.alias, detail);
    if !manner.json {
        world.print(sheet.page());
    }
    let known = nothing_known();
    let facts = Facts::of(&plan.steps, &known, &Carried::new());
    let mut judged = policies.judge_shown(plan.org.org_kind, &facts);
    if judged.asks == Asks::Nobody {
        // Whoever calls this wants to be asked.
        judged.asks = Asks::Always;
    }
    let destroyed = destroyed(&plan.steps, &known, &BTreeSet::new());
    let asking = Asking {
        question: "Approve this plan? Type yes:",
        judged: &judged,
        destroyed: &destroyed,
        written: None,
    };
    if asking.given(manner, sheet, world)?.is_none() {
        world.say("Nothing was approved.");
        return Ok(Exit::Done);
    }
    let approval = ApprovalFile {
        destroys: !destroyed.is_empty(),
        facts: facts.in_words(),
        ..ApprovalFile::of(&saved, by, world.clock.now_ms(), valid_ms)
    };
    approval::write(&world.folder.join(&out), &approval)?;
    let file = out.display();
    if manner.json {
        let document = json!({ "format": FORMAT, "file": out, "approval": approval });
        world.document(&document);
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
    world.print(page);
    Ok(Exit::Done)
}

/// Who approves: the name that was given, or the user of this machine.
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
