//! Signing in to an org: from what a person has to show, to secrets that are kept and an entry of the registry.
//!
//! The secrets are kept first and the entry is written last, so that a failure leaves no entry without its secrets.

mod arrive;
mod loopback;
mod page;
mod web;

pub(crate) use arrive::{Arrival, Arrived, arrive};
pub(crate) use web::{WebSignIn, callbacks};
