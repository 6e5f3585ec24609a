//! Looks ahead: steps and items whose input is known already are planned side by side, each as if it were the next one.
//! Their reads of the org leave in common rounds, and planning in order then asks for little more.
//! A plan that was made here counts when everything that it was made from reads the same in the strict order; otherwise
//! the step is planned again. The plan is that of the strict order.

use std::ops::Range;
use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::future::join;
use futures_util::stream::FuturesUnordered;
use usher_core::recipe::{Item, Kept, Runs, Step};

use crate::planning::course::Course;
use crate::planning::looked::{Ahead, Looked, Rehearsed, Turn};
use crate::planning::windows::{Held, Windows};
use crate::planning::{Drafted, Planning};
use crate::port::Boxed;
use crate::reads::{Reader, Rounds, Trace};

impl Planning<'_> {
    /// Plans the `nth` item of the turn, for good, and goes on with the windows behind its own.
    pub(super) async fn for_good<'a>(
        &'a self,
        reader: &'a Arc<Reader>,
        (turn, nth): (Turn<'a>, usize),
        (ahead, windows, held): (&mut Ahead, &mut Windows<'a>, &mut Option<Held<'a>>),
        course: &'a Course<'_>,
    ) -> Drafted {
        self.enters(reader, nth, (ahead, windows), held, course)
            .await;
        let step = self.step_ahead(reader, (turn, nth), (ahead, held), course);
        let drafted = windows.beside(Box::pin(step)).await;
        if !drafted.is_by_chance {
            return drafted;
        }
        let Some(ended) = windows.rest(held).await else {
            return drafted;
        };
        for (of, planned) in ended {
            ahead.keep(of, of == turn.place, planned);
        }
        let item = turn.items.get(turn.indices[nth]);
        self.step(reader, turn.step, item, course).await
    }

    /// Enters the window of the `nth` item of the turn, if that is the first in it. The windows behind it are looked at
    /// from here on.
    async fn enters<'a>(
        &'a self,
        reader: &'a Arc<Reader>,
        nth: usize,
        (ahead, windows): (&mut Ahead, &mut Windows<'a>),
        held: &mut Option<Held<'a>>,
        course: &'a Course<'_>,
    ) {
        let place = windows.place();
        if windows.are_idle() {
            windows.skip_to(nth);
            self.look_ahead(reader, ahead, windows, course);
        }
        while nth >= ahead.done(place)
            && let Some(window) = windows.take().await
        {
            ahead.enter(place, window.end, window.planned);
            *held = window.held;
            self.look_ahead(reader, ahead, windows, course);
        }
    }

    /// Plans the `nth` item of the turn, for good. Its window is entered, and some of its plans may be `held`.
    async fn step_ahead(
        &self,
        reader: &Arc<Reader>,
        (turn, nth): (Turn<'_>, usize),
        (ahead, held): (&mut Ahead, &mut Option<Held<'_>>),
        course: &Course<'_>,
    ) -> Drafted {
        let item = turn
            .indices
            .get(nth)
            .and_then(|index| turn.items.get(*index));
        let end = ahead.done(turn.place);
        loop {
            if let Some(looked) = ahead.looked.remove(&(turn.place, nth)) {
                if self.is_same(reader, turn, item, &looked, course) {
                    self.steps.keeps(&super::unit(turn.step, item));
                    return looked.drafted;
                }
                if let Some(shape) = reader.changed_since(&looked.trace) {
                    ahead.contests(turn.place, shape);
                }
            }
            if end <= nth + 1 && held.is_none() {
                return self.step(reader, turn.step, item, course).await;
            }
            let behind = nth..end.min(turn.indices.len());
            if std::mem::take(&mut ahead.is_first)
                && self
                    .plan_again(reader, (turn, behind.clone()), (ahead, held.take()), course)
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
            && reader.reads_as(&looked.trace, |unit| course.has(unit))
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
    /// of them differ because of one item before them, as the second user of an account. Those that are held go on with
    /// that view. Says whether there were several.
    async fn plan_again(
        &self,
        reader: &Arc<Reader>,
        (turn, behind): (Turn<'_>, Range<usize>),
        (ahead, held): (&mut Ahead, Option<Held<'_>>),
        course: &Course<'_>,
    ) -> bool {
        let rehearsal = reader.rehearsing();
        let apart = &rehearsal.reader;
        let is_held = match &held {
            Some(held) => held.has(turn.place, behind.start),
            None => false,
        };
        let mut again = Vec::new();
        if !is_held {
            again.push(behind.start);
        }
        let mut changed = Vec::new();
        for nth in behind.skip(1) {
            let Some(looked) = ahead.looked.get(&(turn.place, nth)) else {
                continue;
            };
            let item = turn.items.get(turn.indices[nth]);
            match self.is_same(apart, turn, item, looked, course) {
                true => apart.plan_is(&super::unit(turn.step, item), &looked.drafted.plan),
                false => {
                    changed.extend(apart.changed_since(&looked.trace));
                    again.push(nth);
                }
            }
        }
        for shape in changed {
            ahead.contests(turn.place, shape);
        }
        if again.len() < 2 && held.is_none() {
            return false;
        }
        let planned = side_by_side(apart, &again, |beside, nth| {
            let item = turn.items.get(turn.indices[*nth]);
            Box::pin(async move {
                let drafted = Box::pin(self.step(&beside, turn.step, item, course)).await;
                (*nth, drafted, beside.take_trace())
            })
        });
        let held = async {
            match held {
                Some(held) => held.go_on().await,
                None => Vec::new(),
            }
        };
        let (planned, held) = join(planned, held).await;
        let is_as_then =
            |(_, (_, _, trace)): &(usize, Rehearsed)| trace.as_ref().is_some_and(Trace::is_as_then);
        if !held.is_empty() && held.iter().all(is_as_then) {
            ahead.contests_nothing(turn.place);
        }
        let planned = planned.into_iter().map(|planned| (turn.place, planned));
        for (place, planned) in planned.chain(held) {
            ahead.keep(place, place == turn.place, planned);
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
}

/// Makes plans side by side, all from the same view. Their reads leave in common rounds.
async fn side_by_side<'a, J, P>(
    reader: &'a Reader,
    jobs: &'a [J],
    plan: impl Fn(Arc<Reader>, &'a J) -> Boxed<'a, P>,
) -> Vec<P> {
    let rounds = Arc::new(Rounds::default());
    let plans: FuturesUnordered<Boxed<'a, P>> = jobs
        .iter()
        .enumerate()
        .map(|(place, job)| plan(Arc::new(reader.beside(&rounds, place)), job))
        .collect();
    reader.drive(&rounds, plans.collect::<Vec<P>>()).await
}

#[cfg(test)]
mod tests;
