//! Manual steps: the run goes on when the org shows that the step is done, or when a person confirms it. Else it stops
//! there, to be resumed later.

use usher_core::known::Known;
use usher_core::operation::Lookup;
use usher_core::plan::{Manual, PlannedStep};
use usher_core::run::{Event, Stop};

use crate::client::OrgError;
use crate::conduct::{Conductor, Flow, Halt, stop};
use crate::reads;

impl Conductor<'_> {
    /// Goes on when the step is done; stops when it is not.
    pub(super) async fn by_hand(&mut self, step: &PlannedStep, manual: &Manual) -> Flow<()> {
        self.heed_stop()?;
        let unit = step.unit();
        let done = match &manual.look {
            Some(look) => self.is_there(look).await?,
            None => {
                if self.state.waits_for_a_word(&unit)
                    && let Some(confirmation) = self.watch.confirm(step)
                {
                    self.record(Event::Confirmed {
                        unit: unit.clone(),
                        confirmation,
                    })?;
                }
                !self.state.waits_for_a_word(&unit)
            }
        };
        if done {
            return Ok(());
        }
        Err(Halt::Stop(Stop::ByHand { unit }))
    }

    /// Says whether a record shows that the step is done. A lookup that the org refuses shows nothing.
    async fn is_there(&self, look: &Lookup) -> Flow<bool> {
        let found = match Known(&self.state.bindings).conditions(&look.conditions) {
            Ok(conditions) => {
                let look = Lookup {
                    conditions,
                    ..look.clone()
                };
                reads::read_now(self.org, look).await
            }
            Err(_) => Ok(Vec::new()),
        };
        match found {
            Ok(records) => Ok(!records.is_empty()),
            Err(OrgError::Refused(_)) => Ok(false),
            Err(error) => {
                let why = error.to_string();
                let stop = stop(&error).unwrap_or(Stop::Unreachable { why });
                Err(Halt::Stop(stop))
            }
        }
    }
}
