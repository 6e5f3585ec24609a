//! `usher check`: is the org still as the recipe says? The same plan; an empty one means yes.

use crate::args::Target;
use crate::command::{plan, prepare};
use crate::desk::Desk;
use crate::error::Error;
use crate::exit::Exit;
use crate::report;
use crate::result_files::ResultFiles;

pub(super) async fn run(target: &Target, desk: &mut Desk) -> Result<Exit, Error> {
    plan::refuse_saved(target)?;
    let files = ResultFiles::begin(target.into.names(), &[], &desk.world)?;
    let opened = prepare::open(target, &[], None, desk).await?;
    let prepared = opened.plan().await?;
    let failure = prepare::failure(&opened.recipe, &prepared.plan).map(|mut error| {
        // An org that is not ready is not as the recipe says.
        if error.exit == Exit::Failed && error.code.as_str() != "plugin/failed" {
            error.exit = Exit::Differs;
        }
        error
    });
    let differs = prepared.plan.differs();
    files.look(&prepared.plan, &opened.connection.org).await;
    let sheet = plan::sheet(&prepared, target);
    files.write(sheet.failure(failure.as_ref()))?;
    if target.output.json {
        let exit = report::print_with_failure(sheet.json(), failure, desk);
        return Ok(if exit == Exit::Done && differs {
            Exit::Differs
        } else {
            exit
        });
    }
    desk.print(sheet.page());
    match failure {
        Some(error) => Err(error),
        None if differs => {
            desk.say("The org is not as the recipe says.");
            Ok(Exit::Differs)
        }
        None => Ok(Exit::Done),
    }
}
