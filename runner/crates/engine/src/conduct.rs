//! The one loop that carries a run out: decide, write down, send, write down, wait.
//!
//! Invariant: an event is durable before anything relies on it. Applying, resuming and undoing are this same function;
//! they differ in the state it begins with.

mod at_end;
mod by_hand;
mod compare;
mod course;
mod doubt;
mod duplicate;
mod flight;
mod kept;
mod kind;
mod later;
mod learn;
mod lost;
mod memory;
mod named;
mod piece;
#[cfg(debug_assertions)]
mod planted;
mod probe;
mod refused;
mod relied;
mod retry;
mod send;
mod sight;
mod standing;
mod stream;
mod turn;
mod veiled;
mod verify;
mod wait;
mod written;

use usher_core::run::{Carried, End, Event, Impossible, Outcome, Phase, RunState, Stop, turns};

use crate::client::{Client, OrgError};
use crate::conduct::doubt::Absent;
use crate::conduct::piece::{Piece, pieces};
use crate::org_time::{Moment, OrgTime};
use crate::port::{Clock, LogError, Planner, RunLog, Watch};
use crate::spans::{self, Instrument};
use crate::stop::StopFlag;

pub use memory::Memory;
#[cfg(debug_assertions)]
pub use planted::Planted;

/// Everything that a run is carried out with.
pub struct Conductor<'a> {
    pub org: &'a Client,
    pub clock: &'a dyn Clock,
    pub time: OrgTime,
    pub journal: &'a mut dyn RunLog,
    pub watch: &'a mut dyn Watch,
    pub planner: &'a dyn Planner,
    pub stop: &'a StopFlag,
    pub state: RunState,
    pub memory: Memory,
    #[cfg(debug_assertions)]
    pub planted: Option<Planted>,
}

/// An error that ended a run without a word in the journal. Every request that was sent is in the journal.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    #[error(transparent)]
    Log(#[from] LogError),
    #[error("this is a bug in usher: {0}")]
    Impossible(#[from] Impossible),
}

/// The reason why the loop does not go on: an error, or a stop.
#[derive(Debug)]
enum Halt {
    Error(RunError),
    Stop(Stop),
}

impl From<RunError> for Halt {
    fn from(error: RunError) -> Self {
        Self::Error(error)
    }
}

/// The result of one part of the loop: a value, or the reason why the loop ends here.
type Flow<T> = Result<T, Halt>;

impl Conductor<'_> {
    /// Carries an approved run on, to its end if it can.
    ///
    /// # Errors
    ///
    /// As [`RunError`]; the journal then says what is in doubt.
    pub async fn carry_out(&mut self) -> Result<Carried, RunError> {
        if let Phase::Finished(end) = self.state.phase {
            return Ok(Carried::Finished(end));
        }
        let done = self.all_steps().await;
        self.ended(done, RunState::end)
    }

    /// Clears up what a run that ended early left in doubt, and sends nothing more. The run can be carried on; one that
    /// was stopped stays so, for the reason `stopped`. Returns the reason why the clearing up itself stopped, if it
    /// did.
    ///
    /// # Errors
    ///
    /// As [`Conductor::carry_out`].
    pub async fn look_back(&mut self, stopped: Option<Stop>) -> Result<Option<Stop>, RunError> {
        let cleared = self.clear_up_all().await;
        if cleared.is_ok() {
            if let Some(why) = stopped {
                self.record(Event::Stopped { why })?;
            }
            return Ok(None);
        }
        match self.ended(cleared, RunState::end)? {
            Carried::Stopped(why) => Ok(Some(why)),
            Carried::Finished(_) => Ok(None),
        }
    }

    /// Ends a run of which nothing is left in doubt: it is to be undone.
    ///
    /// # Errors
    ///
    /// As [`Conductor::record`].
    pub fn give_up(&mut self) -> Result<(), RunError> {
        let end = match self.state.end() {
            End::InDoubt => End::InDoubt,
            _ => End::Abandoned,
        };
        self.record(Event::Finished { end })
    }

    fn ended(&mut self, done: Flow<()>, end: fn(&RunState) -> End) -> Result<Carried, RunError> {
        match done {
            Ok(()) => {
                let end = end(&self.state);
                self.record(Event::Finished { end })?;
                Ok(Carried::Finished(end))
            }
            Err(Halt::Stop(why)) => {
                let why = veiled::stop(why, &self.state);
                self.record(Event::Stopped { why: why.clone() })?;
                Ok(Carried::Stopped(why))
            }
            Err(Halt::Error(error)) => Err(error),
        }
    }

    async fn clear_up_all(&mut self) -> Flow<()> {
        let Some(plan) = self.state.plan.clone() else {
            return Ok(());
        };
        for turn in turns(&plan.steps) {
            let steps = &plan.steps[turn];
            let all: Vec<Piece<'_>> = pieces(steps).collect();
            let cleared = async {
                self.clear_up(&all, Absent::GivenUp).await?;
                self.finish_answered(&all).await
            };
            cleared.instrument(spans::turn(steps)).await?;
        }
        Ok(())
    }

    /// Returns the time at the org.
    fn at_org(&self) -> Moment {
        let moment = self.time.now(self.clock);
        #[cfg(debug_assertions)]
        let moment = self.seeming(moment);
        moment
    }

    /// Stops here when the user asked for it.
    fn heed_stop(&self) -> Flow<()> {
        if self.stop.is_asked() {
            return Err(Halt::Stop(Stop::Interrupted));
        }
        Ok(())
    }

    /// Waits so long, unless the user asks to stop.
    async fn pause(&self, ms: u64) -> Flow<()> {
        tokio::select! {
            () = self.stop.asked() => {}
            () = self.clock.sleep(ms) => {}
        }
        self.heed_stop()
    }
}

