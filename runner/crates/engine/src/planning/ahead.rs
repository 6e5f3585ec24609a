//! Looks ahead: steps and items whose input is known already are planned side by side, each as if it were the next one,
//! and only for the sake of their reads. What they read of the org leaves in common rounds and is known then, so that
//! planning in order asks for little more. The plan is that of the strict order, for nothing of what is planned here is
//! kept.

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use usher_core::recipe::{Item, Kept, Runs, Scope, Step};

use crate::planning::course::Course;
use crate::planning::items::Items;
use crate::planning::{Drafted, Planning};
use crate::port::Boxed;
use crate::reads::{Reader, Rounds};

/// Steps that are looked at from the one whose turn it is: the longest recipe in the box has fourteen. Looking costs each
/// step in question the evaluation of its input, so that a long chain of steps must not be looked at from each of them.
const STEPS_AHEAD_MAX: usize = 16;

/// Plugins that plan side by side: lookups of so many items fill a query. Each holds its memory until it has its plan; the
/// host bounds that of all of them.
const SIDE_BY_SIDE_MAX: usize = 400;

/// Rehearsals of the items that were planned ahead together. Each brings what the items read because of those before them:
/// the second of an account reads other things than the first.
const REHEARSALS_MAX: usize = 3;

/// The steps and items that were planned ahead.
#[derive(Default)]
pub(super) struct Ahead {
    /// Numbers of items, by the step's place.
    done: HashMap<usize, usize>,
    /// Rehearsals that are left for the items that were planned ahead last.
    rehearsals: usize,
    /// Steps behind the one whose turn it is are not looked at.
    is_alone: bool,
}

/// The step whose turn it is.
#[derive(Clone, Copy)]
pub(super) struct Turn<'a> {
    /// Its place in the recipe.
    pub(super) place: usize,
    pub(super) step: &'a Step,
    pub(super) items: &'a Items,
    /// Those of its items that are planned, in order.
    pub(super) indices: &'a [usize],
}

/// One step, or one item of a step, that is planned for the sake of its reads.
struct Job<'a> {
    step: &'a Step,
    item: Option<Item>,
}

impl<'a> Job<'a> {
    fn of(step: &'a Step, item: Option<&Item>) -> Self {
        Self {
            step,
            item: item.cloned(),
        }
    }
}

impl Ahead {
    /// For items of one step alone.
    pub(super) fn alone() -> Self {
        Self {
            is_alone: true,
            ..Self::default()
        }
    }
}

