//! Rounds of reads. Several steps are planned side by side, each with a reader of its own; what all of them wait for
//! leaves together, and lookups of one object become one query. The next round begins when each of them waits again.

use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, watch};
use usher_core::operation::Lookup;

use crate::reads::today::Today;

/// The rounds of some steps.
#[derive(Default)]
pub struct Rounds {
    round: Mutex<Round>,
    /// A step began, waits, or has ended.
    changed: Notify,
    /// The rounds that have begun.
    begun: watch::Sender<u64>,
    /// The rounds whose lookups are read.
    read: watch::Sender<u64>,
}

/// The round that is to begin.
#[derive(Default)]
struct Round {
    /// Rounds before it.
    number: u64,
    /// Steps that are at work.
    steps: usize,
    /// Those of them that wait for it.
    waiting: usize,
    /// With the places of the steps that ask for them.
    lookups: Vec<(usize, Lookup)>,
    /// Lookups of the round before that got no answer.
    unread: Vec<Lookup>,
}

/// The place of one step, until this is dropped.
pub(super) struct Seat {
    rounds: Arc<Rounds>,
    /// The place of the step among all.
    place: usize,
    /// Reads of the step that wait.
    waiting: AtomicUsize,
}

impl Rounds {
    /// A place for a step that begins.
    pub(super) fn seat(self: &Arc<Self>, place: usize) -> Seat {
        self.round().steps += 1;
        Seat {
            rounds: Arc::clone(self),
            place,
            waiting: AtomicUsize::new(0),
        }
    }

    /// Carries `steps` to their end, which is in one task with the rounds.
    pub(super) async fn drive<T>(&self, today: &Today, steps: impl Future<Output = T>) -> T {
        let mut steps = pin!(steps);
        loop {
            tokio::select! {
                biased;
                done = &mut steps => return done,
                () = self.all_wait() => {}
            }
            let lookups = self.begin();
            let mut reading = pin!(today.fetch(&lookups));
            tokio::select! {
                biased;
                unread = &mut reading => self.end(unread),
                done = &mut steps => return done,
            }
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

    /// Begins the round. Returns its lookups in the order of the steps, whichever step asked first.
    fn begin(&self) -> Vec<Lookup> {
        let mut round = self.round();
        round.number += 1;
        self.begun.send_replace(round.number);
        let mut lookups = std::mem::take(&mut round.lookups);
        lookups.sort_by_key(|(place, _)| *place);
        lookups.into_iter().map(|(_, lookup)| lookup).collect()
    }

    fn end(&self, unread: Vec<Lookup>) {
        let mut round = self.round();
        round.unread = unread;
        self.read.send_replace(round.number);
    }

    fn round(&self) -> MutexGuard<'_, Round> {
        // Nothing panics while it holds the lock; should it ever, the round is still whole.
        self.round.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seat {
    /// Reads in the next round. The step goes on when every read of the round has begun and its lookups are read: it then
    /// finds the same answers known, however fast they come, and asks for the same ones in the same round.
    pub(super) async fn read_alone<T>(&self, read: impl Future<Output = T>) -> T {
        let number = self.rounds.round().number;
        {
            let _waiting = Waiting::of(self);
            until(&self.rounds.begun, number).await;
        }
        let answer = read.await;
        tokio::task::yield_now().await;
        until(&self.rounds.read, number).await;
        answer
    }

    /// Has lookups read in the next round. Returns those that got no answer.
    pub(super) async fn read(&self, lookups: &[Lookup]) -> Vec<Lookup> {
        let number = {
            let mut round = self.rounds.round();
            let own = lookups.iter().cloned().map(|lookup| (self.place, lookup));
            round.lookups.extend(own);
            round.number
        };
        let _waiting = Waiting::of(self);
        until(&self.rounds.read, number).await;
        let round = self.rounds.round();
        let own = lookups.iter();
        own.filter(|lookup| round.unread.contains(lookup))
            .cloned()
            .collect()
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
    fn of(seat: &'s Seat) -> Self {
        if seat.waiting.fetch_add(1, Ordering::Relaxed) == 0 {
            seat.rounds.round().waiting += 1;
        }
        seat.rounds.changed.notify_one();
        Self(seat)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if self.0.waiting.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.0.rounds.round().waiting -= 1;
        }
    }
}

/// Returns when more rounds than `number` have got so far.
async fn until(rounds: &watch::Sender<u64>, number: u64) {
    let mut rounds = rounds.subscribe();
    // The sender outlives this, so that there is no error.
    let _reached = rounds.wait_for(|round| *round > number).await.is_ok();
}
