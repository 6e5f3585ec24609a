//! The wires that need what only the program has: its log, its practice orgs.

mod logged;
mod practice;

pub(crate) use logged::{LoggedWire, plain};
pub(crate) use practice::PracticeWire;
