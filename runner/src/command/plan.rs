//! `usher plan`: what a recipe would change.

use std::path::Path;

use usher_core::plan::Plan;

use crate::args::Target;
use crate::command::prepare::{self, Prepared};
use crate::error::Error;
use crate::exit::Exit;
use crate::page::Page;
use crate::report::{self, Detail};
use crate::saved::{self, SavedPlan};
use crate::world::World;

pub(super) async fn run(
    target: &Target,
    out: Option<&Path>,
    world: &mut World,
) -> Result<Exit, Error> {
    refuse_saved(target)?;
    out.map_or(Ok(()), saved::must_be_named)?;
    let opened = prepare::open(target, &[], None, world).await?;
    let prepared = opened.plan().await?;
    if let Some(file) = out
        && prepare::failure(&opened.recipe, &prepared.plan).is_none()
    {
        return save(&prepared, file, target, world);
    }
    show(&prepared, target, world)
}

/// Refuses a saved plan where only a recipe can be meant.
pub(super) fn refuse_saved(target: &Target) -> Result<(), Error> {
    if !saved::is_named(&target.recipe) {
        return Ok(());
    }
    let message = format!("`{}` is no recipe", target.recipe);
    Err(Error::new(Exit::Usage, "recipe/saved-plan", message)
        .help("a saved plan is carried out with `usher apply FILE.json`"))
}

/// Shows a plan when it is safely in its file.
fn save(
    prepared: &Prepared<'_>,
    file: &Path,
    target: &Target,
    world: &mut World,
) -> Result<Exit, Error> {
    let opened = prepared.opened;
    let alias = &opened.connection.alias;
    let plan = SavedPlan::of(
        &prepared.plan,
        alias,
        opened.origin.clone(),
        &opened.recipe,
        opened.given.clone(),
    )?;
    saved::write(&world.folder.join(file), &plan)?;
    let plan = &prepared.plan;
    if target.output.json {
        let mut document = report::plan_json(plan, alias, plan.requests, None);
        document["saved"] = serde_json::json!(file);
        world.document(&document);
        return Ok(Exit::Done);
    }
    print(plan, alias, target, world);
    let file = file.display();
    let mut page = Page::default();
    page.blank();
    page.line(0, format!("Saved to `{file}`."));
    page.line(
        0,
        format!("Next: `usher apply {file}` does exactly this, or refuses when the org has moved."),
    );
    world.print(page);
    Ok(Exit::Done)
}

/// Shows a plan; one that cannot be applied ends with the reasons.
pub(super) fn show(
    prepared: &Prepared<'_>,
    target: &Target,
    world: &mut World,
) -> Result<Exit, Error> {
    let (plan, alias) = (&prepared.plan, &prepared.opened.connection.alias);
    let failure = prepare::failure(&prepared.opened.recipe, plan);
    if !target.output.json {
        print(plan, alias, target, world);
        return failure.map_or(Ok(Exit::Done), Err);
    }
    let document = report::plan_json(plan, alias, plan.requests, None);
    Ok(report::print_with_failure(document, failure, world))
}

/// Prints a plan as text.
pub(super) fn print(plan: &Plan, alias: &str, target: &Target, world: &mut World) {
    let detail = if target.full {
        Detail::Full
    } else {
        Detail::Normal
    };
    world.print(report::plan_page(plan, alias, detail));
}
