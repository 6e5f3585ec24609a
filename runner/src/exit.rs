//! Exit codes: a stable face. Documented in the README.

use std::process::ExitCode;

/// The end of the program, as an exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done, or nothing to do.
    Done = 0,
    Usage = 2,
    /// A recipe or an input is invalid.
    Invalid = 10,
    /// `check`: the org is not as the recipe says. `compare`: two orgs differ.
    Differs = 11,
    /// A saved plan does not fit: the org has moved, the file was touched, or it is for another org.
    PlanDoesNotFit = 12,
    /// A step failed, a wait gave up, or the org is not ready.
    Failed = 20,
    /// Interrupted; can be resumed.
    Interrupted = 21,
    /// Something is in doubt and needs a person.
    InDoubt = 22,
    /// A person must do a manual step first.
    ByHand = 23,
    /// A grant, a bound or a guard refuses.
    Refused = 30,
    Limit = 31,
    /// The org is unreachable or does not accept the sign-in.
    Unreachable = 40,
    /// A file cannot be read or written.
    File = 41,
    /// The journal is damaged or too new.
    Journal = 50,
    /// A plugin is missing or incompatible.
    Plugin = 60,
    /// A bug in Usher.
    Bug = 70,
    /// Ended at once, by the second Ctrl-C.
    Killed = 130,
}

impl Exit {
    /// The number.
    pub fn code(self) -> u8 {
        self as u8
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
