//! Needs of reads: of what a plugin declares, and of what a step has read in fact while it was planned.

use std::collections::{BTreeMap, BTreeSet};

use usher_contract::manifest::{Manifest, Reads};

use crate::plan::{How, ProblemClass, ReadNeeds, Sight, StepState};
use crate::rights::Need;
use crate::rights::needs::{METADATA, SEE_LICENSES, SEE_ROLES, SEE_SETS};

/// Objects of the recipes' domain whose records a user sees by an object permission, *Read*.
const BY_OBJECT_PERMISSION: [&str; 5] = ["Account", "Case", "Contact", "Lead", "Opportunity"];

/// The need of a sight.
pub fn need_of(sight: Sight) -> &'static Need {
    match sight {
        Sight::Roles => &SEE_ROLES,
        Sight::PermissionSetLicenses => &SEE_LICENSES,
        Sight::PermissionSets => &SEE_SETS,
        Sight::Metadata => &METADATA,
    }
}

/// The reads that a step made, its plugin's and those with which Usher checked its plan.
#[derive(Clone, Debug, Default)]
pub struct Made {
    pub all: Reads,
    /// Those that the org refused.
    pub refused: Reads,
    /// Lookups that found nothing.
    pub empty: Reads,
}

/// Names what the reads of a step need.
pub fn of_reads(manifest: &Manifest, state: &StepState, made: &Made) -> ReadNeeds {
    let (reads, objects) = match state {
        StepState::Changes | StepState::AsWanted => (&made.all, objects(&made.all)),
        StepState::Deferred(_) | StepState::Failed { .. } => {
            (&manifest.reads, objects(&manifest.reads))
        }
        StepState::Skipped { .. } | StepState::Manual(_) => return ReadNeeds::default(),
    };
    let refused = sights(&beyond(&made.refused, &manifest.does_without));
    let mut needed = sights(&beyond(reads, &manifest.does_without));
    // Usher itself reads what a plan would change, beyond what the plugin reads.
    needed.extend(&refused);
    let hidden = sights(&hiding(&beyond(&made.empty, &manifest.does_without)));
    let how = |sight: &Sight| match state {
        _ if !needed.contains(sight) => How::Without,
        // The plugin goes on without it, although its manifest does not say so.
        StepState::Changes | StepState::AsWanted if refused.contains(sight) => How::Without,
        StepState::Changes | StepState::AsWanted => How::Needed,
        StepState::Failed { class, .. } if is_explained(*class) => {
            match refused.contains(sight) || hidden.contains(sight) {
                true => How::Missed,
                false => How::Later,
            }
        }
        // Nothing that a plan changes lets the user see it.
        StepState::Deferred(_) if refused.contains(sight) => How::Missed,
        _ => How::Later,
    };
    let all = sights(reads).into_iter().chain(refused.iter().copied());
    ReadNeeds {
        sights: all.map(|sight| (sight, how(&sight))).collect(),
        objects,
    }
}

/// Says whether a read without a good answer can be the reason of such a failure.
fn is_explained(class: ProblemClass) -> bool {
    match class {
        ProblemClass::Unmet | ProblemClass::Invalid | ProblemClass::Plugin => true,
        ProblemClass::Unavailable | ProblemClass::Limit | ProblemClass::Refused => false,
    }
}

/// The sights that reads need.
pub(super) fn sights(reads: &Reads) -> BTreeSet<Sight> {
    let mut sights = BTreeSet::new();
    for (object, fields) in reads.records.iter().chain(&reads.queries) {
        let shows_roles = |field: &String| {
            let mut path = field.split('.');
            path.any(|name| is(name, "UserRoleId") || is(name, "UserRole"))
        };
        if is(object, "UserRole") || fields.iter().any(shows_roles) {
            sights.insert(Sight::Roles);
        }
        if is(object, "PermissionSetLicense") {
            sights.insert(Sight::PermissionSetLicenses);
        }
        // Others than the own are not there for a user who may not see them.
        if is(object, "PermissionSet") && fields.iter().any(|field| is(field, "Label")) {
            sights.insert(Sight::PermissionSets);
        }
    }
    if !(reads.settings.is_empty() && reads.components.is_empty()) {
        sights.insert(Sight::Metadata);
    }
    sights
}

fn objects(reads: &Reads) -> BTreeSet<String> {
    let read = |object: &&str| {
        let is_parent = |field: &String| {
            let parents = field.rsplit_once('.').map_or("", |(parents, _)| parents);
            parents.split('.').any(|parent| is(parent, object))
        };
        let mut tables = reads.records.iter().chain(&reads.queries);
        tables.any(|(read, fields)| is(read, object) || fields.iter().any(is_parent))
    };
    let objects = BY_OBJECT_PERMISSION.into_iter().filter(read);
    objects.map(str::to_owned).collect()
}

/// Lookups of objects whose rows the org leaves out for a user who may not see them; it refuses the others
/// (docs/salesforce/permission-sets.md#reading-setup).
fn hiding(reads: &Reads) -> Reads {
    let records = reads.records.iter();
    let hiding = records.filter(|(object, _)| is(object, "PermissionSet"));
    Reads {
        records: hiding
            .map(|(object, fields)| (object.clone(), fields.clone()))
            .collect(),
        ..Reads::default()
    }
}

/// The reads that are not among `without`.
fn beyond(reads: &Reads, without: &Reads) -> Reads {
    Reads {
        records: fields_beyond(&reads.records, &without.records),
        queries: fields_beyond(&reads.queries, &without.queries),
        describes: names_beyond(&reads.describes, &without.describes),
        settings: names_beyond(&reads.settings, &without.settings),
        components: names_beyond(&reads.components, &without.components),
        resources: names_beyond(&reads.resources, &without.resources),
    }
}

type ByName = BTreeMap<String, Vec<String>>;

/// An object is left out with its last field.
fn fields_beyond(all: &ByName, without: &ByName) -> ByName {
    let beyond = all.iter().filter_map(|(object, fields)| {
        let Some((_, without)) = without.iter().find(|(name, _)| is(name, object)) else {
            return Some((object.clone(), fields.clone()));
        };
        let beyond = names_beyond(fields, without);
        (!beyond.is_empty()).then(|| (object.clone(), beyond))
    });
    beyond.collect()
}

fn names_beyond(all: &[String], without: &[String]) -> Vec<String> {
    let beyond = all
        .iter()
        .filter(|name| !without.iter().any(|without| is(without, name)));
    beyond.cloned().collect()
}

fn is(name: &str, other: &str) -> bool {
    name.eq_ignore_ascii_case(other)
}
