//! The windows of one turn: items of a step, and steps behind it, that are planned side by side. Windows are planned while
//! the ones before them are gone through in order, so that plugins compute and the org answers meanwhile. An item whose
//! reads are contested is held half-way, and goes on when the plans of those before it are in view.

use std::collections::{HashSet, VecDeque};
use std::pin::pin;
use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream::{FuturesOrdered, FuturesUnordered};
use usher_core::recipe::{Item, Kept, Runs, Step};

use crate::planning::Planning;
use crate::planning::course::Course;
use crate::planning::looked::{Ahead, Rehearsed, Turn};
use crate::port::Boxed;
use crate::reads::{Reader, Rounds, Shape};

/// Steps that are looked at from the one whose turn it is: the longest recipe in the box has fourteen. Looking costs each
/// step in question the evaluation of its input, so that a long chain of steps must not be looked at from each of them.
const STEPS_AHEAD_MAX: usize = 16;

/// Windows that are planned while the one before them is gone through. With two of them, plugins of the one compute while
/// the other waits for the org.
const WINDOWS_MAX: usize = 2;

/// The windows of one turn.
pub(super) struct Windows<'a> {
    turn: Turn<'a>,
    /// The number of the first item that is in no window so far.
    next: usize,
    /// In order.
    under_way: FuturesOrdered<Boxed<'a, Window<'a>>>,
    /// Those that are planned, before the ones that are under way.
    planned: VecDeque<Window<'a>>,
}

/// The plans of one window.
pub(super) struct Window<'a> {
    /// The number of the first item of the turn behind it.
    pub(super) end: usize,
    /// With the place of the step.
    pub(super) planned: Vec<(usize, Rehearsed)>,
    pub(super) held: Option<Held<'a>>,
}

/// Plans of one window that are held.
pub(super) struct Held<'a> {
    plans: FuturesUnordered<Boxed<'a, (usize, Rehearsed)>>,
    /// The place of the step of each, and the number of the item.
    places: HashSet<(usize, usize)>,
    rounds: Arc<Rounds>,
    reader: &'a Reader,
}

impl Held<'_> {
    pub(super) fn has(&self, place: usize, nth: usize) -> bool {
        self.places.contains(&(place, nth))
    }

    /// Carries the plans to their end, with what is in view now.
    pub(super) async fn go_on(self) -> Vec<(usize, Rehearsed)> {
        self.rounds.release();
        self.reader.drive(&self.rounds, self.plans.collect()).await
    }
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

impl<'a> Windows<'a> {
    /// No window yet. The first one begins behind the items that were planned before the turn began.
    pub(super) fn of(turn: Turn<'a>, ahead: Option<&Ahead>) -> Self {
        Self {
            turn,
            next: ahead.map_or(0, |ahead| ahead.done(turn.place)),
            under_way: FuturesOrdered::new(),
            planned: VecDeque::new(),
        }
    }

    /// The place of the step whose turn it is.
    pub(super) fn place(&self) -> usize {
        self.turn.place
    }

    /// The next window, when it is planned. None: there is none.
    pub(super) async fn take(&mut self) -> Option<Window<'a>> {
        match self.planned.pop_front() {
            Some(window) => Some(window),
            None => self.under_way.next().await,
        }
    }

    /// Says whether no window is planned, or being planned.
    pub(super) fn are_idle(&self) -> bool {
        self.under_way.is_empty() && self.planned.is_empty()
    }

    /// Leaves the items in front of the `nth` out of the windows to come.
    pub(super) fn skip_to(&mut self, nth: usize) {
        self.next = self.next.max(nth);
    }

    /// Carries all calls that are under way to their end, so that the next one is alone. Returns the plans that were `held`;
    /// none, when nothing was under way.
    pub(super) async fn rest(
        &mut self,
        held: &mut Option<Held<'a>>,
    ) -> Option<Vec<(usize, Rehearsed)>> {
        if self.are_idle() && held.is_none() {
            return None;
        }
        while let Some(window) = self.under_way.next().await {
            self.planned.push_back(window);
        }
        for window in &mut self.planned {
            if let Some(held) = window.held.take() {
                window.planned.extend(held.go_on().await);
            }
        }
        match held.take() {
            Some(held) => Some(held.go_on().await),
            None => Some(Vec::new()),
        }
    }

    /// Does `work`, and goes on with the windows meanwhile.
    pub(super) async fn beside<T>(&mut self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        loop {
            tokio::select! {
                biased;
                Some(window) = self.under_way.next() => self.planned.push_back(window),
                done = &mut work => return done,
            }
        }
    }
}

