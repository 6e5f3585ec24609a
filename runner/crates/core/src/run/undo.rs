//! Undoing a run: for everything that it did the change that undoes it, newest first; and what stays, with the
//! reason. Decided from the run's events alone, no plugin is needed. Each change of the run is in the answer: as the
//! change that undoes it, or in a note.
//!
//! Things that a change refers to stay when the change stays: a user can only be made inactive, so its contact, account
//! and profile are kept.

mod inverse;
pub(crate) mod ledger;
mod license;
pub(crate) mod made;
mod note;
mod order;
pub(crate) mod staying;

use std::collections::{BTreeMap, BTreeSet};

use usher_contract::change::{Change, Effect, Note, StepPlan, Undo, WayBack};
use usher_contract::known::Known;
use usher_contract::operation::{Operation, RestRequest};

use crate::kind;
use crate::plan::{PlannedStep, StepState};
use crate::run::event::{ChangeKey, How, Outcome};
use crate::run::state::{ChangeState, RunState};
use crate::run::undo::inverse::Inverse;
pub use crate::run::undo::inverse::TAKE_BACK;
use crate::run::undo::ledger::Ledger;
use crate::run::undo::made::{Made, never_known};
use crate::run::undo::note::Counted;
pub use crate::run::undo::note::{DESTROYS, LOST};
use crate::run::undo::order::{newest_first, order};
use crate::run::undo::staying::Staying;

/// Returns the steps that undo `run`, without what `undone` lists as undone already. Notes in the steps name what is
/// not undone.
pub fn taken_back(run: &RunState, undone: &BTreeSet<ChangeKey>) -> Vec<PlannedStep> {
    let mut walk = Walk {
        run,
        undone,
        ledger: Ledger::of(run),
        stays: Staying::default(),
    };
    let steps = run.steps().iter().rev();
    steps.filter_map(|step| walk.step(step)).collect()
}

/// The state of a change of the run.
enum Stands {
    /// The run made it.
    Ours,
    /// Another user made it.
    NotOurs,
    /// It was there, and a duplicate rule found it.
    Duplicate {
        rule: Option<String>,
    },
    AsWanted,
    /// It may or may not be in the org.
    Unknown,
    /// The org refused it.
    Failed,
    NeverSent,
}

/// A run from its newest change to its oldest.
struct Walk<'a> {
    run: &'a RunState,
    undone: &'a BTreeSet<ChangeKey>,
    ledger: Ledger,
    stays: Staying,
}

impl Walk<'_> {
    /// Returns the step that undoes `step`; `None` when there is nothing to undo and nothing to report.
    fn step(&mut self, step: &PlannedStep) -> Option<PlannedStep> {
        let mut inverse = nothing_yet(step);
        let mut counted = Counted::default();
        for change in newest_first(step) {
            self.change(step, change, &mut inverse, &mut counted);
        }
        license::appeared(self.run, self.undone, step, &mut inverse);
        order(step, &mut inverse.plan.changes);
        license::note(&mut inverse);
        remains(&step.plan.effects, &mut inverse.plan);
        counted.told(&mut inverse.plan.notes);
        if !inverse.plan.changes.is_empty() {
            inverse.state = StepState::Changes;
        }
        let is_told = !inverse.plan.changes.is_empty() || !inverse.plan.notes.is_empty();
        is_told.then_some(inverse)
    }

    fn change(
        &mut self,
        step: &PlannedStep,
        change: &Change,
        inverse: &mut PlannedStep,
        counted: &mut Counted,
    ) {
        let key = ChangeKey::new(&step.unit(), &change.address);
        if self.undone.contains(&key) {
            counted.undone += 1;
            return self.was_undone(step, change);
        }
        let notes = &mut inverse.plan.notes;
        match stands(self.run, &key) {
            Stands::Ours => match self.invert(step, change) {
                Ok(Some(item)) => {
                    if is_unsettled(self.run, &key) {
                        notes.push(note::not_seen(change));
                    }
                    item.into_step(change, inverse);
                }
                Ok(None) => notes.push(note::nothing(change)),
                Err(why) => notes.push(note::stays(change, &why)),
            },
            Stands::NotOurs => {
                self.stays(change);
                notes.push(note::not_ours(change));
            }
            Stands::Duplicate { rule } => {
                self.stays(change);
                notes.push(note::duplicate(change, rule.as_deref()));
            }
            Stands::Unknown => {
                self.stays(change);
                notes.push(note::in_doubt(change));
            }
            Stands::AsWanted => notes.push(note::as_wanted(change)),
            Stands::Failed => notes.push(note::failed(change)),
            Stands::NeverSent => counted.never_sent += 1,
        }
    }

    /// Returns what undoes a change; `None` when there is nothing to undo; or the reason why the change stays.
    fn invert(&mut self, step: &PlannedStep, change: &Change) -> Result<Option<Inverse>, String> {
        let inverse = self.inverse(step, change);
        let id = step.unit().binds(&change.address, "id");
        match &inverse {
            Ok(Some(inverse)) => {
                self.ledger.apply(&inverse.operation, &id, &known(self.run));
                match &inverse.back.way {
                    WayBack::Instead(operation) => self.stays_instead(change, operation),
                    WayBack::Restore => {
                        let texts = texts(change, self.run);
                        self.stays.may_stay(change, &texts, &id);
                    }
                }
            }
            Ok(None) | Err(_) => self.stays(change),
        }
        inverse
    }

    fn inverse(&self, step: &PlannedStep, change: &Change) -> Result<Option<Inverse>, String> {
        let back = match &change.undo {
            Undo::Nothing => return Ok(None),
            Undo::Impossible(why) => return Err(why.clone()),
            Undo::Possible(back) => back.resolved(&known(self.run)),
        };
        let mut back = back.map_err(|unknown| never_known(&unknown))?;
        if let WayBack::Instead(operation) = &back.way {
            return Ok(Some(Inverse {
                operation: (**operation).clone(),
                before: None,
                kept_with: Vec::new(),
                back,
            }));
        }
        let made = Made {
            run: self.run,
            step,
            change,
            ledger: &self.ledger,
        };
        let restored = kind::of(&change.operation).restored(&made, &self.stays)?;
        back.only_if
            .extend(license::unless_needed(&change.operation, &made.known()));
        Ok(restored.map(|restored| Inverse {
            operation: restored.by,
            before: Some(restored.left),
            kept_with: restored.kept_with,
            back,
        }))
    }

    /// Takes account of a change that an earlier undo has undone.
    fn was_undone(&mut self, step: &PlannedStep, change: &Change) {
        let is_restored =
            matches!(&change.undo, Undo::Possible(back) if back.way == WayBack::Restore);
        if !is_restored {
            self.stays(change);
        }
        if let Ok(Some(inverse)) = self.inverse(step, change) {
            if let WayBack::Instead(operation) = &inverse.back.way {
                self.stays_instead(change, operation);
            }
            let id = step.unit().binds(&change.address, "id");
            self.ledger.apply(&inverse.operation, &id, &known(self.run));
        }
    }

    fn stays(&mut self, change: &Change) {
        let texts = texts(change, self.run);
        self.stays.stays(change, &change.operation, &texts);
    }

    /// Takes account of a change of which another one undoes a part: what stays refers to what both have set.
    fn stays_instead(&mut self, change: &Change, operation: &Operation) {
        self.stays(change);
        let texts = kind::of(operation).refers(&known(self.run));
        self.stays.stays(change, operation, &texts);
    }
}

