//! Step plugin `clm-permission-sets`: a user has the sets and licenses that a persona of Salesforce Contracts needs.
//!
//! `persona` lists them after the documents, which name labels. `usher-permissions` finds them by API name, which is the
//! label in another spelling, else by label, and assigns them.

mod persona;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::json;
use usher_permissions::{Planned, Seen, Wanted, Wish};
use usher_sdk::{Diagnostic, Failure, Org, Problems, StepPlan, Value, ticked};

use crate::persona::Persona;
use crate::words::Words;

/// The input, which follows the schema in `manifest.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    user: Value,
    persona: String,
    /// The sets of the persona by label, or nothing. They let a plan say what is given before the user is known.
    sets: Vec<String>,
    /// Label in the documents → id, API name or label in this org.
    names: BTreeMap<String, String>,
}

/// Plans one user.
///
/// # Errors
///
/// There is no such persona or user; the sets are not the persona's; the org has no set or license of a label; the user is not of the kind
/// that the persona is for, or is not ready. All such problems at once, but the first.
pub fn plan(input: Input, org: &dyn Org) -> Result<StepPlan, Failure> {
    let persona = Persona::named(&input.persona)?;
    let mut problems = Problems::default();
    known_names(&input, persona, &mut problems);
    own_sets(&input, persona, &mut problems);
    let wish = |label: &&str| wish(label, &input.names);
    let wanted = Wanted {
        user: &input.user,
        user_fields: &["Profile.UserLicense.MasterLabel"],
        sets: persona.sets.iter().map(wish).collect(),
        licenses: persona.licenses.iter().map(wish).collect(),
        external_only: false,
    };
    let seen = Seen::read(&wanted, org)?;
    if let Some(user) = seen.user() {
        persona.suits(user, &mut problems)?;
    }
    let Planned { plan, assigned } =
        usher_permissions::plan(&wanted, &seen, &Words { persona }, problems, org)?;
    plan.answer(json!({ "user_id": input.user, "assigned": assigned }))
}

usher_sdk::export!(plan);

/// A set or license of the documents, by the name that this org has for it.
fn wish(label: &str, names: &BTreeMap<String, String>) -> Wish {
    match names.get(label) {
        Some(here) => Wish {
            name: here.clone(),
            at: place(label),
        },
        None => Wish {
            name: label.to_owned(),
            at: "/persona".to_owned(),
        },
    }
}

/// Refuses another name for something that the persona does not need: it would do nothing, unnoticed.
fn known_names(input: &Input, persona: &Persona, problems: &mut Problems) {
    let labels: Vec<&str> = persona.labels().collect();
    let names = input.names.keys();
    for name in names.filter(|name| !labels.contains(&name.as_str())) {
        let summary = format!(
            "The persona `{}` needs nothing called `{name}`",
            persona.name
        );
        problems.invalid(
            Diagnostic::error("unknown-name", place(name), summary)
                .remedy(format!(
                    "Write names for {} only in {{with.names}}",
                    ticked(&labels)
                ))
                .rule(persona.rule),
        );
    }
}

/// Refuses sets that are not the persona's: the step gives those of the persona, and no other.
fn own_sets(input: &Input, persona: &Persona, problems: &mut Problems) {
    let given: BTreeSet<&str> = input.sets.iter().map(String::as_str).collect();
    let own: BTreeSet<&str> = persona.sets.iter().copied().collect();
    if given.is_empty() || given == own {
        return;
    }
    let summary = format!(
        "The persona `{}` has the permission sets {}, and the step names {}",
        persona.name,
        ticked(persona.sets),
        ticked(&input.sets)
    );
    problems.invalid(
        Diagnostic::error("other-sets", "/sets", summary)
            .remedy("Name the sets of the persona in {with.sets}, or none; names that this org has for them belong in {with.names}")
            .rule(persona.rule),
    );
}

/// The place of a name in the input.
fn place(label: &str) -> String {
    format!("/names/{}", label.replace('~', "~0").replace('/', "~1"))
}

#[cfg(test)]
mod tests;
