//! Checks the references in a plan: addresses, bound names, needs, causes, tokens. Each must lead somewhere, and no
//! change may wait for itself.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::change::{
    Binding, Change, Consequence, Effect, Prerequisite, Source, StepPlan, Undo, WayBack,
};
use crate::operation::references::reading::Visitor;
use crate::operation::{Condition, DeleteRecord, Operation, RestRequest};
use crate::value::{BindingName, Reference, Scalar};

use crate::answer::json;
use crate::fault::{BadAnswer, Fault};
use crate::handed::Handed;
use crate::limit;
use crate::text;

pub(super) fn check(
    plan: &StepPlan,
    of_outputs: &[Reference],
    handed: &Handed,
) -> Result<(), BadAnswer> {
    let links = Links::of(plan)?;
    let mut waits_for = Vec::with_capacity(plan.changes.len());
    let mut left = limit::LINKS_PER_PLAN_MAX;
    for change in &plan.changes {
        let waits = links.change(change, handed, &mut left);
        waits_for.push(waits.map_err(|fault| fault.at(&change.address))?);
    }
    for effect in &plan.effects {
        let checked = links.effect(effect, handed);
        checked.map_err(|fault| fault.at(&effect.address))?;
    }
    for reference in of_outputs {
        let checked = links.allows(reference, handed);
        checked.map_err(|fault| fault.at("outputs"))?;
    }
    match circle(&waits_for) {
        None => Ok(()),
        Some(circle) => {
            let name = |change: usize| plan.changes[change].address.clone();
            let addresses = circle.into_iter().map(name).collect();
            Err(Fault::Circle { addresses }.at(""))
        }
    }
}

/// Something that has an address, by its place in the plan.
#[derive(Clone, Copy)]
enum Place {
    Change(usize),
    Effect(usize),
}

struct Links<'a> {
    plan: &'a StepPlan,
    places: HashMap<&'a str, Place>,
    /// The names that changes bind as results, with the change's place.
    results: HashSet<(usize, &'a str)>,
}

impl<'a> Links<'a> {
    fn of(plan: &'a StepPlan) -> Result<Self, BadAnswer> {
        let changes = plan.changes.iter().enumerate();
        let changes = changes.map(|(index, it)| (it.address.as_str(), Place::Change(index)));
        let effects = plan.effects.iter().enumerate();
        let effects = effects.map(|(index, it)| (it.address.as_str(), Place::Effect(index)));
        let mut places = HashMap::new();
        for (address, place) in changes.chain(effects) {
            if places.insert(address, place).is_some() {
                let name = address.to_owned();
                return Err(Fault::Twice { name }.at(""));
            }
        }
        let changes = plan.changes.iter().enumerate();
        let results = changes.flat_map(|(index, change)| {
            let results = change.results.iter();
            results.map(move |result| (index, result.name.as_str()))
        });
        Ok(Self {
            plan,
            places,
            results: results.collect(),
        })
    }

    /// Checks a change. Returns the changes that must be done before it.
    ///
    /// `left`: the number of such links that the plan may still have. An effect of thousands of changes, to which
    /// thousands of others refer, makes one for each pair.
    fn change(
        &self,
        change: &Change,
        handed: &Handed,
        left: &mut usize,
    ) -> Result<HashSet<usize>, Fault> {
        for reference in found(|to| change.references(to)) {
            self.allows(&reference, handed)?;
        }
        self.refuse_claimed(change)?;
        self.refuse_foreign_delete(change)?;
        let mut before = HashSet::new();
        for reference in found(|to| change.operation.kind().references(to)) {
            if let Reference::Bound(bound) = &reference
                && bound.address == change.address
            {
                return Err(Fault::OwnResult {
                    name: bound.name.clone(),
                });
            }
        }
        // Undoing happens after everything is done, so its references set no order.
        for reference in found(|to| change.references_until_done(to)) {
            if let Reference::Bound(bound) = &reference
                && bound.address != change.address
            {
                for maker in self.makers(&bound.address) {
                    *left = left.checked_sub(1).ok_or(Fault::TooMany {
                        what: "links between changes",
                        max: limit::LINKS_PER_PLAN_MAX,
                    })?;
                    before.insert(maker);
                }
            }
        }
        for prerequisite in &change.after {
            match prerequisite {
                Prerequisite::Change(address) => before.insert(self.change_at(address)?),
                Prerequisite::Given(token) => {
                    handed.allows(token)?;
                    continue;
                }
            };
        }
        Ok(before)
    }

