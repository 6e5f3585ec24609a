//! Sends each kind of operation to the file that compares it with the org, sends it, and judges its absence.

mod components;
mod record;
mod request;
mod settings;

use usher_core::operation::{Operation, Repetition};

use crate::client::OrgError;
use crate::conduct::Conductor;
use crate::conduct::lost::Looked;
use crate::conduct::piece::Piece;
use crate::conduct::sight::Sight;
use crate::conduct::standing::{Standing, Values};
use crate::port::Boxed;

/// The answer to each change of a request.
pub(super) type Answers = Result<Vec<Result<Values, OrgError>>, OrgError>;

pub(super) use components::DEPLOYMENT;
pub(super) use settings::same_setting;

impl<'a> Conductor<'a> {
    /// Compares what a change makes, sets or takes away with what the org holds now. `sight`: a look at its
    /// records.
    pub(super) async fn standing(
        &self,
        piece: Piece<'_>,
        sight: &Sight,
    ) -> Result<Standing, OrgError> {
        let Piece { step, change } = piece;
        let planned = step.before.get(&change.address);
        let found = || match self.sought(piece)? {
            Some(lookup) => sight.of(&lookup),
            None => Ok(&[][..]),
        };
        match &change.operation {
            Operation::Create(create) => self.creation_standing(piece, create, found()?),
            Operation::Update(update) => self.update_standing(planned, update, found()?),
            Operation::Delete(delete) => self.deletion_standing(planned, &delete.object, found()?),
            Operation::Configure(configure) => {
                self.configuration_standing(planned, configure).await
            }
            Operation::Deploy(deploy) => self.deployment_standing(piece, deploy).await,
            Operation::Request(request) => self.request_standing(piece, request, sight).await,
            Operation::WaitOnly(_) => Ok(Standing::AsBefore(None)),
        }
    }

    /// Judges a change that was sent when the org is as before. For a record that is found by a key, absence
    /// proves nothing while the request may still be running, unless Salesforce itself refuses a second one.
    pub(super) fn absent(&self, piece: Piece<'_>) -> Looked {
        match &piece.change.operation {
            Operation::Create(create) => self.not_there(piece, create.key.enforced),
            Operation::Request(request) => match &request.repetition {
                Repetition::Safe => Looked::DidNotAct,
                Repetition::Never => Looked::Unclear("it must not be sent twice".into()),
                Repetition::Look { enforced, .. } => self.not_there(piece, *enforced),
            },
            Operation::WaitOnly(_) => {
                Looked::Unclear("there is no way to see whether it acted".into())
            }
            Operation::Update(_)
            | Operation::Delete(_)
            | Operation::Configure(_)
            | Operation::Deploy(_) => Looked::DidNotAct,
        }
    }

    /// The request of these changes, with what is known now. It may be in flight while the run goes on. `None`: it is of a
    /// kind that goes alone.
    pub(super) fn sending(&self, pieces: &[Piece<'_>]) -> Option<Boxed<'a, Answers>> {
        match &pieces[0].change.operation {
            Operation::Create(first) => Some(self.create(first, pieces)),
            Operation::Update(first) => Some(self.update(first, pieces)),
            Operation::Delete(_) => Some(self.delete(pieces)),
            _ => None,
        }
    }

    /// Sends the request. Returns one result for each change, or the error of the request as a whole.
    pub(super) async fn act(&self, pieces: &[Piece<'_>]) -> Answers {
        let alone = match &pieces[0].change.operation {
            Operation::Create(first) => return self.create(first, pieces).await,
            Operation::Update(first) => return self.update(first, pieces).await,
            Operation::Delete(_) => return self.delete(pieces).await,
            // Nothing is sent.
            Operation::WaitOnly(_) => {
                return Ok(pieces.iter().map(|_| Ok(Values::new())).collect());
            }
            Operation::Configure(configure) => self.configure(configure).await,
            Operation::Deploy(deploy) => self.deploy(deploy).await,
            Operation::Request(request) => self.request(pieces[0].change, request).await,
        };
        Ok(vec![Ok(alone?)])
    }

    /// Says that a change may be there although it was refused: it is found by a key.
    pub(super) fn is_keyed(&self, piece: Piece<'_>) -> bool {
        matches!(
            piece.change.operation,
            Operation::Create(_) | Operation::Request(_)
        )
    }
}
