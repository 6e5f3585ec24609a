//! Prints and writes the result of a flow that has ended.

use serde_json::Value;

use crate::command::manner::Manner;
use crate::desk::Desk;
use crate::error::Error;
use crate::exit::Exit;
use crate::flow::{NotApproved, Planned, Ran};
use crate::page::Page;
use crate::report::{self, Detail, Outcomes, Sheet};

/// The sheet of a plan.
pub(super) fn sheet<'a>(planned: &'a Planned, manner: Manner<'_>) -> Sheet<'a> {
    Sheet::of(&planned.plan, &planned.alias, manner.detail).tree(planned.roles.as_ref())
}

/// Shows a plan. One that cannot be applied ends with the reasons.
pub(super) fn planned(
    planned: &Planned,
    manner: Manner<'_>,
    desk: &mut Desk,
) -> Result<Exit, Error> {
    let sheet = sheet(planned, manner);
    let failure = planned.failure.clone();
    manner.files.write(sheet.failure(failure.as_ref()))?;
    if manner.json {
        let document = with_log(sheet.json(), desk);
        let console = &mut desk.console;
        return Ok(report::print_with_failure(document, failure, console));
    }
    desk.print(sheet.page());
    failure.map_or(Ok(Exit::Done), Err)
}

/// The document with what the plugins logged, as far as that is shown.
fn with_log(mut document: Value, desk: &Desk) -> Value {
    if let Some(log) = desk.world.calls.log_json() {
        document["plugin_log"] = log;
    }
    document
}

/// Ends with a plan that nobody approved: it is the result.
pub(super) fn not_approved(
    not_approved: NotApproved,
    manner: Manner<'_>,
    desk: &mut Desk,
) -> Result<Exit, Error> {
    let NotApproved {
        plan,
        alias,
        undoes,
        roles,
        why,
    } = &not_approved;
    let detail = match undoes {
        true => Detail::Undo,
        false => manner.detail,
    };
    let sheet = Sheet::of(plan, alias, detail).tree(roles.as_ref());
    match why {
        None => {
            manner.files.write(sheet)?;
            desk.say("Nothing was changed.");
            Ok(Exit::Done)
        }
        Some(error) => {
            if let Err(error) = manner.files.write(sheet.failure(Some(error))) {
                report::error(&error, false, &mut desk.console);
            }
            Err(error.clone())
        }
    }
}

/// Reports a run that ended or stopped; the exit says how.
pub(super) fn ran(ran: Ran, manner: Manner<'_>, desk: &mut Desk) -> Result<Exit, Error> {
    let plan = ran.state.plan.as_ref().ok_or_else(Error::no_plan)?;
    let outcomes = Outcomes {
        run: &ran.id,
        carried: Some(&ran.carried),
        state: &ran.state,
    };
    let sheet = Sheet::of(plan, &ran.alias, Detail::of(&ran.state))
        .requests(ran.requests)
        .outcomes(outcomes)
        .tree(ran.roles.as_ref());
    let written = manner.files.write(sheet.failure(ran.failure.as_ref()));
    let failure = match (ran.failure.clone(), written) {
        (None, Err(error)) => {
            Some(error.help("the run has ended as it says; `usher show` shows it again"))
        }
        (failure, written) => {
            if let Err(error) = written {
                report::error(&error, false, &mut desk.console);
            }
            failure
        }
    };
    if manner.json {
        let document = with_log(sheet.json(), desk);
        let console = &mut desk.console;
        return Ok(report::print_with_failure(document, failure, console));
    }
    let mut page = Page::default();
    page.blank();
    page.append(report::result_page(
        &ran.id,
        &ran.carried,
        &ran.state,
        &ran.alias,
    ));
    desk.print(page);
    failure.map_or(Ok(Exit::Done), Err)
}
