//! The course of one planning: everything planned so far, and what follows from it for the steps behind.

use std::collections::HashMap;
use std::sync::Arc;

use usher_core::plan::{ITEM_FAILED, PlannedStep, ProblemClass, StepState};
use usher_core::recipe::{Item, Outputs};
use usher_core::run::RunState;
use usher_core::value::Unit;

use crate::planning::problem::{failed, note};

/// Everything planned so far.
#[derive(Default)]
pub(super) struct Course<'r> {
    /// For expressions.
    pub(super) outputs: Outputs,
    pub(super) steps: Vec<PlannedStep>,
    /// The run whose steps were planned before, when some are planned during it.
    run: Option<&'r RunState>,
    places: HashMap<Unit, usize>,
    /// The first step whose effects the view cannot show.
    open: Option<String>,
    /// Something is to be done.
    is_busy: bool,
    /// Items of loops, by the words of the loop.
    pub(super) loops: HashMap<String, Arc<[Item]>>,
    /// Items that have no plan in some step, by loop and key: the step, and the class of its problem.
    fallen: HashMap<String, HashMap<String, (String, ProblemClass)>>,
}

impl<'r> Course<'r> {
    /// The course of steps that are planned during a run.
    pub(super) fn during(run: &'r RunState, outputs: Outputs) -> Self {
        Self {
            outputs,
            run: Some(run),
            ..Self::default()
        }
    }

    /// The planned step of a unit.
    pub(super) fn of(&self, unit: &Unit) -> Option<&PlannedStep> {
        match self.places.get(unit) {
            Some(place) => self.steps.get(*place),
            None => self.run?.step(unit),
        }
    }

    /// The first step whose effects the view cannot show.
    pub(super) fn open(&self) -> Option<&str> {
        self.open.as_deref()
    }

    /// Notes that the view cannot show what the step does.
    pub(super) fn opens(&mut self, step: &str) {
        self.open.get_or_insert_with(|| step.to_owned());
    }

    /// Says whether the steps so far leave nothing to be done.
    pub(super) fn is_quiet(&self) -> bool {
        !self.is_busy
    }

    /// Adds a step. `of`: the loop that it is in.
    pub(super) fn add(&mut self, step: PlannedStep, of: Option<&str>) {
        self.is_busy |= match &step.state {
            StepState::AsWanted | StepState::Skipped { .. } => false,
            StepState::Manual(manual) => manual.look.is_some(),
            StepState::Changes | StepState::Deferred(_) | StepState::Failed { .. } => true,
        };
        if let (StepState::Failed { class, .. }, Some(of), Some(item)) =
            (&step.state, of, &step.item)
        {
            let fallen = self.fallen.entry(of.to_owned()).or_default();
            let first = || (step.id.clone(), *class);
            fallen.entry(item.clone()).or_insert_with(first);
        }
        self.places.insert(step.unit(), self.steps.len());
        self.steps.push(step);
    }

    /// Returns the state of an item that an earlier step of its loop has no plan for: it is not planned any further.
    pub(super) fn fallen(&self, of: &str, item: &str) -> Option<StepState> {
        let (step, class) = self.fallen_in(of, item)?;
        let why = format!("It is not planned: step `{step}` has no plan for this item");
        Some(failed(class, note(ITEM_FAILED, why)))
    }

    /// Returns the state of such an item in a step that is carried out at the end, when that step needs what the item does
    /// not have.
    pub(super) fn left_out(&self, of: &str, item: &str) -> Option<StepState> {
        let (step, _) = self.fallen_in(of, item)?;
        Some(StepState::Skipped {
            reason: format!("step `{step}` has no plan for this item"),
        })
    }

    fn fallen_in(&self, of: &str, item: &str) -> Option<(&str, ProblemClass)> {
        let (step, class) = self.fallen.get(of)?.get(item)?;
        Some((step, *class))
    }
}
