//! Chooses the changes of a turn that go into the next request. The same decision tells a plan how many requests
//! applying it will take.
//!
//! A change waits in [`Queue`] until everything that it needs exists. Each thing that it needs is looked at once when the
//! queue is made and once when it is there, so that the cost grows with the changes and their references.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::plan::{PlannedStep, record_key};
use crate::run::event::ChangeKey;
use crate::run::turn::turns;
use usher_contract::change::{Change, Prerequisite};
use usher_contract::name::fold;
use usher_contract::operation::{Field, Operation};
use usher_contract::value::Token;

/// Rows of one collection (REST API Guide, sObject Collections: 200 records).
const ROWS_PER_COLLECTION_MAX: usize = 200;

/// Users in the first collection of a run. Each collection that passes makes the next one twice as large: what locks
/// the roles and groups of users shows in few rows, and a save of users holds such locks until its end.
pub const USERS_FIRST: usize = 50;

/// Assignments of permission sets and groups that are deleted in one request. When fifty or more go at once, Salesforce
/// leaves their permission set licenses with the users (Salesforce Help, "Remove Permission Set Licenses"; whether it
/// counts by request or by user is not said).
const UNASSIGNED_TOGETHER_MAX: usize = 49;

/// Changes that are gone through to fill one request. Many changes of one record need a request each; without an end, each of
/// them would go through all that are left.
const SEEN_FOR_ONE_MAX: usize = 5 * ROWS_PER_COLLECTION_MAX;

/// Changes that are sent in one request, by their places among the changes of the turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    pub changes: Vec<usize>,
}

/// The next thing to do in a turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    Send(Batch),
    /// Nothing more can be sent: these changes wait for changes that failed.
    Stuck(Vec<usize>),
    Finished,
}

/// Changes that may share a request: those of one collection. Any other change goes alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    /// By its place among the collections of the queue.
    Collection(usize),
    /// By the place of the change.
    Alone(usize),
}

/// A kind of request for several records. Its changes have the same verb, object and options: an option counts for the
/// whole request.
#[derive(Debug)]
struct Collection {
    verb: &'static str,
    /// Folded.
    object: String,
    options: Vec<Field>,
}

impl Collection {
    /// Returns how many changes may share a request at most.
    fn rows_max(&self, users_max: usize) -> usize {
        match (self.verb, self.object.as_str()) {
            ("delete", "permissionsetassignment") => UNASSIGNED_TOGETHER_MAX,
            _ if self.is_of_users() => users_max,
            _ => ROWS_PER_COLLECTION_MAX,
        }
    }

    /// Says whether its rows are users who are saved.
    fn is_of_users(&self) -> bool {
        self.object == "user"
    }
}

/// The part of a turn that a change belongs to: parts go one after the other, as far as their changes are ready.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Part {
    /// Changes on which longer chains of the same item depend go first. The items were planned one after the other: a
    /// change that only the first of them needed goes before those that take it for granted.
    rank: usize,
    /// Changes that come back go behind those that were never sent: one row that stays locked does not make every
    /// request of its turn a small one.
    is_again: bool,
}

/// The changes of a turn that are still to be sent, in the order of the plan.
///
/// One object per request, because setup and other objects may not mix; what a change needs goes before
/// it; one record never twice in a request.
#[derive(Debug)]
pub struct Queue {
    /// The kinds of requests for several records.
    collections: Vec<Collection>,
    groups: Vec<Group>,
    parts: Vec<Part>,
    /// Says that the turn has several steps.
    is_shared: bool,
    /// The record that each change updates or deletes.
    records: Vec<Option<String>>,
    /// The number of things that each change still waits for: changes that must be done, and tokens that must have a value.
    unmet: Vec<usize>,
    /// The changes that wait until another one is done.
    behind: HashMap<usize, Vec<usize>>,
    /// The changes that wait for a value.
    waiters: HashMap<Token, Vec<usize>>,
    /// Tokens that a change of the turn binds and others wait for.
    bound: HashMap<usize, Vec<Token>>,
    left: BTreeSet<usize>,
    ready: BTreeSet<(Part, usize)>,
    ready_of: BTreeMap<(Part, Group), BTreeSet<usize>>,
    /// Users that may share the next request.
    users_max: usize,
}

