//! Asks a run to stop: what is in flight is finished, nothing new is sent.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

/// Set once, from anywhere; heard by the loop between two requests and in every pause.
#[derive(Clone, Debug, Default)]
pub struct StopFlag(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    asked: AtomicBool,
    notify: Notify,
}

impl StopFlag {
    /// Asks to stop. Says whether it is the first time.
    pub fn ask(&self) -> bool {
        let first = !self.0.asked.swap(true, Ordering::SeqCst);
        self.0.notify.notify_waiters();
        first
    }

    /// Says whether a stop was asked for.
    pub fn is_asked(&self) -> bool {
        self.0.asked.load(Ordering::SeqCst)
    }

    /// Returns once a stop was asked for.
    pub async fn asked(&self) {
        let notified = self.0.notify.notified();
        tokio::pin!(notified);
        // Listening begins before the look at the flag, so that no request in between is missed.
        notified.as_mut().enable();
        if !self.is_asked() {
            notified.await;
        }
    }
}
