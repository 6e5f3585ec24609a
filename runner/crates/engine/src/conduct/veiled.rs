//! Takes out of an event what must not be written down or shown: every secret that the run holds, and the value of a
//! result that is a secret.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;
use usher_core::change::{Change, Note, Source};
use usher_core::operation::UpdateRecord;
use usher_core::plan::{PlannedStep, StepState};
use usher_core::read::Record;
use usher_core::run::{
    ChangeKey, ChangeState, DEPENDS, Event, How, Outcome, RunState, Stop, Verdict,
};
use usher_core::value::{Token, Unit};

use crate::conduct::piece::Piece;
use crate::conduct::probe::value_at;
use crate::conduct::{Conductor, Flow, failed, gone};
use crate::veil::Veil;

/// Values that only this process holds.
type Kept = Vec<(Token, Value)>;

/// Takes secrets out of events. Returns the values of results that are secrets: only this process keeps them.
pub(super) fn veiled(events: &mut [Event], state: &RunState) -> Kept {
    let mut kept = Kept::new();
    for event in &mut *events {
        match event {
            Event::Answered { change, values, .. }
            | Event::Settled {
                change,
                outcome: Outcome::Done { values, .. },
            } => kept.extend(take_secrets(change, values, state)),
            _ => {}
        }
    }
    let secrets = secrets(state).chain(kept.iter().map(|(_, value)| value));
    let veil = Veil::of(secrets);
    if veil.hides() {
        events.iter_mut().for_each(|event| hide(event, &veil));
    }
    kept
}

fn hide(event: &mut Event, veil: &Veil) {
    if let Some(How::Duplicate { rule: Some(rule) }) = how_of(event) {
        veil.text(rule);
    }
    match event {
        Event::NotActed { why, .. } => veil.text(why),
        Event::Intent {
            before, before_of, ..
        } => {
            let of_items = before_of.iter_mut().map(|(_, record)| record);
            let records = before.values_mut().chain(of_items);
            records.for_each(|record| veil.record(record));
        }
        Event::Answered { values, .. } | Event::Learned { values, .. } => veil.values(values),
        Event::Settled { outcome, .. } => match outcome {
            Outcome::Done { values, .. } => veil.values(values),
            Outcome::Failed { code, message, .. } => {
                veil.text(code);
                veil.text(message);
            }
            Outcome::Unsettled { reason, .. } | Outcome::Kept { reason } => veil.text(reason),
            Outcome::Differs { values, fields } => {
                veil.values(values);
                for field in fields {
                    veil.value(&mut field.there);
                    veil.value(&mut field.planned);
                }
            }
        },
        Event::Verified { verdict, .. } => match verdict {
            Verdict::Held => {}
            Verdict::Missing { why } | Verdict::Unread { why } => veil.text(why),
        },
        Event::Stopped { why } => stopped(why, veil),
        Event::StepPlanned { step } => step_planned(step, veil),
        Event::Planned { plan, .. } => {
            let steps = &mut Arc::make_mut(plan).steps;
            steps.iter_mut().for_each(|step| step_planned(step, veil));
        }
        // These hold the words of Usher and of people.
        Event::Approved { .. }
        | Event::Confirmed { .. }
        | Event::Appeared { .. }
        | Event::Resumed
        | Event::HandedOver { .. }
        | Event::Finished { .. } => {}
    }
}

/// Returns how what a change made came to be in the org.
fn how_of(event: &mut Event) -> Option<&mut How> {
    match event {
        Event::Answered { how, .. } => Some(how),
        Event::Settled { outcome, .. } => match outcome {
            Outcome::Done { how, .. } => Some(how),
            Outcome::Failed { how, .. } | Outcome::Unsettled { how, .. } => how.as_mut(),
            Outcome::Kept { .. } | Outcome::Differs { .. } => None,
        },
        _ => None,
    }
}

/// Takes secrets out of a step's texts. The org may hold such a secret already, and its plugin may have read it.
fn step_planned(step: &mut PlannedStep, veil: &Veil) {
    let before = step.before.values_mut();
    before.for_each(|record| veil.record(record));
    match &mut step.state {
        StepState::Failed { problems, .. } => {
            problems.iter_mut().for_each(|problem| told(problem, veil));
        }
        StepState::Deferred(deferral) => {
            veil.text(&mut deferral.reason);
            deferral.likely.iter_mut().for_each(|text| veil.text(text));
        }
        _ => {}
    }
    let plan = &mut step.plan;
    plan.notes.iter_mut().for_each(|note| told(note, veil));
    for change in &mut plan.changes {
        veil.text(&mut change.summary);
    }
    for effect in &mut plan.effects {
        veil.text(&mut effect.summary);
    }
}

fn told(note: &mut Note, veil: &Veil) {
    veil.text(&mut note.summary);
    veil.text(&mut note.code);
    for text in [&mut note.remedy, &mut note.rule].into_iter().flatten() {
        veil.text(text);
    }
}

/// Takes the secrets that a run holds out of the reason why it stopped.
pub(super) fn stop(mut why: Stop, state: &RunState) -> Stop {
    stopped(&mut why, &Veil::of(secrets(state)));
    why
}

