//! From the contract's generated types to its own, unchecked, and back for reads that have no answer.

use crate::bindings::usher::step::{org, types};

usher_contract::conversions!(types, org);

#[cfg(test)]
#[path = "../../contract/cases/answers.rs"]
mod answers;
