//! The background's time: the request's hour, plus one second for every look at unfinished work. So what
//! goes on in the background ends by waiting, and ends as well under a clock that stands still.

use serde_json::Value;

use crate::refusal::Outcome;
use crate::tenant::Tenant;

/// The setting that holds by how much looks have put the background's time ahead.
const AHEAD: &str = "practice.clockAheadMs";

/// The time by which one look puts the background ahead.
const LOOK_MS: i64 = 1_000;

/// The background's time: what a member group notes when it changes.
pub(crate) fn now_ms(org: &Tenant<'_>) -> Outcome<i64> {
    let ahead = org.setting(AHEAD)?.and_then(|ahead| ahead.as_i64());
    Ok(org.now_ms + ahead.unwrap_or_default())
}

/// Puts the background's time ahead by one look.
pub(crate) fn put_ahead(org: &Tenant<'_>) -> Outcome<()> {
    let ahead = now_ms(org)? - org.now_ms + LOOK_MS;
    org.configure(AHEAD, &Value::from(ahead))
}