/// The step that undoes `step`, before anything is in it.
fn nothing_yet(step: &PlannedStep) -> PlannedStep {
    PlannedStep {
        id: step.id.clone(),
        item: step.item.clone(),
        of_loop: step.of_loop.clone(),
        plugin: step.plugin.clone(),
        state: StepState::AsWanted,
        input: serde_json::Map::new().into(),
        plan: StepPlan {
            outputs: serde_json::Map::new().into(),
            ..StepPlan::default()
        },
        before: BTreeMap::new(),
        bound: None,
        only_if: BTreeMap::new(),
        relies_on: Vec::new(),
        kept_with: BTreeMap::new(),
        reads: Default::default(),
        terms: crate::plan::Terms::default(),
    }
}

fn stands(run: &RunState, key: &ChangeKey) -> Stands {
    let outcome = match run.changes.get(key) {
        None | Some(ChangeState::Waiting) => return Stands::NeverSent,
        Some(ChangeState::InDoubt { .. } | ChangeState::Answered { .. }) => return Stands::Unknown,
        Some(ChangeState::Settled(outcome)) => outcome,
    };
    match (outcome.acted(), outcome) {
        (Some(How::Sent | How::Found), _) => Stands::Ours,
        (Some(How::FoundNotOurs), _) => Stands::NotOurs,
        (Some(How::Duplicate { rule }), _) => Stands::Duplicate { rule },
        (Some(How::AsWanted), _) => Stands::AsWanted,
        (None, Outcome::Unsettled { .. }) => Stands::Unknown,
        (None, Outcome::Differs { .. }) => Stands::NotOurs,
        (None, _) if run.sendings.contains_key(key) => Stands::Failed,
        (None, _) => Stands::NeverSent,
    }
}

/// Says that the run did not find out what became of a change.
fn is_unsettled(run: &RunState, key: &ChangeKey) -> bool {
    let state = run.changes.get(key);
    matches!(state, Some(ChangeState::Settled(Outcome::Unsettled { .. })))
}

/// The texts of a change that may refer to records and components. The path of a request that leaves nothing to undo
/// only says what it acted on.
fn texts(change: &Change, run: &RunState) -> Vec<String> {
    let known = known(run);
    let mut texts = kind::of(&change.operation).refers(&known);
    if let Some(RestRequest { path, .. }) = change.operation.of()
        && change.undo != Undo::Nothing
    {
        let segments = path.segments.iter();
        let segments = segments.filter_map(|segment| known.value(segment).ok());
        texts.extend(segments.filter_map(|segment| segment.as_str().map(str::to_owned)));
    }
    texts
}

fn known(run: &RunState) -> Known<'_> {
    Known(&run.bindings)
}

/// Adds notes on what is left of effects whose causes are undone.
fn remains(effects: &[Effect], plan: &mut StepPlan) {
    let undone: BTreeSet<&str> = plan
        .changes
        .iter()
        .map(|one| one.address.as_str())
        .collect();
    let caused = |effect: &&Effect| {
        let mut causes = effect.causes.iter();
        causes.any(|cause| undone.contains(cause.as_str()))
    };
    let notes: Vec<Note> = effects
        .iter()
        .filter(caused)
        .filter_map(|effect| effect.remains.as_deref())
        .map(note::remains)
        .collect();
    plan.notes.extend(notes);
}

#[cfg(test)]
mod tests;
