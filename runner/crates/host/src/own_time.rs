//! The plugin's own time in one call: all of it except waiting for the org and for others' turns. The host's work for
//! the plugin counts, and so does a sleep. Measured by the clock of the machine, because the time need not be spent in
//! the plugin's code: handing over megabytes runs none of it.

use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::{Duration, Instant};

use tokio::time::{Instant as Wake, sleep, sleep_until};

use crate::limit::{self, Limits};

/// Shared by the store, whose host functions report what is going on, and the code that waits for the call.
#[derive(Clone)]
pub(crate) struct OwnTime(Arc<Mutex<Clock>>);

struct Clock {
    state: State,
    /// The time since the org answered.
    since_answer: Duration,
    all: Duration,
    since_answer_max: Duration,
    all_max: Duration,
}

#[derive(Clone, Copy)]
enum State {
    /// The time is the plugin's own, from then on.
    Own(Instant),
    /// The plugin asked the org.
    Asked,
    /// Others have their turn.
    Yielded,
}

/// The plugin took too long on its own. The engine passes this on as an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum OutOfTime {
    #[error("took too long without asking the org")]
    SinceAnswer,
    #[error("took too long in all")]
    All,
}

/// The reason why the host stopped waiting for a call.
pub(crate) enum Unfinished {
    /// Its own time is over.
    Own(OutOfTime),
    /// The time of the whole call is over, waiting included.
    Call,
}

impl OwnTime {
    /// The time of a call that begins now.
    pub(crate) fn new(limits: &Limits) -> Self {
        Self(Arc::new(Mutex::new(Clock {
            state: State::Own(Instant::now()),
            since_answer: Duration::ZERO,
            all: Duration::ZERO,
            since_answer_max: limits.compute,
            all_max: limits.own,
        })))
    }

    /// Waits for the org's answer. That time is not the plugin's, and its time until the next read starts again from
    /// zero.
    pub(crate) async fn asking<T>(&self, answer: impl Future<Output = T>) -> T {
        self.clock().pass(State::Asked);
        let answer = answer.await;
        let mut clock = self.clock();
        clock.since_answer = Duration::ZERO;
        clock.state = State::Own(Instant::now());
        answer
    }

    /// Gives others their turn, unless the time is over.
    pub(crate) fn yields(&self) -> Result<(), OutOfTime> {
        let mut clock = self.clock();
        clock.pass(State::Yielded);
        clock.left()
    }

    /// Runs the call until its own time or that of the whole call is over.
    pub(crate) async fn watch<T>(
        &self,
        call_max: Duration,
        call: impl Future<Output = T>,
    ) -> Result<T, Unfinished> {
        let mut call = pin!(call);
        let mut until = pin!(sleep(call_max));
        let pause = Duration::from_millis(limit::LOOK_MS);
        let mut look = pin!(sleep_until(Wake::now()));
        std::future::poll_fn(|context| {
            self.clock().goes_on();
            if let Poll::Ready(done) = call.as_mut().poll(context) {
                return Poll::Ready(Ok(done));
            }
            if until.as_mut().poll(context).is_ready() {
                return Poll::Ready(Err(Unfinished::Call));
            }
            // Time that is over by now was over before it asked the org.
            if let Err(over) = self.clock().left() {
                return Poll::Ready(Err(Unfinished::Own(over)));
            }
            // An answer of the org and a turn of its own wake the call. Hundreds of calls may wait for the org at a time,
            // so only one that sleeps is woken to be looked at.
            while self.clock().is_own() && look.as_mut().poll(context).is_ready() {
                look.as_mut().reset(Wake::now() + pause);
                let mut clock = self.clock();
                let state = clock.state;
                clock.pass(state);
                if let Err(over) = clock.left() {
                    return Poll::Ready(Err(Unfinished::Own(over)));
                }
            }
            Poll::Pending
        })
        .await
    }

    fn clock(&self) -> MutexGuard<'_, Clock> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock {
    /// Counts the time that has passed, and changes the state.
    fn pass(&mut self, next: State) {
        let now = Instant::now();
        if let State::Own(from) = self.state {
            let took = now.saturating_duration_since(from);
            self.since_answer += took;
            self.all += took;
        }
        self.state = match next {
            State::Own(_) => State::Own(now),
            other => other,
        };
    }

    /// Says that the time is the plugin's own.
    fn is_own(&self) -> bool {
        matches!(self.state, State::Own(_))
    }

    /// The plugin gets its turn again.
    fn goes_on(&mut self) {
        if let State::Yielded = self.state {
            self.state = State::Own(Instant::now());
        }
    }

    fn left(&self) -> Result<(), OutOfTime> {
        if self.all > self.all_max {
            return Err(OutOfTime::All);
        }
        match self.since_answer > self.since_answer_max {
            true => Err(OutOfTime::SinceAnswer),
            false => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::thread;
    use std::time::Duration;

    use super::{OutOfTime, OwnTime, Unfinished};
    use crate::limit::Limits;

    #[tokio::test]
    async fn who_asks_the_org_when_the_time_is_over_is_not_let_wait() {
        let own = OwnTime::new(&Limits {
            compute: Duration::from_millis(1),
            ..Limits::usual()
        });
        let call = async {
            thread::sleep(Duration::from_millis(5));
            own.asking(pending::<()>()).await;
        };
        let ended = own.watch(Duration::from_secs(600), call).await;
        assert!(matches!(
            ended,
            Err(Unfinished::Own(OutOfTime::SinceAnswer))
        ));
    }
}