impl Planning<'_> {
    /// Plans the `nth` item of the turn, for good, after looking ahead.
    pub(super) async fn step_ahead(
        &self,
        reader: &Arc<Reader>,
        (turn, nth): (Turn<'_>, usize),
        ahead: &mut Ahead,
        course: &mut Course<'_>,
    ) -> Drafted {
        self.look_ahead(reader, (turn, nth), ahead, course).await;
        let item = turn
            .indices
            .get(nth)
            .and_then(|index| turn.items.get(*index));
        let end = ahead.done.get(&turn.place).copied().unwrap_or(nth);
        if end <= nth + 1 {
            return self.step(reader, turn.step, item, course).await;
        }
        loop {
            let rounds = Arc::new(Rounds::default());
            let along = Arc::new(reader.along(&rounds, 0));
            let step = Box::pin(self.step(&along, turn.step, item, course));
            if let Some(drafted) = rounds.without_reading(step).await {
                return drafted;
            }
            if ahead.rehearsals == 0 {
                return self.step(reader, turn.step, item, course).await;
            }
            ahead.rehearsals -= 1;
            let behind = &turn.indices[nth..end.min(turn.indices.len())];
            self.rehearse(reader, turn, behind, course).await;
        }
    }

    /// Plans items as if for good, in their order and each with the ones before it in view, as far as that goes without
    /// a read. What the others wait for then leaves in common rounds. Nothing of what is planned here is kept.
    async fn rehearse(
        &self,
        reader: &Arc<Reader>,
        turn: Turn<'_>,
        indices: &[usize],
        course: &Course<'_>,
    ) {
        let apart = reader.apart();
        let rounds = Arc::new(Rounds::default());
        let waiting: FuturesUnordered<Boxed<'_, ()>> = FuturesUnordered::new();
        for (seat, index) in indices.iter().enumerate() {
            let item = turn.items.get(*index);
            let along = Arc::new(apart.along(&rounds, seat));
            let mut step: Boxed<'_, Drafted> =
                Box::pin(async move { self.step(&along, turn.step, item, course).await });
            match rounds.without_reading(&mut step).await {
                Some(drafted) => apart.plan_is(&super::unit(turn.step, item), &drafted.plan),
                None => waiting.push(Box::pin(async move {
                    let _for_its_reads = step.await;
                })),
            }
        }
        apart.drive(&rounds, waiting.collect::<()>()).await;
    }

    /// Plans the `nth` item of the turn, and those behind it whose input is known by now, for the sake
    /// of their reads. Does nothing for one that was planned so before, or has nobody beside it.
    async fn look_ahead(
        &self,
        reader: &Arc<Reader>,
        (turn, nth): (Turn<'_>, usize),
        ahead: &mut Ahead,
        course: &mut Course<'_>,
    ) {
        if ahead.done.get(&turn.place).is_some_and(|done| nth < *done) {
            return;
        }
        ahead.rehearsals = REHEARSALS_MAX;
        let jobs = self.jobs((turn, nth), ahead, course);
        if jobs.len() < 2 {
            return;
        }
        let rounds = Arc::new(Rounds::default());
        let course = &*course;
        let planned: FuturesUnordered<Boxed<'_, ()>> = jobs
            .iter()
            .enumerate()
            .map(|(seat, job)| -> Boxed<'_, ()> {
                let reader = Arc::new(reader.beside(&rounds, seat));
                Box::pin(async move {
                    let step = self.step(&reader, job.step, job.item.as_ref(), course);
                    let _for_its_reads = Box::pin(step).await;
                })
            })
            .collect();
        reader.drive(&rounds, planned.collect::<()>()).await;
    }

    /// Everything that is planned side by side from here on.
    fn jobs<'a>(
        &'a self,
        (turn, nth): (Turn<'a>, usize),
        ahead: &mut Ahead,
        course: &mut Course<'_>,
    ) -> Vec<Job<'a>> {
        let mut jobs: Vec<Job<'a>> = Vec::new();
        // Items that are skipped, or have no plan in an earlier step, end no window.
        let window = turn.indices.iter().skip(nth).take(SIDE_BY_SIDE_MAX);
        ahead.done.insert(turn.place, nth + window.len());
        let items = window.map(|index| turn.items.get(*index));
        let own = items.filter(|item| self.is_ready(turn.step, *item, course));
        jobs.extend(own.map(|item| Job::of(turn.step, item)));
        let near = self.recipe.steps.iter().enumerate().skip(turn.place + 1);
        let near = near.take(if ahead.is_alone {
            0
        } else {
            STEPS_AHEAD_MAX - 1
        });
        for (place, step) in near {
            let room = SIDE_BY_SIDE_MAX.saturating_sub(jobs.len());
            if room == 0 || ahead.done.contains_key(&place) {
                continue;
            }
            // A loop whose items are mistakes tells of them when its turn comes.
            let Ok(items) = self.items(step, course) else {
                continue;
            };
            let ready = self.ready(step, &items, 0..items.len(), room, course);
            if !ready.is_empty() {
                ahead.done.insert(place, ready.len());
                jobs.extend(ready);
            }
        }
        jobs
    }

    /// The items of a step that can be planned now, up to the first that cannot.
    fn ready<'a>(
        &'a self,
        step: &'a Step,
        items: &Items,
        indices: impl Iterator<Item = usize>,
        room: usize,
        course: &Course<'_>,
    ) -> Vec<Job<'a>> {
        let items = indices.take(room).map(|index| items.get(index));
        let ready = items.take_while(|item| self.is_ready(step, *item, course));
        ready.map(|item| Job::of(step, item)).collect()
    }

    /// Says whether a step can be planned with what is known now.
    fn is_ready(&self, step: &Step, item: Option<&Item>, course: &Course<'_>) -> bool {
        let scope = Scope {
            inputs: &self.inputs.values,
            item,
            outputs: &course.outputs,
        };
        if self.is_verifying(step) && !course.is_quiet()
            || !matches!(step.runs(&scope), Ok(Runs::Yes))
        {
            return false;
        }
        match &step.kept {
            Kept::ByPlugin(used) => used.input(&scope).is_ok(),
            Kept::ByHand(_) => true,
        }
    }
}

#[cfg(test)]
mod tests;
