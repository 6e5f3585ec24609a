//! Everything outside that a flow touches: environment, folder, time. Tests bring their own.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use usher_engine::port::Clock;
use usher_engine::stop::StopFlag;

use crate::client_wishes::ClientWishes;
use crate::clock::SystemClock;
use crate::lines::Lines;
use crate::plugins::Calls;

/// The world of one command.
pub struct World {
    pub variables: BTreeMap<String, String>,
    pub folder: PathBuf,
    /// The program itself: it compiles plugins in a process of its own.
    pub program: PathBuf,
    pub clock: Arc<dyn Clock>,
    /// Asks the run that is carried out to stop.
    pub stop: StopFlag,
    /// The log of requests, for a person who wants it (`USHER_LOG`).
    pub log: Lines,
    /// The wishes of the person for the client to an org.
    pub client: ClientWishes,
    /// The calls of plugins, as they happened.
    pub calls: Calls,
}

impl World {
    /// The world of this process. `log`: the log of requests.
    pub(crate) fn of_process(log: Lines) -> Self {
        let variables = std::env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        });
        Self {
            folder: std::env::current_dir().unwrap_or_default(),
            program: std::env::current_exe().unwrap_or_default(),
            variables: variables.collect(),
            clock: Arc::new(SystemClock),
            stop: StopFlag::default(),
            log,
            client: ClientWishes::default(),
            calls: Calls::default(),
        }
    }

    /// An environment variable; an empty one counts as none.
    pub(crate) fn variable(&self, name: &str) -> Option<&str> {
        self.variables
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// Says whether an environment variable is there, also an empty one.
    pub(crate) fn is_set(&self, name: &str) -> bool {
        self.variables.contains_key(name)
    }
}
