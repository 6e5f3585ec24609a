//! Manual steps: a lookup shows that the step is done, or a person has confirmed it.

use std::collections::{BTreeMap, BTreeSet};

use usher_core::change::Note;
use usher_core::plan::{Confirmation, Manual, ProblemClass, StepState};
use usher_core::read::ReadError;
use usher_core::recipe::{self, Scope, Step};

use crate::planning::problem::note;
use crate::planning::{Planning, not_evaluated};
use crate::port::Reads;
use crate::reads::Reader;

/// The confirmations of a recipe's manual steps in this org.
#[derive(Clone, Debug, Default)]
pub struct Confirmations {
    /// Confirmations of earlier runs, by step, newest first: the task, and the word that it is done.
    pub earlier: BTreeMap<String, Vec<(Manual, Confirmation)>>,
    /// Steps that are being confirmed now.
    pub given: BTreeSet<String>,
}

impl Planning<'_> {
    /// Returns the state of a manual step.
    pub(super) async fn by_hand(
        &self,
        reader: &Reader,
        step: &Step,
        manual: &recipe::Manual,
        scope: &Scope<'_>,
    ) -> StepState {
        let mut manual = match manual.written(scope) {
            Ok(manual) => manual,
            Err(evaluation) => return not_evaluated(evaluation),
        };
        let Some(look) = manual.look.clone() else {
            let earlier = self.confirmations.earlier.get(&step.id);
            let same = earlier.and_then(|all| all.iter().find(|(done, _)| done.is_same(&manual)));
            manual.confirmed = same.map(|(_, confirmation)| confirmation.clone());
            return StepState::Manual(manual);
        };
        let failed = |class, problem| StepState::Failed {
            class,
            problems: vec![problem],
        };
        match reader.find_all(vec![look]).await.remove(0) {
            Ok(records) if records.is_empty() => StepState::Manual(manual),
            Ok(_) => StepState::AsWanted,
            Err(ReadError::Pending { .. }) => StepState::Manual(manual),
            Err(error @ ReadError::Unavailable(_)) => failed(
                ProblemClass::Unavailable,
                note("org/unavailable", error.to_string()),
            ),
            Err(error) => {
                let why = format!("`look` cannot be answered: {error}");
                let remedy = Some("check the object and the fields of `look`".to_owned());
                let problem = Note {
                    remedy,
                    ..note("manual/bad-look", why)
                };
                failed(ProblemClass::Invalid, problem)
            }
        }
    }

    /// Says whether the step still waits for a person, so that later steps cannot be planned.
    pub(super) fn is_open(&self, step: &Step, manual: &Manual) -> bool {
        let given = manual.look.is_none() && self.confirmations.given.contains(&step.id);
        manual.confirmed.is_none() && !given
    }
}