    fn effect(&self, effect: &Effect, handed: &Handed) -> Result<(), Fault> {
        if effect.causes.is_empty() {
            return Err(Fault::NoCause);
        }
        for cause in &effect.causes {
            self.change_at(cause)?;
        }
        refuse_ambiguous_key(effect)?;
        refuse_foreign_id(effect)?;
        let mut references = found(|to| effect.references(to)).into_iter();
        references.try_for_each(|reference| self.allows(&reference, handed))
    }

    /// Refuses an undo that deletes anything but what a change of this plan makes: undoing restores the former state.
    fn refuse_foreign_delete(&self, change: &Change) -> Result<(), Fault> {
        let Some(delete) = inverse(change).and_then(Operation::of::<DeleteRecord>) else {
            return Ok(());
        };
        let made = match &delete.id {
            Scalar::Reference(Reference::Bound(bound)) => self.makes(bound),
            _ => false,
        };
        match made {
            true => Ok(()),
            false => Err(Fault::DeletesForeign),
        }
    }

    /// Says that a change of the plan makes the record that a name stands for.
    fn makes(&self, bound: &BindingName) -> bool {
        let Some(Place::Change(index)) = self.places.get(bound.address.as_str()) else {
            return false;
        };
        let change = &self.plan.changes[*index];
        if change.operation.binds_id() && bound.name == "id" {
            return true;
        }
        let replied = |result: &Binding| {
            result.name == bound.name && matches!(result.source, Source::Reply(_))
        };
        change.operation.of::<RestRequest>().is_some() && change.results.iter().any(replied)
    }

    /// Refuses a change, or an undo, of a record that an effect only predicts: the effect's key could find another
    /// record, whose id it would then be.
    fn refuse_claimed(&self, change: &Change) -> Result<(), Fault> {
        let targets = [Some(&change.operation), inverse(change)];
        let mut references = targets
            .into_iter()
            .flatten()
            .flat_map(Operation::target_references);
        let claimed = references.find_map(|reference| match reference {
            Reference::Bound(bound) => {
                let place = self.places.get(bound.address.as_str());
                matches!(place, Some(Place::Effect(_))).then_some(&bound.address)
            }
            Reference::Given(_) => None,
        });
        match claimed {
            None => Ok(()),
            Some(address) => Err(Fault::Claimed {
                address: text::shown(address),
            }),
        }
    }

    fn allows(&self, reference: &Reference, handed: &Handed) -> Result<(), Fault> {
        match reference {
            Reference::Given(token) => handed.allows(token),
            Reference::Bound(bound) if self.binds(bound) => Ok(()),
            Reference::Bound(bound) => Err(Fault::Unbound {
                address: text::shown(&bound.address),
                name: text::shown(&bound.name),
            }),
        }
    }

    /// Says whether the plan binds a name: `id` of what is created or appears, or a result.
    fn binds(&self, bound: &BindingName) -> bool {
        match self.places.get(bound.address.as_str()) {
            None => false,
            Some(Place::Change(index)) => {
                let change = &self.plan.changes[*index];
                let creates = change.operation.binds_id();
                (creates && bound.name == "id")
                    || self.results.contains(&(*index, bound.name.as_str()))
            }
            Some(Place::Effect(index)) => {
                let consequence = &self.plan.effects[*index].consequence;
                let binds = matches!(
                    consequence,
                    Consequence::Appears {
                        id: Scalar::Nothing,
                        ..
                    }
                );
                binds && bound.name == "id"
            }
        }
    }