impl Planning<'_> {
    /// Begins to plan the windows that come next, outside of any rehearsal. In one with fewer than two plans to make nothing
    /// is planned ahead.
    pub(super) fn look_ahead<'a>(
        &'a self,
        reader: &'a Arc<Reader>,
        ahead: &mut Ahead,
        windows: &mut Windows<'a>,
        course: &'a Course<'_>,
    ) {
        while windows.next < windows.turn.indices.len()
            && windows.under_way.len() + windows.planned.len() < WINDOWS_MAX
        {
            let contested = ahead.contested(windows.turn.place).to_vec();
            let jobs = self.jobs(ahead, windows, course);
            let window = self.window(
                reader,
                jobs,
                (windows.turn, windows.next, contested),
                course,
            );
            windows.under_way.push_back(window);
        }
    }

    /// The window of these jobs, which ends in front of the item `end`. Its readers begin with the view of this moment: no
    /// rehearsal is in it.
    fn window<'a>(
        &'a self,
        reader: &'a Arc<Reader>,
        jobs: Vec<Job<'a>>,
        (turn, end, contested): (Turn<'a>, usize, Vec<Shape>),
        course: &'a Course<'_>,
    ) -> Boxed<'a, Window<'a>> {
        let jobs = if jobs.len() < 2 { Vec::new() } else { jobs };
        let mut places: HashSet<(usize, usize)> =
            jobs.iter().map(|job| (job.place, job.nth)).collect();
        let rounds = Arc::new(Rounds::contesting(contested));
        let of_turn = turn.place;
        let jobs = jobs.into_iter().enumerate();
        let plans = jobs.map(|(seat, job)| -> Boxed<'a, (usize, Rehearsed)> {
            let reader = Arc::new(match job.place == of_turn {
                true => reader.ahead(rounds.contesting_seat(seat)),
                false => reader.ahead(rounds.seat(seat)),
            });
            Box::pin(async move {
                let step = self.step(&reader, job.step, job.item.as_ref(), course);
                let drafted = Box::pin(step).await;
                (job.place, (job.nth, drafted, reader.take_trace()))
            })
        });
        let mut plans: FuturesUnordered<_> = plans.collect();
        Box::pin(async move {
            let mut planned = Vec::new();
            let planning = async {
                while let Some(one) = plans.next().await {
                    planned.push(one);
                }
            };
            reader.drive_until_held(&rounds, planning).await;
            for (place, (nth, ..)) in &planned {
                places.remove(&(*place, *nth));
            }
            let held = (!plans.is_empty()).then_some(Held {
                plans,
                places,
                rounds,
                reader,
            });
            Window { end, planned, held }
        })
    }

    /// Everything that is planned in the next window.
    fn jobs<'a>(
        &'a self,
        ahead: &mut Ahead,
        windows: &mut Windows<'a>,
        course: &Course<'_>,
    ) -> Vec<Job<'a>> {
        let turn = windows.turn;
        let mut jobs: Vec<Job<'a>> = Vec::new();
        // Items that are skipped, or have no plan in an earlier step, end no window.
        let first = windows.next;
        let window = turn.indices.iter().skip(first).take(ahead.items_max());
        windows.next = first + window.len();
        let items = window
            .enumerate()
            .map(|(offset, index)| (first + offset, turn.items.get(*index)));
        let own = items.filter(|(_, item)| {
            !self.has_fallen(turn.step, *item, course) && self.is_ready(turn.step, *item, course)
        });
        jobs.extend(own.map(|(nth, item)| Job {
            place: turn.place,
            step: turn.step,
            nth,
            item: item.cloned(),
        }));
        let near = self.recipe.steps.iter().enumerate().skip(turn.place + 1);
        let near = near.take(if ahead.is_alone() {
            0
        } else {
            STEPS_AHEAD_MAX - 1
        });
        for (place, step) in near {
            let room = ahead.items_max().saturating_sub(jobs.len());
            if room == 0 || ahead.done(place) > 0 {
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
                ahead.plans(place, ready.len());
                jobs.extend(ready);
            }
        }
        jobs
    }

    /// Says whether an earlier step has no plan for the item, so that this one needs none.
    fn has_fallen(&self, step: &Step, item: Option<&Item>, course: &Course<'_>) -> bool {
        let of_item = step.loop_words().zip(item);
        !step.terms.finally
            && of_item.is_some_and(|(of, item)| course.fallen(of, &item.key).is_some())
    }

    /// Says whether a step can be planned with what is known now.
    fn is_ready(&self, step: &Step, item: Option<&Item>, course: &Course<'_>) -> bool {
        let scope = self.scope(item, course);
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
