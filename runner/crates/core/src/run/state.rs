//! The state of a run. One total function: state × event → state, or the reason why that event cannot follow.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use serde_json::Value;

use crate::plan::{Confirmation, Plan, PlannedStep, StepState};
use crate::run::event::{ChangeKey, End, Event, How, Origin, Outcome, Stop, User, Verdict};
use usher_contract::change::{Certainty, Consequence, Effect};
use usher_contract::read::Record;
use usher_contract::value::{Token, Unit};

/// The code of a change that was not sent, because what it needs has failed.
pub const DEPENDS: &str = "run/depends";

/// The code under which a step fails whose certain effect did not come. For a likely one it is the code of
/// a warning.
pub const EFFECT_MISSING: &str = "run/effect-missing";

/// The code of a deployment that failed.
pub const DEPLOYMENT_FAILED: &str = "run/deployment-failed";

/// The phase of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Nothing has happened.
    New,
    Planned,
    Running,
    /// The run stopped before its end.
    Stopped(Stop),
    Finished(End),
}

/// The state of one change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangeState {
    Waiting,
    /// The intent is in the journal; the request may or may not have acted.
    InDoubt {
        request: u64,
    },
    /// The org took the change; its waits go on.
    Answered {
        how: How,
    },
    Settled(Outcome),
}

/// Counts how often a change was sent since the run was last begun or resumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sendings {
    pub count: u32,
    /// The time at which it was first about to be sent: milliseconds since 1970, UTC, by the org's clock.
    pub first_ms: i64,
    /// Says that the org told its time. Else the times are this machine's.
    pub is_told: bool,
    /// The time at which it was last about to be sent.
    pub last_ms: i64,
    /// Says that the answer to one of the requests was lost: it may have acted after Usher looked for it.
    pub doubted: bool,
    /// Says that it was sent by another user, from whom the run was taken over.
    pub by_other: bool,
}

/// A run, as its events tell it.
#[derive(Clone, Debug)]
pub struct RunState {
    pub phase: Phase,
    /// Shared, so that the loop can hold it while events are recorded.
    pub plan: Option<Arc<Plan>>,
    /// The places of steps and effects in the plan.
    pub places: Places,
    /// The recipe's text.
    pub recipe: String,
    pub origin: Origin,
    /// The steps that were planned only after the run began and are not approved yet.
    pub unapproved: BTreeSet<Unit>,
    pub changes: BTreeMap<ChangeKey, ChangeState>,
    /// Changes that were sent at least once.
    pub sendings: BTreeMap<ChangeKey, Sendings>,
    /// The values that the org had before a change was sent, for changes that set fields.
    pub before: BTreeMap<ChangeKey, Record>,
    /// The verdicts on the effects that were looked for, by step and address.
    pub verdicts: BTreeMap<ChangeKey, Verdict>,
    /// Those of the effects that did not come.
    pub missing: BTreeSet<ChangeKey>,
    /// Manual steps that a person says are done.
    pub confirmed: BTreeMap<Unit, Confirmation>,
    /// The values, known by now, that were not known while planning.
    pub bindings: BTreeMap<Token, Value>,
    /// Results that are secrets. Their values are in the bindings of the process that got them, and in no event.
    pub secrets: BTreeSet<Token>,
    /// Writing requests sent so far.
    pub requests: u64,
    /// Events so far: the next one has the number after it.
    pub events: u64,
    /// Users in whose names the run was carried out. What any of them made is the run's own. The last one carries it
    /// out now.
    pub users: Vec<User>,
}

/// The places of steps and effects in a plan, so that no search has to go through all of them.
#[derive(Clone, Debug, Default)]
pub struct Places {
    steps: HashMap<Unit, usize>,
    /// Of steps with more than [`EFFECTS_SEARCHED_MAX`] effects.
    effects: BTreeMap<ChangeKey, usize>,
}

/// A step with so many effects is searched for one of them: names of all effects of ten thousand steps would take as
/// much memory as the effects.
const EFFECTS_SEARCHED_MAX: usize = 32;

impl Places {
    fn learn(&mut self, index: usize, step: &PlannedStep) {
        let unit = step.unit();
        if step.plan.effects.len() > EFFECTS_SEARCHED_MAX {
            for (place, effect) in step.plan.effects.iter().enumerate() {
                let key = ChangeKey::new(&unit, effect.address.as_str());
                self.effects.insert(key, place);
            }
        }
        self.steps.insert(unit, index);
    }
}

