//! `usher undo`: undo a run.

use serde_json::json;
use usher_core::plan::{Plan, Requests};

use crate::command::console::attended;
use crate::command::ended;
use crate::command::manner::Manner;
use crate::desk::Desk;
use crate::error::Error;
use crate::exit::Exit;
use crate::flow::{self, Undoing, Undone};
use crate::report::{self, Detail, FORMAT, Sheet};

pub(super) async fn run(
    undoing: &Undoing,
    manner: Manner<'_>,
    desk: &mut Desk,
) -> Result<Exit, Error> {
    let (mut attendant, world) = attended(desk, manner);
    match flow::undo(undoing, &mut attendant, world).await? {
        Undone::NothingLeft => {
            if manner.json {
                let requests = json!({ "read": 0, "write": 0 });
                let document =
                    json!({ "format": FORMAT, "run": null, "steps": [], "requests": requests });
                desk.document(&document);
            } else {
                desk.print("Nothing to undo.");
            }
            Ok(Exit::Done)
        }
        Undone::Nothing {
            run,
            plan,
            alias,
            requests,
        } => nothing(&run, &plan, &alias, requests, manner, desk),
        Undone::NotApproved(plan) => ended::not_approved(plan, manner, desk),
        Undone::Ran(ran) => ended::ran(ran, manner, desk),
    }
}

/// Shows what of a run stays, and why.
fn nothing(
    run: &str,
    plan: &Plan,
    alias: &str,
    requests: Requests,
    manner: Manner<'_>,
    desk: &mut Desk,
) -> Result<Exit, Error> {
    let sheet = Sheet::of(plan, alias, Detail::Undo).requests(requests);
    manner.files.write(sheet)?;
    if manner.json {
        desk.document(&sheet.json());
        return Ok(Exit::Done);
    }
    for step in &plan.steps {
        desk.print(report::step_page(step, Detail::Undo));
    }
    desk.print(format!("Nothing to undo in run {run}."));
    Ok(Exit::Done)
}
