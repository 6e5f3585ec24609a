//! `usher recipe from-org`: the inputs with which an org already matches a recipe, as a file for `--inputs`.

use crate::args::FromOrg;
use crate::command::console::attended;
use crate::command::manner::Manner;
use crate::command::plan::refuse_saved;
use crate::desk::Desk;
use crate::error::Error;
use crate::exit::Exit;
use crate::flow;
use crate::report::{self, Detail, Inputs};
use crate::result_files::ResultFiles;
use crate::whole_file::WholeFile;

pub(super) async fn run(from: &FromOrg, desk: &mut Desk) -> Result<Exit, Error> {
    refuse_saved(&from.recipe)?;
    let out = from.out.as_deref();
    let file = out.map(|out| WholeFile::begin(&desk.world.folder.join(out)));
    let file = file.transpose()?;
    let files = ResultFiles::default();
    let manner = Manner::looking(from.output.json, Detail::Normal, &files);
    let (mut attendant, world) = attended(desk, manner);
    let read = flow::from_org(&from.wanted(), &mut attendant, world).await?;
    let flow::Checked { planned, differs } = &read.checked;
    let failure = planned.failure.clone();
    let inputs = Inputs {
        recipe: &from.recipe,
        alias: &planned.alias,
        plan: &planned.plan,
        inputs: &read.inputs,
        differs: *differs,
    };
    if let Some(file) = &file {
        file.finish(&inputs.file(out))?;
    }
    if manner.json {
        let mut document = inputs.json();
        document["file"] = serde_json::json!(out);
        let exit = report::print_with_failure(document, failure, &mut desk.console);
        return Ok(match (exit, differs) {
            (Exit::Done, true) => Exit::Differs,
            (exit, _) => exit,
        });
    }
    match out {
        Some(out) => desk.print(inputs.page(out)),
        None => {
            desk.print(inputs.lines());
            desk.say(inputs.checked());
        }
    }
    match (failure, differs) {
        (Some(failure), _) => Err(failure),
        (None, true) => Ok(Exit::Differs),
        (None, false) => Ok(Exit::Done),
    }
}
