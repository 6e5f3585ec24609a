//! Rounds of reads. Several steps are planned side by side, each with a reader of its own; what all of them wait for
//! leaves together, and lookups of one object become one query. The next round begins when each of them waits again.
//!
//! A read that gets no answer in a round is not sent again: an org that does not answer is waited for once.

use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, watch};

use crate::reads::asked::Asked;
use crate::reads::today::Today;

/// The rounds of some steps.
#[derive(Default)]
pub struct Rounds {
    round: Mutex<Round>,
    /// A step began, waits, or has ended.
    changed: Notify,
    /// The rounds that are read.
    read: watch::Sender<u64>,
}

/// The round that is to begin.
#[derive(Default)]
struct Round {
    /// Rounds before it.
    number: u64,
    /// Rounds that have been read.
    read: u64,
    /// Steps that are at work.
    steps: usize,
    /// Those of them that wait for it.
    waiting: usize,
    /// The reads, with the places of the steps that ask for them.
    asked: Vec<(usize, Asked)>,
}

/// The place of one step, until this is dropped.
pub(super) struct Seat {
    rounds: Arc<Rounds>,
    /// The place of the step among all.
    place: usize,
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
    /// A place for a step that begins.
    pub(super) fn seat(self: &Arc<Self>, place: usize) -> Seat {
        self.round().steps += 1;
        Seat {
            rounds: Arc::clone(self),
            place,
            waits: Mutex::default(),
        }
    }

    /// Carries `steps` to their end, which is in one task with the rounds.
    pub(super) async fn drive<T>(&self, today: &Today, steps: impl Future<Output = T>) -> T {
        // The runtime would let some of many steps wait for its next turn, and their reads would miss the round.
        let mut steps = pin!(tokio::task::unconstrained(steps));
        loop {
            tokio::select! {
                biased;
                done = &mut steps => return done,
                () = self.all_wait() => {}
            }
            let asked = self.begin();
            let mut reading = pin!(today.read(&asked));
            tokio::select! {
                biased;
                _unread = &mut reading => self.end(),
                done = &mut steps => return done,
            }
        }
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
                if round.steps > 0 && round.waiting >= round.steps {
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

    /// Taken behind the round.
    fn waits(&self) -> MutexGuard<'_, Waits> {
        self.waits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.rounds.round().steps -= 1;
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
