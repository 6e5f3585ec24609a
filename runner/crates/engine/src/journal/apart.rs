//! The steps of a long plan stand in rows of their own. The text of all of them together is never in memory, neither
//! when a run begins nor when it is loaded.

use std::sync::Arc;

use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};
use usher_core::plan::{Plan, PlannedStep, WithoutSteps};
use usher_core::run::{Event, Origin};

use super::column::{integer, text};

/// A plan of so many steps, a few hundred KiB, stands in its event.
const TOGETHER_MAX: usize = 100;

/// The first event of a run whose steps stand apart: as [`Event::Planned`] without steps, and their number.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
enum Apart<'a> {
    Planned {
        plan: WithoutSteps<'a>,
        recipe: &'a str,
        origin: &'a Origin,
        apart: usize,
    },
}

/// The number of steps that stand apart.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Number {
    Planned {
        #[serde(default)]
        apart: usize,
    },
}

/// Writes the steps of an event down that stand apart. Returns the event's text.
pub(super) fn write(
    connection: &Connection,
    run: &str,
    event: &Event,
    at_ms: i64,
) -> Result<String, rusqlite::Error> {
    let json = match event {
        Event::Planned {
            plan,
            recipe,
            origin,
        } if plan.steps.len() > TOGETHER_MAX => {
            let sql = "INSERT INTO step (run, number, at_ms, json) VALUES (?1, ?2, ?3, ?4)";
            let mut insert = connection.prepare(sql)?;
            for (number, step) in (1_i64..).zip(&plan.steps) {
                let json = serde_json::to_string(step);
                let json = json.expect("steps serialise: their maps have text keys");
                insert.execute(params![run, number, at_ms, json])?;
            }
            serde_json::to_string(&Apart::Planned {
                plan: plan.without_steps(),
                recipe,
                origin,
                apart: plan.steps.len(),
            })
        }
        event => serde_json::to_string(event),
    };
    Ok(json.expect("events serialise: their maps have text keys"))
}

/// Returns the number of steps that stand apart, of the first event of a run.
pub(super) fn number(json: &str) -> usize {
    let number = serde_json::from_str(json);
    number.map_or(0, |Number::Planned { apart }| apart)
}

/// Puts the steps that stand apart into the plan of an event.
///
/// # Errors
///
/// The reason why the run is damaged, or the file cannot be read.
pub(super) fn read(
    connection: &Connection,
    run: &str,
    event: &mut Event,
    apart: usize,
) -> Result<Result<(), String>, rusqlite::Error> {
    let Event::Planned { plan, .. } = event else {
        return Ok(Ok(()));
    };
    if apart == 0 {
        return Ok(Ok(()));
    }
    let plan: &mut Plan = Arc::make_mut(plan);
    let sql = "SELECT number, json FROM step WHERE run = ?1 ORDER BY number";
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([run])?;
    while let Some(row) = rows.next()? {
        let place = plan.steps.len() + 1;
        if integer(row, 0)?.map(i64::unsigned_abs) != Some(place as u64) {
            return Ok(Err(format!("its step {place} is missing")));
        }
        let step = text(row, 1).and_then(|json| {
            serde_json::from_str::<PlannedStep>(json).map_err(|error| error.to_string())
        });
        match step {
            Ok(step) => plan.steps.push(step),
            Err(why) => return Ok(Err(format!("its step {place}: {why}"))),
        }
    }
    match plan.steps.len() == apart {
        true => Ok(Ok(())),
        false => Ok(Err(format!(
            "it has {apart} steps, and {} of them are there",
            plan.steps.len()
        ))),
    }
}

#[cfg(test)]
mod tests;
