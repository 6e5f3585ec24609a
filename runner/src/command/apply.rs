//! `usher apply`: show, ask, change exactly that.

use std::io::BufRead;

use usher_core::run::{Approval, ChangeState, EFFECT_MISSING, End, Event, Outcome, RunState};
use usher_engine::conduct::Conductor;
use usher_engine::journal::Journal;

use crate::args::Target;
use crate::command::prepare::Prepared;
use crate::command::{plan, prepare};
use crate::error::Error;
use crate::exit::Exit;
use crate::report::{self, Outcomes};
use crate::world::World;

pub(super) async fn run(target: &Target, yes: bool, world: &mut World) -> Result<Exit, Error> {
    let prepared = prepare::prepare(target, world).await?;
    let idle = prepared.plan.is_empty();
    if idle || prepare::failure(&prepared.recipe, &prepared.plan).is_some() {
        return plan::show(&prepared, target, world);
    }
    if !target.output.json {
        plan::print(&prepared.plan, &prepared.connection.alias, target, world);
    }
    let by = approval(yes, target.output.json, world)?;
    let Some(by) = by else {
        world.say("Nothing was changed.");
        return Ok(Exit::Done);
    };
    carry_out(&prepared, by, target, world).await
}

async fn carry_out(
    prepared: &Prepared,
    by: Approval,
    target: &Target,
    world: &mut World,
) -> Result<Exit, Error> {
    let clock = std::sync::Arc::clone(&world.clock);
    let run = run_id(clock.now_ms())?;
    let mut journal = Journal::open(&prepared.home.journal()?)?;
    let paint = plan::paint(world);
    let json = target.output.json;
    let mut watch = |event: &Event, state: &RunState| {
        if let Some(line) = report::progress_line(event, state, paint)
            && !json
        {
            world.say(&line);
        }
    };
    let mut conductor = Conductor {
        org: &prepared.connection.org,
        clock: clock.as_ref(),
        journal: journal.begin(&run, clock.now_ms())?,
        watch: &mut watch,
        state: RunState::default(),
    };
    conductor.record(Event::Planned {
        plan: prepared.plan.clone(),
        recipe: prepared.recipe.source.text.clone(),
    })?;
    conductor.record(Event::Approved { by })?;
    let end = conductor.carry_out().await?;
    let state = conductor.state;
    let failure = failure(end, &state);
    let alias = &prepared.connection.alias;
    if json {
        let outcomes = Outcomes {
            run: &run,
            end,
            state: &state,
        };
        let requests = prepared.connection.org.requests();
        let document = report::plan_json(&prepared.plan, alias, requests, Some(&outcomes));
        return Ok(plan::print_with_failure(document, failure, world));
    }
    world.print(&format!(
        "\n{}",
        report::result_text(&run, end, &state, &prepared.plan.recipe, alias)
    ));
    failure.map_or(Ok(Exit::Done), Err)
}

/// Who approves the plan; none: somebody said no.
fn approval(yes: bool, json: bool, world: &mut World) -> Result<Option<Approval>, Error> {
    if yes {
        return Ok(Some(Approval::Flag));
    }
    if !world.console.asks || json {
        return Err(Error::new(
            Exit::Usage,
            "apply/not-approved",
            "nobody is there to approve the plan",
        )
        .help("look at it with `usher plan`, then pass `--yes`"));
    }
    world.say("Apply these changes? Type yes:");
    let mut answer = String::new();
    let _end_of_input = std::io::stdin().lock().read_line(&mut answer);
    Ok((answer.trim().eq_ignore_ascii_case("yes")).then_some(Approval::Person))
}

/// `20261122-100000-4f2a`: sorts by time, and two at once differ.
fn run_id(now_ms: i64) -> Result<String, Error> {
    let mut random = [0; 2];
    getrandom::fill(&mut random)
        .map_err(|error| Error::new(Exit::Failed, "start/no-randomness", error.to_string()))?;
    let time: String = crate::clock::utc(now_ms)
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    Ok(format!(
        "{}-{}-{:02x}{:02x}",
        &time[..8],
        &time[8..],
        random[0],
        random[1]
    ))
}

/// The exit of a run, by what went wrong first.
fn failure(end: End, state: &RunState) -> Option<Error> {
    match end {
        End::Done => None,
        End::InDoubt => Some(
            Error::new(
                Exit::InDoubt,
                "run/in-doubt",
                "what became of a change is not known",
            )
            .help("look in the org, then apply again"),
        ),
        End::Failed => {
            let failed = state.changes.iter().find_map(|(key, state)| match state {
                ChangeState::Settled(Outcome::Failed { code, .. }) if code != "run/depends" => {
                    Some((key, code))
                }
                _ => None,
            });
            let Some((key, code)) = failed else {
                let missed = state.missed().into_iter().next();
                let (step, what) =
                    missed.map_or(("?", "?"), |(step, effect, _)| (step, &effect.summary));
                let message =
                    format!("step `{step}`: what Salesforce was to do did not come: {what}");
                return Some(Error::new(Exit::Failed, EFFECT_MISSING, message));
            };
            let exit = if code.starts_with("org/") {
                Exit::Unreachable
            } else {
                Exit::Failed
            };
            let message = format!("step `{}`: `{}` failed with {code}", key.step, key.address);
            Some(Error::new(exit, "run/failed", message))
        }
    }
}
