//! Which changes of a step go into the next request. The same decision tells a plan how many requests
//! applying it will take.

use std::collections::BTreeSet;

use crate::component;
use usher_contract::change::{Change, Need, StepPlan};
use usher_contract::operation::{Field, Operation};
use usher_contract::value::{Reference, Token};

/// Rows of one collection (REST API Guide, sObject Collections: 200 records).
const ROWS_PER_COLLECTION_MAX: usize = 200;

/// Changes that are sent in one request, by their places in the step's plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    pub changes: Vec<usize>,
}

/// What comes next in a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    Send(Batch),
    /// Nothing more can be sent: these wait for what failed.
    Stuck(Vec<usize>),
    Finished,
}

/// The next request of a step. `waiting`: whether a change is still to be sent; `done`: whether one is
/// as wanted; `known`: whether a token has a value.
///
/// One object per request, because setup and other objects may not mix; what a change needs goes before
/// it; one record never twice in a request.
pub fn next_batch(
    plan: &StepPlan,
    waiting: &dyn Fn(&Change) -> bool,
    done: &dyn Fn(&str) -> bool,
    known: &dyn Fn(&Token) -> bool,
) -> Next {
    let left: Vec<usize> = (0..plan.changes.len())
        .filter(|index| waiting(&plan.changes[*index]))
        .collect();
    if left.is_empty() {
        return Next::Finished;
    }
    let mut batch: Vec<usize> = Vec::new();
    for index in &left {
        let change = &plan.changes[*index];
        if !is_ready(change, done, known) {
            continue;
        }
        let Some(first) = batch.first() else {
            batch.push(*index);
            continue;
        };
        if batch.len() == ROWS_PER_COLLECTION_MAX {
            break;
        }
        let together = collection(&plan.changes[*first].operation);
        let same_record = batch.iter().any(|other| {
            matches!((record(&plan.changes[*other].operation), record(&change.operation)),
                (Some(a), Some(b)) if a.is_same_id(b))
        });
        if together.is_some() && together == collection(&change.operation) && !same_record {
            batch.push(*index);
        }
    }
    if batch.is_empty() {
        Next::Stuck(left)
    } else {
        Next::Send(Batch { changes: batch })
    }
}

/// How many writing requests the step's changes take when nothing fails.
pub fn write_requests(plan: &StepPlan) -> u64 {
    let mut sent: BTreeSet<&str> = BTreeSet::new();
    let mut requests = 0;
    loop {
        let done = sent.clone();
        let next = next_batch(
            plan,
            &|change| !done.contains(change.address.as_str()),
            &|address| done.contains(address),
            &|token| !is_of_waiting(plan, token, &done),
        );
        let Next::Send(batch) = next else {
            return requests;
        };
        let changes = batch.changes.iter().map(|index| &plan.changes[*index]);
        if changes
            .clone()
            .any(|change| change.operation != Operation::WaitOnly)
        {
            requests += 1;
        }
        sent.extend(changes.map(|change| change.address.as_str()));
    }
}

fn is_of_waiting(plan: &StepPlan, token: &Token, done: &BTreeSet<&str>) -> bool {
    plan.changes.iter().any(|change| {
        !done.contains(change.address.as_str())
            && token.0.contains(&format!(":{}.", change.address))
    })
}

fn is_ready(change: &Change, done: &dyn Fn(&str) -> bool, known: &dyn Fn(&Token) -> bool) -> bool {
    let needs = change.needs.iter().all(|need| match need {
        Need::Change(address) => done(address),
        Need::Given(token) => known(token),
    });
    let mut whole = StepPlan {
        changes: vec![Change {
            waits: Vec::new(),
            results: Vec::new(),
            undo: usher_contract::change::Undo::Nothing,
            ..change.clone()
        }],
        ..StepPlan::default()
    };
    let mut ready = needs;
    whole.for_each_scalar(&mut |scalar| {
        for reference in scalar.references() {
            ready &= match reference {
                Reference::Given(token) => known(token),
                Reference::Bound(_) => false,
            };
        }
    });
    ready
        && texts(&change.operation).all(|text| {
            let json = serde_json::from_str(text).unwrap_or_default();
            component::tokens(&json).iter().all(known)
        })
}

/// The JSON texts in which values may stand that are not known yet.
fn texts(operation: &Operation) -> Box<dyn Iterator<Item = &str> + '_> {
    match operation {
        Operation::Request {
            body: Some(body), ..
        } => Box::new(std::iter::once(body.as_str())),
        Operation::Deploy { components, .. } => Box::new(
            components
                .iter()
                .map(|component| component.content.as_str()),
        ),
        _ => Box::new(std::iter::empty()),
    }
}

/// Changes that may share a request have the same verb, object and options: an option goes with the whole
/// request.
fn collection(operation: &Operation) -> Option<(&'static str, &str, &[Field])> {
    match operation {
        Operation::Create {
            object, options, ..
        }
        | Operation::Update {
            object, options, ..
        } => Some((operation.verb(), object, options)),
        Operation::Delete { object, .. } => Some(("delete", object, &[])),
        _ => None,
    }
}

fn record(operation: &Operation) -> Option<&usher_contract::value::Scalar> {
    match operation {
        Operation::Update { id, .. } | Operation::Delete { id, .. } => Some(id),
        _ => None,
    }
}
