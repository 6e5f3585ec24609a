//! Where a run stands. One total function: state × event → state, or why that event cannot follow.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::plan::{Confirmation, Plan, PlannedStep, StepState};
use crate::run::event::{ChangeKey, End, Event, How, Origin, Outcome, Stop, Verdict};
use usher_contract::change::{Certainty, Consequence, Effect, token};
use usher_contract::read::Record;
use usher_contract::value::Token;

/// The code under which a step fails whose certain effect did not come. For a likely one it is the code of
/// a warning.
pub const EFFECT_MISSING: &str = "run/effect-missing";

/// What a run is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Nothing has happened.
    New,
    Planned,
    Running,
    /// Stopped before its end.
    Stopped(Stop),
    Finished(End),
}

/// How one change stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangeState {
    Waiting,
    /// The intent is written; the request may or may not have acted.
    InDoubt {
        request: u64,
    },
    /// The org took it; its waits go on.
    Answered {
        how: How,
    },
    Settled(Outcome),
}

/// How often a change was sent since the run was last begun or resumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sendings {
    pub count: u32,
    /// When it was first about to be sent: milliseconds since 1970, UTC.
    pub first_ms: i64,
    /// When it was last about to be sent.
    pub last_ms: i64,
}

/// A run, as its events tell it.
#[derive(Clone, Debug)]
pub struct RunState {
    pub phase: Phase,
    pub plan: Option<Plan>,
    /// The recipe's text.
    pub recipe: String,
    pub origin: Origin,
    /// The step that was planned only after the run began and that nobody has approved yet.
    pub unapproved: Option<String>,
    pub changes: BTreeMap<ChangeKey, ChangeState>,
    /// Changes that were sent at least once.
    pub sendings: BTreeMap<ChangeKey, Sendings>,
    /// What the org held before a change was sent, of those that set fields.
    pub before: BTreeMap<ChangeKey, Record>,
    /// What became of the effects that were looked for, by step and address.
    pub verdicts: BTreeMap<ChangeKey, Verdict>,
    /// Steps by hand that somebody says are done.
    pub confirmed: BTreeMap<String, Confirmation>,
    /// What is known of the values nobody knew while planning.
    pub bindings: BTreeMap<Token, Value>,
    /// Writing requests sent so far.
    pub requests: u64,
}

