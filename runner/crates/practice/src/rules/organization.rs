//! `Organization`: the month in which the fiscal year begins (docs/salesforce/queries.md#fiscal-years).

use serde_json::Value;

use crate::refusal::{Outcome, Refusal};
use crate::rules::Change;

/// Refuses a month that is none \[inferred: code and text\].
pub(super) fn before_update(change: &Change<'_>) -> Outcome<()> {
    let field = "FiscalYearStartMonth";
    match change.of(field).and_then(Value::as_i64) {
        Some(month) if !(1..=12).contains(&month) => {
            let message = format!("Fiscal Year Starts In: value outside of valid range: {month}");
            Err(Refusal::save(
                "NUMBER_OUTSIDE_VALID_RANGE",
                message,
                &[field],
            ))
        }
        _ => Ok(()),
    }
}
