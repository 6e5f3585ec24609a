//! Requests that are looked at together and may be on their way side by side: which they are, and whether the look at them may
//! be taken while others are.

use std::ops::Range;

use usher_core::known::Known;
use usher_core::name::fold;
use usher_core::operation::CreateRecord;
use usher_core::plan::record_key;
use usher_core::run::{Batch, Next, Queue};

use crate::conduct::Conductor;
use crate::conduct::piece::{Piece, pieces};
use crate::conduct::sight::Sight;
use crate::port::Boxed;

/// Writing requests that are in flight together. Salesforce counts requests that take longer than twenty seconds, as a
/// collection of 200 may, and allows five of them in a developer org: one is left to other people.
pub(super) const WRITES_IN_FLIGHT_MAX: usize = 4;

/// Objects whose records are saved side by side, and the field with the record that a save holds until its end: two requests
/// that hold the same one are never in flight together. Users are not among them. Salesforce asks for them in series
/// (docs/salesforce/users.md#locks).
const SIDE_BY_SIDE: [(&str, &str); 1] = [("PermissionSetAssignment", "AssigneeId")];

/// Requests that are looked at together and may leave side by side.
pub(super) struct Flight {
    pub(super) batches: Vec<Batch>,
    /// A look at what they are about, when one was taken already, and when that was.
    pub(super) sight: Option<(Sight, u64)>,
}

impl Flight {
    pub(super) fn pieces<'p>(&self, all: &[Piece<'p>]) -> Vec<Piece<'p>> {
        let batches = self.batches.iter();
        batches.flat_map(|batch| of(batch, all)).collect()
    }
}

/// The first requests of a turn, looked at while the effects that the turn relies on were looked for.
pub(super) struct Early(Flight);

impl<'a> Conductor<'a> {
    /// This request with those that may leave beside it.
    pub(super) fn flight(&self, batch: Batch, all: &[Piece<'_>], queue: &mut Queue) -> Flight {
        let mut batches = vec![batch];
        let held = |index: usize| self.held(all[index]);
        while batches.len() < WRITES_IN_FLIGHT_MAX
            && self.is_new(&batches, all)
            && let Some(beside) = queue.beside(&batches, &held)
        {
            // Changes that come back are looked at and sent fewer at a time.
            if !self.is_new(std::slice::from_ref(&beside), all) {
                queue.give_back(beside);
                break;
            }
            batches.push(beside);
        }
        Flight {
            batches,
            sight: None,
        }
    }

    /// Looks at what the first requests of a turn are about, when something else is asked before they can leave.
    pub(super) fn early(&self, turn: Range<usize>) -> Boxed<'a, Option<Early>> {
        let plan = self.state.plan.clone();
        let steps = plan.as_ref().map_or(&[][..], |plan| &plan.steps[turn]);
        let relies = steps.iter().any(|step| !step.relies_on.is_empty());
        let is_begun = steps.iter().any(|step| self.state.is_begun(step));
        if !relies || is_begun || self.state.is_undo() {
            return Box::pin(async { None });
        }
        let all: Vec<Piece<'_>> = pieces(steps).collect();
        let mut queue = self.queue(steps);
        let Next::Send(batch) = queue.take() else {
            return Box::pin(async { None });
        };
        let flight = self.flight(batch, &all, &mut queue);
        let pieces = flight.pieces(&all);
        let is_alone = pieces[0].change.operation.collection().is_none();
        if is_alone || !self.is_new(&flight.batches, &all) {
            return Box::pin(async { None });
        }
        let (looking, seen_ticks) = (self.looking(&pieces), self.clock.ticks_ms());
        Box::pin(async move {
            let sight = Some((looking.await, seen_ticks));
            Some(Early(Flight { sight, ..flight }))
        })
    }

    /// The flight with the early look at it, if that was about the same requests.
    pub(super) fn seen(&self, flight: Flight, early: Option<Early>) -> Flight {
        let early = early.filter(|early| early.0.batches == flight.batches);
        early.map_or(flight, |early| early.0)
    }

    /// The requests that leave behind these, if what they are about can be looked at before that.
    pub(super) fn behind(
        &self,
        before: &[Batch],
        all: &[Piece<'_>],
        queue: &mut Queue,
    ) -> Option<Flight> {
        if !before.iter().all(|batch| self.are_seen(batch, all)) {
            return None;
        }
        let behind = queue.behind(before)?;
        let mut next = self.flight(behind, all, queue);
        let are_seen = next.batches.iter().all(|batch| self.are_seen(batch, all));
        if are_seen && self.is_new(&next.batches, all) {
            return Some(next);
        }
        next.batches
            .drain(..)
            .for_each(|batch| queue.give_back(batch));
        None
    }

    /// Says whether a look at changes holds although requests of their kind are on their way. What is looked for before
    /// a create need not be what makes it equal to another one, unless the org refuses an equal one.
    fn are_seen(&self, batch: &Batch, all: &[Piece<'_>]) -> bool {
        of(batch, all).all(|piece| {
            let create: Option<&CreateRecord> = piece.change.operation.of();
            create.is_none_or(|create| create.key.enforced)
        })
    }

    /// Says whether nothing of these requests was sent before, and nothing must be seen only when their turn comes.
    pub(super) fn is_new(&self, batches: &[Batch], all: &[Piece<'_>]) -> bool {
        let mut pieces = batches.iter().flat_map(|batch| of(batch, all));
        pieces.all(|piece| {
            let key = piece.key();
            self.sent(piece) == 0
                && !self.memory.split.holds(&key)
                && !piece.step.only_if.contains_key(&piece.change.address)
        })
    }

    /// The record that the save of a change holds until its end, for changes that are saved side by side: those of which the
    /// org refuses a second one. A request that waits for its place beside others leaves later than its intent says, and
    /// what is not there must not depend on that.
    pub(super) fn held(&self, piece: Piece<'_>) -> Option<String> {
        let create: &CreateRecord = piece.change.operation.of()?;
        if !create.key.enforced {
            return None;
        }
        let object = fold(&create.object);
        let (_, holds) = SIDE_BY_SIDE.iter().find(|(one, _)| fold(one) == object)?;
        let mut fields = create.fields.iter();
        let field = fields.find(|field| field.name.eq_ignore_ascii_case(holds))?;
        let id = Known(&self.state.bindings).scalar(&field.value).ok()?;
        Some(record_key(&id))
    }
}

/// The changes of a request.
pub(super) fn of<'p>(batch: &Batch, all: &[Piece<'p>]) -> impl Iterator<Item = Piece<'p>> {
    batch.changes.iter().map(|index| all[*index])
}
