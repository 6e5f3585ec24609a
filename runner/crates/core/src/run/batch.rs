//! Chooses the changes of a step that go into the next request. The same decision tells a plan how many requests
//! applying it will take.
//!
//! A change waits in [`Queue`] until everything that it needs exists. Each requirement is checked once when the queue
//! is made and once when it is met, so that the cost grows with the changes and their references.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::plan::{PlannedStep, record_key};
use usher_contract::change::{Change, Prerequisite, StepPlan};
use usher_contract::name::fold;
use usher_contract::operation::{Field, Operation};
use usher_contract::value::{Token, Unit};

/// Rows of one collection (REST API Guide, sObject Collections: 200 records).
const ROWS_PER_COLLECTION_MAX: usize = 200;

/// Assignments of permission sets and groups that are deleted in one request. When fifty or more go at once, Salesforce
/// leaves their permission set licenses with the users (Salesforce Help, "Remove Permission Set Licenses"; whether it
/// counts by request or by user is not said).
const UNASSIGNED_TOGETHER_MAX: usize = 49;

/// Changes that are sent in one request, by their places in the step's plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    pub changes: Vec<usize>,
}

/// The next thing to do in a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    Send(Batch),
    /// Nothing more can be sent: these changes wait for changes that failed.
    Stuck(Vec<usize>),
    Finished,
}

/// A condition that must hold before a change can be sent.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Requirement {
    /// The change at this address of the same step is done.
    Done(String),
    Known(Token),
}

/// Changes may share a request when they have the same verb, object and options: an option counts for the whole
/// request.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    Collection(&'static str, String, Vec<Field>),
    Alone(usize),
}

impl Group {
    /// Returns how many changes may share a request at most.
    fn rows_max(&self) -> usize {
        match self {
            Self::Collection("delete", object, _) if *object == fold("PermissionSetAssignment") => {
                UNASSIGNED_TOGETHER_MAX
            }
            Self::Collection(..) => ROWS_PER_COLLECTION_MAX,
            Self::Alone(_) => 1,
        }
    }
}

/// The changes of a step that are still to be sent, in the order of the plan.
///
/// One object per request, because setup and other objects may not mix; what a change needs goes before
/// it; one record never twice in a request.
#[derive(Debug)]
pub struct Queue {
    groups: Vec<Group>,
    /// The record that each change updates or deletes.
    records: Vec<Option<String>>,
    /// The number of requirements of each change that are not met.
    unmet: Vec<usize>,
    /// The changes that wait for a requirement.
    waiters: HashMap<Requirement, Vec<usize>>,
    /// Tokens that a change of the step binds and others wait for, by its address.
    bound: HashMap<String, Vec<Token>>,
    left: BTreeSet<usize>,
    ready: BTreeSet<usize>,
    ready_of: BTreeMap<Group, BTreeSet<usize>>,
}

impl Queue {
    /// The changes of a step for which `waiting` holds. `done` says whether the change at an address is as wanted,
    /// `known` whether a token has a value.
    pub fn new(
        unit: &Unit,
        plan: &StepPlan,
        waiting: &dyn Fn(&Change) -> bool,
        done: &dyn Fn(&str) -> bool,
        known: &dyn Fn(&Token) -> bool,
    ) -> Self {
        let changes = &plan.changes;
        let grouped = changes.iter().enumerate();
        let grouped = grouped.map(|(index, change)| group(index, &change.operation));
        let records = changes
            .iter()
            .map(|change| change.operation.record().map(record_key));
        let mut queue = Self {
            groups: grouped.collect(),
            records: records.collect(),
            unmet: vec![0; changes.len()],
            waiters: HashMap::new(),
            bound: HashMap::new(),
            left: BTreeSet::new(),
            ready: BTreeSet::new(),
            ready_of: BTreeMap::new(),
        };
        let mut own_tokens: HashSet<Token> = HashSet::new();
        for (index, change) in changes.iter().enumerate() {
            if !waiting(change) {
                continue;
            }
            let mut unmet: HashSet<Requirement> = HashSet::new();
            for prerequisite in &change.after {
                if let Prerequisite::Change(address) = prerequisite
                    && !done(address)
                {
                    unmet.insert(Requirement::Done(address.clone()));
                }
            }
            for token in change.tokens_to_send() {
                if known(&token) {
                    continue;
                }
                if let Some((of, address)) = token.binder()
                    && of == unit
                    && own_tokens.insert(token.clone())
                {
                    let bound = queue.bound.entry(address.to_owned()).or_default();
                    bound.push(token.clone());
                }
                unmet.insert(Requirement::Known(token));
            }
            queue.unmet[index] = unmet.len();
            for requirement in unmet {
                queue.waiters.entry(requirement).or_default().push(index);
            }
            queue.again(index);
        }
        queue
    }

