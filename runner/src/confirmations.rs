//! Confirmations of manual steps: those given now with `--confirm`, and those of earlier runs in the journal.

use std::collections::BTreeMap;

use usher_core::plan::{Confirmation, Manual, Plan, StepState};
use usher_core::read::{Identity, OrgKind};
use usher_core::recipe::{Confirmable, Example, Kept, Recipe};
use usher_core::run::RunState;
use usher_core::value::Unit;
use usher_engine::journal::Journal;
use usher_engine::planning::Confirmations;

use crate::error::Error;
use crate::home::Home;

/// The name under which the recipe's example confirms.
const EXAMPLE: &str = "the recipe's example";

/// Confirmations given now: the note and the user who confirms, by step.
pub(crate) type Given = BTreeMap<String, (String, String)>;

/// Returns the confirmations of `--confirm`; on a practice org, where no person clicks, those of the example as well.
pub(crate) fn given(
    texts: &[String],
    recipe: &Recipe,
    identity: &Identity,
    example: Option<&Example>,
) -> Result<Given, Error> {
    let confirmable = Confirmable::of_recipe(recipe);
    let notes = confirmable
        .parse(texts)
        .map_err(|found| Error::mistakes(None, found))?;
    let mut given = Given::new();
    let example = example.filter(|_| identity.org_kind == OrgKind::Practice);
    for (step, note) in example.iter().flat_map(|example| &example.confirm) {
        confirmable
            .check(step, note)
            .map_err(|found| Error::mistakes(None, vec![*found]))?;
        given.insert(step.clone(), (note.clone(), EXAMPLE.to_owned()));
    }
    let by = &identity.username;
    given.extend(
        notes
            .into_iter()
            .map(|(step, note)| (step, (note, by.clone()))),
    );
    Ok(given)
}

/// Returns the confirmations of `--confirm` for the steps of a run. `by`: the username of the person who confirms.
pub(crate) fn given_to_run(texts: &[String], plan: &Plan, by: &str) -> Result<Given, Error> {
    let notes = Confirmable::of_plan(plan)
        .parse(texts)
        .map_err(|found| Error::mistakes(None, found))?;
    let given = notes
        .into_iter()
        .map(|(step, note)| (step, (note, by.to_owned())));
    Ok(given.collect())
}

/// Returns everything that planning needs to know. The journal is read only when the recipe has such steps.
pub(crate) fn all(
    given: &Given,
    recipe: &Recipe,
    identity: &Identity,
    home: &Home,
) -> Result<Confirmations, Error> {
    let mut earlier: BTreeMap<String, Vec<(Manual, Confirmation)>> = BTreeMap::new();
    let asks = recipe.steps.iter().any(|step| match &step.kept {
        Kept::ByHand(manual) => !manual.is_verified(),
        Kept::ByPlugin(_) => false,
    });
    let file = home.journal()?;
    if asks && file.exists() {
        // Confirmations of a run that cannot be read are asked for again.
        Journal::open(&file)?.find(|run| {
            let state = run.ok()?.state;
            let plan = state.plan.as_ref()?;
            if plan.org.org_id != identity.org_id || plan.recipe != recipe.name {
                return None;
            }
            for (unit, confirmation) in &state.confirmed {
                if let Some(manual) = manual(&state, unit) {
                    let said = (manual.clone(), confirmation.clone());
                    earlier.entry(unit.step.clone()).or_default().push(said);
                }
            }
            None::<()>
        })?;
    }
    Ok(Confirmations {
        earlier,
        given: given.keys().cloned().collect(),
    })
}

fn manual<'a>(state: &'a RunState, unit: &Unit) -> Option<&'a Manual> {
    match &state.step(unit)?.state {
        StepState::Manual(manual) => Some(manual),
        _ => None,
    }
}
