//! `usher plugin dev`: builds and tests the plugin now, and again whenever a file of it is saved.

use std::time::{Duration, Instant};

use tokio::signal::unix::{SignalKind, signal};

use crate::args::DevArgs;
use crate::command::plugin::build;
use crate::desk::Desk;
use crate::error::Error;
use crate::exit::Exit;
use crate::report;
use crate::trial::{self, Testing};
use crate::workshop::{self, PluginFolder, Watched};

/// The pause between two looks at the folder: short enough that nobody waits for it.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Generated inputs: few, because a person waits for them after each save. `usher plugin test` tries more.
const CASES: usize = 16;

pub(super) async fn run(args: &DevArgs, desk: &mut Desk) -> Result<Exit, Error> {
    let folder = PluginFolder::at(&desk.world.folder, &args.folder)?;
    // From here on Ctrl-C ends the command as it should end. Without a handler it would end the process.
    let interrupts = match std::mem::take(&mut desk.signals) {
        true => signal(SignalKind::interrupt()).ok(),
        false => None,
    };
    let watching = watch(&folder, desk);
    match interrupts {
        Some(mut interrupts) => tokio::select! {
            ended = watching => ended,
            _ = interrupts.recv() => Ok(Exit::Done),
        },
        None => watching.await,
    }
}

async fn watch(folder: &PluginFolder, desk: &mut Desk) -> Result<Exit, Error> {
    loop {
        // A file that is saved while the plugin is built counts as saved afterwards.
        let seen = Watched::look(&folder.path)?;
        turn(folder, desk).await;
        desk.say(format!("Watching `{}`. Ctrl-C ends this.", folder.shown));
        let saved = loop {
            if desk.world.stop.is_asked() {
                return Ok(Exit::Done);
            }
            tokio::time::sleep(LOOK_EVERY).await;
            let now = Watched::look(&folder.path)?;
            if now != seen {
                break now.since(&seen, &folder.path);
            }
        };
        desk.say("");
        desk.say(format!("Saved: {}", saved.join(", ")));
    }
}

/// Builds and tests the plugin once and shows the result, also a mistake in it.
async fn turn(folder: &PluginFolder, desk: &mut Desk) {
    let began = Instant::now();
    let built = workshop::build(folder, &desk.world, &|line| desk.say(line)).await;
    let tested = match built {
        Ok(built) => {
            desk.print(build::page(&built));
            trial::test(&testing(folder), &desk.world).await
        }
        Err(error) => Err(error),
    };
    match tested {
        Ok(tested) => desk.print(report::trial_page(&tested)),
        Err(error) => report::error(&error, false, &mut desk.console),
    }
    desk.say(format!("{:.1} s.", began.elapsed().as_secs_f64()));
}

/// The tests of a save: the same each time.
fn testing(folder: &PluginFolder) -> Testing {
    Testing {
        folder: folder.path.clone(),
        update: false,
        declare: false,
        seed: 1,
        cases: CASES,
        only: None,
    }
}
