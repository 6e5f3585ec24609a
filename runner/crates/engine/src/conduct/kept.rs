//! Undo keeps a change when something that refers to it could not be undone.

use usher_core::run::{ChangeState, Outcome, TAKE_BACK};
use usher_core::value::Token;

use crate::conduct::Conductor;
use crate::conduct::piece::Piece;

impl Conductor<'_> {
    /// Returns the reason why a change must be kept: another change, which refers to what it made, is not undone.
    pub(super) fn kept_with(&self, piece: Piece<'_>) -> Option<String> {
        let kept_with = &piece.step.kept_with;
        let mut tokens = kept_with.get(&piece.change.address)?.iter();
        let (unit, address) =
            tokens
                .by_ref()
                .filter_map(Token::binder)
                .find(|(unit, address)| {
                    let state = self.state.change(unit, address);
                    !matches!(state, Some(ChangeState::Settled(Outcome::Done { .. })))
                })?;
        let planned = self.state.step(unit)?;
        let mut changes = planned.plan.changes.iter();
        let summary = changes.find(|one| one.address == address);
        let summary = summary.map_or(address, |one| one.summary.as_str());
        let summary = summary.strip_prefix(TAKE_BACK).unwrap_or(summary);
        Some(format!("what could not be undone refers to it: {summary}"))
    }
}
