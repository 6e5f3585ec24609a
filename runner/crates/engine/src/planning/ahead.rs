//! Looks ahead: steps and items whose input is known already are planned side by side, each as if it were the next one.
//! Their reads of the org leave in common rounds, and planning in order then asks for little more.
//! A plan that was made here counts when everything that it was made from reads the same in the strict order; otherwise
//! the step is planned again. The plan is that of the strict order.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::future::join_all;
use futures_util::stream::FuturesUnordered;
use usher_core::recipe::{Item, Kept, Runs, Scope, Step};

use crate::planning::course::Course;
use crate::planning::items::Items;
use crate::planning::{Drafted, Planning};
use crate::port::Boxed;
use crate::reads::{Reader, Rounds, Trace};

/// Steps that are looked at from the one whose turn it is: the longest recipe in the box has fourteen. Looking costs each
/// step in question the evaluation of its input, so that a long chain of steps must not be looked at from each of them.
const STEPS_AHEAD_MAX: usize = 16;

/// Plugins that plan side by side. Each holds its memory until it has its plan; the host bounds that of all of them.
const SIDE_BY_SIDE_MAX: usize = 400;

/// The most plans whose reads share rounds. A larger window is split into two groups: while one waits for the org, the
/// plugins of the other compute. The plan of 10,000 people asks 162 requests so, and 87 without groups.
const TOGETHER_MAX: usize = 200;

/// Rehearsals of the items that were planned ahead together. Each brings what the items read because of those before them:
/// the second of an account reads other things than the first.
const REHEARSALS_MAX: usize = 3;

/// The steps and items that were planned ahead.
pub(super) struct Ahead {
    /// Plans of which all reads leave in common rounds.
    together_max: usize,
    /// Numbers of items, by the step's place.
    done: HashMap<usize, usize>,
    /// Rehearsals that are left for the items that were planned ahead last.
    rehearsals: usize,
    /// No plan of these had to be made again so far.
    is_first: bool,
    /// Steps behind the one whose turn it is are not looked at.
    is_alone: bool,
    /// Plans that were made ahead, by the step's place and the number of the item in its turn.
    looked: HashMap<(usize, usize), Looked>,
}

/// A plan that was made ahead, with everything that it was made from.
struct Looked {
    drafted: Drafted,
    trace: Trace,
    /// It was made in the turn of its own step.
    is_of_turn: bool,
}

/// The number of an item in its turn, its plan, and the reads for that.
type Rehearsed = (usize, Drafted, Option<Trace>);

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

/// One step, or one item of a step, that is planned ahead.
struct Job<'a> {
    /// The place of the step.
    place: usize,
    step: &'a Step,
    /// The number of the item in the step's turn.
    nth: usize,
    item: Option<Item>,
}

impl Default for Ahead {
    fn default() -> Self {
        Self {
            together_max: TOGETHER_MAX,
            done: HashMap::new(),
            rehearsals: 0,
            is_first: false,
            is_alone: false,
            looked: HashMap::new(),
        }
    }
}

impl Ahead {
    /// Keeps a plan of the step at `place`, if its reads are known.
    fn keep(&mut self, place: usize, is_of_turn: bool, (nth, drafted, trace): Rehearsed) {
        if let Some(trace) = trace {
            let looked = Looked {
                drafted,
                trace,
                is_of_turn,
            };
            self.looked.insert((place, nth), looked);
        }
    }

    /// For items of one step alone.
    pub(super) fn alone() -> Self {
        Self {
            is_alone: true,
            ..Self::default()
        }
    }

