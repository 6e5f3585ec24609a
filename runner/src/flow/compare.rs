//! Plans a recipe in two orgs, and compares what each would change. Nothing in either org changes.

use std::sync::Arc;

use usher_core::comparison::{self, Comparison, Names};
use usher_core::operation::Lookup;
use usher_core::plan::ProblemClass;
use usher_engine::names::names;
use usher_engine::reads::Reader;

use crate::connect::is_address;
use crate::error::Error;
use crate::exit::Exit;
use crate::flow::attendant::Attendant;
use crate::flow::plan::Planned;
use crate::flow::prepare::{self, Opened};
use crate::flow::target::Target;
use crate::world::World;

/// Two orgs, compared.
pub(crate) struct Compared {
    pub(crate) sides: [Planned; 2],
    pub(crate) comparison: Comparison,
}

/// Compares the orgs of two targets with one recipe.
pub(crate) async fn compare(
    targets: [Target; 2],
    attendant: &mut dyn Attendant,
    world: &World,
) -> Result<Compared, Error> {
    must_have_own_tokens(&targets)?;
    let [first, second] = &targets;
    let (first_org, first_side) = planned(first, attendant, world).await?;
    let (second_org, second_side) = planned(second, attendant, world).await?;
    let plans = [&*first_side.plan, &*second_side.plan];
    let [of_first, of_second] = comparison::lookups(plans);
    let of_first = named(&first_org, &of_first, first).await?;
    let of_second = named(&second_org, &of_second, second).await?;
    let comparison = comparison::compare(plans, [&of_first, &of_second]);
    Ok(Compared {
        sides: [first_side, second_side],
        comparison,
    })
}

/// Refuses two addresses: `USHER_TOKEN` would go to both, and it is the secret of one of them.
fn must_have_own_tokens(targets: &[Target; 2]) -> Result<(), Error> {
    let mut orgs = targets.iter().map(|target| target.org.as_deref());
    if !orgs.all(|org| org.is_some_and(is_address)) {
        return Ok(());
    }
    let message =
        "two orgs by their addresses would both get the token in USHER_TOKEN; nothing was sent";
    Err(Error::new(Exit::Usage, "compare/one-token", message).help(
        "give one of them a name and a token of its own, `usher org add NAME ADDRESS`, and pass `--org NAME`",
    ))
}

/// Plans in one org. An error says in which. An org that is not ready is a difference like any other; a wrong input is
/// not, because nothing can be compared with it.
async fn planned(
    target: &Target,
    attendant: &mut dyn Attendant,
    world: &World,
) -> Result<(Opened, Planned), Error> {
    let opened = prepare::open(target, &[], None, attendant, world).await;
    let opened = opened.map_err(|error| in_org(error, target))?;
    let planned = {
        let prepared = opened.plan().await;
        let prepared = prepared.map_err(|error| in_org(error, target))?;
        Planned::of(&prepared, None)
    };
    match (planned.plan.failure(), &planned.failure) {
        (None | Some(ProblemClass::Unmet), _) | (_, None) => Ok((opened, planned)),
        (Some(_), Some(error)) => Err(in_org(error.clone(), target)),
    }
}

/// The names of the records of one org.
async fn named(opened: &Opened, wanted: &[Lookup], target: &Target) -> Result<Names, Error> {
    let reader = Reader::new(Arc::clone(&opened.connection.org));
    let names = names(wanted, &reader).await;
    names.map_err(|error| {
        let error = Error::new(Exit::Unreachable, "org/unavailable", error.to_string());
        in_org(error, target)
    })
}

fn in_org(mut error: Error, target: &Target) -> Error {
    let org = target.org.as_deref().unwrap_or_default();
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
