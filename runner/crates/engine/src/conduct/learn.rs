//! Fields of records that earlier steps brought, and that a step refers to: read together right before the step, and
//! bound.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value;
use usher_core::name::fold;
use usher_core::operation::{Condition, Lookup};
use usher_core::plan::PlannedStep;
use usher_core::read::Record;
use usher_core::run::{ChangeState, Event, Learnable, learnable};
use usher_core::value::Token;

use crate::conduct::piece::Piece;
use crate::conduct::{Conductor, Flow, gone};
use crate::reads;

impl Conductor<'_> {
    /// Binds the fields that steps refer to, without those of steps whose changes were all sent.
    pub(super) async fn learn_for(&mut self, steps: &[PlannedStep]) -> Flow<()> {
        let is_waiting = |piece: Piece<'_>| {
            let state = self.state.changes.get(&piece.key());
            state == Some(&ChangeState::Waiting)
        };
        let left = steps.iter().filter(|step| {
            let mut changes = step.plan.changes.iter();
            changes.any(|change| is_waiting(Piece { step, change }))
        });
        let tokens: BTreeSet<Token> = left.flat_map(|step| step.plan.tokens()).collect();
        self.learn_fields(&tokens.into_iter().collect::<Vec<_>>())
            .await
    }

    /// Reads the fields that tokens stand for, of records that the org has by now, and binds them. A field that the org
    /// refuses or does not have stays unknown.
    pub(super) async fn learn_fields(&mut self, tokens: &[Token]) -> Flow<()> {
        let open = learnable(&self.state, tokens);
        if open.is_empty() {
            return Ok(());
        }
        let lookups: Vec<Lookup> = open.iter().map(lookup).collect();
        let answers = reads::read_all(self.org, lookups.clone()).await;
        let answers: HashMap<Lookup, _> = answers.into_iter().collect();
        let mut learned = Vec::new();
        let mut halt = None;
        for (one, lookup) in open.into_iter().zip(lookups) {
            match answers.get(&lookup).map(|answer| answer.as_deref()) {
                Some(Ok([record])) => {
                    let values = values(&one, record);
                    let key = one.key;
                    learned.push(Event::Learned { key, values });
                }
                Some(Err(error)) => halt = halt.or_else(|| gone(error)),
                _ => {}
            }
        }
        self.record_all(learned)?;
        halt.map_or(Ok(()), Err)
    }
}

/// One name for each field: Salesforce refuses to be asked twice for one.
fn lookup(open: &Learnable) -> Lookup {
    let fields: BTreeMap<String, &String> =
        open.fields.iter().map(|name| (fold(name), name)).collect();
    Lookup {
        object: open.object.clone(),
        fields: fields.into_values().cloned().collect(),
        conditions: vec![Condition::is("Id", open.id.clone())],
    }
}

/// The fields of the record under the names of the tokens.
fn values(open: &Learnable, record: &Record) -> BTreeMap<String, Value> {
    let named = open.fields.iter().filter_map(|name| {
        let mut fields = record.iter();
        let (_, value) = fields.find(|(field, _)| field.eq_ignore_ascii_case(name))?;
        Some((name.clone(), value.clone()))
    });
    named.collect()
}

#[cfg(test)]
mod tests;
