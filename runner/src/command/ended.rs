//! Prints and writes the result of a flow that has ended.

use std::collections::BTreeSet;

use serde_json::Value;
use usher_core::plan::{Plan, StepState};

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

/// Writes the results of rows of which some are wrong, and gives the error on.
pub(super) fn refused(error: Error, manner: Manner<'_>, desk: &mut Desk) -> Error {
    if let Some(rows) = error.rows()
        && let Err(unwritten) = manner.files.write_wrong(rows)
    {
        report::error(&unwritten, false, &mut desk.console);
    }
    error
}

/// The error of a command that did all but some items: those that have no plan, or rows that were left out.
pub(super) fn left_out(plan: &Plan) -> Option<Error> {
    let failed = plan.steps.iter();
    let failed = failed.filter(|step| matches!(step.state, StepState::Failed { .. }));
    let items: BTreeSet<&String> = failed.filter_map(|step| step.item.as_ref()).collect();
    if !items.is_empty() {
        let have = if items.len() == 1 { "has" } else { "have" };
        let message = format!("{} {have} no plan", report::count(items.len(), "item"));
        return Some(Error::new(Exit::Failed, "step/items-failed", message).help(
            "the plan says why; `usher apply … --continue-on-error` goes on with the others",
        ));
    }
    let count = plan.left_out.len();
    if count == 0 {
        return None;
    }
    let were = if count == 1 { "was" } else { "were" };
    let message = format!("{} {were} left out", report::count(count, "row"));
    Some(Error::new(Exit::Invalid, "rows/left-out", message).help(
        "correct them in the file that `--results FILE` writes, and pass that file with `--rows`: what is done already \
         is not repeated",
    ))
}

/// Shows a plan. One that cannot be applied ends with the reasons.
pub(super) fn planned(
    planned: &Planned,
    manner: Manner<'_>,
    desk: &mut Desk,
) -> Result<Exit, Error> {
    let sheet = sheet(planned, manner);
    let failure = planned.failure.clone();
    let failure = failure.or_else(|| left_out(&planned.plan));
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
    let ended_with = ran.failure.clone().or_else(|| left_out(plan));
    let failure = match (ended_with, written) {
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