    /// The changes after which the values of `address` are bound.
    fn makers(&self, address: &str) -> impl Iterator<Item = usize> {
        let (own, causes): (Option<usize>, &[String]) = match self.places.get(address) {
            None => (None, &[]),
            Some(Place::Change(index)) => (Some(*index), &[]),
            Some(Place::Effect(index)) => (None, &self.plan.effects[*index].causes),
        };
        let causes = causes.iter().filter_map(|it| self.change_at(it).ok());
        own.into_iter().chain(causes)
    }

    fn change_at(&self, address: &str) -> Result<usize, Fault> {
        match self.places.get(address) {
            Some(Place::Change(index)) => Ok(*index),
            _ => Err(Fault::NoChange {
                address: text::shown(address),
            }),
        }
    }
}

/// The operation that undoes a change, when the plugin gives one.
fn inverse(change: &Change) -> Option<&Operation> {
    let Undo::Possible(back) = &change.undo else {
        return None;
    };
    match &back.way {
        WayBack::Instead(inverse) => Some(inverse),
        WayBack::Restore => None,
    }
}

/// Refuses a key that could find an existing record besides the new one: a value that is not known yet must be alone in
/// its condition.
fn refuse_ambiguous_key(effect: &Effect) -> Result<(), Fault> {
    let Consequence::Appears { key, .. } = &effect.consequence else {
        return Ok(());
    };
    let is_ambiguous = |condition: &&Condition| {
        condition.any_of.len() > 1 && !condition.any_of.iter().all(Scalar::is_known)
    };
    match key.iter().find(is_ambiguous) {
        None => Ok(()),
        Some(condition) => Err(Fault::AmbiguousKey {
            field: text::shown(&condition.field),
        }),
    }
}

/// Refuses a new record under an id that the plugin names: it would be an existing record.
fn refuse_foreign_id(effect: &Effect) -> Result<(), Fault> {
    let Consequence::Appears { id, .. } = &effect.consequence else {
        return Ok(());
    };
    match id {
        Scalar::Nothing => Ok(()),
        Scalar::Reference(Reference::Bound(bound)) if effect.causes.contains(&bound.address) => {
            Ok(())
        }
        _ => Err(Fault::NotOfCause),
    }
}

/// The changes that wait for each other, if any.
fn circle(waits_for: &[HashSet<usize>]) -> Option<Vec<usize>> {
    // A change that waits for none of the rest can be done. The changes that remain contain a circle.
    let mut left: HashSet<usize> = (0..waits_for.len()).collect();
    let mut waiting: Vec<usize> = waits_for.iter().map(HashSet::len).collect();
    let mut behind: Vec<Vec<usize>> = vec![Vec::new(); waits_for.len()];
    for (change, before) in waits_for.iter().enumerate() {
        before.iter().for_each(|it| behind[*it].push(change));
    }
    let mut ready: Vec<usize> = (0..waits_for.len())
        .filter(|it| waiting[*it] == 0)
        .collect();
    while let Some(done) = ready.pop() {
        left.remove(&done);
        for change in &behind[done] {
            waiting[*change] -= 1;
            if waiting[*change] == 0 {
                ready.push(*change);
            }
        }
    }
    let mut at = *left.iter().min()?;
    let mut path = Vec::new();
    while !path.contains(&at) {
        path.push(at);
        at = *waits_for[at].iter().filter(|it| left.contains(it)).min()?;
    }
    let begin = path.iter().position(|it| *it == at)?;
    Some(path.split_off(begin))
}

/// The references that a walk visits, those in JSON texts included.
pub(super) fn found(walk: impl FnOnce(&mut dyn Visitor)) -> Vec<Reference> {
    let mut found = Found::default();
    walk(&mut found);
    found.0
}

/// Collects references.
#[derive(Default)]
struct Found(Vec<Reference>);

impl Visitor for Found {
    fn scalar(&mut self, scalar: &Scalar) {
        self.0.extend(scalar.references().into_iter().cloned());
    }

    fn json(&mut self, text: &str) {
        let json: Value =
            serde_json::from_str(text).expect("tidied when the operation was checked");
        self.0.extend(json::references(&json));
    }
}
