//! Points in time as the platform writes them, from the milliseconds that the caller gives. There is
//! no clock here.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// `2026-11-22T10:00:00.000+0000`, as records hold it (salesforce-api.md §12, *Times*).
pub(crate) fn date_time(ms: i64) -> String {
    let format = "%Y-%m-%dT%H:%M:%S%.3f+0000";
    timestamp(ms).strftime(format).to_string()
}

/// `2026-11-22T10:00:00.000Z`, as the Metadata API and Connect write it (§12, *Times*).
pub(crate) fn metadata(ms: i64) -> String {
    timestamp(ms).strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// The day, in the time zone of nobody: UTC.
pub(crate) fn date(ms: i64) -> Date {
    timestamp(ms).to_zoned(TimeZone::UTC).date()
}

/// A date-time as clients write it, with `Z` or an offset, in the form of records.
pub(crate) fn parse_date_time(text: &str) -> Option<String> {
    // The platform writes offsets without a colon, and jiff reads both.
    let parsed: Timestamp = text.parse().ok()?;
    Some(date_time(parsed.as_millisecond()))
}

/// `2026-11-22`, when it is a day of the calendar.
pub(crate) fn parse_date(text: &str) -> Option<String> {
    let date: Date = text.parse().ok()?;
    (text.len() == 10).then(|| date.to_string())
}

fn timestamp(ms: i64) -> Timestamp {
    // Hours beyond year 9999 are a caller's slip; the last hour there is serves.
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::MAX)
}
