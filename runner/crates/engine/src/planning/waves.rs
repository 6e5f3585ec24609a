//! The order in which the items of a step are carried out. An item that was planned with an effect of another one waits for
//! it, and the others do not wait with it: all items that wait for nothing stand first, then those that wait for one of
//! them, and so on, each wave in the order of the rows. An item that refers to a record which another one makes goes with
//! that or behind it. Items that are planned later stand last.

use std::collections::HashMap;

use usher_core::change::Change;
use usher_core::plan::{PlannedStep, StepState, record_key};
use usher_core::value::Token;

/// Puts the items of each step in the order of their waves.
pub(super) fn in_waves(steps: Vec<PlannedStep>) -> Vec<PlannedStep> {
    let mut ordered = Vec::with_capacity(steps.len());
    let mut steps = steps.into_iter().peekable();
    while let Some(first) = steps.next() {
        let mut items = vec![first];
        while let Some(next) = steps.next_if(|next| next.item.is_some() && next.id == items[0].id) {
            items.push(next);
        }
        let waves = waves(&items);
        let mut placed: Vec<(usize, PlannedStep)> = waves.into_iter().zip(items).collect();
        placed.sort_by_key(|(wave, _)| *wave);
        ordered.extend(placed.into_iter().map(|(_, step)| step));
    }
    ordered
}

/// The wave of each item, from 0.
fn waves(items: &[PlannedStep]) -> Vec<usize> {
    let mut known: HashMap<&str, usize> = HashMap::new();
    let mut last: HashMap<String, usize> = HashMap::new();
    let mut waves = Vec::with_capacity(items.len());
    for step in items {
        let wave_of = |token: &Token| {
            let (unit, _) = token.binder().filter(|(unit, _)| unit.step == step.id)?;
            known.get(unit.item.as_deref()?).copied()
        };
        let relied = step.relies_on.iter().filter_map(wave_of);
        let behind = relied.map(|wave: usize| wave.saturating_add(1));
        // A reference to a record that another item makes: the queue of one turn knows which goes first.
        let tokens = step.plan.changes.iter().flat_map(Change::tokens);
        let beside = tokens.filter_map(|token| wave_of(&token));
        // One that changes a record stays behind those before it that change the same one.
        let changed = step
            .plan
            .changes
            .iter()
            .filter_map(|change| change.operation.record());
        let changed: Vec<String> = changed.map(record_key).collect();
        let after = changed
            .iter()
            .filter_map(|record| last.get(record).copied());
        let wave = match step.state {
            StepState::Deferred(_) => usize::MAX,
            _ => behind.chain(beside).chain(after).max().unwrap_or(0),
        };
        for record in changed {
            last.insert(record, wave);
        }
        if let Some(item) = step.item.as_deref() {
            known.insert(item, wave);
        }
        waves.push(wave);
    }
    waves
}

#[cfg(test)]
mod tests;