/// The reason why an event cannot follow. In a file it means damage, from our own engine a bug.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Impossible {
    #[error("a run that is {phase:?} cannot have the event `{event}`")]
    Phase { phase: Phase, event: &'static str },
    #[error("there is no change `{}` in step `{}`", .0.address, .0.unit)]
    NoSuchChange(ChangeKey),
    #[error("the change `{}` of step `{}` is {state} and cannot have the event `{event}`", .key.address, .key.unit)]
    Change {
        key: ChangeKey,
        state: String,
        event: &'static str,
    },
    #[error("there is no step `{0}` that is still to be planned")]
    NoSuchStep(Unit),
    #[error("there is no effect `{}` in step `{}` that can have the event `{event}`", .key.address, .key.unit)]
    NoSuchEffect { key: ChangeKey, event: &'static str },
    #[error("the effect `{}` of step `{}` had the event `{event}` already", .key.address, .key.unit)]
    Twice { key: ChangeKey, event: &'static str },
    #[error("no record that `{}` of step `{}` brings is known to be there", .0.address, .0.unit)]
    NoSuchRecord(ChangeKey),
    #[error("step `{0}` does not wait for somebody to say that it is done")]
    NotByHand(Unit),
    #[error("nobody has approved step `{0}`")]
    NotApproved(Unit),
    #[error("request {given} cannot follow request {last}")]
    Request { given: u64, last: u64 },
}

impl Default for RunState {
    fn default() -> Self {
        Self {
            phase: Phase::New,
            plan: None,
            places: Places::default(),
            recipe: String::new(),
            origin: Origin::default(),
            unapproved: BTreeSet::new(),
            changes: BTreeMap::new(),
            sendings: BTreeMap::new(),
            before: BTreeMap::new(),
            verdicts: BTreeMap::new(),
            missing: BTreeSet::new(),
            confirmed: BTreeMap::new(),
            bindings: BTreeMap::new(),
            secrets: BTreeSet::new(),
            requests: 0,
            events: 0,
            users: Vec::new(),
        }
    }
}

impl RunState {
    /// Returns the state to which events add up.
    ///
    /// # Errors
    ///
    /// One of them cannot follow those before it.
    pub fn of<'e>(events: impl IntoIterator<Item = &'e Event>) -> Result<Self, Impossible> {
        let mut state = Self::default();
        for event in events {
            state.next(event)?;
        }
        Ok(state)
    }

    /// Checks an event and applies it.
    ///
    /// # Errors
    ///
    /// As [`RunState::check`]; then nothing has changed.
    pub fn next(&mut self, event: &Event) -> Result<(), Impossible> {
        self.check(event)?;
        self.apply(event);
        self.events += 1;
        Ok(())
    }

    /// Checks that an event can follow.
    ///
    /// # Errors
    ///
    /// It cannot follow what has happened.
    pub fn check(&self, event: &Event) -> Result<(), Impossible> {
        match (&self.phase, event) {
            (Phase::New, Event::Planned { .. })
            | (Phase::Planned, Event::Approved { .. })
            | (Phase::Running, Event::Stopped { .. })
            | (Phase::Running | Phase::Stopped(_), Event::Resumed)
            | (Phase::Planned | Phase::Running, Event::HandedOver { .. })
            // Declined, or nothing to do.
            | (Phase::Planned | Phase::Running | Phase::Stopped(_), Event::Finished { .. }) => Ok(()),
            (Phase::Running, Event::Approved { .. }) if !self.unapproved.is_empty() => Ok(()),
            (Phase::Running, Event::StepPlanned { step }) => {
                let unit = step.unit();
                match self.step(&unit) {
                    Some(planned) if self.may_be_replaced(planned, step) => Ok(()),
                    _ => Err(Impossible::NoSuchStep(unit)),
                }
            }
            (
                Phase::Running,
                Event::Intent {
                    request, changes, ..
                },
            ) => {
                if *request != self.requests + 1 {
                    return Err(Impossible::Request {
                        given: *request,
                        last: self.requests,
                    });
                }
                // Sending again, after looking found nothing, is a second intent.
                changes.iter().try_for_each(|key| {
                    if self.unapproved.contains(&key.unit) {
                        return Err(Impossible::NotApproved(key.unit.clone()));
                    }
                    self.expect(key, "intent", |state| {
                        matches!(state, ChangeState::Waiting | ChangeState::InDoubt { .. })
                    })
                })
            }
            (Phase::Running, Event::NotActed { change, .. }) => {
                self.expect(change, "not-acted", |state| {
                    matches!(state, ChangeState::InDoubt { .. })
                })
            }
            // A change that only waits was never sent.
            (Phase::Running, Event::Answered { change, .. }) => {
                self.expect(change, "answered", |state| {
                    matches!(state, ChangeState::InDoubt { .. } | ChangeState::Waiting)
                })
            }
            (Phase::Running, Event::Settled { change, .. }) => {
                self.expect(change, "settled", |state| {
                    !matches!(state, ChangeState::Settled(_))
                })
            }
            (Phase::Running, Event::Appeared { key, .. }) => {
                self.expect_effect(key, event, |effect| {
                    matches!(effect.consequence, Consequence::Appears { .. })
                })?;
                let bound = key.unit.binds(&key.address, "id");
                once(key, event, self.bindings.contains_key(&bound))
            }
            (Phase::Running, Event::Learned { key, values }) => self.expect_record(key, event, values),
            (Phase::Running, Event::Verified { key, .. }) => {
                self.expect_effect(key, event, |_| true)?;
                once(key, event, self.verdicts.contains_key(key))
            }
            (Phase::Running, Event::Confirmed { unit, .. }) => {
                if self.waits_for_a_word(unit) {
                    return Ok(());
                }
                Err(Impossible::NotByHand(unit.clone()))
            }
            (phase, event) => Err(Impossible::Phase {
                phase: phase.clone(),
                event: event.name(),
            }),
        }
    }

    /// Applies an event for which [`RunState::check`] holds.
    fn apply(&mut self, event: &Event) {
        match event {
            Event::Planned {
                plan,
                recipe,
                origin,
            } => {
                for (index, step) in plan.steps.iter().enumerate() {
                    self.places.learn(index, step);
                    self.secrets.extend(step.plan.secret_results(&step.unit()));
                    self.expect_changes_of(step);
                }
                self.carried_on_by(User {
                    id: plan.org.user_id.clone(),
                    username: plan.org.username.clone(),
                });
                self.plan = Some(Arc::clone(plan));
                self.recipe.clone_from(recipe);
                self.origin = origin.clone();
                self.phase = Phase::Planned;
            }
            Event::Approved { .. } if self.phase == Phase::Planned => self.phase = Phase::Running,
            Event::Approved { .. } => self.unapproved.clear(),
            Event::StepPlanned { step } => self.replace(step),
            Event::Stopped { why } => self.phase = Phase::Stopped(why.clone()),
            Event::Resumed => {
                self.phase = Phase::Running;
                // Patience begins again.
                self.sendings.values_mut().for_each(|sent| sent.count = 0);
            }
            Event::HandedOver { to } => {
                self.carried_on_by(to.clone());
                let sendings = self.sendings.values_mut();
                sendings.for_each(|sent| sent.by_other = true);
            }
            Event::Finished { end } => self.phase = Phase::Finished(*end),
            Event::Intent {
                request,
                changes,
                before,
                before_of,
                at_ms,
                ahead_ms,
            } => {
                self.requests = *request;
                let before_of = before_of.iter().map(|(key, record)| (key, record));
                let before_of: HashMap<&ChangeKey, &Record> = before_of.collect();
                for key in changes {
                    let is_told = ahead_ms.is_some();
                    let own = before_of.get(key).copied();
                    self.intend(
                        key,
                        own.or_else(|| before.get(&key.address)),
                        *at_ms,
                        is_told,
                    );
                }
            }
            Event::NotActed {
                change, doubted, ..
            } => {
                if let Some(sendings) = self.sendings.get_mut(change) {
                    sendings.doubted |= doubted;
                }
                self.stands(change, ChangeState::Waiting);
            }
            Event::Answered {
                change,
                values,
                how,
            } => {
                self.bind(change, values);
                self.stands(change, ChangeState::Answered { how: how.clone() });
            }
            Event::Settled { change, outcome } => {
                if let Outcome::Done { values, .. } = outcome {
                    self.bind(change, values);
                }
                let outcome = self.with_how(change, outcome.clone());
                self.stands(change, ChangeState::Settled(outcome));
            }
            Event::Appeared { key, id } => {
                let bound = key.unit.binds(&key.address, "id");
                self.bindings.insert(bound, Value::String(id.clone()));
            }
            Event::Learned { key, values } => self.bind(key, values),
            Event::Verified { key, verdict } => {
                if matches!(verdict, Verdict::Missing { .. }) {
                    self.missing.insert(key.clone());
                }
                self.verdicts.insert(key.clone(), verdict.clone());
            }
            Event::Confirmed { unit, confirmation } => {
                self.confirmed.insert(unit.clone(), confirmation.clone());
            }
        }
    }

    /// Returns the outcome with what is known of how the change came to be there: before format 4 an outcome did not
    /// say so.
    fn with_how(&self, change: &ChangeKey, outcome: Outcome) -> Outcome {
        match (self.changes.get(change), &outcome) {
            // Salesforce rolls it back.
            (_, Outcome::Failed { code, .. }) if code == DEPLOYMENT_FAILED => outcome,
            (Some(ChangeState::Answered { how }), _) if outcome.acted().is_none() => {
                outcome.having_acted(how.clone())
            }
            _ => outcome,
        }
    }

    /// Says that a step is still to be planned, or fails before anything of it was sent.
    fn may_be_replaced(&self, planned: &PlannedStep, by: &PlannedStep) -> bool {
        match planned.state {
            StepState::Deferred(_) => true,
            StepState::Changes | StepState::AsWanted => {
                let is_left_out = match by.state {
                    StepState::Failed { .. } => true,
                    // It refers to something that will never be there.
                    StepState::Skipped { .. } => planned.terms.finally,
                    _ => false,
                };
                is_left_out && !self.is_begun(planned)
            }
            _ => false,
        }
    }

    /// Says that a change of the step was sent, or settled without sending.
    pub fn is_begun(&self, step: &PlannedStep) -> bool {
        let unit = step.unit();
        let mut changes = step.plan.changes.iter();
        changes.any(|change| self.change(&unit, &change.address) != Some(&ChangeState::Waiting))
    }

    /// Puts a step in the place of the one that could not be planned before.
    fn replace(&mut self, step: &PlannedStep) {
        let unit = step.unit();
        let Some(index) = self.places.steps.get(&unit).copied() else {
            return;
        };
        if let Some(plan) = &mut self.plan {
            if matches!(step.state, StepState::Skipped { .. }) {
                for change in &plan.steps[index].plan.changes {
                    self.changes.remove(&ChangeKey::new(&unit, &change.address));
                }
            }
            Arc::make_mut(plan).steps[index].clone_from(step);
        }
        self.places.learn(index, step);
        self.secrets.extend(step.plan.secret_results(&unit));
        self.expect_changes_of(step);
        if step.state == StepState::Changes {
            self.unapproved.insert(unit);
        } else {
            self.unapproved.remove(&unit);
        }
    }

    /// Records that one change is about to be sent in the request that was counted last.
    fn intend(&mut self, key: &ChangeKey, before: Option<&Record>, at_ms: i64, is_told: bool) {
        let request = self.requests;
        self.stands(key, ChangeState::InDoubt { request });
        let doubted = self.sendings.get(key).is_some_and(|sent| sent.doubted);
        if let Some(before) = before
            && !(doubted && self.before.contains_key(key))
        {
            // A sending that may have acted changed the values, so they are not those from before.
            self.before.insert(key.clone(), before.clone());
        }
        let never = Sendings {
            count: 0,
            first_ms: at_ms,
            is_told,
            last_ms: at_ms,
            doubted: false,
            by_other: false,
        };
        let sendings = self.sendings.entry(key.clone()).or_insert(never);
        sendings.count += 1;
        sendings.last_ms = at_ms;
        sendings.by_other = false;
    }

    fn stands(&mut self, key: &ChangeKey, state: ChangeState) {
        self.changes.insert(key.clone(), state);
    }

    /// The steps of the plan.
    pub fn steps(&self) -> &[PlannedStep] {
        self.plan.as_ref().map_or(&[], |plan| plan.steps.as_slice())
    }

    /// A step of the plan.
    pub fn step(&self, unit: &Unit) -> Option<&PlannedStep> {
        self.steps().get(self.place(unit)?)
    }

    /// The place of a step in the plan.
    pub fn place(&self, unit: &Unit) -> Option<usize> {
        self.places.steps.get(unit).copied()
    }

    /// Says whether what the user of this id makes is the run's own.
    pub fn is_own_user(&self, id: &str) -> bool {
        self.users.iter().any(|user| user.is(id))
    }

    fn carried_on_by(&mut self, user: User) {
        self.users.retain(|other| !other.is(&user.id));
        self.users.push(user);
    }

    /// Says whether another user than the one who carries the run out made something of it, or of the run that it
    /// undoes. A user who may not see a record must not take it for gone.
    pub fn is_seen_in_part(&self) -> bool {
        let others = &self.origin.users;
        self.users.len() > 1 || others.iter().any(|other| !self.is_own_user(&other.id))
    }

    /// Returns the first change whose record exists and is not as planned.
    pub fn differing(&self) -> Option<&ChangeKey> {
        let mut changes = self.changes.iter();
        let differs =
            |state: &ChangeState| matches!(state, ChangeState::Settled(Outcome::Differs { .. }));
        changes
            .find(|(_, state)| differs(state))
            .map(|(key, _)| key)
    }

    /// The user who carries the run out, unless it is handed over.
    pub fn user(&self) -> Option<&User> {
        self.users.last()
    }

    /// Says whether this run undoes another one.
    pub fn is_undo(&self) -> bool {
        self.origin.undoes.is_some()
    }

    /// Says whether the run can be resumed: it was approved, and has no end.
    pub fn is_open(&self) -> bool {
        matches!(self.phase, Phase::Running | Phase::Stopped(_))
    }

    fn expect_changes_of(&mut self, step: &PlannedStep) {
        for change in &step.plan.changes {
            let key = ChangeKey {
                unit: step.unit(),
                address: change.address.clone(),
            };
            self.changes.insert(key, ChangeState::Waiting);
        }
    }

    /// Says whether a step is a manual step that no lookup verifies and that no person has yet called done.
    pub fn waits_for_a_word(&self, unit: &Unit) -> bool {
        let by_hand = match self.step(unit).map(|planned| &planned.state) {
            Some(StepState::Manual(manual)) => manual.look.is_none() && manual.confirmed.is_none(),
            _ => false,
        };
        by_hand && !self.confirmed.contains_key(unit)
    }

    /// Returns the values that a change or an effect has bound, by name.
    pub fn bound_by(&self, key: &ChangeKey) -> BTreeMap<String, Value> {
        let first = key.unit.binds(&key.address, "");
        let bound = self.bindings.range(first..).map_while(|(token, value)| {
            let name = token.name_of(&key.unit, &key.address)?;
            Some((name.to_owned(), value.clone()))
        });
        bound.collect()
    }

    /// Returns the state of a change.
    pub fn change(&self, unit: &Unit, address: &str) -> Option<&ChangeState> {
        self.changes.get(&ChangeKey::new(unit, address))
    }

    /// Returns the verdict on an effect, if it was looked for.
    pub fn verdict(&self, unit: &Unit, address: &str) -> Option<&Verdict> {
        self.verdicts.get(&ChangeKey::new(unit, address))
    }

    /// Returns the certain effects that did not come, with the ids of the steps that fail by them, and the reasons.
    pub fn missed(&self) -> Vec<(&Unit, &Effect, &str)> {
        let missed = self.missing.iter().filter_map(|key| {
            let Verdict::Missing { why } = self.verdicts.get(key)? else {
                return None;
            };
            let effect = self.effect(key)?;
            let certain = effect.certainty == Certainty::Certain;
            certain.then_some((&key.unit, effect, why.as_str()))
        });
        missed.collect()
    }

    /// Returns the end that the changes and the certain effects add up to.
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
                ChangeState::Settled(outcome) if outcome.is_well() => {}
                ChangeState::Settled(Outcome::Unsettled { .. } | Outcome::Differs { .. })
                | ChangeState::InDoubt { .. } => return End::InDoubt,
                _ => end = End::Failed,
            }
        }
        end
    }

    /// Says whether a step announces an effect of this key.
    pub fn has_effect(&self, key: &ChangeKey) -> bool {
        self.effect(key).is_some()
    }

    /// The announced effect of this key.
    pub fn effect(&self, key: &ChangeKey) -> Option<&Effect> {
        let effects = &self.step(&key.unit)?.plan.effects;
        if effects.len() > EFFECTS_SEARCHED_MAX {
            return effects.get(*self.places.effects.get(key)?);
        }
        effects.iter().find(|effect| effect.address == key.address)
    }

    fn expect_effect(
        &self,
        key: &ChangeKey,
        event: &Event,
        allowed: impl Fn(&Effect) -> bool,
    ) -> Result<(), Impossible> {
        if self.effect(key).is_some_and(allowed) {
            return Ok(());
        }
        Err(Impossible::NoSuchEffect {
            key: key.clone(),
            event: event.name(),
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
                .insert(key.unit.binds(&key.address, name), value.clone());
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

pub(super) fn once(key: &ChangeKey, event: &Event, before: bool) -> Result<(), Impossible> {
    if before {
        return Err(Impossible::Twice {
            key: key.clone(),
            event: event.name(),
        });
    }
    Ok(())
}
