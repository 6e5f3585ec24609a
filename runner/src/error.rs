//! The end of a command that fails: one error with its code, advice and exit, or the mistakes in a person's text. No
//! other place turns the crates' errors into exit codes.

use std::any::Any;

use usher_core::diagnostic::{Diagnostic, SourceText};
use usher_core::difference::Difference;
use usher_core::plan::{LeftOut, UsedInput};
use usher_engine::client::OrgError;
use usher_engine::conduct::RunError;
use usher_engine::journal::JournalError;
use usher_engine::port::LogError;
use usher_engine::session::{KeyError, Reason, SignInError};
use usher_engine::wire::Unreached;
use usher_host::file::FileError;

use crate::exit::Exit;

/// Another process has written to the run that this one carries out.
pub(crate) const OTHER_WRITER: &str = "run/other-writer";

/// The reason why a command cannot do what it was asked to.
#[derive(Clone, Debug)]
pub(crate) struct Error {
    /// Stable, `area/what`.
    pub(crate) code: String,
    /// Lowercase fragment, no full stop.
    pub(crate) message: String,
    pub(crate) help: Option<String>,
    pub(crate) exit: Exit,
    /// Mistakes in files and inputs; shown instead of the message.
    pub(crate) mistakes: Vec<Mistake>,
    /// Differences or rows that are shown with the message. Behind a pointer: most errors have none.
    pub(crate) beside: Option<Box<Beside>>,
}

/// Something that is shown with an error.
#[derive(Clone, Debug)]
pub(crate) enum Beside {
    /// The differences between a saved plan and a plan of now; shown before the message.
    Differences(Vec<Difference>),
    /// The rows of which some are wrong.
    Rows(WrongRows),
}

/// Rows of which some are wrong, so that nothing is done with any.
#[derive(Clone, Debug)]
pub(crate) struct WrongRows {
    /// The inputs with the rows that are right.
    pub(crate) inputs: Vec<UsedInput>,
    /// The others.
    pub(crate) left_out: Vec<LeftOut>,
}

/// One mistake, with the text it is in.
#[derive(Clone, Debug)]
pub(crate) struct Mistake {
    pub(crate) source: Option<SourceText>,
    pub(crate) diagnostic: Diagnostic,
}

impl Error {
    /// The differences between a saved plan and a plan of now.
    pub(crate) fn differences(&self) -> &[Difference] {
        match self.beside.as_deref() {
            Some(Beside::Differences(differences)) => differences,
            _ => &[],
        }
    }

    /// The rows of which some are wrong.
    pub(crate) fn rows(&self) -> Option<&WrongRows> {
        match self.beside.as_deref() {
            Some(Beside::Rows(rows)) => Some(rows),
            _ => None,
        }
    }

    pub(crate) fn new(exit: Exit, code: &str, message: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            message: message.into(),
            help: None,
            exit,
            mistakes: Vec::new(),
            beside: None,
        }
    }

    /// A run whose journal has no plan.
    pub(crate) fn no_plan() -> Self {
        Self::new(Exit::Journal, "journal/damaged", "the run has no plan")
    }

    /// A run that another process carries on.
    fn other_writer(message: String) -> Self {
        Self::new(Exit::Failed, OTHER_WRITER, message)
            .help("run `usher resume` to continue from the journal")
    }

    /// A panic, caught at the end of the command.
    pub(crate) fn bug(panic: &(dyn Any + Send)) -> Self {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let said = text.or_else(|| panic.downcast_ref::<&str>().copied());
        let message = format!("Usher stopped: {}", said.unwrap_or("it does not say why"));
        Self::new(Exit::Bug, "bug", message).help(
            "this is a bug in Usher: report the command and this message; a run that had begun is in the \
             journal, and `usher resume` finishes it",
        )
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Mistakes in one text, or in none (`--set`).
    pub(crate) fn mistakes(source: Option<&SourceText>, diagnostics: Vec<Diagnostic>) -> Self {
        let count = diagnostics.len();
        let mistakes = diagnostics.into_iter().map(|diagnostic| Mistake {
            source: source.filter(|_| diagnostic.span.is_some()).cloned(),
            diagnostic,
        });
        let what = source.map_or("the inputs".to_owned(), |source| {
            format!("`{}`", source.name)
        });
        let mistakes: Vec<Mistake> = mistakes.collect();
        let noun = if count == 1 { "mistake" } else { "mistakes" };
        Self {
            code: mistakes
                .first()
                .map_or("recipe/invalid".to_owned(), |mistake| {
                    mistake.diagnostic.code.clone()
                }),
            message: format!("{count} {noun} in {what}"),
            help: None,
            exit: Exit::Invalid,
            mistakes,
            beside: None,
        }
    }

    /// A file that cannot be read or written.
    pub(crate) fn file(doing: &str, path: &std::path::Path, error: &std::io::Error) -> Self {
        Self::new(
            Exit::File,
            "file/failed",
            format!("cannot {doing} `{}`: {error}", path.display()),
        )
    }
}

