//! `usher plan`: what a recipe would change.

use std::path::Path;

use crate::args::Target;
use crate::command::prepare::{self, Prepared};
use crate::error::Error;
use crate::exit::Exit;
use crate::page::Page;
use crate::report::{self, Detail, Sheet};
use crate::result_files::ResultFiles;
use crate::saved::{self, SavedPlan};
use crate::world::World;

pub(super) async fn run(
    target: &Target,
    out: Option<&Path>,
    world: &mut World,
) -> Result<Exit, Error> {
    refuse_saved(target)?;
    out.map_or(Ok(()), saved::must_be_named)?;
    let files = ResultFiles::begin(target.into.names(), &[out], world)?;
    let opened = prepare::open(target, &[], None, world).await?;
    let prepared = opened.plan().await?;
    files.look(&prepared.plan, &opened.connection.org).await;
    if let Some(file) = out
        && prepare::failure(&opened.recipe, &prepared.plan).is_none()
    {
        files.write(sheet(&prepared, target))?;
        return save(&prepared, file, target, world);
    }
    show(&prepared, target, &files, world)
}

/// Refuses a saved plan where only a recipe can be meant.
pub(super) fn refuse_saved(target: &Target) -> Result<(), Error> {
    if !saved::is_named(&target.recipe) {
        return Ok(());
    }
    let message = format!("`{}` is not a recipe", target.recipe);
    Err(Error::new(Exit::Usage, "recipe/saved-plan", message)
        .help("apply a saved plan with `usher apply FILE.json`"))
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
    if target.output.json {
        let mut document = sheet(prepared, target).json();
        document["saved"] = serde_json::json!(file);
        world.document(&document);
        return Ok(Exit::Done);
    }
    print(prepared, target, world);
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
    files: &ResultFiles,
    world: &mut World,
) -> Result<Exit, Error> {
    let failure = prepare::failure(&prepared.opened.recipe, &prepared.plan);
    let sheet = sheet(prepared, target);
    files.write(sheet.failure(failure.as_ref()))?;
    if !target.output.json {
        world.print(sheet.page());
        return failure.map_or(Ok(Exit::Done), Err);
    }
    Ok(report::print_with_failure(sheet.json(), failure, world))
}

/// A plan as it is shown.
pub(super) fn sheet<'a>(prepared: &'a Prepared<'_>, target: &Target) -> Sheet<'a> {
    let detail = if target.full {
        Detail::Full
    } else {
        Detail::Normal
    };
    Sheet::of(&prepared.plan, &prepared.opened.connection.alias, detail)
}

/// Prints a plan as text.
pub(super) fn print(prepared: &Prepared<'_>, target: &Target, world: &mut World) {
    world.print(sheet(prepared, target).page());
}
