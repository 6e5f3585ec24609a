//! Everything outside that a command touches: console, environment, folder, time. Tests bring their
//! own.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::os::fd::AsFd;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use usher_core::text::is_hidden;
use usher_engine::port::Clock;
use usher_engine::stop::StopFlag;

use crate::clock::SystemClock;
use crate::page::{Look, Page};
use crate::person::{AtTerminal, Person};

/// Columns when nobody says how wide the window is.
const WIDTH: usize = 100;

/// The least and the most columns that a table is laid out for.
const WIDTHS: (usize, usize) = (40, 400);

/// Where results, progress and questions go.
pub struct Console {
    /// Results.
    pub out: Box<dyn Write + Send>,
    /// Progress, questions, diagnostics.
    pub err: Lines,
    /// Who can be asked; none: nobody is there, since standard input or error is not a terminal.
    pub person: Option<Arc<dyn Person>>,
    /// How results are written.
    pub look: Look,
    /// Columns that a table may take.
    pub width: usize,
}

/// Whole lines from several places at once.
#[derive(Clone)]
pub struct Lines {
    writer: Arc<Mutex<Box<dyn Write + Send>>>,
    look: Look,
}

impl Lines {
    /// Lines to a writer.
    pub fn to(writer: impl Write + Send + 'static, look: Look) -> Self {
        Self {
            writer: Arc::new(Mutex::new(Box::new(writer))),
            look,
        }
    }

    /// Writes lines. A closed pipe is the reader's business: it never stops a run.
    pub(crate) fn write(&self, page: impl Into<Page>) {
        let text = page.into().text(self.look);
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let _closed = writer.write_all(text.as_bytes());
        let _closed = writer.flush();
    }
}

/// What is written as a result and goes where lines go.
struct AmongLines(Lines);

impl Write for AmongLines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let mut writer = self.0.writer.lock().unwrap_or_else(PoisonError::into_inner);
        writer.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        let mut writer = self.0.writer.lock().unwrap_or_else(PoisonError::into_inner);
        writer.flush()
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
    /// Says whether Ctrl-C and SIGTERM are ours to hear, once a run has begun, and are not heard yet.
    pub signals: bool,
}

impl World {
    /// The world of this process.
    pub fn of_process() -> Self {
        let variables: BTreeMap<String, String> = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        let columns = variables
            .get("COLUMNS")
            .and_then(|columns| columns.parse().ok());
        let look = Look {
            colour: std::io::stdout().is_terminal() && !variables.contains_key("NO_COLOR"),
            columns: window(std::io::stdout(), columns),
        };
        let told = Look {
            columns: window(std::io::stderr(), columns),
            ..look
        };
        let width = columns.or(look.columns).unwrap_or(WIDTH);
        Self {
            console: Console {
                out: Box::new(std::io::stdout()),
                err: Lines::to(std::io::stderr(), told),
                person: AtTerminal::find()
                    .filter(|_| std::io::stderr().is_terminal())
                    .map(|person| Arc::new(person) as _),
                look,
                width: width.clamp(WIDTHS.0, WIDTHS.1),
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
    pub(crate) fn print(&mut self, page: impl Into<Page>) {
        let text = page.into().text(self.console.look);
        self.write(&text);
    }

    /// Writes a result for programs: one document, in which no character is hidden.
    pub(crate) fn document(&mut self, document: &Value) {
        self.write(&document_text(document));
    }

    fn write(&mut self, text: &str) {
        let _closed = self.console.out.write_all(text.as_bytes());
        let _closed = self.console.out.flush();
    }

    /// Gives standard output to somebody else: results go from now on where progress goes.
    pub(crate) fn give_out(&mut self) -> Box<dyn Write + Send> {
        let lines = self.console.err.clone();
        self.console.look = lines.look;
        std::mem::replace(&mut self.console.out, Box::new(AmongLines(lines)))
    }

    /// Writes a line of progress or explanation.
    pub(crate) fn say(&mut self, page: impl Into<Page>) {
        self.console.err.write(page);
    }
}

/// The columns at which a terminal breaks lines: those of the window, or fewer when a person says so. None: it is no
/// terminal.
fn window(stream: impl AsFd + IsTerminal, columns: Option<usize>) -> Option<usize> {
    if !stream.is_terminal() {
        return None;
    }
    let window = terminal_size::terminal_size_of(stream);
    let window = window.map(|(width, _)| usize::from(width.0));
    match (window.filter(|width| *width > 0), columns) {
        (Some(window), Some(columns)) => Some(window.min(columns)),
        (one, other) => one.or(other).or(Some(WIDTH)),
    }
}

/// A document for programs, in which no character is hidden.
pub(crate) fn document_text(document: &Value) -> String {
    let text = serde_json::to_string_pretty(document).expect("JSON values serialise");
    format!("{}\n", escaped(&text))
}

/// JSON whose hidden characters are escapes. They stand in texts only, but for the line feeds of the layout.
pub(crate) fn escaped(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if c == '\n' || !is_hidden(c) {
            out.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            out.push_str(&format!("\\u{unit:04x}"));
        }
    }
    out
}