    /// Takes the next request out of the queue.
    pub fn take(&mut self) -> Next {
        let Some(first) = self.ready.first().copied() else {
            if self.left.is_empty() {
                return Next::Finished;
            }
            return Next::Stuck(self.left.iter().copied().collect());
        };
        let rows_max = self.groups[first].rows_max();
        let mut taken: HashSet<&str> = HashSet::new();
        let mut batch = Vec::new();
        for index in self.ready_of.get(&self.groups[first]).into_iter().flatten() {
            if batch.len() == rows_max {
                break;
            }
            let record = self.records[*index].as_deref();
            if record.is_none_or(|record| taken.insert(record)) {
                batch.push(*index);
            }
        }
        for index in &batch {
            self.left.remove(index);
            self.unready(*index);
        }
        Next::Send(Batch { changes: batch })
    }

    /// Puts a change into the queue: back when it certainly has not acted, or in for the first time.
    pub fn again(&mut self, index: usize) {
        self.left.insert(index);
        if self.unmet[index] == 0 {
            self.ready.insert(index);
            let group = self.groups[index].clone();
            self.ready_of.entry(group).or_default().insert(index);
        }
    }

    /// Records that the change at `address` is as wanted: the changes that wait for it, and for those of its values
    /// that are `known`, may go.
    pub fn done(&mut self, address: &str, known: &dyn Fn(&Token) -> bool) {
        self.met(&Requirement::Done(address.to_owned()));
        for token in self.bound.remove(address).unwrap_or_default() {
            if known(&token) {
                self.met(&Requirement::Known(token));
            }
        }
    }

    fn met(&mut self, requirement: &Requirement) {
        for index in self.waiters.remove(requirement).unwrap_or_default() {
            self.unmet[index] -= 1;
            if self.unmet[index] == 0 && self.left.contains(&index) {
                self.again(index);
            }
        }
    }

    fn unready(&mut self, index: usize) {
        self.ready.remove(&index);
        if let Some(ready) = self.ready_of.get_mut(&self.groups[index]) {
            ready.remove(&index);
            if ready.is_empty() {
                self.ready_of.remove(&self.groups[index]);
            }
        }
    }
}

/// Returns how many writing requests the step's changes take when nothing fails.
pub fn write_requests(step: &PlannedStep) -> u64 {
    let (unit, plan) = (step.unit(), &step.plan);
    let own: HashSet<&str> = plan
        .changes
        .iter()
        .map(|one| one.address.as_str())
        .collect();
    let is_of_change = |token: &Token| {
        token
            .binder()
            .is_some_and(|(of, address)| *of == unit && own.contains(address))
    };
    let mut queue = Queue::new(&unit, plan, &|_| true, &|_| false, &|token| {
        !is_of_change(token)
    });
    let mut requests = 0;
    while let Next::Send(batch) = queue.take() {
        let changes = batch.changes.iter().map(|index| &plan.changes[*index]);
        let sends = |change: &Change| change.operation.is_sent();
        requests += u64::from(changes.clone().any(sends));
        for change in changes {
            queue.done(&change.address, &|_| true);
        }
    }
    requests
}

fn group(index: usize, operation: &Operation) -> Group {
    match operation.collection() {
        Some((object, options)) => {
            Group::Collection(operation.verb(), fold(object), options.to_vec())
        }
        None => Group::Alone(index),
    }
}
