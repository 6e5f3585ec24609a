//! Each command has a file of its own. Here: the choice of the command, and the parts that all of them share.

mod allow;
mod apply;
mod approve;
mod check;
mod compare;
mod console;
mod ended;
mod from_org;
mod manner;
mod org;
mod plan;
mod plugin;
mod practice;
mod recipe;
mod resume;
mod rows;
mod runs;
mod show;
mod trial;
mod undo;
mod written;

use std::future::Future;

use clap::error::ErrorKind;

use crate::args::{Args, Command, PracticeCommand, RecipeCommand, RunsCommand};
use crate::command::manner::Manner;
use crate::command::written::Written;
use crate::desk::Desk;
use crate::error::Error;
use crate::exit::Exit;
use crate::flow::{Applying, Resuming, Undoing};
use crate::logs;
use crate::page::Page;
use crate::plugins::Calls;
use crate::report::{self, Detail};
use crate::signals;

/// Runs one command.
pub(crate) fn run(args: Args, desk: &mut Desk) -> Result<Exit, Error> {
    let shows_logs = match &args.command {
        Command::Plan { target, .. } | Command::Apply { target, .. } | Command::Check(target) => {
            target.plugin_log
        }
        _ => false,
    };
    desk.world.calls = Calls::shown(desk.console.err.clone(), shows_logs);
    match args.command {
        Command::Plan { target, out } => {
            desk.world.client = target.client.wishes(&desk.world)?;
            block_on(plan::run(&target, out.as_deref(), desk))
        }
        Command::Apply {
            target,
            consent,
            approval,
            confirm,
            events,
        } => {
            desk.world.client = target.client.wishes(&desk.world)?;
            let written = Written::begin(&target.into, &events, &target.output, desk)?;
            let manner = Manner::of(target.output.json, target.detail(), &written);
            let applying = Applying {
                target: rows::wanted(&target, desk)?,
                confirm,
                consent: consent.given(),
                org_id: consent.org_id.clone(),
                policy: consent.policy.policy,
                approval,
            };
            block_on(apply::run(&applying, manner, desk))
        }
        Command::Allow {
            recipe,
            yes,
            output,
        } => block_on(allow::run(&recipe, yes, &output, desk)),
        Command::Approve(approve) => block_on(approve::run(&approve, desk)),
        Command::Check(target) => {
            desk.world.client = target.client.wishes(&desk.world)?;
            block_on(check::run(&target, desk))
        }
        Command::Compare(compare) => block_on(compare::run(&compare, desk)),
        Command::Recipe(RecipeCommand::FromOrg(from)) => block_on(from_org::run(&from, desk)),
        Command::Recipe(RecipeCommand::List(output)) => recipe::list(&output, desk),
        Command::Recipe(RecipeCommand::Check { recipes, output }) => {
            recipe::check(&recipes, &output, desk)
        }
        Command::Resume {
            run,
            consent,
            confirm,
            set,
            as_other_user,
            client,
            events,
            into,
            output,
        } => {
            desk.world.client = client.wishes(&desk.world)?;
            let written = Written::begin(&into, &events, &output, desk)?;
            let manner = Manner::of(output.json, Detail::Normal, &written);
            let resuming = Resuming {
                run: run.run,
                org: run.org.org,
                confirm,
                set,
                as_other_user,
                consent: consent.given(),
                org_id: consent.org_id.clone(),
                policy: consent.policy.policy,
                results: into.names().results.to_vec(),
            };
            block_on(resume::run(&resuming, manner, desk))
        }
        Command::Undo {
            run,
            consent,
            set,
            as_other_user,
            client,
            events,
            into,
            output,
        } => {
            desk.world.client = client.wishes(&desk.world)?;
            let written = Written::begin(&into, &events, &output, desk)?;
            let manner = Manner::of(output.json, Detail::Undo, &written);
            let undoing = Undoing {
                run: run.run,
                org: run.org.org,
                set,
                as_other_user,
                consent: consent.given(),
                org_id: consent.org_id.clone(),
                policy: consent.policy.policy,
                draws_roles: into.draws_roles(),
            };
            block_on(undo::run(&undoing, manner, desk))
        }
        Command::Show {
            run,
            requests,
            into,
            output,
        } => show::run(&run, requests, &into, &output, desk),
        Command::Runs {
            command:
                Some(RunsCommand::Prune {
                    older_than,
                    damaged,
                    output,
                }),
            ..
        } => runs::prune(older_than, damaged, &output, desk),
        Command::Runs { output, .. } => runs::run(&output, desk),
        Command::Org(command) => org::run(command, desk),
        Command::Practice(PracticeCommand::Serve(serve)) => block_on(practice::serve(&serve, desk)),
        Command::Practice(PracticeCommand::Show { name, output }) => {
            block_on(practice::show(&name, &output, desk))
        }
        Command::Practice(PracticeCommand::Reset { name, output }) => {
            practice::reset(&name, &output, desk)
        }
        Command::Plugin(command) => block_on(plugin::run(command, desk)),
    }
}

/// Prints the words of clap: help and version, or the mistake in the command line.
pub(crate) fn usage(error: &clap::Error, json: bool, desk: &mut Desk) -> Exit {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            desk.print(Page::laid_out(&error.to_string()));
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
                report::error(&usage, true, &mut desk.console);
            } else {
                desk.say(Page::laid_out(&error.to_string()));
            }
            Exit::Usage
        }
    }
}

fn block_on<T>(command: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .on_thread_start(logs::of_this_thread())
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
