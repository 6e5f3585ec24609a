//! Finding the run that a command is for, and holding it: its org's lease is taken, and the run is loaded under it.

use usher_engine::journal::{Journal, LoadedRun};

use crate::clock;
use crate::error::Error;
use crate::exit::Exit;
use crate::home::Home;
use crate::lease::Lease;
use crate::world::World;

/// No run that a command could be for.
pub(super) const NO_RUN: &str = "run/none";

/// The run that a person means: by id, by an ending of ids, or the newest that fits. One that cannot be read is passed
/// over, unless it is named.
pub(super) fn find(
    journal: &Journal,
    wanted: Option<&str>,
    what_for: &str,
    world: &mut World,
    fits: impl Fn(&LoadedRun) -> bool,
) -> Result<LoadedRun, Error> {
    let Some(wanted) = wanted else {
        return newest(journal, what_for, world, fits);
    };
    let ids = journal.runs()?;
    if ids.iter().any(|id| id == wanted) {
        return whole(journal.load(wanted)?);
    }
    let ending: Vec<&String> = ids.iter().filter(|id| id.ends_with(wanted)).collect();
    match ending.as_slice() {
        [id] if !wanted.is_empty() => whole(journal.load(id)?),
        [] => Err(Error::new(
            Exit::Usage,
            "journal/no-such-run",
            format!("there is no run `{wanted}`"),
        )
        .help("`usher runs` lists them")),
        _ => Err(Error::new(
            Exit::Usage,
            "run/ambiguous",
            format!("{} runs end with `{wanted}`", ending.len()),
        )
        .help("`usher runs` lists them")),
    }
}

fn newest(
    journal: &Journal,
    what_for: &str,
    world: &mut World,
    fits: impl Fn(&LoadedRun) -> bool,
) -> Result<LoadedRun, Error> {
    let mut unreadable = Vec::new();
    let found = journal.find(|run| match run {
        Ok(run) => (run.state.plan.is_some() && fits(&run)).then_some(run),
        Err(run) => {
            unreadable.push(run);
            None
        }
    })?;
    for run in unreadable {
        world.say(format!("Run {} is passed over: {}.", run.id, run.why));
    }
    found.ok_or_else(|| {
        let message = format!("there is no run {what_for}");
        Error::new(Exit::Usage, NO_RUN, message).help("`usher runs` lists them")
    })
}

/// A run that has its first event.
fn whole(run: LoadedRun) -> Result<LoadedRun, Error> {
    match run.state.plan {
        Some(_) => Ok(run),
        None => {
            let message = format!(
                "run {} has no event: its process ended before it had begun, and nothing was sent",
                run.id
            );
            Err(Error::new(Exit::Journal, "journal/damaged", message).help(
                "`usher runs prune --older-than 0` forgets it, with the runs that have ended",
            ))
        }
    }
}

/// Takes the lease of a run's org and loads the run again: no other process of this home writes to it from here on.
/// What was loaded before decides nothing any more.
pub(super) fn hold(
    run: &LoadedRun,
    journal: &Journal,
    home: &Home,
    world: &World,
) -> Result<(Lease, LoadedRun), Error> {
    let plan = run.state.plan.as_ref().ok_or_else(Error::no_plan)?;
    let since = clock::utc(world.clock.now_ms());
    let mut lease = Lease::take(home, &plan.org.org_id, &since)?;
    lease.hold_for(&run.id, &since)?;
    Ok((lease, journal.load(&run.id)?))
}
