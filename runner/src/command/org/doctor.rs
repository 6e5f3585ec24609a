//! `usher org doctor`: looks at an org, and at what a plan needs there.

use crate::args::DoctorArgs;
use crate::command::console::attended;
use crate::command::manner::Manner;
use crate::command::plan::refuse_saved;
use crate::desk::Desk;
use crate::error::Error;
use crate::exit::Exit;
use crate::flow::{self, Examined};
use crate::report::{self, Detail, Doctored};
use crate::result_files::ResultFiles;

pub(super) async fn run(args: &DoctorArgs, desk: &mut Desk) -> Result<Exit, Error> {
    let files = ResultFiles::default();
    let manner = Manner::looking(args.output.json, Detail::Normal, &files);
    if args.live_check || args.live_check_writes {
        return live(args, manner, desk).await;
    }
    let examined = match args.wanted() {
        None => flow::doctor(args.org.org.as_deref(), &desk.world).await?,
        Some(target) => {
            refuse_saved(&target.recipe)?;
            let (mut attendant, world) = attended(desk, manner);
            flow::doctor_for(&target, &mut attendant, world).await?
        }
    };
    let shown = shown(&examined);
    let failure = examined.failure.clone();
    if manner.json {
        let console = &mut desk.console;
        let document = report::doctor_json(shown);
        return Ok(report::print_with_failure(document, failure, console));
    }
    let page = report::doctor_page(shown, desk.console.width);
    desk.print(page);
    failure.map_or(Ok(Exit::Done), Err)
}

fn shown(examined: &Examined) -> Doctored<'_> {
    Doctored {
        alias: &examined.alias,
        identity: &examined.identity,
        facts: &examined.facts,
        wanted: examined.wanted.as_ref(),
        findings: &examined.findings,
        my_domain: examined.my_domain.as_deref(),
    }
}

async fn live(args: &DoctorArgs, manner: Manner<'_>, desk: &mut Desk) -> Result<Exit, Error> {
    let (mut attendant, world) = attended(desk, manner);
    let named = args.org.org.as_deref();
    let (identity, answers) =
        flow::live(named, args.live_check_writes, &mut attendant, world).await?;
    match manner.json {
        true => desk.document(&report::live_json(&identity, &answers)),
        false => desk.print(report::live_page(&identity, &answers)),
    }
    Ok(Exit::Done)
}
