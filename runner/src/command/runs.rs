//! `usher runs`: what was carried out, newest first.

use std::collections::BTreeSet;

use serde_json::json;
use usher_core::run::{ChangeState, End, Outcome, Phase};
use usher_engine::journal::{Journal, LoadedRun, Unreadable};

use crate::args::Output;
use crate::clock;
use crate::desk::Desk;
use crate::error::Error;
use crate::exit::Exit;
use crate::frozen;
use crate::home::Home;
use crate::report::{self, FORMAT};

pub(super) fn run(output: &Output, desk: &mut Desk) -> Result<Exit, Error> {
    let journal = Journal::open(&Home::of(&desk.world)?.journal()?)?;
    let mut runs = Vec::new();
    journal.find(|run| {
        runs.push(run);
        None::<()>
    })?;
    if output.json {
        let runs: Vec<_> = runs.iter().map(json_of).collect();
        desk.document(&json!({ "format": FORMAT, "runs": runs }));
    } else if runs.is_empty() {
        desk.print("No runs yet.");
    } else {
        let rows: Vec<Vec<String>> = runs.iter().map(row_of).collect();
        let header = ["RUN", "BEGAN", "RECIPE", "AS", "CHANGES", "END"];
        desk.print(report::table(&header, &rows, desk.console.width));
    }
    Ok(Exit::Done)
}

/// Days in milliseconds.
const DAY_MS: i64 = 86_400_000;

/// `usher runs prune`: forgets old runs that have ended or are damaged. `all_damaged`: damaged ones at any age.
pub(super) fn prune(
    older_than: u32,
    all_damaged: bool,
    output: &Output,
    desk: &mut Desk,
) -> Result<Exit, Error> {
    let home = Home::of(&desk.world)?;
    let mut journal = Journal::open(&home.journal()?)?;
    let before_ms = desk.world.clock.now_ms() - i64::from(older_than) * DAY_MS;
    let alone = frozen::alone(&home)?;
    let mut old = Vec::new();
    let mut damaged = Vec::new();
    let mut kept = Vec::new();
    let mut needed = BTreeSet::new();
    let mut all_known = true;
    journal.find(|run| {
        match run {
            Ok(run) if is_over(&run) && run.began_ms <= before_ms => old.push(run.id),
            Ok(run) => {
                let plugins = run
                    .state
                    .steps()
                    .iter()
                    .filter_map(|step| step.plugin.as_ref());
                needed.extend(plugins.map(|plugin| plugin.digest.clone()));
            }
            Err(run) if run.is_too_new() => all_known = false,
            Err(run) if all_damaged || run.began_ms.is_some_and(|began| began <= before_ms) => {
                damaged.push(run.id);
            }
            Err(run) => kept.push(run.id),
        }
        None::<()>
    })?;
    let forgotten = [old.as_slice(), damaged.as_slice()].concat();
    journal.forget(&forgotten)?;
    // A run that only a newer Usher can read may need any of them.
    if all_known {
        frozen::forget_all_but(&alone, &home, &needed)?;
    }
    if output.json {
        desk.document(&json!({ "format": FORMAT, "forgotten": forgotten }));
        return Ok(Exit::Done);
    }
    let count = report::count(old.len(), "run");
    let mut text =
        format!("Forgot {count} that had ended and began {older_than} or more days ago.");
    if !damaged.is_empty() {
        let count = report::count(damaged.len(), "damaged run");
        text.push_str(&format!(" Forgot {count}: {}.", damaged.join(", ")));
    }
    if !kept.is_empty() {
        let count = report::count(kept.len(), "damaged run");
        let kept = kept.join(", ");
        text.push_str(&format!(
            " Kept {count}: {kept}. `--damaged` forgets them at any age."
        ));
    }
    desk.print(text);
    Ok(Exit::Done)
}

/// Says whether a run has ended, or was never approved.
fn is_over(run: &LoadedRun) -> bool {
    matches!(
        run.state.phase,
        Phase::Finished(_) | Phase::New | Phase::Planned
    )
}

fn json_of(run: &Result<LoadedRun, Unreadable>) -> serde_json::Value {
    match run {
        Ok(run) => run_json(run),
        Err(run) => json!({
            "id": run.id,
            "began": run.began_ms.map(clock::utc),
            "recipe": null,
            "org": null,
            "users": null,
            "changes": null,
            "requests": null,
            "end": unreadable(run),
            "why": run.why.to_string(),
            "undoes": null,
        }),
    }
}

fn row_of(run: &Result<LoadedRun, Unreadable>) -> Vec<String> {
    match run {
        Ok(run) => row(run),
        Err(run) => {
            let began = run.began_ms.map_or(String::new(), clock::local);
            let none = String::new;
            let end = unreadable(run).to_owned();
            vec![run.id.clone(), began, none(), none(), none(), end]
        }
    }
}

fn unreadable(run: &Unreadable) -> &'static str {
    match run.is_too_new() {
        true => "too-new",
        false => "damaged",
    }
}

fn run_json(run: &LoadedRun) -> serde_json::Value {
    let plan = run.state.plan.as_ref();
    json!({
        "id": run.id,
        "began": clock::utc(run.began_ms),
        "recipe": plan.map(|plan| &plan.recipe),
        "org": plan.map(|plan| json!({ "id": plan.org.org_id, "username": plan.org.username })),
        "users": run.state.users.iter().map(|user| &user.username).collect::<Vec<_>>(),
        "changes": { "all": run.state.changes.len(), "done": done(run) },
        "requests": { "write": run.state.requests },
        "end": end(run),
        "why": null,
        "undoes": run.state.origin.undoes,
    })
}

fn row(run: &LoadedRun) -> Vec<String> {
    let plan = run.state.plan.as_ref();
    vec![
        run.id.clone(),
        clock::local(run.began_ms),
        plan.map_or(String::new(), |plan| match run.state.is_undo() {
            true => format!("undo of {}", plan.recipe),
            false => plan.recipe.clone(),
        }),
        (run.state.user()).map_or(String::new(), |user| user.username.clone()),
        format!("{} of {}", done(run), run.state.changes.len()),
        end(run).to_owned(),
    ]
}

fn done(run: &LoadedRun) -> usize {
    let states = run.state.changes.values();
    states
        .filter(|state| matches!(state, ChangeState::Settled(Outcome::Done { .. })))
        .count()
}

fn end(run: &LoadedRun) -> &'static str {
    match run.state.phase {
        Phase::Finished(End::Done) => "done",
        Phase::Finished(End::Failed) => "failed",
        Phase::Finished(End::InDoubt) => "in-doubt",
        Phase::Finished(End::Abandoned) => "abandoned",
        Phase::Stopped(_) => "stopped",
        Phase::New => "not-begun",
        Phase::Planned | Phase::Running => "unfinished",
    }
}
