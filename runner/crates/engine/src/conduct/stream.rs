//! Requests on their way: a few at a time, and when one of them is answered the next one leaves. What the next ones are about
//! is looked at meanwhile.
//!
//! The intent of each is durable before it leaves, and what an answer says is written down when it comes, before the next
//! one leaves. A process that ends at any moment leaves nothing but changes in doubt. When one change is not settled by its
//! answer, nothing more leaves until nothing is on its way, and it is found out what that means.

use std::collections::{BTreeMap, HashSet, VecDeque};

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use usher_core::run::{Batch, ChangeKey, ChangeState, Queue};

use crate::conduct::flight::{Flight, WRITES_IN_FLIGHT_MAX, of};
use crate::conduct::kind::Answers;
use crate::conduct::piece::Piece;
use crate::conduct::refused::Refusals;
use crate::conduct::sight::Sight;
use crate::conduct::{Conductor, Flow, Halt};
use crate::port::Boxed;

/// A look that is older is taken again. A look ahead is about as old as the saves beside which it was taken, and Salesforce
/// calls a save of more than twenty seconds a long one.
const SIGHT_MS_MAX: u64 = 30_000;

/// Flights that were looked at and may leave next. One more is looked at while the first of them leaves.
const SEEN_MAX: usize = 2;

/// One of the things that are waited for.
enum Landed {
    Answered(usize, Answers),
    Seen(Sight),
}

/// A flight that was looked at. Its requests leave one after the other.
struct Seen {
    batches: VecDeque<Batch>,
    sight: Sight,
    ticks_ms: u64,
}

/// A request on its way.
struct Up<'p> {
    batch: Batch,
    /// The changes of the request: those of the batch that the org did not hold already.
    pieces: Vec<Piece<'p>>,
    /// The records that its save holds until its end. `None`: that is not known.
    held: Option<HashSet<String>>,
}

/// Everything that is on its way, or leaves next.
struct Stream<'p> {
    up: BTreeMap<usize, Up<'p>>,
    launched: usize,
    seen: VecDeque<Seen>,
    /// The flight that is being looked at, and since when.
    looked_at: Option<(Vec<Batch>, u64)>,
    /// Requests with changes that were not settled by their answers.
    open: Vec<Batch>,
    refused: Vec<(usize, Refusals<'p>)>,
    /// Nothing more leaves.
    is_over: bool,
    /// The reason for that, if it ends the run.
    halt: Flow<()>,
}

impl<'p> Stream<'p> {
    fn of(first: Seen) -> Self {
        Self {
            up: BTreeMap::new(),
            launched: 0,
            seen: VecDeque::from([first]),
            looked_at: None,
            open: Vec::new(),
            refused: Vec::new(),
            is_over: false,
            halt: Ok(()),
        }
    }

    /// The next request, if it may leave beside those that are on their way.
    fn take(
        &mut self,
        held: impl Fn(&Batch) -> Option<HashSet<String>>,
    ) -> Option<(Batch, Option<HashSet<String>>)> {
        let is_paused = self.is_over || !self.open.is_empty();
        if is_paused || self.up.len() >= WRITES_IN_FLIGHT_MAX {
            return None;
        }
        while self
            .seen
            .front()
            .is_some_and(|seen| seen.batches.is_empty())
        {
            self.seen.pop_front();
        }
        let next = self.seen.front_mut()?;
        let held = held(next.batches.front()?);
        let is_apart = |up: &Up<'_>| match (&up.held, &held) {
            (Some(of_up), Some(own)) => of_up.is_disjoint(own),
            _ => false,
        };
        if !self.up.values().all(is_apart) {
            return None;
        }
        Some((next.batches.pop_front()?, held))
    }

    /// The requests behind which the next flight is looked at; none while it is too early for that.
    fn before(&self) -> Vec<Batch> {
        let ahead = self.seen.iter().filter(|seen| !seen.batches.is_empty());
        let is_full = ahead.count() >= SEEN_MAX;
        if self.is_over || self.looked_at.is_some() || self.up.is_empty() || is_full {
            return Vec::new();
        }
        let up = self.up.values().map(|up| &up.batch);
        let seen = self.seen.iter().flat_map(|seen| &seen.batches);
        up.chain(seen).cloned().collect()
    }

    /// Takes the look at the next flight.
    fn look_landed(&mut self, sight: Sight) {
        let looked_at = self.looked_at.take();
        self.seen.extend(looked_at.map(|(batches, ticks_ms)| Seen {
            batches: batches.into(),
            sight,
            ticks_ms,
        }));
    }

    /// Lets nothing more leave, for a reason that ends the run.
    fn end(&mut self, halt: Halt) {
        self.is_over = true;
        if self.halt.is_ok() {
            self.halt = Err(halt);
        }
    }
}

