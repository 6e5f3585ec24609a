//! The command line of Usher: arguments, wiring, reports.
//!
//! Adapters between the crates live here and nowhere else. No Rust API of this crate is stable; what
//! is are the command line, its JSON and its exit codes.

mod args;
mod catalog;
mod clock;
mod command;
mod confirmations;
mod connect;
mod error;
mod exit;
mod frozen;
mod home;
mod lease;
mod page;
mod plugins;
mod practice;
mod report;
mod request_log;
mod saved;
mod serve;
mod signals;
mod world;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

pub use exit::Exit;
pub use page::Look;
pub use world::{Console, Lines, World};

/// Runs the program as a process: arguments, environment and console of this machine.
pub fn main() -> ExitCode {
    let mut world = World::of_process();
    run(std::env::args_os(), &mut world).into()
}

/// Runs one command line in `world`.
pub fn run(args: impl IntoIterator<Item = OsString>, world: &mut World) -> Exit {
    let args: Vec<OsString> = args.into_iter().collect();
    let json = args.iter().any(|arg| arg == "--json");
    let parsed = match args::Args::try_parse_from(&args) {
        Ok(parsed) => parsed,
        Err(error) => return command::usage(&error, json, world),
    };
    match command::run(parsed, world) {
        Ok(exit) => exit,
        Err(error) => {
            report::error(&error, json, world);
            error.exit
        }
    }
}
