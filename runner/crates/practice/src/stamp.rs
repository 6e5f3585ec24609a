//! Points in time as the platform writes them, from the milliseconds that the caller gives. There is
//! no clock here.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// The time at which the records of fixtures were made: 2026-01-01, so that the records of a run are newer.
pub(crate) const FIXTURES_MS: i64 = 1_767_225_600_000;

/// `2026-11-22T10:00:00.000+0000`, as records hold it (docs/salesforce/rest.md#times).
pub(crate) fn date_time(ms: i64) -> String {
    let format = "%Y-%m-%dT%H:%M:%S%.3f+0000";
    timestamp(ms).strftime(format).to_string()
}

/// `2026-11-22T10:00:00.000Z`, as the Metadata API and Connect write it (docs/salesforce/rest.md#times).
pub(crate) fn metadata(ms: i64) -> String {
    timestamp(ms).strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// The day in that time zone.
pub(crate) fn date(ms: i64, zone: &TimeZone) -> Date {
    timestamp(ms).to_zoned(zone.clone()).date()
}

/// The beginning of a day in that time zone, as records hold it: where a clock is put forward at midnight, the first moment
/// there is.
pub(crate) fn midnight(date: Date, zone: &TimeZone) -> String {
    match date.to_zoned(zone.clone()) {
        Ok(begin) => date_time(begin.timestamp().as_millisecond()),
        // The last days that there are have no later midnight.
        Err(_) => format!("{date}T00:00:00.000+0000"),
    }
}

/// The date and time in a time zone, `2026-11-22T05:00:00`, of a date-time as records hold it; a zone that no table of time
/// zones has counts as UTC.
pub(crate) fn local(time: &str, zone: &str) -> Option<String> {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let zoned = timestamp(ms(time)?).to_zoned(zone);
    Some(zoned.strftime("%Y-%m-%dT%H:%M:%S").to_string())
}

/// A date-time as clients write it, in the form of records: `2026-11-22T10:00:00`, a fraction of the
/// second or none, then `Z`, `+01:00` or `+0100`. jiff reads more forms than the platform documents.
pub(crate) fn parse_date_time(text: &str) -> Option<String> {
    let (second, rest) = text.split_at_checked("2026-11-22T10:00:00".len())?;
    let zone = match rest.strip_prefix('.') {
        Some(fraction) => {
            let zone = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
            (zone.len() < fraction.len()).then_some(zone)?
        }
        None => rest,
    };
    let zoned = zone == "Z"
        || ["+00:00", "-00:00", "+0000", "-0000"]
            .iter()
            .any(|form| is_like(zone, form));
    let documented = is_like(second, "0000-00-00T00:00:00") && zoned;
    let parsed: Timestamp = documented.then(|| text.parse().ok())??;
    Some(date_time(parsed.as_millisecond()))
}

/// The milliseconds of a date-time as clients and records write it.
pub(crate) fn ms(text: &str) -> Option<i64> {
    let parsed: Timestamp = parse_date_time(text)?.parse().ok()?;
    Some(parsed.as_millisecond())
}

/// `2026-11-22`, when it is a day of the calendar.
pub(crate) fn parse_date(text: &str) -> Option<String> {
    let documented = is_like(text, "0000-00-00");
    let date: Date = documented.then(|| text.parse().ok())??;
    Some(date.to_string())
}

/// Says whether `text` is `form` with any digits in place of its zeros.
fn is_like(text: &str, form: &str) -> bool {
    let fits = |(c, wanted): (u8, u8)| match wanted {
        b'0' => c.is_ascii_digit(),
        other => c == other,
    };
    text.len() == form.len() && text.bytes().zip(form.bytes()).all(fits)
}

fn timestamp(ms: i64) -> Timestamp {
    // Hours beyond year 9999 are a caller's slip; the last hour there is serves.
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::MAX)
}
