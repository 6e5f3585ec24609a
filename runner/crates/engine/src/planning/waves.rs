//! The order in which the items of a step are carried out. An item that was planned with an effect of another one waits for
//! it, and the others do not wait with it: all items that wait for nothing stand first, then those that wait for one of
//! them, and so on, each wave in the order of the rows. Steps that are planned later stand last.

use std::collections::HashMap;

use usher_core::plan::{PlannedStep, StepState};
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
    let mut waves = Vec::with_capacity(items.len());
    for step in items {
        let binders = step.relies_on.iter().filter_map(Token::binder);
        let own = binders.filter(|(unit, _)| unit.step == step.id);
        let before = own.filter_map(|(unit, _)| known.get(unit.item.as_deref()?).copied());
        let wave = match step.state {
            StepState::Deferred(_) => usize::MAX,
            _ => before.max().map_or(0, |wave| wave.saturating_add(1)),
        };
        if let Some(item) = step.item.as_deref() {
            known.insert(item, wave);
        }
        waves.push(wave);
    }
    waves
}

#[cfg(test)]
mod tests {
    use usher_core::plan::StepState;
    use usher_core::value::{Token, Unit};

    use super::in_waves;
    use crate::conduct::scripted::step;

    #[test]
    fn an_item_stands_behind_those_that_it_relies_on_and_before_none_that_do_not() {
        let item = |item: &str, relies_on: &[&str]| {
            let mut step = step("user", Vec::new(), Vec::new());
            step.item = Some(item.to_owned());
            let unit = |item: &str| Unit {
                step: "user".to_owned(),
                item: Some(item.to_owned()),
            };
            let tokens = relies_on.iter().map(|item| unit(item).binds("role", "id"));
            step.relies_on = tokens.collect::<Vec<Token>>();
            step
        };
        let mut later = item("later", &[]);
        later.state = StepState::Deferred(usher_core::change::Deferral {
            waiting_for: Vec::new(),
            reason: String::new(),
            likely: Vec::new(),
        });
        let steps = vec![
            step("before", Vec::new(), Vec::new()),
            item("a1", &[]),
            item("a2", &["a1"]),
            later,
            item("a3", &["a1", "a2"]),
            item("b1", &["elsewhere"]),
            item("b2", &["b1"]),
            step("after", Vec::new(), Vec::new()),
        ];
        let ordered = in_waves(steps);
        let shown = ordered
            .iter()
            .map(|step| step.item.as_deref().unwrap_or(&step.id));
        assert_eq!(
            shown.collect::<Vec<_>>(),
            ["before", "a1", "b1", "a2", "b2", "a3", "later", "after"]
        );
    }
}
