//! The conditions that a request meets on its way through the org: rows that other requests have locked, and the fault
//! that it was dealt.
//!
//! Users with roles take locks: two requests at once that make or change users of one account, or its portal roles, get
//! `UNABLE_TO_LOCK_ROW` (docs/salesforce/users.md#locks). The lock is on the account \[inferred: the documents say
//! "group membership locks", not on which rows\]; the later request is refused at once, where Salesforce may wait for
//! some seconds first \[inferred\].

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use crate::fault::FaultKind;
use crate::refusal::{Outcome, Refusal};

/// The locks of an org: ids of accounts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Locks(Arc<Mutex<BTreeSet<String>>>);

/// The locks of a request. They end when this is dropped, after the answer has gone.
#[derive(Debug)]
pub struct Held {
    locks: Locks,
    ids: BTreeSet<String>,
}

/// The conditions that one request meets.
#[derive(Debug, Default)]
pub(crate) struct InFlight {
    /// Locked by others.
    others: BTreeSet<String>,
    own: RefCell<BTreeSet<String>>,
    fault: Option<FaultKind>,
    /// Records that the request began to save.
    saves: Cell<u64>,
}

impl Locks {
    /// For a new request.
    pub(crate) fn met(&self, fault: Option<FaultKind>) -> InFlight {
        InFlight {
            others: self.ids().clone(),
            fault,
            ..InFlight::default()
        }
    }

    /// Keeps what a request has locked.
    pub(crate) fn hold(&self, met: InFlight) -> Held {
        let ids = met.own.into_inner();
        self.ids().extend(ids.iter().cloned());
        Held {
            locks: self.clone(),
            ids,
        }
    }

    fn ids(&self) -> std::sync::MutexGuard<'_, BTreeSet<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut ids = self.locks.ids();
        for id in &self.ids {
            ids.remove(id);
        }
    }
}

impl InFlight {
    /// Locks an account whose users or roles are about to change; without an account, nothing.
    pub(crate) fn lock(&self, account_id: &str) -> Outcome<()> {
        if account_id.is_empty() {
            return Ok(());
        }
        if self.others.contains(account_id) {
            return Err(locked(account_id));
        }
        self.own.borrow_mut().insert(account_id.to_owned());
        Ok(())
    }

    /// One more record is to be saved: refused when that is the fault.
    pub(crate) fn save(&self, id: &str) -> Outcome<()> {
        let number = self.saves.get() + 1;
        self.saves.set(number);
        let is_it = |row: &Option<u64>| row.is_none_or(|row| row == number);
        match &self.fault {
            Some(FaultKind::Lock { row }) if is_it(row) => Err(locked(id)),
            Some(FaultKind::Busy { row }) if is_it(row) => Err(busy()),
            Some(FaultKind::Refuse {
                row: Some(row),
                code,
                message,
            }) if *row == number => Err(Refusal::save(code.clone(), message, &[])),
            _ => Ok(()),
        }
    }

    /// Says whether the job that starts now is to fail.
    pub(crate) fn fails_job(&self) -> bool {
        self.fault == Some(FaultKind::JobError)
    }
}

/// The refusal of a locked row (docs/salesforce/users.md#locks). The ids behind the sentence are \[inferred\].
fn locked(id: &str) -> Refusal {
    let sentence = "unable to obtain exclusive access to this record";
    let message = match id {
        "" => sentence.to_owned(),
        id => format!("{sentence}: {id}"),
    };
    Refusal::save("UNABLE_TO_LOCK_ROW", message, &[])
}

/// The refusal while Salesforce is at work on the same thing (docs/salesforce/rest.md#busy). The text is \[inferred\].
pub(crate) fn busy() -> Refusal {
    let message = "the request could not be processed because another one is in process";
    Refusal::save("ALREADY_IN_PROCESS", message, &[])
}

#[cfg(test)]
mod tests;
