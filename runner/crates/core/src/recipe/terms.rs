//! `finally` and `retry`: the terms on which a step is carried out.

use crate::plan::{Retry, Terms};
use crate::recipe::keys::{Keys, Mistakes, Spanned};
use crate::recipe::syntax::{Data, Entry};
use crate::recipe::time;
use usher_contract::limit;

const TIMES_HELP: &str =
    "write how often a change is sent again, from 1 to 20: `retry = { times = 3, wait = \"10s\" }`";

/// The keys that say so.
#[derive(Clone, Copy)]
pub(super) struct Entries<'t> {
    finally: Option<&'t Entry>,
    retry: Option<&'t Entry>,
}

impl<'t> Entries<'t> {
    pub(super) fn of(keys: &mut Keys<'t>) -> Self {
        Self {
            finally: keys.optional("finally"),
            retry: keys.optional("retry"),
        }
    }

    /// Returns the terms. Those that are not valid are mistakes.
    pub(super) fn read(self, mistakes: &mut Mistakes) -> Terms {
        Terms {
            finally: self.finally.is_some_and(|entry| finally(entry, mistakes)),
            retry: self.retry.and_then(|entry| retry(entry, mistakes)),
        }
    }
}

/// Adds a mistake for each step behind one that is carried out at the end, unless it is so itself. The steps, by their
/// ids.
pub(super) fn check<'s>(
    steps: impl Iterator<Item = (Option<&'s Spanned<String>>, Terms)>,
    mistakes: &mut Mistakes,
) {
    let mut last: Option<&str> = None;
    for (id, terms) in steps {
        let Some(id) = id else { continue };
        let name = id.value.as_str();
        if terms.finally {
            last = Some(name);
            continue;
        }
        let Some(before) = last else { continue };
        mistakes.add(
            "finally-not-last",
            id.span.clone(),
            format!("step `{name}` is behind `{before}`, which is carried out at the end"),
            format!("write `{name}` before `{before}`, or give it `finally = true`"),
        );
    }
}

fn finally(entry: &Entry, mistakes: &mut Mistakes) -> bool {
    match entry.value.data {
        Data::Boolean(is) => is,
        _ => {
            mistakes.wrong_type("finally", &entry.value, "a boolean", "`finally = true`");
            false
        }
    }
}

fn retry(entry: &Entry, mistakes: &mut Mistakes) -> Option<Retry> {
    let table = mistakes.table("retry", &entry.value)?;
    let mut keys = Keys::new(table, "`retry`");
    let times = keys.required("times", "times = 3");
    let wait = keys.optional("wait");
    keys.finish(&[], mistakes);
    let times = times.and_then(|entry| {
        let times = match entry.value.data {
            Data::Integer(times) => u32::try_from(times).ok(),
            _ => None,
        };
        let times = times.filter(|times| (1..=limit::RETRY_TIMES_MAX).contains(times));
        if times.is_none() {
            let message = format!(
                "`times` is not a whole number from 1 to {}",
                limit::RETRY_TIMES_MAX
            );
            mistakes.add("wrong-type", entry.value.span.clone(), message, TIMES_HELP);
        }
        times
    });
    let wait_ms = match wait {
        Some(entry) => Some(time::read_pause(entry, mistakes)?),
        None => None,
    };
    Some(Retry {
        times: times?,
        wait_ms,
    })
}
