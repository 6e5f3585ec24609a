//! From the contract's generated types to its own words, unchecked, and back for what a read has no answer to.

use crate::bindings::usher::step::{org, types};

usher_contract::conversions!(types, org);

#[cfg(test)]
#[path = "../../contract/cases/answers.rs"]
mod answers;