impl Error {
    /// A file that is not read.
    pub(crate) fn unread(path: &std::path::Path, error: FileError) -> Self {
        let (exit, code) = match &error {
            FileError::Io(error) => return Self::file("read", path, error),
            FileError::NotRegular => (Exit::File, "file/not-regular"),
            FileError::TooLarge { .. } => (Exit::Limit, "file/too-large"),
        };
        let message = format!("cannot read `{}`: {error}", path.display());
        Self::new(exit, code, message)
    }
}

impl From<OrgError> for Error {
    fn from(error: OrgError) -> Self {
        let message = error.to_string();
        let new = |exit, code| Self::new(exit, code, message.clone());
        if let Some((code, remedy)) = error.obstacle() {
            return new(Exit::Unreachable, code).help(remedy);
        }
        match error {
            OrgError::Unreachable(Unreached { barrier, .. }) => {
                new(Exit::Unreachable, barrier.code()).help(barrier.remedy())
            }
            // `obstacle` has told all of these but the first.
            OrgError::Lost(_)
            | OrgError::Foreign(_)
            | OrgError::Redirected(_)
            | OrgError::OtherVersions(_) => new(Exit::Unreachable, "org/lost"),
            OrgError::SignedOut(_) => new(Exit::Unreachable, "org/signed-out")
                .help(
                    "set USHER_TOKEN to a valid access token, or sign in with `usher org login NAME` and pass \
                     `--org NAME`; of a practice org, `usher practice serve --ready FILE` writes a token",
                ),
            OrgError::SignIn(error) => error.into(),
            OrgError::Unavailable(_) | OrgError::Throttled(_) => {
                new(Exit::Unreachable, "org/unavailable").help("try again later")
            }
            OrgError::Closed(_) => new(Exit::Unreachable, "org/closed")
                .help(
                    "if the limit of API requests is used up, try again later: it counts the last 24 hours; if the \
                     API is off, ask an administrator of the org to turn it on",
                ),
            OrgError::Refused(refusal) => Self::new(
                Exit::Failed,
                "org/refused",
                format!("the org refuses: {} {}", refusal.code, refusal.message),
            ),
            OrgError::Duplicates(_) => new(Exit::Failed, "org/refused"),
            OrgError::Spent(spent) => new(Exit::Limit, spent.code()).help(spent.remedy()),
            OrgError::TooMuch(_) => new(Exit::Limit, "org/too-much"),
            OrgError::Barred(_) => new(Exit::Refused, "org/never-sent"),
            OrgError::Malformed(_) => new(Exit::Failed, "org/malformed"),
        }
    }
}

impl From<SignInError> for Error {
    fn from(error: SignInError) -> Self {
        let exit = match &error {
            SignInError::Key(_) => Exit::Usage,
            SignInError::OtherInstance(_)
            | SignInError::OtherUser { .. }
            | SignInError::OtherToken { .. } => Exit::Refused,
            SignInError::Refused(refused) if refused.reason == Reason::TooManyLogins => Exit::Limit,
            _ => Exit::Unreachable,
        };
        Self::new(exit, error.code(), error.to_string()).help(error.help())
    }
}

impl From<KeyError> for Error {
    fn from(error: KeyError) -> Self {
        SignInError::Key(error).into()
    }
}

impl From<JournalError> for Error {
    fn from(error: JournalError) -> Self {
        let message = error.to_string();
        let new = |exit, code| Self::new(exit, code, message.clone());
        match error {
            JournalError::Store(_) | JournalError::File(_) | JournalError::Busy => new(Exit::File, "journal/unusable"),
            JournalError::TooNew { .. }
            | JournalError::RunTooNew { .. }
            | JournalError::EventTooNew { .. } => new(Exit::Journal, "journal/too-new")
                .help("use the Usher that wrote it, or a newer one"),
            JournalError::Damaged { .. } | JournalError::RunDamaged { .. } => {
                new(Exit::Journal, "journal/damaged").help(
                    "look in the org for what the run has done; `usher runs prune --damaged` forgets it",
                )
            }
            JournalError::NoSuchRun(_) => new(Exit::Usage, "journal/no-such-run"),
            JournalError::OtherWriter { .. } => Self::other_writer(message),
        }
    }
}

impl From<LogError> for Error {
    fn from(error: LogError) -> Self {
        let message = error.to_string();
        match error {
            LogError::OtherWriter { .. } => Self::other_writer(message),
            LogError::Full => Self::new(Exit::Limit, "journal/full", message),
            LogError::Unusable(_) => Self::new(Exit::File, "journal/unusable", message),
        }
    }
}

impl From<RunError> for Error {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Log(error) => error.into(),
            RunError::Impossible(error) => Self::new(Exit::Bug, "bug", error.to_string()),
        }
    }
}