impl<'a> Conductor<'a> {
    /// Sends the requests of a flight, and those of their kind behind them as long as each change is settled by its answer.
    /// Returns the requests of which that does not hold.
    pub(super) async fn fly(
        &mut self,
        flight: Flight,
        queue: &mut Queue,
        all: &[Piece<'_>],
    ) -> Flow<Vec<Batch>> {
        let pieces = flight.pieces(all);
        let is_new = self.is_new(&flight.batches, all);
        let is_alone = pieces[0].change.operation.collection().is_none();
        if is_alone || !is_new {
            let pieces = match is_new {
                true => pieces,
                false => self.fewer(&pieces).await?,
            };
            let sight = match flight.sight {
                Some((sight, seen)) if is_new && self.is_fresh(seen) => sight,
                _ => self.look(&pieces).await,
            };
            let ready = self.compare(&pieces, &sight).await?;
            if !ready.is_empty() {
                self.send(ready).await?;
            }
            return Ok(flight.batches);
        }
        let (sight, ticks_ms) = match flight.sight {
            Some((sight, seen)) if self.is_fresh(seen) => (sight, seen),
            _ => {
                let ticks_ms = self.clock.ticks_ms();
                (self.look(&pieces).await, ticks_ms)
            }
        };
        let first = Seen {
            batches: flight.batches.into(),
            sight,
            ticks_ms,
        };
        self.stream(Stream::of(first), queue, all).await
    }

    async fn stream<'p>(
        &mut self,
        mut stream: Stream<'p>,
        queue: &mut Queue,
        all: &[Piece<'p>],
    ) -> Flow<Vec<Batch>> {
        let mut flying = FuturesUnordered::new();
        loop {
            if stream.up.is_empty() && !stream.open.is_empty() {
                self.find_out(&mut stream, queue, all).await;
            }
            while let Some((batch, held)) = stream.take(|batch| self.held_by(batch, all)) {
                match self.ready_to_leave(&batch, &stream, all).await {
                    Ok(Some((pieces, sending))) => {
                        let place = stream.launched;
                        stream.launched += 1;
                        let landing = async move { Landed::Answered(place, sending.await) };
                        flying.push(Box::pin(landing) as Boxed<'_, Landed>);
                        let up = Up {
                            batch,
                            pieces,
                            held,
                        };
                        stream.up.insert(place, up);
                    }
                    Ok(_) if self.lets_others_go(&batch, all) => {
                        self.tell_queue(all, &batch, queue)
                    }
                    Ok(_) => stream.open.push(batch),
                    Err(halt) => {
                        stream.open.push(batch);
                        stream.end(halt);
                    }
                }
                stream.is_over |= self.stop.is_asked();
            }
            let before = stream.before();
            if !before.is_empty()
                && let Some(next) = self.behind(&before, all, queue)
            {
                let looking = self.looking(&next.pieces(all));
                flying.push(Box::pin(async move { Landed::Seen(looking.await) }));
                stream.looked_at = Some((next.batches, self.clock.ticks_ms()));
            }
            match flying.next().await {
                None if stream.open.is_empty() || stream.is_over => break,
                // The fate of the last ones is still to be found out.
                None => {}
                Some(Landed::Seen(sight)) => stream.look_landed(sight),
                Some(Landed::Answered(place, answers)) => {
                    let Some(up) = stream.up.remove(&place) else {
                        continue;
                    };
                    let refused = self.heard(&up.pieces, answers)?;
                    if self.lets_others_go(&up.batch, all) {
                        self.tell_queue(all, &up.batch, queue);
                    } else {
                        stream.refused.push((place, refused));
                        stream.open.push(up.batch);
                    }
                }
            }
            stream.is_over |= self.stop.is_asked();
        }
        let seen = stream.seen.into_iter().flat_map(|seen| seen.batches);
        seen.for_each(|batch| queue.give_back(batch));
        stream.halt.map(|()| stream.open)
    }

    /// Finds out what became of changes that were not settled by their answers, now that nothing is on its way. When all of
    /// them are settled then, the others go on.
    async fn find_out(&mut self, stream: &mut Stream<'_>, queue: &mut Queue, all: &[Piece<'_>]) {
        let mut refused = std::mem::take(&mut stream.refused);
        refused.sort_by_key(|(place, _)| *place);
        for (_, refused) in refused {
            if let Err(halt) = self.after_refusals(refused).await {
                stream.end(halt);
            }
        }
        if !stream.is_over
            && stream
                .open
                .iter()
                .all(|open| self.lets_others_go(open, all))
        {
            let settled = std::mem::take(&mut stream.open);
            settled
                .iter()
                .for_each(|batch| self.tell_queue(all, batch, queue));
        } else {
            stream.is_over = true;
        }
    }

    /// Compares the changes of a request with the look at them, and writes down that those which are left are about to be
    /// sent. `None`: the request does not leave.
    async fn ready_to_leave<'p>(
        &mut self,
        batch: &Batch,
        stream: &Stream<'p>,
        all: &[Piece<'p>],
    ) -> Flow<Option<(Vec<Piece<'p>>, Boxed<'a, Answers>)>> {
        let own: Vec<Piece<'p>> = of(batch, all).collect();
        let ready = match stream.seen.front() {
            Some(seen) if self.is_fresh(seen.ticks_ms) => self.compare(&own, &seen.sight).await?,
            _ => {
                let sight = self.look(&own).await;
                self.compare(&own, &sight).await?
            }
        };
        if ready.is_empty() {
            return Ok(None);
        }
        let pieces: Vec<Piece<'p>> = ready.iter().map(|(piece, _)| *piece).collect();
        if !self.intend(ready).await? {
            return Ok(None);
        }
        Ok(self.sending(&pieces).map(|sending| (pieces, sending)))
    }

    /// The records that the save of a request holds until its end. `None`: that is not known.
    fn held_by(&self, batch: &Batch, all: &[Piece<'_>]) -> Option<HashSet<String>> {
        of(batch, all).map(|piece| self.held(piece)).collect()
    }

    /// Says whether all changes of a request are settled, and in such a way that others may follow.
    fn lets_others_go(&self, batch: &Batch, all: &[Piece<'_>]) -> bool {
        let pieces: Vec<Piece<'_>> = of(batch, all).collect();
        let is_settled = |piece: &Piece<'_>| {
            let state = self.state.changes.get(&piece.key());
            matches!(state, Some(ChangeState::Settled(_)))
        };
        pieces.iter().all(is_settled) && !self.ends_with(&pieces)
    }

    fn is_fresh(&self, seen_ticks: u64) -> bool {
        self.clock.ticks_ms().saturating_sub(seen_ticks) <= SIGHT_MS_MAX
    }

    /// Those of the changes that go now, after a pause when they were sent before.
    async fn fewer<'p>(&mut self, pieces: &[Piece<'p>]) -> Flow<Vec<Piece<'p>>> {
        let keys: Vec<ChangeKey> = pieces.iter().map(Piece::key).collect();
        match self.memory.split.next(&keys) {
            Some(places) => Ok(places.into_iter().map(|place| pieces[place]).collect()),
            None => self.pause_before_again(pieces).await,
        }
    }
}
