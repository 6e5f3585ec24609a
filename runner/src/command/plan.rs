//! `usher plan`: what a recipe would change.

use usher_core::plan::Plan;

use crate::args::Target;
use crate::command::prepare::{self, Prepared};
use crate::error::Error;
use crate::exit::Exit;
use crate::report::{self, Detail, Paint};
use crate::world::World;

pub(super) async fn run(target: &Target, world: &mut World) -> Result<Exit, Error> {
    let prepared = prepare::prepare(target, world).await?;
    show(&prepared, target, world)
}

/// Shows a plan; one that cannot be applied ends with the reasons.
pub(super) fn show(prepared: &Prepared, target: &Target, world: &mut World) -> Result<Exit, Error> {
    let failure = prepare::failure(&prepared.recipe, &prepared.plan);
    if !target.output.json {
        print(&prepared.plan, &prepared.connection.alias, target, world);
        return failure.map_or(Ok(Exit::Done), Err);
    }
    let plan = &prepared.plan;
    let document = report::plan_json(plan, &prepared.connection.alias, plan.requests, None);
    Ok(print_with_failure(document, failure, world))
}

/// Prints a plan as text.
pub(super) fn print(plan: &Plan, alias: &str, target: &Target, world: &mut World) {
    let detail = if target.full {
        Detail::Full
    } else {
        Detail::Normal
    };
    let paint = paint(world);
    world.print(&report::plan_text(plan, alias, detail, paint));
}

/// Prints the one document of a command that has a plan, with what failed beside it.
pub(super) fn print_with_failure(
    mut document: serde_json::Value,
    failure: Option<Error>,
    world: &mut World,
) -> Exit {
    let exit = failure.as_ref().map_or(Exit::Done, |error| error.exit);
    if let Some(error) = failure {
        report::add_error(&error, &mut document);
        report::error(&error, false, world);
    }
    report::print_json(&document, world);
    exit
}

/// Whether this console is coloured.
pub(super) fn paint(world: &World) -> Paint {
    if world.console.colour {
        Paint::Colour
    } else {
        Paint::Plain
    }
}
