//! What people have said of steps by hand: now, with `--confirm`, and in earlier runs, which stand in the
//! journal.

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

/// In whose name the recipe's example confirms.
const EXAMPLE: &str = "the recipe's example";

/// What is confirmed now: the note and who says so, by step.
pub(crate) type Given = BTreeMap<String, (String, String)>;

/// What `--confirm` says; on a practice org, where nobody clicks, what the example says besides.
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

/// What `--confirm` says of the steps of a run. `by`: the username of the person who says it.
pub(crate) fn given_to_run(texts: &[String], plan: &Plan, by: &str) -> Result<Given, Error> {
    let notes = Confirmable::of_plan(plan)
        .parse(texts)
        .map_err(|found| Error::mistakes(None, found))?;
    let given = notes
        .into_iter()
        .map(|(step, note)| (step, (note, by.to_owned())));
    Ok(given.collect())
}

/// Everything that planning needs to know. The journal is read only when the recipe has such steps.
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
        // What a run that cannot be read has confirmed is asked again.
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