    /// Makes two groups of more than `together_max` plans.
    #[cfg(test)]
    fn in_groups(together_max: usize) -> Self {
        Self {
            together_max,
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
        loop {
            let looked = ahead.looked.remove(&(turn.place, nth));
            if let Some(looked) = looked
                && self.is_same(reader, turn, item, &looked, course)
            {
                self.steps.keeps(&super::unit(turn.step, item));
                return looked.drafted;
            }
            if end <= nth + 1 {
                return self.step(reader, turn.step, item, course).await;
            }
            let behind = nth..end.min(turn.indices.len());
            if std::mem::take(&mut ahead.is_first)
                && self
                    .plan_again(reader, turn, behind.clone(), ahead, course)
                    .await
            {
                continue;
            }
            if ahead.rehearsals == 0 {
                return self.step(reader, turn.step, item, course).await;
            }
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
            self.rehearse(reader, turn, behind, ahead, course).await;
        }
    }

    /// Says whether a plan that was made ahead is the one that would be made now.
    fn is_same(
        &self,
        reader: &Reader,
        turn: Turn<'_>,
        item: Option<&Item>,
        looked: &Looked,
        course: &Course<'_>,
    ) -> bool {
        // Everything before the step was planned by then, when it was looked at in its own turn.
        (looked.is_of_turn || self.is_asked_the_same(turn.step, item, &looked.drafted, course))
            && reader.reads_as(&looked.trace, |unit| course.of(unit).is_some())
    }

    /// Says whether the step of a plan has the same input now.
    fn is_asked_the_same(
        &self,
        step: &Step,
        item: Option<&Item>,
        drafted: &Drafted,
        course: &Course<'_>,
    ) -> bool {
        let scope = self.scope(item, course);
        let Kept::ByPlugin(used) = &step.kept else {
            return false;
        };
        matches!(step.runs(&scope), Ok(Runs::Yes))
            && used.input(&scope).is_ok_and(|input| input == drafted.input)
    }

    /// Plans those items side by side again whose plan would not be the same now, with those of the others in view: most
    /// of them differ because of one item before them, as the second user of an account. Says whether there were several.
    async fn plan_again(
        &self,
        reader: &Arc<Reader>,
        turn: Turn<'_>,
        behind: Range<usize>,
        ahead: &mut Ahead,
        course: &Course<'_>,
    ) -> bool {
        let rehearsal = reader.rehearsing();
        let apart = &rehearsal.reader;
        let mut again = vec![behind.start];
        for nth in behind.skip(1) {
            let Some(looked) = ahead.looked.get(&(turn.place, nth)) else {
                continue;
            };
            let item = turn.items.get(turn.indices[nth]);
            match self.is_same(apart, turn, item, looked, course) {
                true => apart.plan_is(&super::unit(turn.step, item), &looked.drafted.plan),
                false => again.push(nth),
            }
        }
        if again.len() < 2 {
            return false;
        }
        let planned = side_by_side(apart, ahead.together_max, &again, |beside, nth| {
            let item = turn.items.get(turn.indices[*nth]);
            Box::pin(async move {
                let drafted = Box::pin(self.step(&beside, turn.step, item, course)).await;
                (*nth, drafted, beside.take_trace())
            })
        });
        for planned in planned.await {
            ahead.keep(turn.place, true, planned);
        }
        true
    }

    /// Plans items as if for good, in their order and each with the ones before it in view, as far as that goes without
    /// a read. What the others wait for then leaves in common rounds.
    async fn rehearse(
        &self,
        reader: &Arc<Reader>,
        turn: Turn<'_>,
        behind: Range<usize>,
        ahead: &mut Ahead,
        course: &Course<'_>,
    ) {
        let rehearsal = reader.rehearsing();
        let apart = &rehearsal.reader;
        let rounds = Arc::new(Rounds::default());
        let waiting: FuturesUnordered<Boxed<'_, Rehearsed>> = FuturesUnordered::new();
        for (seat, nth) in behind.enumerate() {
            let item = turn.items.get(turn.indices[nth]);
            let unit = super::unit(turn.step, item);
            if let Some(looked) = ahead.looked.get(&(turn.place, nth))
                && self.is_same(apart, turn, item, looked, course)
            {
                apart.plan_is(&unit, &looked.drafted.plan);
                continue;
            }
            let along = Arc::new(apart.along(&rounds, seat));
            let mut step: Boxed<'_, Rehearsed> = Box::pin(async move {
                let drafted = self.step(&along, turn.step, item, course).await;
                (nth, drafted, along.take_trace())
            });
            match rounds.without_reading(&mut step).await {
                Some(rehearsed) => {
                    apart.plan_is(&unit, &rehearsed.1.plan);
                    ahead.keep(turn.place, true, rehearsed);
                }
                None => waiting.push(step),
            }
        }
        let rehearsed: Vec<Rehearsed> = apart.drive(&rounds, waiting.collect()).await;
        rehearsed
            .into_iter()
            .for_each(|rehearsed| ahead.keep(turn.place, true, rehearsed));
    }

    /// Plans the `nth` item of the turn, and those behind it whose input is known by now, ahead. Does nothing for one that
    /// was planned so before, or has nobody beside it.
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
        ahead.is_first = true;
        let place = turn.place;
        ahead
            .looked
            .retain(|(of, number), _| *of != place || *number >= nth);
        let jobs = self.jobs((turn, nth), ahead, course);
        if jobs.len() < 2 {
            return;
        }
        let course = &*course;
        let planned = side_by_side(reader, ahead.together_max, &jobs, |beside, job| {
            Box::pin(async move {
                let step = self.step(&beside, job.step, job.item.as_ref(), course);
                let drafted = Box::pin(step).await;
                (job, (job.nth, drafted, beside.take_trace()))
            })
        });
        for (job, planned) in planned.await {
            ahead.keep(job.place, job.place == turn.place, planned);
        }
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
        let items = window
            .enumerate()
            .map(|(offset, index)| (nth + offset, turn.items.get(*index)));
        let own = items.filter(|(_, item)| self.is_ready(turn.step, *item, course));
        jobs.extend(own.map(|(nth, item)| Job {
            place: turn.place,
            step: turn.step,
            nth,
            item: item.cloned(),
        }));
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
            let all = (0..items.len()).take(room);
            let all = all.map(|nth| (nth, items.get(nth)));
            let ready = all.take_while(|(_, item)| self.is_ready(step, *item, course));
            let ready: Vec<Job<'a>> = ready
                .map(|(nth, item)| Job {
                    place,
                    step,
                    nth,
                    item: item.cloned(),
                })
                .collect();
            if !ready.is_empty() {
                ahead.done.insert(place, ready.len());
                jobs.extend(ready);
            }
        }
        jobs
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

/// Makes the plans of the jobs side by side, in one group or two. Each group has rounds of its own.
async fn side_by_side<'a, J, P>(
    reader: &'a Reader,
    together_max: usize,
    jobs: &'a [J],
    plan: impl Fn(Arc<Reader>, &'a J) -> Boxed<'a, P>,
) -> Vec<P> {
    let groups = if jobs.len() > together_max { 2 } else { 1 };
    let groups = jobs.chunks(jobs.len().div_ceil(groups).max(1));
    let planned = groups.map(|jobs| {
        let rounds = Arc::new(Rounds::default());
        let plans: FuturesUnordered<Boxed<'a, P>> = jobs
            .iter()
            .enumerate()
            .map(|(place, job)| plan(Arc::new(reader.beside(&rounds, place)), job))
            .collect();
        async move { reader.drive(&rounds, plans.collect::<Vec<P>>()).await }
    });
    let planned = join_all(planned).await;
    planned.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests;
