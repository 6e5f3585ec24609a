//! The console of a command, and the world that it works in. Tests bring their own.

use std::io::{IsTerminal, Read, Write};
use std::os::fd::AsFd;
use std::sync::Arc;

use serde_json::Value;
use usher_engine::session::Secret;

use crate::document::document_text;
use crate::error::Error;
use crate::exit::Exit;
use crate::lines::{AmongLines, Lines};
use crate::page::{Look, Page};
use crate::person::{AtTerminal, Person, Typed};
use crate::world::World;

/// Columns of a window whose width is not known.
const WIDTH: usize = 100;

/// The longest secret that standard input may give.
const SECRET_BYTES_MAX: u64 = 16 * 1024;

/// The least and the most columns that a table is laid out for.
const WIDTHS: (usize, usize) = (40, 400);

/// The places for results, progress and questions.
pub struct Console {
    /// Results.
    pub out: Box<dyn Write + Send>,
    /// Progress, questions, diagnostics.
    pub err: Lines,
    /// Standard input, for secrets that a program gives.
    pub input: Box<dyn Read + Send>,
    /// The person who can be asked; none when standard input or error is not a terminal.
    pub person: Option<Arc<dyn Person>>,
    /// The look of results.
    pub look: Look,
    /// Columns that a table may take.
    pub width: usize,
}

/// The desk of one command.
pub struct Desk {
    pub console: Console,
    pub world: World,
    /// Ctrl-C and SIGTERM are ours to hear, once a run has begun, and are not heard yet.
    pub signals: bool,
}

impl Desk {
    /// The desk of this process.
    pub fn of_process() -> Self {
        let columns = std::env::var("COLUMNS").ok();
        let columns = columns.and_then(|columns| columns.parse().ok());
        let look = Look {
            colour: std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
            columns: window(std::io::stdout(), columns),
        };
        let told = Look {
            columns: window(std::io::stderr(), columns),
            ..look
        };
        let err = Lines::to(std::io::stderr(), told);
        let world = World::of_process(err.clone());
        let width = columns.or(look.columns).unwrap_or(WIDTH);
        Self {
            console: Console {
                out: Box::new(std::io::stdout()),
                err,
                input: Box::new(std::io::stdin()),
                person: AtTerminal::find()
                    .filter(|_| std::io::stderr().is_terminal())
                    .map(|person| Arc::new(person) as _),
                look,
                width: width.clamp(WIDTHS.0, WIDTHS.1),
            },
            world,
            signals: true,
        }
    }

    /// Writes a result.
    pub(crate) fn print(&mut self, page: impl Into<Page>) {
        self.console.print(page);
    }

    /// Writes a result for programs.
    pub(crate) fn document(&mut self, document: &Value) {
        self.console.document(document);
    }

    /// Writes a line of progress or explanation.
    pub(crate) fn say(&self, page: impl Into<Page>) {
        self.console.say(page);
    }
}

impl Console {
    /// Writes a result. A closed pipe is the reader's business: it never stops a run.
    pub(crate) fn print(&mut self, page: impl Into<Page>) {
        let text = page.into().text(self.look);
        self.write(&text);
    }

    /// Writes a result for programs: one document, in which no character is hidden.
    pub(crate) fn document(&mut self, document: &Value) {
        self.write(&document_text(document));
    }

    fn write(&mut self, text: &str) {
        let _closed = self.out.write_all(text.as_bytes());
        let _closed = self.out.flush();
    }

    /// Takes a secret: a person types it unseen, else it is all of standard input. White space around it is not part of
    /// it.
    pub(crate) fn secret(&mut self, question: &str, what: &str) -> Result<Secret, Error> {
        let text = match &self.person {
            Some(person) => {
                self.err.write(question);
                match person.hidden_line() {
                    Typed::Line(line) => line,
                    Typed::Nothing => String::new(),
                    Typed::Interrupted => {
                        let message = "stopped; nothing was kept";
                        return Err(Error::new(Exit::Interrupted, "sign-in/stopped", message));
                    }
                }
            }
            None => {
                let mut bytes = Vec::new();
                let mut input = self.input.by_ref().take(SECRET_BYTES_MAX + 1);
                let read = input.read_to_end(&mut bytes);
                let is_short = bytes.len() as u64 <= SECRET_BYTES_MAX;
                match (read, String::from_utf8(bytes)) {
                    (Ok(_), Ok(text)) if is_short => text,
                    _ => String::new(),
                }
            }
        };
        let text = text.trim();
        if text.is_empty() || !text.chars().all(|letter| letter.is_ascii_graphic()) {
            let message = format!("{what} is not one word of visible characters");
            return Err(Error::new(Exit::Usage, "sign-in/bad-secret", message)
                .help("give it alone, by a pipe or in a terminal"));
        }
        Ok(Secret::new(text.to_owned()))
    }

    /// Hands standard output over: results go from now on where progress goes.
    pub(crate) fn give_out(&mut self) -> Box<dyn Write + Send> {
        let lines = self.err.clone();
        self.look = lines.look;
        std::mem::replace(&mut self.out, Box::new(AmongLines(lines)))
    }

    /// Writes a line of progress or explanation.
    pub(crate) fn say(&self, page: impl Into<Page>) {
        self.err.write(page);
    }
}

/// The columns at which a terminal breaks lines: those of the window, or fewer when a person says so. None: it is not a
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
