//! Converts the contract's generated types to its own words, and back for a read without an answer.

use crate::bindings::usher::step::{org, types};

usher_contract::conversions!(types, org);

#[cfg(test)]
#[path = "../../../../runner/crates/contract/cases/answers.rs"]
mod answers;
