//! `usher plugin test`: tests a plugin in its own folder.

use crate::args::TestPlugin;
use crate::desk::Desk;
use crate::error::Error;
use crate::exit::Exit;
use crate::report;
use crate::trial::{self, Testing};

pub(super) async fn test(test: &TestPlugin, desk: &mut Desk) -> Result<Exit, Error> {
    let testing = Testing {
        folder: test.folder.clone(),
        update: test.update,
        declare: test.declare,
        seed: test.seed,
        cases: test.cases,
        only: test.only,
    };
    let tested = trial::test(&testing, &desk.world).await?;
    let failure = tested.failure(test.strict);
    if test.output.json {
        let document = report::trial_json(&tested);
        return Ok(report::print_with_failure(
            document,
            failure,
            &mut desk.console,
        ));
    }
    desk.print(report::trial_page(&tested));
    failure.map_or(Ok(Exit::Done), Err)
}
