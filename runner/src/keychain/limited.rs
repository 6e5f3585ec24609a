//! A time limit for a keychain: one that hangs, or waits for a person who is not there, does not hang Usher.

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;

use crate::keychain::{Failure, Keychain, Place};

/// The time in which a keychain must have answered. A person may have to type a password in it.
pub(super) const LIMIT: Duration = Duration::from_secs(30);

/// A keychain that is asked in a thread of its own, which is left behind when it does not answer.
pub(super) struct Limited<K> {
    keychain: Arc<K>,
    limit: Duration,
}

impl<K: Keychain + Sync + 'static> Limited<K> {
    pub(super) fn new(keychain: K) -> Self {
        Self {
            keychain: Arc::new(keychain),
            limit: LIMIT,
        }
    }

    fn within<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&K) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let (sender, receiver) = sync_channel(1);
        let keychain = Arc::clone(&self.keychain);
        std::thread::spawn(move || {
            // Nobody listens any more when the time is over.
            let _late = sender.send(ask(&keychain));
        });
        match receiver.recv_timeout(self.limit) {
            Ok(answer) => answer,
            Err(RecvTimeoutError::Timeout) => Err(Failure::Silent),
            Err(RecvTimeoutError::Disconnected) => {
                Err(Failure::Broken("it stopped without an answer".to_owned()))
            }
        }
    }
}

impl<K: Keychain + Sync + 'static> Keychain for Limited<K> {
    fn read(&self, place: &Place) -> Result<Option<String>, Failure> {
        let place = place.clone();
        self.within(move |keychain| keychain.read(&place))
    }

    fn write(&self, place: &Place, text: &str) -> Result<(), Failure> {
        let (place, text) = (place.clone(), text.to_owned());
        self.within(move |keychain| keychain.write(&place, &text))
    }

    fn remove(&self, place: &Place) -> Result<(), Failure> {
        let place = place.clone();
        self.within(move |keychain| keychain.remove(&place))
    }
}
