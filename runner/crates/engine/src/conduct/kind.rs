//! How each kind of operation is compared with the org, sent, and looked for when its answer was lost. A kind
//! has a file of its own; here the kinds are told apart.

mod components;
mod record;
mod request;
mod settings;

use usher_core::change::Change;
use usher_core::operation::Operation;
use usher_core::plan::PlannedStep;

use crate::conduct::Conductor;
use crate::conduct::lost::Looked;
use crate::conduct::send::Values;
use crate::conduct::standing::Standing;
use crate::org::OrgError;

pub(super) use components::DEPLOYMENT;
pub(super) use settings::same_setting;

impl Conductor<'_> {
    /// Compares what a change sets, or takes away, with what the org holds now.
    pub(super) async fn standing(
        &self,
        step: &PlannedStep,
        change: &Change,
    ) -> Result<Standing, OrgError> {
        let planned = step.before.get(&change.address);
        match &change.operation {
            Operation::Update(update) => self.update_standing(planned, update).await,
            Operation::Delete(delete) => self.deletion_standing(planned, delete).await,
            Operation::Configure(configure) => {
                self.configuration_standing(planned, configure).await
            }
            Operation::Deploy(deploy) => self.deployment_standing(step, change, deploy).await,
            Operation::Request(request) => self.request_standing(request),
            Operation::Create(_) | Operation::WaitOnly(_) => Ok(Standing::AsBefore(None)),
        }
    }

    /// Whether a request whose answer was lost, or that was refused, has acted.
    pub(super) async fn look_after(
        &self,
        step: &PlannedStep,
        change: &Change,
    ) -> Result<Looked, OrgError> {
        match &change.operation {
            Operation::Create(create) => self.look_after_creation(step, change, create).await,
            Operation::Update(_)
            | Operation::Delete(_)
            | Operation::Configure(_)
            | Operation::Deploy(_) => self.look_at_standing(step, change).await,
            Operation::Request(request) => self.look_after_request(step, change, request).await,
            Operation::WaitOnly(_) => Ok(Looked::Unclear(
                "there is no way to see whether it acted".into(),
            )),
        }
    }

    /// The request itself. One result per change.
    pub(super) async fn act(&self, changes: &[&Change]) -> Vec<Result<Values, OrgError>> {
        match &changes[0].operation {
            Operation::Create(first) => self.create(first, changes).await,
            Operation::Update(first) => self.update(first, changes).await,
            Operation::Delete(_) => self.delete(changes).await,
            Operation::Configure(configure) => vec![self.configure(configure).await],
            Operation::Deploy(deploy) => vec![self.deploy(deploy).await],
            Operation::Request(request) => vec![self.request(changes[0], request).await],
            // Nothing is sent.
            Operation::WaitOnly(_) => changes.iter().map(|_| Ok(Values::new())).collect(),
        }
    }

    /// Says that a change may be there although it was refused: it is found by a key.
    pub(super) fn is_keyed(&self, change: &Change) -> bool {
        matches!(
            change.operation,
            Operation::Create(_) | Operation::Request(_)
        )
    }
}
