//! Requests on their way: a few at a time, and when one of them is answered the next one leaves. Meanwhile Usher looks at what
//! the next ones are about.
//!
//! The intent of each is durable before it leaves, and what an answer says is written down when it comes, before the next
//! one leaves. A process that ends at any moment leaves nothing but changes in doubt. When an answer leaves a change
//! unsettled, nothing more leaves; Usher finds out what that means once nothing is on its way.

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

/// A look that is older is taken again. A look ahead is about as old as the save beside which it was taken, and Salesforce
/// calls a save of more than twenty seconds a long one.
const SIGHT_MS_MAX: u64 = 30_000;

/// The next requests are looked at while fewer than so many times those that go side by side are on their way or ready: one
/// ahead of requests that go alone, and of others enough that one is ready when one is answered.
const AHEAD: usize = 2;

/// One of the things that are waited for.
enum Landed {
    Answered(usize, Answers),
    Looked(Sight),
}

/// Requests that were looked at, and when that was. They leave one after the other.
struct Seen {
    batches: VecDeque<Batch>,
    sight: Sight,
    ticks_ms: u64,
}

/// Requests that are being looked at.
struct LookedAt {
    batches: Vec<Batch>,
    /// The look at them had become too old. They leave before those that were looked at since.
    is_again: bool,
    began_ticks: u64,
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
    looked_at: Option<LookedAt>,
    /// The most requests that were looked at together: so many may be on their way side by side.
    width: usize,
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
            width: first.batches.len(),
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
        is_fresh: impl Fn(u64) -> bool,
        held: impl Fn(&Batch) -> Option<HashSet<String>>,
    ) -> Option<(Batch, Option<HashSet<String>>)> {
        if self.is_paused() || self.up.len() >= WRITES_IN_FLIGHT_MAX {
            return None;
        }
        self.forget_empty();
        let next = self.seen.front_mut();
        let next = next.filter(|next| is_fresh(next.ticks_ms))?;
        // One that holds the same as a slow one lets those behind it go first.
        let (place, held) = next.batches.iter().enumerate().find_map(|(place, batch)| {
            let held = held(batch);
            let is_apart = |up: &Up<'_>| match (&up.held, &held) {
                (Some(of_up), Some(own)) => of_up.is_disjoint(own),
                _ => false,
            };
            self.up.values().all(is_apart).then_some((place, held))
        })?;
        Some((next.batches.remove(place)?, held))
    }

    /// Forgets the looks at requests that have left.
    fn forget_empty(&mut self) {
        let mut seen = self.seen.iter();
        let empty = seen.position(|seen| !seen.batches.is_empty());
        self.seen.drain(..empty.unwrap_or(self.seen.len()));
    }

    /// Says whether nothing is left that may leave.
    fn is_empty(&self) -> bool {
        self.seen.iter().all(|seen| seen.batches.is_empty())
    }

    /// Says whether nothing leaves now, and nothing is looked at.
    fn is_paused(&self) -> bool {
        self.is_over || !self.open.is_empty()
    }

    /// The next requests, when the look at them has become too old.
    fn take_stale(&mut self, is_fresh: impl Fn(u64) -> bool) -> Option<Vec<Batch>> {
        self.forget_empty();
        if is_fresh(self.seen.front()?.ticks_ms) {
            return None;
        }
        let stale = self.seen.pop_front()?;
        Some(stale.batches.into())
    }

    /// The requests behind which the next ones are looked at; none while there are enough.
    fn before(&self) -> Vec<Batch> {
        let up = self.up.values().map(|up| &up.batch);
        let seen = self.seen.iter().flat_map(|seen| &seen.batches);
        let before: Vec<&Batch> = up.chain(seen).collect();
        match before.len() < AHEAD * self.width {
            true => before.into_iter().cloned().collect(),
            false => Vec::new(),
        }
    }

    /// Takes the look at the next requests.
    fn look_landed(&mut self, sight: Sight, now_ticks: u64) {
        let Some(looked_at) = self.looked_at.take() else {
            return;
        };
        self.width = self.width.max(looked_at.batches.len());
        let batches = looked_at.batches.into();
        match looked_at.is_again {
            // However long it took, it is not taken once more before they leave.
            true => self.seen.push_front(Seen {
                batches,
                sight,
                ticks_ms: now_ticks,
            }),
            false => self.seen.push_back(Seen {
                batches,
                sight,
                ticks_ms: looked_at.began_ticks,
            }),
        }
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
            let sight = self.look(&pieces).await;
            let ready = self.compare(&pieces, &sight).await?;
            if !ready.is_empty() {
                self.send(ready).await?;
            }
            return Ok(flight.batches);
        }
        let (sight, ticks_ms) = match flight.sight {
            Some((sight, seen)) if self.is_fresh(seen) => (sight, seen),
            _ => (self.look(&pieces).await, self.clock.ticks_ms()),
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
        let mut flying: FuturesUnordered<Boxed<'_, Landed>> = FuturesUnordered::new();
        loop {
            // Nothing else is asked while anything is on its way: a request that nobody listens to keeps its place among those
            // that may be asked at once, and the other one could wait for that place for ever.
            if flying.is_empty() && !stream.open.is_empty() {
                self.find_out(&mut stream, queue, all).await;
            }
            stream.is_over |= self.stop.is_asked();
            // First: the org answers in the order in which it is asked.
            if let Some(looked_at) = self.look_ahead(&mut stream, queue, all) {
                let batches = looked_at.batches.iter();
                let pieces: Vec<Piece<'_>> = batches.flat_map(|batch| of(batch, all)).collect();
                let looking = self.looking(&pieces);
                flying.push(Box::pin(async move { Landed::Looked(looking.await) }));
                stream.looked_at = Some(looked_at);
            }
            while let Some((batch, held)) = stream.take(
                |seen_ticks| self.is_fresh(seen_ticks),
                |batch| self.held_by(batch, all),
            ) {
                match self.ready_to_leave(&batch, &stream, all).await {
                    Ok(Some((pieces, sending))) => {
                        let place = stream.launched;
                        stream.launched += 1;
                        let landing = async move { Landed::Answered(place, sending.await) };
                        flying.push(Box::pin(landing));
                        let up = Up {
                            batch,
                            pieces,
                            held,
                        };
                        // The comparison may have settled changes of it, and one of them may end the run.
                        let own: Vec<Piece<'_>> = of(&up.batch, all).collect();
                        stream.is_over |= self.ends_with(&own);
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
            match flying.next().await {
                None if stream.is_over || stream.open.is_empty() && stream.is_empty() => break,
                // The fate of the last ones is still to be found out, or a look is too old.
                None => {}
                Some(Landed::Looked(sight)) => stream.look_landed(sight, self.clock.ticks_ms()),
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
        }
        let seen = stream.seen.into_iter().flat_map(|seen| seen.batches);
        seen.for_each(|batch| queue.give_back(batch));
        stream.halt.map(|()| stream.open)
    }

    /// The requests that are looked at next, if any are.
    fn look_ahead(
        &self,
        stream: &mut Stream<'_>,
        queue: &mut Queue,
        all: &[Piece<'_>],
    ) -> Option<LookedAt> {
        if stream.is_paused() || stream.looked_at.is_some() {
            return None;
        }
        let began_ticks = self.clock.ticks_ms();
        let stale = stream.take_stale(|seen_ticks| self.is_fresh(seen_ticks));
        let is_again = stale.is_some();
        let batches = match stale {
            Some(stale) => stale,
            None => self.behind(&stream.before(), all, queue)?.batches,
        };
        Some(LookedAt {
            batches,
            is_again,
            began_ticks,
        })
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
        let mut open = stream.open.iter();
        stream.is_over |= !open.all(|batch| self.lets_others_go(batch, all));
        if !stream.is_over {
            let settled = std::mem::take(&mut stream.open);
            let settled = settled.iter();
            settled.for_each(|batch| self.tell_queue(all, batch, queue));
        }
    }

    /// Compares the changes of a request with the look at them, the first of the stream, and writes down that those which are
    /// left are about to be sent. `None`: the request does not leave.
    async fn ready_to_leave<'p>(
        &mut self,
        batch: &Batch,
        stream: &Stream<'p>,
        all: &[Piece<'p>],
    ) -> Flow<Option<(Vec<Piece<'p>>, Boxed<'a, Answers>)>> {
        let own: Vec<Piece<'p>> = of(batch, all).collect();
        let Some(seen) = stream.seen.front() else {
            return Ok(None);
        };
        let ready = self.compare(&own, &seen.sight).await?;
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
