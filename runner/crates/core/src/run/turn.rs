//! Turns: the steps of a plan that are carried out together. The items of a step in a loop make one turn, so that their
//! changes share requests; any other step is a turn of its own.

use std::collections::HashSet;
use std::ops::Range;

use usher_contract::value::Token;

use crate::plan::{PlannedStep, StepState};

/// Returns the places of the steps that are carried out together with the one at `first`: items of the same step that
/// stand behind it. A step that is still to be planned, that a person does, or that was planned with an effect of an
/// item before it waits for the next turn.
pub fn turn(steps: &[PlannedStep], first: usize) -> Range<usize> {
    let Some(begin) = steps.get(first) else {
        return first..first;
    };
    let alone = first..first + 1;
    if begin.item.is_none() || !is_planned(begin) {
        return alone;
    }
    let mut items: HashSet<&str> = begin.item.as_deref().into_iter().collect();
    let mut end = first + 1;
    for step in &steps[end..] {
        let Some(item) = step.item.as_deref() else {
            break;
        };
        if step.id != begin.id || !is_planned(step) || relies_on(step, &items) {
            break;
        }
        items.insert(item);
        end += 1;
    }
    first..end
}

/// Returns the places of the items that are planned together with the one at `first`, when that is still to be planned: the
/// ones of the same step right behind it.
pub fn planned_later(steps: &[PlannedStep], first: usize) -> Range<usize> {
    let is_later = |step: &&PlannedStep| matches!(step.state, StepState::Deferred(_));
    let Some(begin) = steps.get(first).filter(is_later) else {
        return first..first;
    };
    let behind = steps[first + 1..].iter();
    let items = behind.take_while(|step| {
        begin.item.is_some() && step.item.is_some() && step.id == begin.id && is_later(step)
    });
    first..first + 1 + items.count()
}

/// All turns of a plan, in their order.
pub fn turns(steps: &[PlannedStep]) -> impl Iterator<Item = Range<usize>> {
    let mut first = 0;
    std::iter::from_fn(move || {
        let turn = turn(steps, first);
        first = turn.end;
        (!turn.is_empty()).then_some(turn)
    })
}

fn is_planned(step: &PlannedStep) -> bool {
    !matches!(step.state, StepState::Deferred(_) | StepState::Manual(_))
}

/// Says whether a step was planned with an effect of the same step for one of these items.
fn relies_on(step: &PlannedStep, items: &HashSet<&str>) -> bool {
    let mut binders = step.relies_on.iter().filter_map(Token::binder);
    binders.any(|(unit, _)| {
        let item = unit.item.as_deref();
        unit.step == step.id && item.is_some_and(|item| items.contains(item))
    })
}
