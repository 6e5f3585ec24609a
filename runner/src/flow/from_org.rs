//! Reads the inputs of a recipe from an org that is set up already, and checks the org with them.

use std::sync::Arc;

use usher_core::diagnostic::Diagnostic;
use usher_core::recipe::{Origin, Surveyed, Unseen};
use usher_engine::reads::Reader;
use usher_engine::survey::survey;

use crate::error::Error;
use crate::exit::Exit;
use crate::flow::attendant::Attendant;
use crate::flow::check::{self, Checked};
use crate::flow::prepare;
use crate::flow::target::Target;
use crate::wording;
use crate::world::World;

/// The inputs that were read, and the check with them.
pub(crate) struct Read {
    /// In the order of the recipe.
    pub(crate) inputs: Vec<Surveyed>,
    pub(crate) checked: Checked,
}

/// Reads the inputs that `target` lacks from its org. Nothing in the org changes.
pub(crate) async fn from_org(
    target: &Target,
    attendant: &mut dyn Attendant,
    world: &World,
) -> Result<Read, Error> {
    let mut opened = prepare::unfilled(target, &[], None, attendant, world).await?;
    let reader = Reader::new(Arc::clone(&opened.connection.org));
    let given = opened.given().clone();
    let seen = survey(&opened.recipe, &given, &reader).await;
    let inputs = seen.map_err(prepare::inputs_error)?;
    let missing: Vec<Diagnostic> = inputs.iter().filter_map(missing).collect();
    if !missing.is_empty() {
        return Err(Error::mistakes(None, missing));
    }
    let mut filled = given;
    for input in &inputs {
        if let (Origin::Org { .. }, Some(value)) = (&input.origin, &input.value) {
            filled.insert(input.name.clone(), value.clone());
        }
    }
    opened.fill(filled.into())?;
    let prepared = opened.plan().await?;
    let checked = check::judged(&prepared, None);
    match &checked.planned.failure {
        // Without an answer of the org or a plugin there is nothing to write down.
        Some(error) if !matches!(error.exit, Exit::Differs | Exit::Invalid) => Err(error.clone()),
        _ => Ok(Read { inputs, checked }),
    }
}

/// The mistake for an input that must be given: the org does not show it, or shows several values.
fn missing(input: &Surveyed) -> Option<Diagnostic> {
    let Origin::Missing(why) = &input.origin else {
        return None;
    };
    let name = &input.name;
    if let Unseen::Several { .. } = why {
        let message = format!("input `{name}` is not decided: {}", wording::unseen(why));
        let help = format!("pass `--set {name}=…` with the one that is meant");
        return Some(Diagnostic::error("input/several-in-org", message).help(help));
    }
    let message = format!("input `{name}` is missing: {}", wording::unseen(why));
    Some(Diagnostic::error("input/missing", message).help(format!("pass `--set {name}=…`")))
}
