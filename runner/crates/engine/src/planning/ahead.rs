//! Looks ahead: steps and items whose input is known already are planned side by side, each as if it were the next one.
//! Their reads of the org leave in common rounds, and planning in order then asks for little more.
//! A plan that was made here counts when everything that it was made from reads the same in the strict order; otherwise
//! the step is planned again. The plan is that of the strict order.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::future::join;
use futures_util::stream::FuturesUnordered;
use usher_core::recipe::{Item, Kept, Runs, Step};

use crate::planning::course::Course;
use crate::planning::items::Items;
use crate::planning::windows::{Held, WINDOW_ITEMS_MAX, Window, Windows};
use crate::planning::{Drafted, Planning};
use crate::port::Boxed;
use crate::reads::{Reader, Rounds, Shape, Trace};

/// Rehearsals of the items that were planned ahead together. Each brings what the items read because of those before them:
/// the second of an account reads other things than the first.
const REHEARSALS_MAX: usize = 3;

/// Shapes of contested lookups of one step. The plugins of the box have one.
const CONTESTED_MAX: usize = 8;

/// The steps and items that were planned ahead.
pub(super) struct Ahead {
    /// The most items of one step in a window.
    items_max: usize,
    /// Numbers of items that are planned or being planned, by the step's place. Of the step whose turn it is: of those in
    /// windows that were entered.
    done: HashMap<usize, usize>,
    /// Rehearsals that are left for the window that was entered last.
    rehearsals: usize,
    /// No plan of it had to be made again so far.
    is_first: bool,
    /// Steps behind the one whose turn it is are not looked at.
    is_alone: bool,
    /// Shapes of lookups because of which items had to be planned again, by the step's place.
    contested: HashMap<usize, Vec<Shape>>,
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
pub(super) type Rehearsed = (usize, Drafted, Option<Trace>);

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

impl Default for Ahead {
    fn default() -> Self {
        Self {
            items_max: WINDOW_ITEMS_MAX,
            done: HashMap::new(),
            rehearsals: 0,
            is_first: false,
            is_alone: false,
            contested: HashMap::new(),
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

    /// With windows of so many items.
    #[cfg(test)]
    fn in_windows(items_max: usize) -> Self {
        Self {
            items_max,
            ..Self::default()
        }
    }

    /// The same, with lookups of these shapes contested in each of the first steps.
    #[cfg(test)]
    fn contesting(items_max: usize, contested: &[Shape]) -> Self {
        Self {
            contested: (0..8).map(|place| (place, contested.to_vec())).collect(),
            ..Self::in_windows(items_max)
        }
    }

    pub(super) fn items_max(&self) -> usize {
        self.items_max
    }

    /// The number of items of the step at `place` that are planned, or being planned.
    pub(super) fn done(&self, place: usize) -> usize {
        self.done.get(&place).copied().unwrap_or(0)
    }

    /// Notes that so many items of the step at `place` are being planned.
    pub(super) fn plans(&mut self, place: usize, items: usize) {
        self.done.insert(place, items);
    }

    /// Says whether steps behind the one whose turn it is are not looked at.
    pub(super) fn is_alone(&self) -> bool {
        self.is_alone
    }

    /// Shapes of lookups because of which items of the step at `place` had to be planned again.
    pub(super) fn contested(&self, place: usize) -> &[Shape] {
        self.contested.get(&place).map_or(&[], Vec::as_slice)
    }

    fn contests(&mut self, place: usize, shape: Shape) {
        let contested = self.contested.entry(place).or_default();
        if contested.len() < CONTESTED_MAX && !contested.contains(&shape) {
            contested.push(shape);
        }
    }

    /// Takes over what was planned in a window of the step at `place`. Returns the plans that are held.
    pub(super) fn enter<'a>(&mut self, place: usize, window: Window<'a>) -> Option<Held<'a>> {
        let first = self.done(place);
        self.looked
            .retain(|(of, nth), _| *of != place || *nth >= first);
        self.rehearsals = REHEARSALS_MAX;
        self.is_first = true;
        self.plans(place, window.end);
        for (of, planned) in window.planned {
            self.keep(of, of == place, planned);
        }
        window.held
    }
}

impl Planning<'_> {
    /// Enters the window of the `nth` item of the turn, if that is the first in it. The windows behind it are looked at
    /// from here on.
    pub(super) async fn enters<'a>(
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
            *held = ahead.enter(place, window);
            self.look_ahead(reader, ahead, windows, course);
        }
    }

    /// Plans the `nth` item of the turn, for good. Its window is entered, and some of its plans may be `held`.
    pub(super) async fn step_ahead(
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
            if end <= nth + 1 {
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
        let others = held.as_ref().map_or(0, Held::len);
        if again.len() + others < 2 {
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