/// Why an event cannot follow. From a file it is damage, from our own engine a bug.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Impossible {
    #[error("a run that is {phase:?} cannot have the event `{event}`")]
    Phase { phase: Phase, event: &'static str },
    #[error("there is no change `{}` in step `{}`", .0.address, .0.step)]
    NoSuchChange(ChangeKey),
    #[error("the change `{}` of step `{}` is {state} and cannot have the event `{event}`", .key.address, .key.step)]
    Change {
        key: ChangeKey,
        state: String,
        event: &'static str,
    },
    #[error("there is no step `{0}` that is still to be planned")]
    NoSuchStep(String),
    #[error("there is no effect `{}` in step `{}` that can have the event `{event}`", .key.address, .key.step)]
    NoSuchEffect { key: ChangeKey, event: &'static str },
    #[error("the effect `{}` of step `{}` had the event `{event}` already", .key.address, .key.step)]
    Twice { key: ChangeKey, event: &'static str },
    #[error("step `{0}` does not wait for somebody to say that it is done")]
    NotByHand(String),
    #[error("request {given} cannot follow request {last}")]
    Request { given: u64, last: u64 },
}

impl Default for RunState {
    fn default() -> Self {
        Self {
            phase: Phase::New,
            plan: None,
            recipe: String::new(),
            origin: Origin::default(),
            unapproved: None,
            changes: BTreeMap::new(),
            sendings: BTreeMap::new(),
            before: BTreeMap::new(),
            verdicts: BTreeMap::new(),
            confirmed: BTreeMap::new(),
            bindings: BTreeMap::new(),
            requests: 0,
        }
    }
}

impl RunState {
    /// The state after `event`.
    ///
    /// # Errors
    ///
    /// The event cannot follow what has happened.
    pub fn next(mut self, event: &Event) -> Result<Self, Impossible> {
        match (&self.phase, event) {
            (
                Phase::New,
                Event::Planned {
                    plan,
                    recipe,
                    origin,
                },
            ) => {
                for step in &plan.steps {
                    self.expect_changes_of(step);
                }
                self.plan = Some(plan.clone());
                self.recipe.clone_from(recipe);
                self.origin = origin.clone();
                self.phase = Phase::Planned;
            }
            (Phase::Planned, Event::Approved { .. }) => self.phase = Phase::Running,
            (Phase::Running, Event::Approved { .. }) if self.unapproved.is_some() => {
                self.unapproved = None;
            }
            (Phase::Running, Event::StepPlanned { step }) => {
                let steps = self.plan.iter_mut().flat_map(|plan| &mut plan.steps);
                let deferred = |planned: &&mut PlannedStep| {
                    planned.id == step.id && matches!(planned.state, StepState::Deferred(_))
                };
                let Some(planned) = steps.into_iter().find(deferred) else {
                    return Err(Impossible::NoSuchStep(step.id.clone()));
                };
                planned.clone_from(step);
                if !step.plan.changes.is_empty() {
                    self.unapproved = Some(step.id.clone());
                }
                self.expect_changes_of(step);
            }
            (Phase::Running, Event::Stopped { why }) => self.phase = Phase::Stopped(why.clone()),
            (Phase::Running | Phase::Stopped(_), Event::Resumed) => {
                self.phase = Phase::Running;
                // Patience begins anew.
                self.sendings.values_mut().for_each(|sent| sent.count = 0);
            }
            // Declined, or nothing to do.
            (Phase::Planned | Phase::Running | Phase::Stopped(_), Event::Finished { end }) => {
                self.phase = Phase::Finished(*end);
            }
            (
                Phase::Running,
                Event::Intent {
                    request,
                    changes,
                    before,
                    at_ms,
                },
            ) => {
                if *request != self.requests + 1 {
                    return Err(Impossible::Request {
                        given: *request,
                        last: self.requests,
                    });
                }
                self.requests = *request;
                for key in changes {
                    // Sending again, after looking found nothing, is a second intent.
                    self.expect(key, "intent", |state| {
                        matches!(state, ChangeState::Waiting | ChangeState::InDoubt { .. })
                    })?;
                    let state = ChangeState::InDoubt { request: *request };
                    self.changes.insert(key.clone(), state);
                    if let Some(before) = before.get(&key.address) {
                        self.before.insert(key.clone(), before.clone());
                    }
                    let never = Sendings {
                        count: 0,
                        first_ms: *at_ms,
                        last_ms: *at_ms,
                    };
                    let sendings = self.sendings.entry(key.clone()).or_insert(never);
                    sendings.count += 1;
                    sendings.last_ms = *at_ms;
                }
            }
            (Phase::Running, Event::NotActed { change, .. }) => {
                self.expect(change, "not-acted", |state| {
                    matches!(state, ChangeState::InDoubt { .. })
                })?;
                self.changes.insert(change.clone(), ChangeState::Waiting);
            }
            (
                Phase::Running,
                Event::Answered {
                    change,
                    values,
                    how,
                },
            ) => {
                // A change that only waits was never sent.
                self.expect(change, "answered", |state| {
                    matches!(state, ChangeState::InDoubt { .. } | ChangeState::Waiting)
                })?;
                self.bind(change, values);
                let state = ChangeState::Answered { how: *how };
                self.changes.insert(change.clone(), state);
            }
            (Phase::Running, Event::Settled { change, outcome }) => {
                self.expect(change, "settled", |state| {
                    !matches!(state, ChangeState::Settled(_))
                })?;
                if let Outcome::Done { values, .. } = outcome {
                    self.bind(change, values);
                }
                self.changes
                    .insert(change.clone(), ChangeState::Settled(outcome.clone()));
            }
            (Phase::Running, Event::Appeared { step, address, id }) => {
                let key = self.effect_key(step, address, event, |effect| {
                    matches!(effect.consequence, Consequence::Appears { .. })
                })?;
                let bound = token(step, address, "id");
                if self.bindings.contains_key(&bound) {
                    return Err(Impossible::Twice {
                        key,
                        event: name(event),
                    });
                }
                self.bindings.insert(bound, Value::String(id.clone()));
            }
            (
                Phase::Running,
                Event::Verified {
                    step,
                    address,
                    verdict,
                },
            ) => {
                let key = self.effect_key(step, address, event, |_| true)?;
                if self.verdicts.contains_key(&key) {
                    return Err(Impossible::Twice {
                        key,
                        event: name(event),
                    });
                }
                self.verdicts.insert(key, verdict.clone());
            }
            (Phase::Running, Event::Confirmed { step, confirmation }) => {
                if !self.waits_for_a_word(step) {
                    return Err(Impossible::NotByHand(step.clone()));
                }
                self.confirmed.insert(step.clone(), confirmation.clone());
            }
            (phase, event) => {
                return Err(Impossible::Phase {
                    phase: phase.clone(),
                    event: name(event),
                });
            }
        }
        Ok(self)
    }

    /// Whether this run takes another one back.
    pub fn is_undo(&self) -> bool {
        self.origin.undoes.is_some()
    }

    /// Whether the run can be carried on: it was approved, and has no end.
    pub fn is_open(&self) -> bool {
        matches!(self.phase, Phase::Running | Phase::Stopped(_))
    }

    fn expect_changes_of(&mut self, step: &PlannedStep) {
        for change in &step.plan.changes {
            let key = ChangeKey {
                step: step.id.clone(),
                address: change.address.clone(),
            };
            self.changes.insert(key, ChangeState::Waiting);
        }
    }

    /// Whether a step is done by hand, nothing verifies it, and nobody has said yet that it is done.
    pub fn waits_for_a_word(&self, step: &str) -> bool {
        let steps = self.plan.iter().flat_map(|plan| &plan.steps);
        let mut states = steps
            .filter(|planned| planned.id == step)
            .map(|planned| &planned.state);
        let by_hand = states.any(|state| match state {
            StepState::Manual(manual) => manual.look.is_none() && manual.confirmed.is_none(),
            _ => false,
        });
        by_hand && !self.confirmed.contains_key(step)
    }

    /// How a change stands.
    pub fn change(&self, step: &str, address: &str) -> Option<&ChangeState> {
        self.changes.get(&ChangeKey {
            step: step.to_owned(),
            address: address.to_owned(),
        })
    }

    /// What was found of an effect, if it was looked for.
    pub fn verdict(&self, step: &str, address: &str) -> Option<&Verdict> {
        self.verdicts.get(&ChangeKey {
            step: step.to_owned(),
            address: address.to_owned(),
        })
    }

    /// Certain effects that did not come, with the ids of the steps that fail by it and why.
    pub fn missed(&self) -> Vec<(&str, &Effect, &str)> {
        let missed = self.verdicts.iter().filter_map(|(key, verdict)| {
            let Verdict::Missing { why } = verdict else {
                return None;
            };
            let effect = self.effect(&key.step, &key.address)?;
            let certain = effect.certainty == Certainty::Certain;
            certain.then_some((key.step.as_str(), effect, why.as_str()))
        });
        missed.collect()
    }

    /// The end that the changes and the certain effects add up to.
    pub fn end(&self) -> End {
        let outcomes = self.changes.values();
        let steps = self.plan.iter().flat_map(|plan| &plan.steps);
        let unplanned = steps
            .filter(|step| {
                matches!(
                    step.state,
                    StepState::Deferred(_) | StepState::Failed { .. }
                )
            })
            .count();
        let mut end = if self.missed().is_empty() && unplanned == 0 {
            End::Done
        } else {
            End::Failed
        };
        for state in outcomes {
            match state {
                ChangeState::Settled(Outcome::Done { .. } | Outcome::Kept { .. }) => {}
                ChangeState::Settled(Outcome::Unsettled { .. }) | ChangeState::InDoubt { .. } => {
                    return End::InDoubt;
                }
                _ => end = End::Failed,
            }
        }
        end
    }

    fn effect(&self, step: &str, address: &str) -> Option<&Effect> {
        let steps = self.plan.as_ref().map(|plan| plan.steps.as_slice())?;
        let step = steps.iter().find(|planned| planned.id == step)?;
        step.plan
            .effects
            .iter()
            .find(|effect| effect.address == address)
    }

    fn effect_key(
        &self,
        step: &str,
        address: &str,
        event: &Event,
        allowed: impl Fn(&Effect) -> bool,
    ) -> Result<ChangeKey, Impossible> {
        let key = ChangeKey {
            step: step.to_owned(),
            address: address.to_owned(),
        };
        if self.effect(step, address).is_some_and(allowed) {
            return Ok(key);
        }
        Err(Impossible::NoSuchEffect {
            key,
            event: name(event),
        })
    }

    fn expect(
        &self,
        key: &ChangeKey,
        event: &'static str,
        allowed: impl Fn(&ChangeState) -> bool,
    ) -> Result<(), Impossible> {
        match self.changes.get(key) {
            None => Err(Impossible::NoSuchChange(key.clone())),
            Some(state) if allowed(state) => Ok(()),
            Some(state) => Err(Impossible::Change {
                key: key.clone(),
                state: describe(state).to_owned(),
                event,
            }),
        }
    }

    fn bind(&mut self, key: &ChangeKey, values: &BTreeMap<String, Value>) {
        for (name, value) in values {
            self.bindings
                .insert(token(&key.step, &key.address, name), value.clone());
        }
    }
}

fn describe(state: &ChangeState) -> &'static str {
    match state {
        ChangeState::Waiting => "waiting",
        ChangeState::InDoubt { .. } => "in doubt",
        ChangeState::Answered { .. } => "answered",
        ChangeState::Settled(_) => "settled",
    }
}

fn name(event: &Event) -> &'static str {
    match event {
        Event::Planned { .. } => "planned",
        Event::Approved { .. } => "approved",
        Event::StepPlanned { .. } => "step-planned",
        Event::Confirmed { .. } => "confirmed",
        Event::Intent { .. } => "intent",
        Event::NotActed { .. } => "not-acted",
        Event::Answered { .. } => "answered",
        Event::Settled { .. } => "settled",
        Event::Appeared { .. } => "appeared",
        Event::Verified { .. } => "verified",
        Event::Stopped { .. } => "stopped",
        Event::Resumed => "resumed",
        Event::Finished { .. } => "finished",
    }
}
