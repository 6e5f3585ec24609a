//! One call's way to the org: identity, time, and the gate before the port.

use std::sync::Arc;

use usher_contract::gate::Gate;
use usher_contract::read::{Identity, Reads};

/// One call's way to the org.
pub(crate) struct Reading {
    pub(crate) identity: Identity,
    pub(crate) now: String,
    pub(crate) org: Arc<dyn Reads>,
    pub(crate) gate: Gate,
}
