//! Checks one change by itself: its operation can be carried out, awaited and undone.

use std::collections::HashSet;

use crate::change::{Binding, Change, Undo, Wait, WayBack};
use crate::fault::Fault;
use crate::limit;

/// Checks one change. The JSON in it comes out tidied.
pub(super) fn check(change: &mut Change) -> Result<(), Fault> {
    change
        .operation
        .kind_mut()
        .check(!change.waits.is_empty())?;
    waits(&change.waits)?;
    results(change)?;
    let Undo::Possible(back) = &mut change.undo else {
        return Ok(());
    };
    match &mut back.way {
        WayBack::Instead(inverse) => inverse.kind_mut().check(!back.waits.is_empty())?,
        WayBack::Restore => {
            if !change.operation.kind().is_restorable() {
                let verb = change.operation.verb();
                return Err(Fault::NoRestore { verb });
            }
        }
    }
    waits(&back.waits)
}

fn waits(waits: &[Wait]) -> Result<(), Fault> {
    if waits.len() > limit::WAITS_PER_CHANGE_MAX {
        let max = limit::WAITS_PER_CHANGE_MAX;
        return Err(Fault::TooMany { what: "waits", max });
    }
    let restless = |wait: &&Wait| wait.every_ms < limit::WAIT_EVERY_MS_MIN || wait.at_most_ms == 0;
    if let Some(wait) = waits.iter().find(restless) {
        return Err(Fault::Wait {
            every_ms: wait.every_ms,
            at_most_ms: wait.at_most_ms,
        });
    }
    let ms = waits.iter().map(|wait| u64::from(wait.at_most_ms)).sum();
    match ms > u64::from(limit::WAIT_MS_MAX) {
        true => Err(Fault::WaitsTooLong { ms }),
        false => Ok(()),
    }
}

/// A create binds `id` by itself.
fn results(change: &Change) -> Result<(), Fault> {
    let creates = change.operation.binds_id();
    let mut names = HashSet::new();
    let mut twice =
        |result: &Binding| (creates && result.name == "id") || !names.insert(result.name.clone());
    match change.results.iter().find(|result| twice(result)) {
        Some(result) => Err(Fault::Twice {
            name: result.name.clone(),
        }),
        None => Ok(()),
    }
}
