//! Arguments about logs, of every command.

use clap::{Args, ValueEnum};

/// Wishes for the logs of a command.
#[derive(Args, Clone, Copy, Debug)]
#[command(next_help_heading = "Logs")]
pub(crate) struct LogArgs {
    /// Log to standard error: `off`, `error`, `warn`, `info`, `debug` or `trace`. Default: the level in USHER_LOG,
    /// else `off`
    #[arg(
        long = "log-level",
        value_name = "LEVEL",
        global = true,
        hide_possible_values = true
    )]
    pub(crate) level: Option<LogLevel>,
    /// Write the log as `text` or as `json`, one document per line
    #[arg(
        long = "log-format",
        value_name = "FORMAT",
        global = true,
        hide_possible_values = true,
        default_value = "text"
    )]
    pub(crate) format: LogFormat,
}

/// The least weight of what is logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum LogLevel {
    /// Nothing.
    Off,
    /// The error that the command ends with.
    Error,
    /// Also what went wrong and was mended.
    Warn,
    /// Also the begin and the end of the command, its run and each step.
    Info,
    /// Also each request, when it is answered.
    Debug,
    /// Also each request, when it begins.
    Trace,
}

impl LogLevel {
    /// The level of that name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::from_str(name, false).ok()
    }
}

/// The form of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    Text,
    Json,
}