impl Queue {
    /// The changes of a turn for which `waiting` holds. `done` says whether a change is as wanted, `known` whether a
    /// token has a value.
    pub fn new(
        turn: &[PlannedStep],
        waiting: &dyn Fn(&ChangeKey) -> bool,
        done: &dyn Fn(&ChangeKey) -> bool,
        known: &dyn Fn(&Token) -> bool,
    ) -> Self {
        let mut queue = Self {
            collections: Vec::new(),
            groups: Vec::new(),
            parts: Vec::new(),
            is_shared: turn.len() > 1,
            records: Vec::new(),
            unmet: Vec::new(),
            behind: HashMap::new(),
            waiters: HashMap::new(),
            bound: HashMap::new(),
            left: BTreeSet::new(),
            ready: BTreeSet::new(),
            ready_of: BTreeMap::new(),
            users_max: USERS_FIRST,
        };
        let lengths: Vec<Vec<usize>> = match queue.is_shared {
            true => turn.iter().map(chains).collect(),
            false => turn
                .iter()
                .map(|step| vec![0; step.plan.changes.len()])
                .collect(),
        };
        let longest = lengths.iter().flatten().max().copied().unwrap_or(0);
        let places = places(turn);
        for (step, lengths) in turn.iter().zip(lengths) {
            let unit = step.unit();
            for (change, length) in step.plan.changes.iter().zip(lengths) {
                let index = queue.groups.len();
                let group = queue.group(index, &change.operation);
                queue.groups.push(group);
                queue.parts.push(Part {
                    rank: longest - length,
                    is_again: false,
                });
                queue
                    .records
                    .push(change.operation.record().map(record_key));
                queue.unmet.push(0);
                if !waiting(&ChangeKey::new(&unit, &change.address)) {
                    continue;
                }
                for address in needed(change) {
                    if done(&ChangeKey::new(&unit, address)) {
                        continue;
                    }
                    queue.unmet[index] += 1;
                    // A change that is not there is never done.
                    if let Some(needed) = places.get(&(step.key(), address)) {
                        queue.behind.entry(*needed).or_default().push(index);
                    }
                }
                for token in change.tokens_to_send() {
                    if !known(&token) {
                        queue.unmet[index] += 1;
                        queue.wait_for(token, index, &places);
                    }
                }
                queue.wait(index);
            }
        }
        queue
    }

    /// Lets a change wait for a value.
    fn wait_for(&mut self, token: Token, index: usize, places: &Places<'_>) {
        if !self.waiters.contains_key(&token)
            && let Some(binder) = place_of(&token, places)
        {
            self.bound.entry(binder).or_default().push(token.clone());
        }
        self.waiters.entry(token).or_default().push(index);
    }

    fn group(&mut self, index: usize, operation: &Operation) -> Group {
        let Some((object, options)) = operation.collection() else {
            return Group::Alone(index);
        };
        let (verb, object) = (operation.verb(), fold(object));
        let is_its = |one: &Collection| {
            one.verb == verb && one.object == object && one.options.as_slice() == options
        };
        // There are a few kinds, however many changes there are.
        let place = self.collections.iter().position(is_its);
        Group::Collection(place.unwrap_or_else(|| {
            self.collections.push(Collection {
                verb,
                object,
                options: options.to_vec(),
            });
            self.collections.len() - 1
        }))
    }

    /// The collection that a change is of.
    fn collection(&self, index: usize) -> Option<&Collection> {
        match self.groups[index] {
            Group::Collection(place) => self.collections.get(place),
            Group::Alone(_) => None,
        }
    }

    fn is_of_users(&self, index: usize) -> bool {
        self.collection(index).is_some_and(Collection::is_of_users)
    }

    /// The queue whose first collection of users has so many at most: those before have passed.
    #[must_use]
    pub fn after(self, users_max: usize) -> Self {
        Self { users_max, ..self }
    }

    /// Users that may share the next request.
    pub fn users_max(&self) -> usize {
        self.users_max
    }

    /// Takes the next request out of the queue.
    pub fn take(&mut self) -> Next {
        let Some((part, first)) = self.ready.first().copied() else {
            if self.left.is_empty() {
                return Next::Finished;
            }
            return Next::Stuck(self.left.iter().copied().collect());
        };
        let group = self.groups[first];
        match self.take_of(&(part, group), HashSet::new(), &mut |_| true) {
            Some(batch) => Next::Send(batch),
            None => Next::Stuck(self.left.iter().copied().collect()),
        }
    }

