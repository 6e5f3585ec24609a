//! Rounds of reads. Several steps are planned side by side, each with a reader of its own; what all of them wait for
//! leaves together, and lookups of one object become one query. The next round begins when each of them waits again.
//!
//! A read that gets no answer in a round is not sent again: an org that does not answer is waited for once. A contested read
//! (`contested`) waits for its place among the others that want the same.

use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, watch};
use usher_core::operation::Lookup;

use crate::reads::asked::Asked;
use crate::reads::contested::{Contest, Shape};
use crate::reads::today::Today;

/// The rounds of some steps.
#[derive(Default)]
pub struct Rounds {
    round: Mutex<Round>,
    /// A step began, waits, or has ended.
    changed: Notify,
    /// The rounds that are read.
    read: watch::Sender<u64>,
    contested: Vec<Shape>,
}

/// The round that is to begin.
#[derive(Default)]
struct Round {
    /// Rounds before it.
    number: u64,
    /// Rounds that have been read.
    read: u64,
    /// Steps that are at work, or wait; not those that are held.
    steps: usize,
    /// Those of them that wait for it.
    waiting: usize,
    /// The reads, with the places of the steps that ask for them.
    asked: Vec<(usize, Asked)>,
    contest: Contest,
}

/// The place of one step, until this is dropped.
pub(crate) struct Seat {
    rounds: Arc<Rounds>,
    /// The place of the step among all.
    place: usize,
    /// It waits for its place among those that want the same contested reads.
    contests: bool,
    waits: Mutex<Waits>,
}

/// The reads of one step that wait.
#[derive(Default)]
struct Waits {
    reads: usize,
    /// The round in which the step counts as one that waits.
    round: Option<u64>,
}

impl Rounds {
    /// Rounds in which reads of these shapes are contested.
    pub(crate) fn contesting(contested: Vec<Shape>) -> Self {
        Self {
            contested,
            ..Self::default()
        }
    }

    /// A place for a step that begins.
    pub(crate) fn seat(self: &Arc<Self>, place: usize) -> Seat {
        self.seated(place, false)
    }

    /// The same for a step that waits for its place among those that want the same contested reads.
    pub(crate) fn contesting_seat(self: &Arc<Self>, place: usize) -> Seat {
        self.seated(place, true)
    }

    fn seated(self: &Arc<Self>, place: usize, contests: bool) -> Seat {
        self.round().steps += 1;
        Seat {
            rounds: Arc::clone(self),
            place,
            contests,
            waits: Mutex::default(),
        }
    }

    /// Carries `steps` to their end, which is in one task with the rounds. Nobody is held for longer than others are at work.
    pub(super) async fn drive<T>(&self, today: &Today, steps: impl Future<Output = T>) -> T {
        let mut steps = pin!(steps);
        loop {
            if let Some(done) = self.drive_until_held(today, &mut steps).await {
                return done;
            }
            self.release();
        }
    }

    /// Carries `steps` on until they have ended, or, for nothing, until all that are left are held.
    pub(super) async fn drive_until_held<T>(
        &self,
        today: &Today,
        steps: impl Future<Output = T>,
    ) -> Option<T> {
        // The runtime would let some of many steps wait for its next turn, and their reads would miss the round.
        let mut steps = pin!(tokio::task::unconstrained(steps));
        loop {
            tokio::select! {
                biased;
                done = &mut steps => return Some(done),
                () = self.all_wait() => {}
            }
            // Those who wait for a read may want what is contested as well, once they have it.
            if !self.is_awaited() {
                if self.decides() {
                    continue;
                }
                if self.are_held() {
                    return None;
                }
            }
            let asked = self.begin();
            let mut reading = pin!(today.read(&asked));
            tokio::select! {
                biased;
                _unread = &mut reading => self.end(),
                done = &mut steps => return Some(done),
            }
        }
    }

    /// Lets those that are held go on.
    pub(crate) fn release(&self) {
        let mut round = self.round();
        round.steps += round.contest.end();
    }

    /// Says whether a step waits for the round that is to begin.
    fn is_awaited(&self) -> bool {
        self.round().waiting > 0
    }

    /// Tells the steps that want contested reads which of them go on. False: there are none.
    fn decides(&self) -> bool {
        let mut round = self.round();
        if round.contest.asking() == 0 {
            return false;
        }
        round.steps -= round.contest.decide();
        true
    }

