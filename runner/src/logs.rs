//! Logs: the spans of a command, of its run, steps and requests, as lines on standard error and as a trace that a
//! collector takes. Both are off until a person asks for them.

mod layer;
mod line;
#[cfg(feature = "otlp")]
mod otlp;

use tracing::dispatcher::{self, Dispatch};
use tracing::subscriber::NoSubscriber;
use tracing_subscriber::Registry;
use tracing_subscriber::layer::SubscriberExt;
use usher_engine::spans;

use crate::args::{LogArgs, LogLevel};
use crate::error::Error;
use crate::exit::Exit;
use crate::logs::layer::SpanLayer;
use crate::logs::line::LineLog;
use crate::page::Page;
use crate::world::World;

/// The variable that holds a level, or `requests`.
const VARIABLE: &str = "USHER_LOG";

/// The value of the variable that is not a level: the wire prints requests (`wire::logged`).
const REQUESTS: &str = "requests";

/// The logs of one command.
pub(crate) struct Logs {
    dispatch: Option<Dispatch>,
    #[cfg(feature = "otlp")]
    export: Option<otlp::Export>,
}

impl Logs {
    /// Begins the logs that a person asks for, by options or by variables.
    pub(crate) fn begin(wished: LogArgs, world: &World) -> Result<Self, Error> {
        let level = match wished.level {
            Some(level) => level,
            None => level_of_variable(world)?,
        };
        let lines = (level > LogLevel::Off).then(|| LineLog::new(level, wished.format, world));
        #[cfg(feature = "otlp")]
        let export = otlp::Export::begin(world);
        #[cfg(feature = "otlp")]
        let queue = export.as_ref().and_then(otlp::Export::queue);
        #[cfg(not(feature = "otlp"))]
        let queue = None;
        let is_read = lines.is_some() || queue.is_some();
        let dispatch = is_read.then(|| {
            let layer = SpanLayer::new(lines, queue, world);
            Dispatch::new(Registry::default().with(layer))
        });
        Ok(Self {
            dispatch,
            #[cfg(feature = "otlp")]
            export,
        })
    }

    /// Does the work of a command, and logs it.
    pub(crate) fn of(
        &self,
        command: &str,
        work: impl FnOnce() -> Result<Exit, Error>,
    ) -> Result<Exit, Error> {
        let Some(dispatch) = &self.dispatch else {
            return work();
        };
        dispatcher::with_default(dispatch, || {
            let span = spans::command(command);
            span.in_scope(|| {
                let ended = work();
                spans::ended(match &ended {
                    Ok(exit) => (exit.code(), None),
                    Err(error) => (error.exit.code(), Some(error.code.as_str())),
                });
                ended
            })
        })
    }

    /// Ends the logs. Returns what a person must know: the trace did not reach its collector.
    pub(crate) fn end(self) -> Option<Page> {
        #[cfg(feature = "otlp")]
        if let Some(export) = self.export {
            return export.end();
        }
        None
    }
}

fn level_of_variable(world: &World) -> Result<LogLevel, Error> {
    match world.variable(VARIABLE) {
        None | Some(REQUESTS) => Ok(LogLevel::Off),
        Some(text) => LogLevel::named(text).ok_or_else(|| {
            let message = format!("`{text}` in {VARIABLE} is not a level of logs");
            Error::new(Exit::Usage, "log/unknown-level", message)
                .help("write `off`, `error`, `warn`, `info`, `debug`, `trace` or `requests`")
        }),
    }
}

/// Lets the threads of a runtime log where the current one does.
pub(crate) fn of_this_thread() -> impl Fn() + Send + Sync + 'static {
    let dispatch = dispatcher::get_default(Clone::clone);
    move || {
        if !dispatch.is::<NoSubscriber>() {
            // For as long as the thread lives.
            std::mem::forget(dispatcher::set_default(&dispatch));
        }
    }
}
