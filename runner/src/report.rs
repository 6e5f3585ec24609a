//! Everything that a person, or a program, reads: plans, results, mistakes, tables. It knows neither how any of it came
//! about nor a terminal.

mod changes;
mod claim;
mod contrast;
mod crowd;
mod diagnostics;
mod difference;
mod doctor;
mod effect;
mod html;
mod inputs;
mod item;
mod json;
mod kept;
mod loops;
mod markdown;
mod marks;
mod operation;
mod plan;
mod practice;
mod privilege;
mod properties;
mod results;
mod row;
mod run;
mod sheet;
mod shell;
mod table;
mod tree;
mod trial;
mod words;

use serde_json::json;
use usher_core::run::RunState;

use crate::desk::Console;
use crate::error::{Error, Mistake};
use crate::exit::Exit;
use crate::page::Page;

pub(crate) use contrast::Contrasts;
pub(crate) use crowd::Crowd;
pub(crate) use doctor::{Doctored, doctor_json, doctor_page, live_json, live_page};
pub(crate) use html::html;
pub(crate) use inputs::Inputs;
pub(crate) use json::Outcomes;
pub(crate) use markdown::markdown;
pub(crate) use plan::{items_page, step_page};
pub(crate) use practice::{Account, Mail, Role, Shown, Site, User, practice_page};
pub(crate) use properties::{properties_json, properties_page};
pub(crate) use results::{Form, Results, results};
pub(crate) use run::{notice_page, progress_page, result_page};
pub(crate) use sheet::Sheet;
pub(crate) use shell::word as shell_word;
pub(crate) use table::table;
pub(crate) use trial::{trial_json, trial_page};
pub(crate) use words::count;

/// The format of every JSON document.
pub(crate) const FORMAT: u32 = 1;

/// The part of a plan that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Detail {
    Normal,
    Full,
    /// For a run that undoes another one: the plan does not say how that is undone.
    Undo,
}

impl Detail {
    /// Everything when a person asks for that.
    pub(crate) fn full_if(full: bool) -> Self {
        match full {
            true => Self::Full,
            false => Self::Normal,
        }
    }

    /// Returns the detail in which a run is shown, unless a person asks for all of it.
    pub(crate) fn of(run: &RunState) -> Self {
        match run.is_undo() {
            true => Self::Undo,
            false => Self::Normal,
        }
    }
}

/// Reports what ended a command: on standard error, and as the one JSON document when asked for.
pub(crate) fn error(error: &Error, as_json: bool, console: &mut Console) {
    if as_json {
        let mut document = json!({ "format": FORMAT });
        add_error(error, &mut document);
        console.document(&document);
    }
    console.say(diagnostics::error_page(error));
}

/// Puts an error, and the mistakes it consists of, into a document.
pub(crate) fn add_error(error: &Error, document: &mut serde_json::Value) {
    document["error"] = json::error(error);
    if !error.mistakes.is_empty() {
        document["diagnostics"] = diagnostics::json(&error.mistakes);
    }
    if !error.differences().is_empty() {
        document["differences"] = json!(error.differences());
    }
}

/// Findings that end nothing by themselves, each at its place.
pub(crate) fn findings_page(found: &[Mistake]) -> Page {
    diagnostics::mistakes_page(found)
}

/// The same as a document.
pub(crate) fn findings_json(found: &[Mistake]) -> serde_json::Value {
    json!({ "format": FORMAT, "diagnostics": diagnostics::json(found) })
}

/// Prints the one document of a command that has a plan, with what failed beside it.
pub(crate) fn print_with_failure(
    mut document: serde_json::Value,
    failure: Option<Error>,
    console: &mut Console,
) -> Exit {
    let exit = failure.as_ref().map_or(Exit::Done, |error| error.exit);
    if let Some(error) = failure {
        add_error(&error, &mut document);
        self::error(&error, false, console);
    }
    console.document(&document);
    exit
}
