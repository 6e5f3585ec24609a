//! `usher compare`: two orgs, held against one recipe.

use crate::args::Compare;
use crate::command::console::attended;
use crate::command::manner::Manner;
use crate::command::plan::refuse_saved;
use crate::desk::Desk;
use crate::error::Error;
use crate::exit::Exit;
use crate::flow::{self, Compared};
use crate::report::{self, Contrasts, Detail};
use crate::result_files::ResultFiles;

pub(super) async fn run(compare: &Compare, desk: &mut Desk) -> Result<Exit, Error> {
    refuse_saved(&compare.recipe)?;
    let [first, second] = compare.orgs.as_slice() else {
        let given = report::count(compare.orgs.len(), "org");
        let message = format!("two orgs are compared, and {given} given");
        return Err(Error::new(Exit::Usage, "compare/two-orgs", message)
            .help("pass `--org` twice: `--org acme-uat --org acme-prod`"));
    };
    let files = ResultFiles::default();
    let detail = Detail::full_if(compare.full);
    let manner = Manner::looking(compare.output.json, detail, &files);
    let (mut attendant, world) = attended(desk, manner);
    let targets = [compare.wanted(first), compare.wanted(second)];
    let Compared { sides, comparison } = flow::compare(targets, &mut attendant, world).await?;
    let [first, second] = &sides;
    let shown = Contrasts {
        plans: [&first.plan, &second.plan],
        aliases: [&first.alias, &second.alias],
        found: &comparison,
    };
    match manner.json {
        true => desk.document(&shown.json()),
        false => {
            let width = desk.console.width;
            desk.print(shown.page(detail, width));
        }
    }
    match comparison.is_alike() {
        true => Ok(Exit::Done),
        false => Ok(Exit::Differs),
    }
}
