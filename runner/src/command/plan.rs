//! `usher plan`: what a recipe would change.

use std::path::Path;

use crate::args::Target;
use crate::command::console::attended;
use crate::command::ended;
use crate::command::manner::Manner;
use crate::command::rows;
use crate::desk::Desk;
use crate::error::Error;
use crate::exit::Exit;
use crate::flow;
use crate::page::Page;
use crate::report;
use crate::result_files::ResultFiles;
use crate::saved;

pub(super) async fn run(
    target: &Target,
    out: Option<&Path>,
    desk: &mut Desk,
) -> Result<Exit, Error> {
    refuse_saved(&target.recipe)?;
    out.map_or(Ok(()), saved::must_be_named)?;
    let files = ResultFiles::begin(target.into.names(), &[out], &desk.world)?;
    let manner = Manner::looking(target.output.json, target.detail(), &files);
    let wanted = rows::wanted(target, desk)?;
    let (mut attendant, world) = attended(desk, manner);
    let planned = flow::plan(&wanted, out.is_some(), &mut attendant, world).await;
    let (planned, plan) = planned.map_err(|error| ended::refused(error, manner, desk))?;
    let (Some(file), Some(plan)) = (out, plan) else {
        return ended::planned(&planned, manner, desk);
    };
    let sheet = ended::sheet(&planned, manner);
    files.write(sheet)?;
    // Shown when it is safely in its file.
    saved::write(&desk.world.folder.join(file), &plan)?;
    if manner.json {
        let mut document = sheet.json();
        document["saved"] = serde_json::json!(file);
        let console = &mut desk.console;
        let left_out = ended::left_out(&planned.plan);
        return Ok(report::print_with_failure(document, left_out, console));
    }
    desk.print(sheet.page());
    let file = file.display();
    let mut page = Page::default();
    page.blank();
    page.line(0, format!("Saved to `{file}`."));
    page.line(
        0,
        format!("Next: `usher apply {file}` does exactly this, or refuses when the org has moved."),
    );
    desk.print(page);
    ended::left_out(&planned.plan).map_or(Ok(Exit::Done), Err)
}

/// Refuses a saved plan where only a recipe can be meant.
pub(super) fn refuse_saved(recipe: &str) -> Result<(), Error> {
    if !saved::is_named(recipe) {
        return Ok(());
    }
    let message = format!("`{recipe}` is not a recipe");
    Err(Error::new(Exit::Usage, "recipe/saved-plan", message)
        .help("apply a saved plan with `usher apply FILE.json`"))
}
