//! Finding the run that a command is for, and holding it: its org's lease is taken, and the run is loaded under it.

use usher_engine::journal::{Journal, LoadedRun, Unreadable};

use crate::clock;
use crate::error::Error;
use crate::exit::Exit;
use crate::flow::attendant::{Attendant, Told};
use crate::home::Home;
use crate::lease::Lease;
use crate::world::World;

/// No run that a command could be for.
pub(super) const NO_RUN: &str = "run/none";

/// The run that a person means, to look at: by id, by an ending of ids, or the newest that fits. A run that cannot be
/// read is passed over, unless the person names it.
pub(crate) fn find(
    journal: &Journal,
    wanted: Option<&str>,
    what_for: &str,
    attendant: &mut dyn Attendant,
    fits: impl Fn(&LoadedRun) -> bool,
) -> Result<LoadedRun, Error> {
    if let Some(wanted) = wanted {
        return named(journal, wanted);
    }
    let (found, unreadable) = newest(journal, fits)?;
    pass_over(&unreadable, attendant);
    found.ok_or_else(|| no_run(what_for))
}

/// The same, to send something. The newest run is not taken when a run that cannot be read is newer: the person may
/// mean that one.
pub(super) fn find_to_change(
    journal: &Journal,
    wanted: Option<&str>,
    what_for: &str,
    attendant: &mut dyn Attendant,
    fits: impl Fn(&LoadedRun) -> bool,
) -> Result<LoadedRun, Error> {
    if let Some(wanted) = wanted {
        return named(journal, wanted);
    }
    let (found, unreadable) = newest(journal, fits)?;
    let Some(found) = found else {
        pass_over(&unreadable, attendant);
        return Err(no_run(what_for));
    };
    let Some(newer) = unreadable.first() else {
        return Ok(found);
    };
    let message = format!(
        "run {} is newer than run {} and cannot be read: {}",
        newer.id, found.id, newer.why
    );
    Err(
        Error::new(Exit::Journal, "run/newer-unreadable", message).help(format!(
            "name the run that you mean, such as {}; `usher runs` lists them",
            found.id
        )),
    )
}

fn named(journal: &Journal, wanted: &str) -> Result<LoadedRun, Error> {
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

/// The newest run that fits, and the newer ones that cannot be read.
fn newest(
    journal: &Journal,
    fits: impl Fn(&LoadedRun) -> bool,
) -> Result<(Option<LoadedRun>, Vec<Unreadable>), Error> {
    let mut unreadable = Vec::new();
    let found = journal.find(|run| match run {
        Ok(run) => (run.state.plan.is_some() && fits(&run)).then_some(run),
        Err(run) => {
            unreadable.push(run);
            None
        }
    })?;
    Ok((found, unreadable))
}

fn pass_over(unreadable: &[Unreadable], attendant: &mut dyn Attendant) {
    for run in unreadable {
        attendant.told(&Told::PassedOver {
            run: &run.id,
            why: &run.why.to_string(),
        });
    }
}

fn no_run(what_for: &str) -> Error {
    let message = format!("there is no run {what_for}");
    Error::new(Exit::Usage, NO_RUN, message).help("`usher runs` lists them")
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
/// The run that was loaded before decides nothing any more.
pub(super) fn hold(
    run: LoadedRun,
    journal: &Journal,
    home: &Home,
    world: &World,
) -> Result<(Lease, LoadedRun), Error> {
    let plan = run.state.plan.as_ref().ok_or_else(Error::no_plan)?;
    let since = clock::utc(world.clock.now_ms());
    let mut lease = Lease::take(home, &plan.org.org_id, &since)?;
    lease.hold_for(&run.id, &since)?;
    let id = run.id;
    // Two of a long one need much memory.
    drop(run.state);
    Ok((lease, journal.load(&id)?))
}
