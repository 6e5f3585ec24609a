//! The hurts of a run, and their classes.

use std::fmt;

use crate::sweep::case::Counts;
use crate::sweep::fault::{ANSWERS, DATES, Fault, REQUESTS};

/// A part of the sweep that can be tried by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    /// A request is lost, late, or meets an org without time for it.
    Requests,
    /// An answer is not what it should be.
    Answers,
    /// The journal is full, or the process is killed.
    Events,
    /// A second process comes to the same home.
    TwoProcesses,
    /// Over a socket, with latency.
    Http,
    /// The clock of this machine jumps, or that of the org is wrong.
    Clock,
    /// Another user resumes the run.
    OtherUser,
    /// Another user makes or changes the very record before the run does.
    Rival,
}

/// Every class.
pub(crate) const CLASSES: [Class; 8] = [
    Class::Requests,
    Class::Answers,
    Class::Events,
    Class::TwoProcesses,
    Class::Http,
    Class::Clock,
    Class::OtherUser,
    Class::Rival,
];

/// One hurt of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Hurt {
    /// In process.
    Fault(&'static Fault),
    /// From the nth event on the journal takes no more.
    Journal,
    /// SIGKILL after the nth event.
    Kill,
    /// A second process comes when the first is at the nth event.
    Second(Command, When),
    /// Over a socket.
    Http(&'static Fault),
    /// The clock jumps by so many hours after the nth event, and the answer to the next write is lost.
    Jump(i64),
    /// Another user resumes the run after the nth request was lost.
    OtherUser,
    /// Another user comes before the nth change of this kind is sent.
    Rival(Deed),
}

/// The command of a second process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Command {
    Apply,
    Resume,
    Undo,
}

/// The moment at which the second process comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum When {
    /// While the first is held.
    Meanwhile,
    /// It begins while the first is held, and comes to take the lease once the first has ended.
    Afterwards,
}

/// The deed of another user to the record of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Deed {
    /// Makes the record that the run would make.
    Same,
    /// Makes one with the same key and another field.
    Other,
    /// Sets a field that the run sets.
    Change,
    /// Deletes the record.
    Delete,
}

impl Class {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Requests => "requests",
            Self::Answers => "answers",
            Self::Events => "events",
            Self::TwoProcesses => "two-processes",
            Self::Http => "http",
            Self::Clock => "clock",
            Self::OtherUser => "other-user",
            Self::Rival => "rival",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        CLASSES.into_iter().find(|class| class.name() == name)
    }
}

impl Hurt {
    /// Every hurt there is.
    pub(crate) fn all() -> Vec<Self> {
        let mut all: Vec<Self> = REQUESTS.iter().chain(&ANSWERS).map(Self::Fault).collect();
        all.extend([Self::Journal, Self::Kill]);
        for command in [Command::Apply, Command::Resume, Command::Undo] {
            all.push(Self::Second(command, When::Meanwhile));
            all.push(Self::Second(command, When::Afterwards));
        }
        let quick = REQUESTS
            .iter()
            .chain(&ANSWERS)
            .filter(|fault| fault.is_quick());
        all.extend(quick.map(Self::Http));
        all.extend([-24, -1, 1, 24].map(Self::Jump));
        all.extend(DATES.iter().map(Self::Fault));
        all.push(Self::OtherUser);
        all.extend([Deed::Same, Deed::Other, Deed::Change, Deed::Delete].map(Self::Rival));
        all
    }

    pub(crate) fn class(self) -> Class {
        match self {
            Self::Fault(fault) if REQUESTS.contains(fault) => Class::Requests,
            Self::Fault(fault) if DATES.contains(fault) => Class::Clock,
            Self::Fault(_) => Class::Answers,
            Self::Journal | Self::Kill => Class::Events,
            Self::Second(..) => Class::TwoProcesses,
            Self::Http(_) => Class::Http,
            Self::Jump(_) => Class::Clock,
            Self::OtherUser => Class::OtherUser,
            Self::Rival(_) => Class::Rival,
        }
    }

    pub(crate) fn counts(self) -> Counts {
        match self {
            Self::Fault(fault) | Self::Http(fault) => fault.counts(),
            Self::Journal | Self::Kill | Self::Second(..) | Self::Jump(_) => Counts::Events,
            Self::OtherUser => Counts::Writes,
            Self::Rival(deed) => Counts::Deeds(deed),
        }
    }

    /// Says whether it can also hurt an undo.
    pub(crate) fn hurts_undo(self) -> bool {
        use Hurt::{Jump, OtherUser, Rival, Second};
        !matches!(
            self,
            Rival(Deed::Same | Deed::Other) | OtherUser | Jump(_) | Second(Command::Apply, _)
        )
    }
}

impl fmt::Display for Hurt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fault(fault) => f.write_str(fault.name),
            Self::Journal => f.write_str("journal"),
            Self::Kill => f.write_str("kill"),
            Self::Second(command, when) => {
                let command = match command {
                    Command::Apply => "apply",
                    Command::Resume => "resume",
                    Command::Undo => "undo",
                };
                let when = match when {
                    When::Meanwhile => "meanwhile",
                    When::Afterwards => "afterwards",
                };
                write!(f, "{command}-{when}")
            }
            Self::Http(fault) => write!(f, "http/{}", fault.name),
            Self::Jump(hours) => write!(f, "jump{hours:+}h"),
            Self::OtherUser => f.write_str("other-user"),
            Self::Rival(deed) => f.write_str(match deed {
                Deed::Same => "rival/same",
                Deed::Other => "rival/other",
                Deed::Change => "rival/change",
                Deed::Delete => "rival/delete",
            }),
        }
    }
}
