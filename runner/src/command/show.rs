//! `usher show`: a run as its journal tells it, replayed.

use serde_json::json;
use usher_core::plan::Requests;
use usher_core::run::{Carried, Phase, RunState};
use usher_core::text;
use usher_engine::journal::{Journal, LoadedRun};
use usher_engine::wire::Exchange;

use crate::args::{IntoArgs, Output, RunArg};
use crate::clock;
use crate::command::console::attended;
use crate::command::manner::Manner;
use crate::desk::Desk;
use crate::error::Error;
use crate::exit::Exit;
use crate::flow;
use crate::home::Home;
use crate::page::Page;
use crate::report::{self, Detail, FORMAT, Outcomes, Sheet};
use crate::result_files::ResultFiles;
use crate::saved;
use crate::wire::plain;

pub(super) fn run(
    arg: &RunArg,
    requests: bool,
    into: &IntoArgs,
    output: &Output,
    desk: &mut Desk,
) -> Result<Exit, Error> {
    let files = ResultFiles::begin(into.names(), &[], &desk.world)?;
    if let Some(file) = arg.run.as_deref().filter(|run| saved::is_named(run)) {
        return show_saved(file, requests, into, &files, output, desk);
    }
    let home = Home::of(&desk.world)?;
    let journal = Journal::open(&home.journal()?)?;
    let manner = Manner::looking(output.json, Detail::Normal, &files);
    let (mut attendant, _) = attended(desk, manner);
    let named = arg.run.as_deref();
    let run = flow::find(&journal, named, "to show", &mut attendant, |_| true)?;
    if requests {
        let made = journal.requests(&run.id)?;
        show_requests(&run, &made, output, desk);
        return Ok(Exit::Done);
    }
    let plan = run.state.plan.as_ref().ok_or_else(Error::no_plan)?;
    flow::must_have_results_of(plan, into.names().results)?;
    let alias = &run.state.origin.alias;
    let carried = carried(&run);
    let outcomes = Outcomes {
        run: &run.id,
        carried: carried.as_ref(),
        state: &run.state,
    };
    let made = Requests {
        read: plan.requests.read,
        write: run.state.requests,
    };
    let sheet = Sheet::of(plan, alias, Detail::of(&run.state));
    let sheet = sheet.requests(made).outcomes(outcomes);
    files.write(sheet)?;
    if output.json {
        let mut document = sheet.json();
        document["began"] = json!(clock::utc(run.began_ms));
        document["undoes"] = json!(run.state.origin.undoes);
        desk.document(&document);
        return Ok(Exit::Done);
    }
    let mut page = Page::from(format!("Run {}, {}", run.id, clock::local(run.began_ms)));
    page.append(sheet.page());
    page.blank();
    let mut state = RunState::default();
    for entry in &run.entries {
        if state.next(&entry.event).is_err() {
            break;
        }
        if let Some(told) = report::progress_page(&entry.event, &state) {
            page.append(told.stamped(&clock::local_time(entry.at_ms)));
        }
    }
    page.blank();
    match &carried {
        Some(carried) => page.append(report::result_page(&run.id, carried, &state, alias)),
        None => page.line(
            0,
            format!(
                "Not ended. Next: run `usher resume {}` to finish it.",
                run.id
            ),
        ),
    }
    desk.print(page);
    Ok(Exit::Done)
}

/// Shows a saved plan as it was approved: from its file alone, wherever that is.
fn show_saved(
    file: &str,
    requests: bool,
    into: &IntoArgs,
    files: &ResultFiles,
    output: &Output,
    desk: &mut Desk,
) -> Result<Exit, Error> {
    if requests {
        let message = format!("`{file}` is a saved plan, and no run has made a request of it");
        return Err(
            Error::new(Exit::Usage, "show/no-requests", message).help("leave `--requests` out")
        );
    }
    let saved = saved::read(&desk.world.folder.join(file))?;
    flow::must_have_results_of(&saved.plan, into.names().results)?;
    let sheet = Sheet::of(&saved.plan, &saved.alias, Detail::Normal);
    files.write(sheet)?;
    if output.json {
        let mut document = sheet.json();
        document["saved"] = json!(file);
        desk.document(&document);
        return Ok(Exit::Done);
    }
    let mut page = sheet.page();
    page.blank();
    let file = text::sentence(file);
    page.line(
        0,
        format!("Next: `usher apply {file}` does exactly this, or refuses when the org has moved."),
    );
    desk.print(page);
    Ok(Exit::Done)
}

/// Returns the end or the stop of the run; none: its process ended in the middle.
pub(super) fn carried(run: &LoadedRun) -> Option<Carried> {
    match &run.state.phase {
        Phase::Finished(end) => Some(Carried::Finished(*end)),
        Phase::Stopped(why) => Some(Carried::Stopped(why.clone())),
        Phase::New | Phase::Planned | Phase::Running => None,
    }
}

fn show_requests(run: &LoadedRun, made: &[Exchange], output: &Output, desk: &mut Desk) {
    if output.json {
        let requests = made.iter().map(|request| {
            json!({
                "at": clock::utc(request.at_ms),
                "method": request.method,
                "path": request.path,
                "status": request.status,
                "milliseconds": request.took_ms,
            })
        });
        let requests: Vec<_> = requests.collect();
        let document = json!({ "format": FORMAT, "run": run.id, "requests": requests });
        desk.document(&document);
        return;
    }
    let rows: Vec<Vec<String>> = made
        .iter()
        .map(|request| {
            vec![
                clock::local_time(request.at_ms).trim().to_owned(),
                request.method.clone(),
                request
                    .status
                    .map_or("none".to_owned(), |status| status.to_string()),
                format!("{} ms", request.took_ms),
                plain(&request.path),
            ]
        })
        .collect();
    let header = ["AT", "METHOD", "STATUS", "TOOK", "PATH"];
    desk.print(report::table(&header, &rows, desk.console.width));
}
