//! `usher runs`: what was carried out, newest first.

use serde_json::json;
use usher_core::run::{ChangeState, End, Outcome, Phase};
use usher_engine::journal::{Journal, LoadedRun};

use crate::args::Output;
use crate::clock;
use crate::error::Error;
use crate::exit::Exit;
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
        report::print_json(&json!({ "format": FORMAT, "runs": runs }), world);
    } else if runs.is_empty() {
        world.print("No runs yet.\n");
    } else {
        let rows: Vec<Vec<String>> = runs.iter().map(row).collect();
        let header = ["RUN", "BEGAN", "RECIPE", "AS", "CHANGES", "END"];
        let table = report::table(&header, &rows, world.console.width);
        world.print(&table);
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
    })
}

fn row(run: &LoadedRun) -> Vec<String> {
    let plan = run.state.plan.as_ref();
    vec![
        run.id.clone(),
        clock::local(run.began_ms),
        plan.map_or(String::new(), |plan| plan.recipe.clone()),
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
        Phase::New | Phase::Planned | Phase::Running => "unfinished",
    }
}
