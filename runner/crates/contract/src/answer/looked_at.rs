//! Adds to the looks of a plan the fields whose values it uses: a plugin names a field where it uses it, and need not
//! name it in the lookup a second time.

use crate::change::{Change, Source, StepPlan, Undo, Wait};
use crate::operation::{Finding, Probe};

pub(super) fn complete(plan: &mut StepPlan) {
    plan.changes.iter_mut().for_each(change);
}

fn change(change: &mut Change) {
    change.waits.iter_mut().for_each(wait);
    for result in &mut change.results {
        if let Source::Found { look, at } = &mut result.source {
            read(look, [&*at]);
        }
    }
    if let Undo::Possible(back) = &mut change.undo {
        back.waits.iter_mut().for_each(wait);
        for only in &mut back.only_if {
            read(&mut only.look, places(&only.finding));
        }
    }
}

fn wait(wait: &mut Wait) {
    let failed = wait.failed.iter().map(|check| &check.at);
    let at = places(&wait.until).chain(failed).chain(&wait.reason_at);
    read(&mut wait.look, at);
}

/// The places that a finding compares.
fn places(finding: &Finding) -> impl Iterator<Item = &String> {
    let checks = match finding {
        Finding::Holds(checks) => checks.as_slice(),
        Finding::Present | Finding::Absent => &[],
    };
    checks.iter().map(|check| &check.at)
}

/// Reads the places in records, where they are fields.
fn read<'a>(look: &mut Probe, places: impl IntoIterator<Item = &'a String>) {
    let Probe::Records(lookup) = look else {
        return;
    };
    for at in places {
        let mut known = lookup.fields.iter();
        let is_read = known.any(|field| field == at) || at == "Id";
        if !is_read {
            lookup.fields.push(at.clone());
        }
    }
}
