//! User permissions that the signed-in user needs for what a plan sends and reads. Salesforce refuses the rest, often
//! with words about a field that does not exist (docs/salesforce/permission-sets.md#reading-setup).

mod needs;
mod reads;

use std::collections::BTreeSet;

use usher_contract::manifest::Writes;
use usher_contract::operation::{DeployComponents, Field, Operation, RestRequest};
use usher_contract::value::Scalar;

use crate::plan::{How, PlannedStep, StepState};
use needs::{
    ASSIGN, EXTERNAL, FREEZE, INTERNAL, METADATA, PROFILES, ROLES, SETTINGS, SHARING, SITES,
    SOME_USER,
};

pub use needs::{ALL, Met, Narrow, Need, Right};
pub use reads::{Made, need_of, of_reads};

/// Names what a step needs: of what it plans, or may plan later.
pub fn of_step(step: &PlannedStep) -> Vec<&'static Need> {
    let mut needs: Vec<&'static Need> = Vec::new();
    let planned = step.plan.changes.iter();
    needs.extend(planned.flat_map(|change| of_operation(&change.operation)));
    if let (StepState::Deferred(_), Some(bound)) = (&step.state, &step.bound) {
        needs.extend(of_writes(&bound.writes));
    }
    unique(needs)
}

/// Everything that a plan needs.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct PlanNeeds {
    /// Needs of changes and of reads.
    pub needed: Vec<&'static Need>,
    /// Needs of reads that no step depends on.
    pub without: Vec<&'static Need>,
    /// Objects for which the user needs the object permission *Read*.
    pub objects: BTreeSet<String>,
}

/// Names what the steps of a plan need.
pub fn of_plan(steps: &[PlannedStep]) -> PlanNeeds {
    let of_reads = |is_without: bool| {
        let sights = steps.iter().flat_map(|step| &step.reads.sights);
        let sights = sights.filter(move |(_, how)| (**how == How::Without) == is_without);
        sights.map(|(sight, _)| need_of(*sight))
    };
    let needed = unique(
        steps
            .iter()
            .flat_map(of_step)
            .chain(of_reads(false))
            .collect(),
    );
    let mut without = unique(of_reads(true).collect());
    without.retain(|need| !needed.contains(need));
    let objects = steps.iter().flat_map(|step| step.reads.objects.clone());
    PlanNeeds {
        needed,
        without,
        objects: objects.collect(),
    }
}

/// Names what an operation needs.
pub fn of_operation(operation: &Operation) -> Vec<&'static Need> {
    match operation {
        Operation::Create(create) => of_record(&create.object, &names(&create.fields), true),
        Operation::Update(update) => of_record(&update.object, &names(&update.fields), false),
        Operation::Delete(delete) => of_record(&delete.object, &[], false),
        Operation::Configure(_) => vec![&METADATA, &SETTINGS],
        Operation::Deploy(deployment) => of_deployment(deployment),
        Operation::Request(request) => of_request(request),
        Operation::WaitOnly(_) => Vec::new(),
    }
}

/// Names what a step needs that does everything that it may.
pub fn of_writes(writes: &Writes) -> Vec<&'static Need> {
    let mut needs = Vec::new();
    for (object, fields) in &writes.create {
        needs.extend(of_record(object, &texts(fields), true));
    }
    for (object, fields) in &writes.update {
        // Freezing is the other way of a plugin that changes users: only its plan says that it does so.
        if is(object, "UserLogin") && writes.update.keys().any(|object| is(object, "User")) {
            continue;
        }
        needs.extend(of_record(object, &texts(fields), false));
    }
    for object in &writes.delete {
        needs.extend(of_record(object, &[], false));
    }
    if !writes.configure.is_empty() {
        needs.extend([&METADATA, &SETTINGS]);
    }
    for kind in &writes.deploy {
        needs.extend(of_component(kind));
    }
    let mut requests = writes
        .requests
        .iter()
        .filter_map(|request| request.split_once(' '));
    if requests.any(|(_, path)| is_of_sites(path.split('/'))) {
        needs.push(&SITES);
    }
    needs
}

/// The resource of sites, by segments.
const COMMUNITIES: [&str; 2] = ["connect", "communities"];

fn is_of_sites<'s>(mut segments: impl Iterator<Item = &'s str>) -> bool {
    COMMUNITIES
        .iter()
        .all(|name| segments.next().is_some_and(|segment| is(segment, name)))
}

fn of_record(object: &str, fields: &[&str], is_new: bool) -> Vec<&'static Need> {
    let names = |name: &str| fields.iter().any(|field| is(field, name));
    let need = match object.to_ascii_lowercase().as_str() {
        "user" if names("ContactId") || names("PortalRole") || names("IsPortalEnabled") => {
            &EXTERNAL
        }
        "user" if is_new || names("UserRoleId") => &INTERNAL,
        "user" => &SOME_USER,
        "userlogin" => &FREEZE,
        "userrole" => &ROLES,
        "permissionsetassignment" | "permissionsetlicenseassign" => &ASSIGN,
        "profile" | "permissionset" | "permissionsetgroup" | "objectpermissions" => &PROFILES,
        "network" | "networkmembergroup" => &SITES,
        _ => return Vec::new(),
    };
    vec![need]
}

fn of_deployment(deployment: &DeployComponents) -> Vec<&'static Need> {
    let kinds = deployment
        .components
        .iter()
        .map(|one| one.name.kind.as_str());
    kinds.flat_map(of_component).collect()
}

fn of_component(kind: &str) -> Vec<&'static Need> {
    match kind.to_ascii_lowercase().as_str() {
        "profile" | "permissionset" => vec![&METADATA, &PROFILES],
        "sharingset" | "sharingrules" => vec![&METADATA, &SHARING],
        _ => vec![&METADATA],
    }
}

fn of_request(request: &RestRequest) -> Vec<&'static Need> {
    let segments = request.path.segments.iter().map(|segment| match segment {
        Scalar::Text(text) => text.as_str(),
        _ => "",
    });
    match is_of_sites(segments) {
        true => vec![&SITES],
        false => Vec::new(),
    }
}

fn names(fields: &[Field]) -> Vec<&str> {
    fields.iter().map(|field| field.name.as_str()).collect()
}

fn texts(fields: &[String]) -> Vec<&str> {
    fields.iter().map(String::as_str).collect()
}

fn is(name: &str, other: &str) -> bool {
    name.eq_ignore_ascii_case(other)
}

/// Each need once, in the order of the first.
pub fn unique(needs: Vec<&'static Need>) -> Vec<&'static Need> {
    let mut seen = BTreeSet::new();
    let mut needs = needs;
    needs.retain(|need| seen.insert(need.to));
    needs
}

#[cfg(test)]
mod tests;
