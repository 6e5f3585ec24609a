//! The calls of plugins, as they happened: what each logged, and what it used of what its manifest declares.

use std::sync::{Arc, Mutex, PoisonError};

use usher_core::plan::PluginStamp;
use usher_core::used::Used;
use usher_host::{LogLine, PlanError, Planned};

/// Calls that are kept. A recipe has a hundred steps at most; what is planned again replaces nothing.
const CALLS_MAX: usize = 10_000;

/// The calls of one command. Copies share them.
#[derive(Clone, Debug, Default)]
pub struct Calls(Arc<Mutex<Vec<Called>>>);

/// One call.
#[derive(Clone, Debug)]
pub(crate) struct Called {
    pub(crate) plugin: PluginStamp,
    pub(crate) step: String,
    pub(crate) log: Vec<LogLine>,
    pub(crate) used: Used,
    /// The plugin gave no plan.
    pub(crate) is_failed: bool,
}

impl Calls {
    /// Notes a call.
    pub(super) fn note(
        &self,
        plugin: &PluginStamp,
        step: &str,
        answer: &Result<Planned, PlanError>,
    ) {
        let (log, used) = match answer {
            Ok(planned) => (&planned.log, &planned.used),
            Err(error) => (&error.log, &error.used),
        };
        let mut calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if calls.len() < CALLS_MAX {
            calls.push(Called {
                plugin: plugin.clone(),
                step: step.to_owned(),
                log: log.clone(),
                used: used.clone(),
                is_failed: answer.is_err(),
            });
        }
    }

    /// Everything that the calls of a component used, by its digest.
    pub(crate) fn used(&self, digest: &str) -> Used {
        let calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all = Used::default();
        let of = calls.iter().filter(|call| call.plugin.digest == digest);
        of.for_each(|call| all.extend(&call.used));
        all
    }
}
