//! Everything outside that a command touches: console, environment, folder, time. Tests bring their
//! own.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use usher_engine::port::Clock;
use usher_engine::stop::StopFlag;

use crate::clock::SystemClock;

/// Columns when nobody says how wide the window is.
const WIDTH: usize = 100;

/// Where results, progress and questions go.
pub struct Console {
    /// Results.
    pub out: Box<dyn Write + Send>,
    /// Progress, questions, diagnostics.
    pub err: Lines,
    /// Whether somebody can be asked: standard input and error are a terminal.
    pub asks: bool,
    /// Whether standard output may be coloured.
    pub colour: bool,
    /// Columns of the window.
    pub width: usize,
}

/// Whole lines from several places at once.
#[derive(Clone)]
pub struct Lines(Arc<Mutex<Box<dyn Write + Send>>>);

impl Lines {
    /// Lines to a writer.
    pub fn to(writer: impl Write + Send + 'static) -> Self {
        Self(Arc::new(Mutex::new(Box::new(writer))))
    }

    /// Writes one line. A closed pipe is the reader's business: it never stops a run.
    pub(crate) fn write(&self, line: &str) {
        let mut writer = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let _closed = writer.write_all(format!("{line}\n").as_bytes());
        let _closed = writer.flush();
    }
}

/// The world of one command.
pub struct World {
    pub console: Console,
    pub variables: BTreeMap<String, String>,
    pub folder: PathBuf,
    /// The program itself: it compiles plugins in a process of its own.
    pub program: PathBuf,
    pub clock: Arc<dyn Clock>,
    /// Asks the run that is carried out to stop.
    pub stop: StopFlag,
    /// Whether Ctrl-C and SIGTERM are ours to hear, once a run has begun.
    pub signals: bool,
}

impl World {
    /// The world of this process.
    pub fn of_process() -> Self {
        let variables: BTreeMap<String, String> = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        let terminal = std::io::stdout().is_terminal();
        let colour = terminal && !variables.contains_key("NO_COLOR");
        let width = variables
            .get("COLUMNS")
            .and_then(|columns| columns.parse().ok());
        Self {
            console: Console {
                out: Box::new(std::io::stdout()),
                err: Lines::to(std::io::stderr()),
                asks: std::io::stdin().is_terminal() && std::io::stderr().is_terminal(),
                colour,
                width: width.unwrap_or(WIDTH).clamp(40, 400),
            },
            folder: std::env::current_dir().unwrap_or_default(),
            program: std::env::current_exe().unwrap_or_default(),
            variables,
            clock: Arc::new(SystemClock),
            stop: StopFlag::default(),
            signals: true,
        }
    }

    /// An environment variable; an empty one counts as none.
    pub(crate) fn variable(&self, name: &str) -> Option<&str> {
        self.variables
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// Writes a result. A closed pipe is the reader's business: it never stops a run.
    pub(crate) fn print(&mut self, text: &str) {
        let _closed = self.console.out.write_all(text.as_bytes());
        let _closed = self.console.out.flush();
    }

    /// Writes a line of progress or explanation.
    pub(crate) fn say(&mut self, text: &str) {
        self.console.err.write(text);
    }
}
