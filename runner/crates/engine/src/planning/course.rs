//! The course of one planning: everything planned so far, and what follows from it for the steps behind.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use usher_core::plan::{ITEM_FAILED, PlannedStep, ProblemClass, ReadNeeds, StepState};
use usher_core::recipe::{Item, Outputs};
use usher_core::run::RunState;
use usher_core::value::Unit;

use crate::planning::problem::{failed, note};

/// Needs of reads that are compared with those of a new item: the first one of an account reads other things than the next,
/// and there are a few such forms in a list.
const NEEDS_MAX: usize = 8;

/// Everything planned so far. Windows that are looked at read it while a step in its turn adds to it.
#[derive(Default)]
pub(super) struct Course<'r> {
    /// For expressions: those of the steps before the one whose turn it is, which are all that it may name.
    pub(super) outputs: Outputs,
    /// The run whose steps were planned before, when some are planned during it.
    run: Option<&'r RunState>,
    /// Items of loops, by the words of the loop.
    loops: Mutex<HashMap<String, Arc<[Item]>>>,
    so_far: RwLock<SoFar>,
}

/// The part that grows while a step has its turn.
#[derive(Default)]
struct SoFar {
    steps: Vec<PlannedStep>,
    places: HashMap<Unit, usize>,
    /// The needs of the reads of some steps, those that came last in front.
    needs: VecDeque<Arc<ReadNeeds>>,
    /// The first place of the step whose turn it is.
    turn: usize,
    /// The first step whose effects the view cannot show.
    open: Option<String>,
    /// Something is to be done.
    is_busy: bool,
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

    /// Ends the turn of a step: those behind it may name its outputs.
    pub(super) fn ends_turn(&mut self) {
        let so_far = self.so_far.get_mut();
        let so_far = so_far.unwrap_or_else(PoisonError::into_inner);
        for step in &so_far.steps[so_far.turn..] {
            if let StepState::Changes | StepState::AsWanted = step.state {
                self.outputs.add(&step.unit(), step.plan.outputs.value());
            }
        }
        so_far.turn = so_far.steps.len();
    }

    /// All steps, in order.
    pub(super) fn into_steps(self) -> Vec<PlannedStep> {
        let so_far = self.so_far.into_inner();
        so_far.unwrap_or_else(PoisonError::into_inner).steps
    }

    /// The items of a loop; `make`s them the first time.
    pub(super) fn items<E>(
        &self,
        words: &str,
        make: impl FnOnce() -> Result<Arc<[Item]>, E>,
    ) -> Result<Arc<[Item]>, E> {
        let mut loops = self.loops.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(items) = loops.get(words) {
            return Ok(Arc::clone(items));
        }
        let items = make()?;
        loops.insert(words.to_owned(), Arc::clone(&items));
        Ok(items)
    }

    /// Tells something of the planned step of a unit.
    pub(super) fn of<T>(&self, unit: &Unit, tell: impl FnOnce(&PlannedStep) -> T) -> Option<T> {
        let so_far = self.so_far();
        match so_far.places.get(unit) {
            Some(place) => so_far.steps.get(*place).map(tell),
            None => self.run?.step(unit).map(tell),
        }
    }

    /// Says whether a unit is planned.
    pub(super) fn has(&self, unit: &Unit) -> bool {
        self.of(unit, |_| ()).is_some()
    }

    /// The first step whose effects the view cannot show.
    pub(super) fn open(&self) -> Option<String> {
        self.so_far().open.clone()
    }

    /// Notes that the view cannot show what the step does.
    pub(super) fn opens(&self, step: &str) {
        let mut so_far = self.grows();
        so_far.open.get_or_insert_with(|| step.to_owned());
    }

    /// Says whether the steps so far leave nothing to be done.
    pub(super) fn is_quiet(&self) -> bool {
        !self.so_far().is_busy
    }

    /// Adds a step. `of`: the loop that it is in.
    pub(super) fn add(&self, mut step: PlannedStep, of: Option<&str>) {
        let mut so_far = self.grows();
        // Thousands of items need the same.
        match so_far.needs.iter().find(|needs| **needs == step.reads) {
            Some(needs) => step.reads = Arc::clone(needs),
            None => {
                so_far.needs.truncate(NEEDS_MAX - 1);
                so_far.needs.push_front(Arc::clone(&step.reads));
            }
        }
        so_far.is_busy |= match &step.state {
            StepState::AsWanted | StepState::Skipped { .. } => false,
            StepState::Manual(manual) => manual.look.is_some(),
            StepState::Changes | StepState::Deferred(_) | StepState::Failed { .. } => true,
        };
        if let (StepState::Failed { class, .. }, Some(of), Some(item)) =
            (&step.state, of, &step.item)
        {
            let fallen = so_far.fallen.entry(of.to_owned()).or_default();
            let first = || (step.id.clone(), *class);
            fallen.entry(item.clone()).or_insert_with(first);
        }
        let place = so_far.steps.len();
        so_far.places.insert(step.unit(), place);
        so_far.steps.push(step);
    }

    fn so_far(&self) -> RwLockReadGuard<'_, SoFar> {
        // Nothing panics while it holds the lock; should it ever, the steps are still whole.
        self.so_far.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn grows(&self) -> RwLockWriteGuard<'_, SoFar> {
        self.so_far.write().unwrap_or_else(PoisonError::into_inner)
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

    fn fallen_in(&self, of: &str, item: &str) -> Option<(String, ProblemClass)> {
        self.so_far().fallen.get(of)?.get(item).cloned()
    }
}
