//! The command line of Usher: arguments, wiring, reports.
//!
//! Adapters between the crates live here and nowhere else. No Rust API of this crate is stable; its command line, its
//! JSON and its exit codes are stable.

mod approval;
mod args;
mod browser;
mod catalog;
mod client_wishes;
mod clock;
mod command;
mod confirmations;
mod connect;
mod data_plugin;
mod desk;
mod document;
mod error;
mod events;
mod exit;
mod flow;
mod frozen;
#[cfg(debug_assertions)]
mod hold;
mod home;
mod keychain;
mod lease;
mod lines;
mod lock_file;
mod logs;
mod orgs;
mod page;
mod person;
mod plugins;
mod policy;
mod practice;
mod report;
mod result_files;
mod roles;
mod rule;
mod saved;
mod secrets;
mod serve;
mod sf;
mod shelf;
mod signals;
mod text_file;
mod trial;
mod unfit;
mod whole_file;
mod wire;
mod wording;
mod workshop;
mod world;

use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use clap::Parser;
use usher_engine::wire::Trace;
use usher_host::compiler;

pub use client_wishes::ClientWishes;
pub use desk::{Console, Desk};
pub use exit::Exit;
pub use lines::Lines;
pub use page::Look;
pub use person::{Person, Typed};
pub use plugins::Calls;
pub use world::World;

/// Runs the program as a process: arguments, environment and console of this machine.
pub fn main() -> ExitCode {
    if std::env::args_os()
        .nth(1)
        .is_some_and(|word| word == compiler::ARGUMENT)
    {
        return compiler::main();
    }
    let mut desk = Desk::of_process();
    run(std::env::args_os(), &mut desk).into()
}

/// Runs one command line at `desk`. A panic is a bug of Usher and is reported as one, so that `--json` always
/// prints a document and the exit code is one of ours.
pub fn run(args: impl IntoIterator<Item = OsString>, desk: &mut Desk) -> Exit {
    let args: Vec<OsString> = args.into_iter().collect();
    let json = args.iter().any(|arg| arg == "--json");
    let parsed = match args::Args::try_parse_from(&args) {
        Ok(parsed) => parsed,
        Err(error) => return command::usage(&error, json, desk),
    };
    let logs = match logs::Logs::begin(parsed.log, &desk.world) {
        Ok(logs) => logs,
        Err(error) => {
            report::error(&error, json, &mut desk.console);
            return error.exit;
        }
    };
    let name = parsed.command.word();
    let ended = catch_unwind(AssertUnwindSafe(|| {
        logs.of(name, || command::run(parsed, desk))
    }));
    if let Some(warning) = logs.end() {
        desk.say(warning);
    }
    if let Some(why) = desk.world.client.trace.as_ref().and_then(Trace::ended) {
        desk.say(format!("The trace is not whole: {why}."));
    }
    match ended.unwrap_or_else(|panic| Err(error::Error::bug(&*panic))) {
        Ok(exit) => exit,
        Err(error) => {
            report::error(&error, json, &mut desk.console);
            error.exit
        }
    }
}