fn stopped(why: &mut Stop, veil: &Veil) {
    if let Stop::Unreachable { why }
    | Stop::NoWay { why, .. }
    | Stop::SignedOut { why, .. }
    | Stop::NotNow { why }
    | Stop::Spent { why, .. } = why
    {
        veil.text(why);
    }
}

/// Secret inputs, and results that are secrets.
fn secrets(state: &RunState) -> impl Iterator<Item = &Value> {
    let inputs = Token::Input(String::new())..Token::Loose(String::new());
    let inputs = state.bindings.range(inputs).map(|(_, value)| value);
    let results = state.secrets.iter();
    inputs.chain(results.filter_map(|token| state.bindings.get(token)))
}

fn take_secrets(
    change: &ChangeKey,
    values: &mut BTreeMap<String, Value>,
    state: &RunState,
) -> Kept {
    if state.secrets.is_empty() {
        return Kept::new();
    }
    let mut kept = Kept::new();
    values.retain(|name, value| {
        let token = change.unit.binds(&change.address, name);
        let is_secret = state.secrets.contains(&token);
        if is_secret {
            kept.push((token, value.take()));
        }
        !is_secret
    });
    kept
}

/// The former values of a record, without the fields in which a change sets a secret.
pub(super) fn without_secrets(
    state: &RunState,
    update: Option<&UpdateRecord>,
    mut before: Record,
) -> Record {
    for field in update.into_iter().flat_map(|update| &update.fields) {
        let token = field.value.token();
        if token.is_some_and(|token| token.is_secret() || state.secrets.contains(token)) {
            before.retain(|name, _| !name.eq_ignore_ascii_case(&field.name));
        }
    }
    before
}

impl Conductor<'_> {
    /// Looks again for results that are secrets, of changes that an earlier process carried out, when a change that is
    /// still to be sent needs them. A secret that came with an answer cannot be read again.
    pub(super) async fn find_secrets_again(&mut self, step: &PlannedStep) -> Flow<()> {
        let needed = self.secrets_needed(step);
        if needed.is_empty() {
            return Ok(());
        }
        let unit = step.unit();
        let done = step.plan.changes.iter().filter(|change| {
            let state = self.state.change(&unit, &change.address);
            matches!(state, Some(ChangeState::Settled(Outcome::Done { .. })))
        });
        let done: Vec<&Change> = done.collect();
        for change in done {
            for result in &change.results {
                let token = unit.binds(&change.address, &result.name);
                let Source::Found { look, at } = &result.source else {
                    continue;
                };
                if !needed.contains(&token) {
                    continue;
                }
                let found = match self.probe(look).await {
                    Ok(found) => found,
                    Err(error) => match gone(&error) {
                        Some(halt) => return Err(halt),
                        None => None,
                    },
                };
                if let Some(value) = found.as_ref().and_then(|found| value_at(found, at)) {
                    self.state.bindings.insert(token, value.clone());
                }
            }
        }
        Ok(())
    }

    /// The outcome of a change that cannot be sent any more: what it needs has failed, or was a secret of an earlier
    /// process.
    pub(super) fn cannot_go_on(&self, piece: Piece<'_>) -> Outcome {
        let is_lost = |token: &Token| {
            let is_secret = token.is_secret() || self.state.secrets.contains(token);
            is_secret && !self.state.bindings.contains_key(token)
        };
        let tokens = piece.change.tokens_to_send();
        match tokens.iter().find(|token| is_lost(token)) {
            Some(secret) => failed(
                "run/secret-gone",
                format!(
                    "it needs the secret `{secret}`, which is never written down and was known to the process \
                     that stopped only"
                ),
            ),
            None => match self.failed_need(piece, &tokens) {
                Some(unit) => failed(DEPENDS, format!("step `{unit}` has failed")),
                None => failed(DEPENDS, "what it needs has failed"),
            },
        }
    }

    /// The step of an item that should have bound one of these tokens, and is another one than that of the change.
    fn failed_need<'t>(&self, piece: Piece<'_>, tokens: &'t [Token]) -> Option<&'t Unit> {
        let open = tokens.iter();
        let open = open.filter(|token| !self.state.bindings.contains_key(token));
        let mut units = open.filter_map(Token::binder).map(|(unit, _)| unit);
        units.find(|unit| unit.item.is_some() && **unit != piece.step.unit())
    }

    fn secrets_needed(&self, step: &PlannedStep) -> BTreeSet<Token> {
        if self.state.secrets.is_empty() {
            return BTreeSet::new();
        }
        let unit = step.unit();
        let waiting = step.plan.changes.iter().filter(|change| {
            self.state.change(&unit, &change.address) == Some(&ChangeState::Waiting)
        });
        let tokens = waiting.flat_map(Change::tokens_to_send);
        let is_lost = |token: &Token| {
            self.state.secrets.contains(token) && !self.state.bindings.contains_key(token)
        };
        tokens.filter(is_lost).collect()
    }
}

#[cfg(test)]
mod tests;
