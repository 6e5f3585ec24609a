//! Fields of records that earlier steps brought, and that a step refers to: read together right before the step, and
//! bound.

use std::collections::BTreeMap;

use serde_json::Value;
use usher_core::name::fold;
use usher_core::operation::{Condition, Lookup};
use usher_core::plan::PlannedStep;
use usher_core::read::Record;
use usher_core::run::{ChangeState, Event, Learnable, learnable};
use usher_core::value::Token;

use crate::conduct::{Conductor, Flow, gone};
use crate::reads;

impl Conductor<'_> {
    /// Binds the fields that a step refers to, unless all its changes were sent.
    pub(super) async fn learn_for(&mut self, step: &PlannedStep) -> Flow<()> {
        let unit = step.unit();
        let mut changes = step.plan.changes.iter();
        let is_waiting =
            |address: &str| self.state.change(&unit, address) == Some(&ChangeState::Waiting);
        if changes.any(|change| is_waiting(&change.address)) {
            self.learn_fields(&step.plan.tokens()).await?;
        }
        Ok(())
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
        for (one, lookup) in open.into_iter().zip(lookups) {
            let answer = answers.iter().find(|(asked, _)| *asked == lookup);
            match answer.map(|(_, answer)| answer.as_deref()) {
                Some(Ok([record])) => {
                    let values = values(&one, record);
                    self.record(Event::Learned {
                        key: one.key,
                        values,
                    })?;
                }
                Some(Err(error)) => {
                    if let Some(halt) = gone(error) {
                        return Err(halt);
                    }
                }
                _ => {}
            }
        }
        Ok(())
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
