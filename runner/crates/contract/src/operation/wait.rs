//! Changes that only wait.

use crate::fault::Fault;
use crate::manifest::Against;
use crate::operation::{OperationKind, references::refers};

/// Nothing to send: the change only waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct WaitOnly;

impl OperationKind for WaitOnly {
    fn verb(&self) -> &'static str {
        "wait"
    }

    refers!(_to, Self => {});

    fn form(&mut self) -> Result<(), Fault> {
        Ok(())
    }

    fn check(&mut self, is_awaited: bool) -> Result<(), Fault> {
        match is_awaited {
            true => Ok(()),
            false => Err(Fault::NoWait),
        }
    }

    fn declared(&self, _against: &mut Against<'_>) {}

    fn is_sent(&self) -> bool {
        false
    }
}
