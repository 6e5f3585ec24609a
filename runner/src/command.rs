//! One file a command. Here: which one runs, and what all of them share.

mod allow;
mod apply;
mod approve;
mod approved;
mod carry;
mod check;
mod consent;
mod find;
mod manner;
mod mark;
mod org;
mod plan;
mod plugin;
mod practice;
mod prepare;
mod recipe;
mod rest;
mod resume;
mod runs;
mod show;
mod undo;
mod user;
mod written;

use std::future::Future;

use clap::error::ErrorKind;

use crate::args::{
    Args, Command, OrgCommand, PluginCommand, PracticeCommand, RecipeCommand, RunsCommand,
};
use crate::command::manner::Manner;
use crate::command::written::Written;
use crate::error::Error;
use crate::exit::Exit;
use crate::page::Page;
use crate::report;
use crate::signals;
use crate::world::World;

/// Runs one command.
pub(crate) fn run(args: Args, world: &mut World) -> Result<Exit, Error> {
    match args.command {
        Command::Plan { target, out } => block_on(plan::run(&target, out.as_deref(), world)),
        Command::Apply {
            target,
            consent,
            approval,
            confirm,
            events,
        } => {
            let written = Written::begin(&target.into, &events, &target.output, world)?;
            let applying = apply::Applying {
                target: &target,
                confirm: &confirm,
                policy: consent.policy.policy.as_deref(),
                approval: approval.as_deref(),
                manner: Manner::of(&consent, &target.output, &written),
            };
            block_on(apply::run(&applying, world))
        }
        Command::Allow {
            recipe,
            yes,
            output,
        } => allow::run(&recipe, yes, &output, world),
        Command::Approve(approve) => approve::run(&approve, world),
        Command::Check(target) => block_on(check::run(&target, world)),
        Command::Recipe(RecipeCommand::List(output)) => recipe::list(&output, world),
        Command::Recipe(RecipeCommand::Check { recipes, output }) => {
            recipe::check(&recipes, &output, world)
        }
        Command::Resume {
            run,
            consent,
            confirm,
            set,
            as_other_user,
            events,
            into,
            output,
        } => {
            let written = Written::begin(&into, &events, &output, world)?;
            let going = resume::Going {
                arg: &run,
                confirm: &confirm,
                set: &set,
                as_other_user,
                policy: consent.policy.policy.as_deref(),
                manner: Manner::of(&consent, &output, &written),
            };
            block_on(resume::run(&going, world))
        }
        Command::Undo {
            run,
            consent,
            set,
            as_other_user,
            events,
            into,
            output,
        } => {
            let written = Written::begin(&into, &events, &output, world)?;
            let undoing = undo::Undoing {
                arg: &run,
                set: &set,
                as_other_user,
                policy: consent.policy.policy.as_deref(),
                manner: Manner::of(&consent, &output, &written),
            };
            block_on(undo::run(&undoing, world))
        }
        Command::Show {
            run,
            requests,
            into,
            output,
        } => show::run(&run, requests, &into, &output, world),
        Command::Runs {
            command:
                Some(RunsCommand::Prune {
                    older_than,
                    damaged,
                    output,
                }),
            ..
        } => runs::prune(older_than, damaged, &output, world),
        Command::Runs { output, .. } => runs::run(&output, world),
        Command::Org(OrgCommand::Query { soql, org, output }) => {
            block_on(org::query(&soql, &org, &output, world))
        }
        Command::Practice(PracticeCommand::Serve(serve)) => {
            block_on(practice::serve(&serve, world))
        }
        Command::Practice(PracticeCommand::Show { name, output }) => {
            block_on(practice::show(&name, &output, world))
        }
        Command::Practice(PracticeCommand::Reset { name, output }) => {
            practice::reset(&name, &output, world)
        }
        Command::Plugin(PluginCommand::Inspect {
            plugin,
            extract,
            output,
        }) => plugin::inspect(&plugin, extract.as_deref(), &output, world),
    }
}

/// What clap has to say: help and version, or what is wrong with the command line.
pub(crate) fn usage(error: &clap::Error, json: bool, world: &mut World) -> Exit {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            world.print(Page::laid_out(&error.to_string()));
            Exit::Done
        }
        _ => {
            if json {
                let text = error.to_string();
                let first = text
                    .lines()
                    .next()
                    .unwrap_or_default()
                    .trim_start_matches("error: ");
                let usage = Error::new(Exit::Usage, "usage", first).help("see `usher --help`");
                report::error(&usage, true, world);
            } else {
                world.say(Page::laid_out(&error.to_string()));
            }
            Exit::Usage
        }
    }
}

fn block_on<T>(command: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let runtime = runtime.map_err(|error| {
        Error::new(
            Exit::Failed,
            "start/no-runtime",
            format!("cannot start: {error}"),
        )
    })?;
    runtime.block_on(async {
        signals::take_file_limits_as_errors();
        command.await
    })
}
