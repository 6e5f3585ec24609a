//! Plans a recipe in two orgs, and compares what each would change. Nothing in either org changes.

use usher_core::comparison::{self, Contrast};
use usher_core::plan::ProblemClass;

use crate::error::Error;
use crate::flow::attendant::Attendant;
use crate::flow::plan::{self, Planned};
use crate::flow::target::Target;
use crate::world::World;

/// Two orgs, compared.
pub(crate) struct Compared {
    pub(crate) sides: [Planned; 2],
    pub(crate) contrasts: Vec<Contrast>,
}

/// Compares the orgs of two targets with one recipe.
pub(crate) async fn compare(
    targets: [Target; 2],
    attendant: &mut dyn Attendant,
    world: &World,
) -> Result<Compared, Error> {
    let [first, second] = &targets;
    let first = planned(first, attendant, world).await?;
    let second = planned(second, attendant, world).await?;
    let contrasts = comparison::compare([&first.plan, &second.plan]);
    Ok(Compared {
        sides: [first, second],
        contrasts,
    })
}

/// Plans in one org. An error says in which.
async fn planned(
    target: &Target,
    attendant: &mut dyn Attendant,
    world: &World,
) -> Result<Planned, Error> {
    let org = target.org.clone().unwrap_or_default();
    let planned = plan::plan(target, false, attendant, world).await;
    let (planned, _) = planned.map_err(|error| in_org(error, &org))?;
    match planned.plan.failure() {
        // An org that is not ready is a difference like any other.
        None | Some(ProblemClass::Unmet | ProblemClass::Invalid) => Ok(planned),
        Some(_) => match planned.failure {
            Some(error) => Err(in_org(error, &org)),
            None => Ok(planned),
        },
    }
}

fn in_org(mut error: Error, org: &str) -> Error {
    error.message = format!("`{org}`: {}", error.message);
    for mistake in &mut error.mistakes {
        // A mistake in a file is the same for both orgs.
        if mistake.source.is_none() {
            let message = &mut mistake.diagnostic.message;
            *message = format!("`{org}`: {message}");
        }
    }
    error
}
