//! `usher check`: whether the org still is as the recipe says.

use crate::args::Target;
use crate::command::console::attended;
use crate::command::ended;
use crate::command::manner::Manner;
use crate::command::plan::refuse_saved;
use crate::command::rows;
use crate::desk::Desk;
use crate::error::Error;
use crate::exit::Exit;
use crate::flow::{self, Checked};
use crate::result_files::ResultFiles;

pub(super) async fn run(target: &Target, desk: &mut Desk) -> Result<Exit, Error> {
    refuse_saved(&target.recipe)?;
    let files = ResultFiles::begin(target.into.names(), &[], &desk.world)?;
    let manner = Manner::looking(target.output.json, target.detail(), &files);
    let wanted = rows::wanted(target, desk)?;
    let (mut attendant, world) = attended(desk, manner);
    let checked = flow::check(&wanted, &mut attendant, world).await;
    let checked = checked.map_err(|error| ended::refused(error, manner, desk))?;
    let Checked { planned, differs } = checked;
    let exit = ended::planned(&planned, manner, desk)?;
    if exit != Exit::Done || !differs {
        return Ok(exit);
    }
    if !manner.json {
        desk.say("The org is not as the recipe says.");
    }
    Ok(Exit::Differs)
}
