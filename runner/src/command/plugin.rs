//! `usher plugin`: a plugin from its first file to its component, and everything that it says about itself.

mod build;
mod dev;
mod inspect;
mod lint;
mod new;
mod sdk;

use crate::args::PluginCommand;
use crate::command::trial;
use crate::desk::Desk;
use crate::error::Error;
use crate::exit::Exit;

pub(super) async fn run(command: PluginCommand, desk: &mut Desk) -> Result<Exit, Error> {
    match command {
        PluginCommand::New(args) => new::run(&args, desk),
        PluginCommand::Build(args) => build::run(&args, desk).await,
        PluginCommand::Test(test) => trial::test(&test, desk).await,
        PluginCommand::Dev(args) => dev::run(&args, desk).await,
        PluginCommand::Lint(args) => lint::run(&args, desk),
        PluginCommand::Inspect {
            plugin,
            extract,
            output,
        } => inspect::inspect(&plugin, extract.as_deref(), &output, desk),
        PluginCommand::Sdk(args) => sdk::run(&args, desk),
    }
}