    /// Takes one more request that may leave together with those that were just taken: of their kind, about other records,
    /// and about nothing that the save of one of theirs holds. `held`: what the save of a change holds until its end; a
    /// change of which that is not known leaves with no other request.
    pub fn beside(
        &mut self,
        flight: &[Batch],
        held: &dyn Fn(usize) -> Option<String>,
    ) -> Option<Batch> {
        let kind = self.kind(flight)?;
        let changes = flight.iter().flat_map(|batch| &batch.changes);
        let others = changes.map(|index| held(*index));
        let others: HashSet<String> = others.collect::<Option<_>>()?;
        let records = self.records_of(flight);
        self.take_of(&kind, records, &mut |index| {
            held(index).is_some_and(|held| !others.contains(&held))
        })
    }

    /// Takes the request that leaves after those that were just taken, when it is of their kind and about other records:
    /// nothing that they do shows in its own.
    pub fn behind(&mut self, flight: &[Batch]) -> Option<Batch> {
        let kind = self.kind(flight)?;
        let records = self.records_of(flight);
        self.take_of(&kind, records, &mut |_| true)
    }

    /// Puts a request back that was taken and not sent. It says nothing about larger ones.
    pub fn give_back(&mut self, batch: Batch) {
        let users = batch.changes.iter();
        let users = users.filter(|index| self.is_of_users(**index));
        match users.count() {
            0 => {}
            users => self.users_max = self.users_max.min(users.max(USERS_FIRST)),
        }
        batch.changes.into_iter().for_each(|index| self.wait(index));
    }

    /// The kind of requests of which more may leave together or be prepared. Changes that come back go alone.
    fn kind(&self, flight: &[Batch]) -> Option<(Part, Group)> {
        let first = *flight.first()?.changes.first()?;
        let (part, group) = (self.parts[first], self.groups[first]);
        (!part.is_again && matches!(group, Group::Collection(..))).then_some((part, group))
    }

    fn records_of(&self, flight: &[Batch]) -> HashSet<String> {
        let changes = flight.iter().flat_map(|batch| &batch.changes);
        changes
            .filter_map(|index| self.records[*index].clone())
            .collect()
    }

    /// Takes a request of this kind, of changes that `may` go and of none of the `records`.
    fn take_of(
        &mut self,
        kind: &(Part, Group),
        mut records: HashSet<String>,
        may: &mut dyn FnMut(usize) -> bool,
    ) -> Option<Batch> {
        let collection = match kind.1 {
            Group::Collection(place) => self.collections.get(place),
            Group::Alone(_) => None,
        };
        let rows_max = collection.map_or(1, |of| of.rows_max(self.users_max));
        let is_of_users = collection.is_some_and(Collection::is_of_users);
        let mut changes = Vec::new();
        let ready = self.ready_of.get(kind).into_iter().flatten();
        for index in ready.take(SEEN_FOR_ONE_MAX) {
            if changes.len() == rows_max {
                break;
            }
            let record = self.records[*index].as_ref();
            if record.is_none_or(|record| !records.contains(record)) && may(*index) {
                records.extend(record.cloned());
                changes.push(*index);
            }
        }
        if changes.is_empty() {
            return None;
        }
        // A few that pass say little about many.
        if is_of_users && changes.len() == rows_max {
            self.users_max = (self.users_max * 2).min(ROWS_PER_COLLECTION_MAX);
        }
        for index in &changes {
            self.left.remove(index);
            self.unready(*index);
        }
        Some(Batch { changes })
    }

    /// Puts a change back into the queue: it certainly has not acted.
    pub fn again(&mut self, index: usize) {
        self.parts[index].is_again = self.is_shared;
        if self.is_of_users(index) {
            self.users_max = USERS_FIRST;
        }
        self.wait(index);
    }

    fn wait(&mut self, index: usize) {
        self.left.insert(index);
        if self.unmet[index] == 0 {
            let part = self.parts[index];
            self.ready.insert((part, index));
            let group = (part, self.groups[index]);
            self.ready_of.entry(group).or_default().insert(index);
        }
    }

    /// Records that a change is as wanted: the changes that wait for it, and for those of its values that are `known`,
    /// may go.
    pub fn done(&mut self, index: usize, known: &dyn Fn(&Token) -> bool) {
        let behind = self.behind.remove(&index);
        self.met(behind.unwrap_or_default());
        for token in self.bound.remove(&index).unwrap_or_default() {
            if known(&token) {
                let waiters = self.waiters.remove(&token);
                self.met(waiters.unwrap_or_default());
            }
        }
    }