fn failed(code: &str, message: impl Into<String>) -> Outcome {
    Outcome::Failed {
        code: code.to_owned(),
        message: message.into(),
        how: None,
    }
}

/// Returns a halt when an error means that the org cannot be asked now.
fn gone(error: &OrgError) -> Option<Halt> {
    stop(error).map(Halt::Stop)
}

/// Stops the run at a read without which it cannot go on.
fn unread(error: &OrgError) -> Halt {
    gone(error).unwrap_or_else(|| {
        Halt::Stop(Stop::Unreachable {
            why: error.to_string(),
        })
    })
}

/// Returns the reason to stop at an error, if it is one: the org is not reachable, does not let Usher in, or takes
/// nothing now.
fn stop(error: &OrgError) -> Option<Stop> {
    let why = error.to_string();
    if let Some((code, remedy)) = error.obstacle() {
        let (code, remedy) = (code.to_owned(), remedy.to_owned());
        return Some(Stop::NoWay { code, why, remedy });
    }
    match error {
        OrgError::SignedOut(_) => Some(Stop::SignedOut {
            code: "org/signed-out".to_owned(),
            why,
            remedy: "sign in to the org again".to_owned(),
        }),
        OrgError::SignIn(error) => Some(Stop::SignedOut {
            code: error.code().to_owned(),
            why,
            remedy: error.help().to_owned(),
        }),
        OrgError::Unreachable(_)
        | OrgError::Lost(_)
        | OrgError::Foreign(_)
        | OrgError::Redirected(_)
        | OrgError::OtherVersions(_)
        | OrgError::Throttled(_)
        | OrgError::Unavailable(_) => Some(Stop::Unreachable { why }),
        OrgError::Closed(_) => Some(Stop::NotNow { why }),
        OrgError::Spent(spent) => Some(Stop::Spent {
            code: spent.code().to_owned(),
            why,
        }),
        OrgError::Refused(_)
        | OrgError::TooMuch(_)
        | OrgError::Malformed(_)
        | OrgError::Duplicates(_)
        | OrgError::Barred(_) => None,
    }
}

#[cfg(test)]
pub(crate) mod scripted;
#[cfg(test)]
mod tests;