    /// Says whether all steps that are left are held.
    fn are_held(&self) -> bool {
        let round = self.round();
        round.steps == 0 && round.contest.has_held()
    }

    /// Carries `step`, the last of the steps here, on as far as it comes without a read. None: it waits, like all before it.
    pub async fn without_reading<T>(&self, step: impl Future<Output = T>) -> Option<T> {
        let mut step = pin!(step);
        tokio::select! {
            biased;
            done = &mut step => Some(done),
            () = self.all_wait() => None,
        }
    }

    /// Returns when each step waits.
    async fn all_wait(&self) {
        loop {
            {
                let round = self.round();
                let waiting = round.waiting + round.contest.asking();
                let (steps, has_held) = (round.steps, round.contest.has_held());
                if waiting >= steps && (steps > 0 || has_held) {
                    return;
                }
            }
            self.changed.notified().await;
        }
    }

    /// Begins the round. Returns its reads in the order of the steps, whichever step asked first.
    fn begin(&self) -> Asked {
        let mut round = self.round();
        round.number += 1;
        let mut asked = std::mem::take(&mut round.asked);
        asked.sort_by_key(|(place, _)| *place);
        let mut all = Asked::default();
        asked.into_iter().for_each(|(_, own)| all.add(own));
        all
    }

    /// Ends the round. Its steps are at work from here on, though those on other threads do not know it yet.
    fn end(&self) {
        let number = {
            let mut round = self.round();
            round.waiting = 0;
            round.read = round.number;
            round.number
        };
        self.read.send_replace(number);
    }

    fn round(&self) -> MutexGuard<'_, Round> {
        // Nothing panics while it holds the lock; should it ever, the round is still whole.
        self.round.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seat {
    /// Has something read in the next round.
    pub(super) async fn read(&self, asked: Asked) {
        let (number, _waiting) = {
            let mut round = self.rounds.round();
            round.asked.push((self.place, asked));
            (round.number, Waiting::of(self, &mut round))
        };
        self.rounds.changed.notify_one();
        until(&self.rounds.read, number).await;
    }

    /// Says whether the step waits for its place before it has the answers to these lookups.
    pub(super) fn contests(&self, lookups: &[Lookup]) -> bool {
        self.contests && lookups.iter().any(|lookup| self.is_contested(lookup))
    }

    /// Waits for the step's place among those that want the same contested reads.
    pub(super) async fn contest(&self, lookups: &[Lookup]) {
        let contested = lookups.iter().filter(|lookup| self.is_contested(lookup));
        let reads = contested.map(|lookup| Lookup {
            object: lookup.object.clone(),
            fields: Vec::new(),
            conditions: lookup.conditions.clone(),
        });
        let told = self.rounds.round().contest.ask(self.place, reads);
        if let Some(told) = told {
            self.rounds.changed.notify_one();
            // Without anybody to tell it, it goes on.
            let _told = told.await;
        }
    }

    fn is_contested(&self, lookup: &Lookup) -> bool {
        let mut contested = self.rounds.contested.iter();
        contested.any(|shape| shape.is_of(lookup))
    }

    /// Taken behind the round.
    fn waits(&self) -> MutexGuard<'_, Waits> {
        self.waits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        {
            let mut round = self.rounds.round();
            if !round.contest.leave(self.place) {
                round.steps -= 1;
            }
        }
        self.rounds.changed.notify_one();
    }
}

/// A read that waits. Its step waits with the first of them.
struct Waiting<'s>(&'s Seat);

impl<'s> Waiting<'s> {
    fn of(seat: &'s Seat, round: &mut Round) -> Self {
        let mut waits = seat.waits();
        waits.reads += 1;
        if waits.round != Some(round.number) {
            waits.round = Some(round.number);
            round.waiting += 1;
        }
        Self(seat)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut round = self.0.rounds.round();
        let mut waits = self.0.waits();
        waits.reads -= 1;
        if waits.reads == 0
            && let Some(number) = waits.round.take()
            && number >= round.read
        {
            round.waiting -= 1;
        }
    }
}

/// Returns when more rounds than `number` have got so far.
async fn until(rounds: &watch::Sender<u64>, number: u64) {
    let mut rounds = rounds.subscribe();
    // The sender outlives this, so that there is no error.
    let _reached = rounds.wait_for(|round| *round > number).await.is_ok();
}
