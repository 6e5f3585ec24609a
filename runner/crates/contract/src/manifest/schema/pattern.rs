//! Patterns of a schema. They are matched by an engine that takes linear time. Back-references and look-around have no
//! linear time and are refused. The cost of a pattern for each byte is the size of its program, so Usher looks for the
//! smallest size into which the program fits.

use std::collections::BTreeMap;

use jsonschema::PatternOptions;
use serde_json::json;

use crate::limit;

/// Bytes of compiled programs that are tried, smallest first. Plain patterns fit the first or second.
const SIZES: [usize; 4] = [
    4 * 1024,
    16 * 1024,
    64 * 1024,
    limit::SCHEMA_PATTERN_BYTES_MAX,
];

/// Bytes of a program that cost as much as one step of validating, for each byte of text: the program has some thirty
/// bytes a state, and the engine takes a few nanoseconds a state in the worst case.
const BYTES_A_STEP: usize = 1024;

/// The patterns of one schema, each with the steps that a byte of text costs.
#[derive(Clone, Debug, Default)]
pub(super) struct Patterns {
    steps: BTreeMap<String, u64>,
}

impl Patterns {
    /// Adds a pattern.
    pub(super) fn add(&mut self, pattern: &str) -> Result<(), String> {
        if self.steps.contains_key(pattern) {
            return Ok(());
        }
        if self.steps.len() >= limit::SCHEMA_PATTERNS_MAX {
            let max = limit::SCHEMA_PATTERNS_MAX;
            return Err(format!("it has more than {max} patterns: leave some out"));
        }
        let size = SIZES.into_iter().find(|size| compiles(pattern, *size));
        let Some(size) = size else {
            return Err(format!(
                "the pattern `{pattern}` has a mistake, is too large, or uses back-references or look-around, which \
                 Usher does not match: write it without these"
            ));
        };
        let steps = (size / BYTES_A_STEP) as u64;
        self.steps.insert(pattern.to_owned(), steps);
        Ok(())
    }

    /// Returns the steps that matching a text of so many bytes takes.
    pub(super) fn steps(&self, pattern: &str, bytes: usize) -> u64 {
        let each = self.steps.get(pattern).copied().unwrap_or(u64::MAX);
        each.saturating_mul(bytes as u64 + 1)
    }
}

/// The engine for every pattern of a schema, with programs of at most so many bytes.
pub(super) fn engine(bytes_max: usize) -> PatternOptions<jsonschema::Regex> {
    PatternOptions::regex()
        .size_limit(bytes_max)
        .dfa_size_limit(limit::SCHEMA_PATTERN_BYTES_MAX)
}

fn compiles(pattern: &str, bytes_max: usize) -> bool {
    jsonschema::options()
        .with_pattern_options(engine(bytes_max))
        .build(&json!({ "pattern": pattern }))
        .is_ok()
}
