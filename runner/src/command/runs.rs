//! `usher runs`: what was carried out, newest first.

use std::collections::BTreeSet;

use serde_json::json;
use usher_core::run::{ChangeState, End, Outcome, Phase};
use usher_engine::journal::{Journal, LoadedRun};

use crate::args::Output;
use crate::clock;
use crate::error::Error;
use crate::exit::Exit;
use crate::frozen;
use crate::home::Home;
use crate::report::{self, FORMAT};
use crate::world::World;

pub(super) fn run(output: &Output, world: &mut World) -> Result<Exit, Error> {
    let journal = Journal::open(&Home::of(world)?.journal()?)?;
    let mut runs = Vec::new();
    for id in journal.runs()? {
        runs.push(journal.load(&id)?);
    }
    if output.json {
        let runs: Vec<_> = runs.iter().map(run_json).collect();
        world.document(&json!({ "format": FORMAT, "runs": runs }));
    } else if runs.is_empty() {
        world.print("No runs yet.");
    } else {
        let rows: Vec<Vec<String>> = runs.iter().map(row).collect();
        let header = ["RUN", "BEGAN", "RECIPE", "AS", "CHANGES", "END"];
        world.print(report::table(&header, &rows, world.console.width));
    }
    Ok(Exit::Done)
}

/// Days in milliseconds.
const DAY_MS: i64 = 86_400_000;

/// `usher runs prune`: forgets runs that have ended.
pub(super) fn prune(older_than: u32, output: &Output, world: &mut World) -> Result<Exit, Error> {
    let home = Home::of(world)?;
    let mut journal = Journal::open(&home.journal()?)?;
    let before_ms = world.clock.now_ms() - i64::from(older_than) * DAY_MS;
    let mut forgotten = Vec::new();
    let mut needed = BTreeSet::new();
    for id in journal.runs()? {
        let run = journal.load(&id)?;
        if matches!(run.state.phase, Phase::Finished(_)) && run.began_ms <= before_ms {
            forgotten.push(id);
        } else if let Some(plan) = &run.state.plan {
            needed.extend(
                plan.steps
                    .iter()
                    .filter_map(|step| Some(step.plugin.as_ref()?.digest.clone())),
            );
        }
    }
    journal.forget(&forgotten)?;
    frozen::forget_all_but(&home, &needed)?;
    if output.json {
        world.document(&json!({ "format": FORMAT, "forgotten": forgotten }));
    } else {
        let count = report::count(forgotten.len(), "run");
        world.print(format!(
            "Forgot {count} that had ended and began {older_than} or more days ago."
        ));
    }
    Ok(Exit::Done)
}

fn run_json(run: &LoadedRun) -> serde_json::Value {
    let plan = run.state.plan.as_ref();
    json!({
        "id": run.id,
        "began": clock::utc(run.began_ms),
        "recipe": plan.map(|plan| &plan.recipe),
        "org": plan.map(|plan| json!({ "id": plan.org.org_id, "username": plan.org.username })),
        "changes": { "all": run.state.changes.len(), "done": done(run) },
        "requests": { "write": run.state.requests },
        "end": end(run),
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
        plan.map_or(String::new(), |plan| plan.org.username.clone()),
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
        Phase::New | Phase::Planned | Phase::Running => "unfinished",
    }
}
