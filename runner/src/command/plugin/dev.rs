//! `usher plugin dev`: builds the plugin now, and again whenever a file of it is saved.

use std::time::Duration;

use crate::args::DevArgs;
use crate::command::plugin::build;
use crate::desk::Desk;
use crate::error::Error;
use crate::exit::Exit;
use crate::report;
use crate::workshop::{self, PluginFolder, Watched};

/// The pause between two looks at the folder: short enough that nobody waits for it.
const LOOK_EVERY: Duration = Duration::from_millis(200);

pub(super) async fn run(args: &DevArgs, desk: &mut Desk) -> Result<Exit, Error> {
    let folder = PluginFolder::at(&desk.world.folder, &args.folder)?;
    // From here on Ctrl-C ends the command as it should end. Without a handler it would end the process.
    let ended = std::mem::take(&mut desk.signals).then(tokio::signal::ctrl_c);
    let watching = watch(&folder, desk);
    match ended {
        Some(ended) => tokio::select! {
            ended = watching => ended,
            _ = ended => Ok(Exit::Done),
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

/// Builds the plugin once and shows the result, also a mistake in it.
async fn turn(folder: &PluginFolder, desk: &mut Desk) {
    let built = workshop::build(folder, &desk.world, &|line| desk.say(line)).await;
    match built {
        Ok(built) => desk.print(build::page(&built)),
        Err(error) => report::error(&error, false, &mut desk.console),
    }
}