    /// Notes that one thing is there for which these changes waited.
    fn met(&mut self, waiters: Vec<usize>) {
        for index in waiters {
            self.unmet[index] -= 1;
            if self.unmet[index] == 0 && self.left.contains(&index) {
                self.wait(index);
            }
        }
    }

    fn unready(&mut self, index: usize) {
        let part = self.parts[index];
        self.ready.remove(&(part, index));
        let group = (part, self.groups[index]);
        if let Some(ready) = self.ready_of.get_mut(&group) {
            ready.remove(&index);
            if ready.is_empty() {
                self.ready_of.remove(&group);
            }
        }
    }
}

/// Returns how many writing requests the changes of all steps take when nothing fails.
pub fn write_requests(steps: &[PlannedStep]) -> u64 {
    let mut users_max = USERS_FIRST;
    turns(steps)
        .map(|turn| requests_of(&steps[turn], &mut users_max))
        .sum()
}

fn requests_of(turn: &[PlannedStep], users_max: &mut usize) -> u64 {
    let changes = turn.iter().flat_map(|step| &step.plan.changes);
    let changes: Vec<&Change> = changes.collect();
    let own = places(turn);
    let is_known = |token: &Token| place_of(token, &own).is_none();
    let mut queue = Queue::new(turn, &|_| true, &|_| false, &is_known).after(*users_max);
    let mut requests = 0;
    while let Next::Send(batch) = queue.take() {
        let mut sent = batch.changes.iter().map(|index| changes[*index]);
        requests += u64::from(sent.any(|change| change.operation.is_sent()));
        for index in batch.changes {
            queue.done(index, &|_| true);
        }
    }
    *users_max = queue.users_max();
    requests
}

/// The changes of a turn by their units and addresses.
type Places<'t> = HashMap<((&'t str, Option<&'t str>), &'t str), usize>;

fn places(turn: &[PlannedStep]) -> Places<'_> {
    let keyed = turn.iter().flat_map(|step| {
        let changes = step.plan.changes.iter();
        changes.map(|change| (step.key(), change.address.as_str()))
    });
    keyed.zip(0..).collect()
}

/// The place of the change that binds a token.
fn place_of(token: &Token, places: &Places<'_>) -> Option<usize> {
    let (unit, address) = token.binder()?;
    let step = (unit.step.as_str(), unit.item.as_deref());
    places.get(&(step, address)).copied()
}

/// The addresses of the changes that must be done before this one.
fn needed(change: &Change) -> impl Iterator<Item = &str> {
    change.after.iter().filter_map(|needed| match needed {
        Prerequisite::Change(address) => Some(address.as_str()),
        Prerequisite::Given(_) => None,
    })
}

/// Returns, for each change of a step, the length of the longest chain of changes of the step that depend on it.
fn chains(step: &PlannedStep) -> Vec<usize> {
    let (unit, changes) = (step.unit(), &step.plan.changes);
    let places = changes.iter().enumerate();
    let places: HashMap<&str, usize> = places.map(|(at, one)| (one.address.as_str(), at)).collect();
    let needs: Vec<BTreeSet<usize>> = changes
        .iter()
        .map(|change| {
            let after = needed(change).filter_map(|address| places.get(address).copied());
            let tokens = change.tokens_to_send();
            let bound = tokens.iter().filter_map(Token::binder);
            let bound = bound.filter(|(of, _)| **of == unit);
            let bound = bound.filter_map(|(_, address)| places.get(address).copied());
            after.chain(bound).collect()
        })
        .collect();
    let mut dependents = vec![0_usize; changes.len()];
    for place in needs.iter().flatten() {
        dependents[*place] += 1;
    }
    let mut lengths = vec![0; changes.len()];
    let last = (0..changes.len()).filter(|place| dependents[*place] == 0);
    let mut last: Vec<usize> = last.collect();
    while let Some(place) = last.pop() {
        for first in &needs[place] {
            lengths[*first] = lengths[*first].max(lengths[place] + 1);
            dependents[*first] -= 1;
            if dependents[*first] == 0 {
                last.push(*first);
            }
        }
    }
    lengths
}
