//! This machine's clock.

use std::sync::LazyLock;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use usher_engine::port::{Boxed, Clock};

/// Wall-clock time, and real sleeping.
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now_ms(&self) -> i64 {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }

    fn ticks_ms(&self) -> u64 {
        static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);
        u64::try_from(BEGAN.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn sleep(&self, ms: u64) -> Boxed<'_, ()> {
        Box::pin(tokio::time::sleep(Duration::from_millis(ms)))
    }
}

/// `2026-11-22T10:00:00Z`.
pub(crate) fn utc(ms: i64) -> String {
    let time = jiff::Timestamp::from_millisecond(ms).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Milliseconds since 1970 of a time that [`utc`] has written.
pub(crate) fn ms(utc: &str) -> Option<i64> {
    let time: jiff::Timestamp = utc.parse().ok()?;
    Some(time.as_millisecond())
}

/// `Sun, 22 Nov 2026 10:00:00 GMT`, as HTTP writes it.
pub(crate) fn http_date(ms: i64) -> http::HeaderValue {
    let time = jiff::Timestamp::from_millisecond(ms).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    let date = time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    http::HeaderValue::try_from(date).unwrap_or(http::HeaderValue::from_static(""))
}

/// `2026-11-22T10:00:00.123Z`.
pub(crate) fn utc_ms(ms: i64) -> String {
    let time = jiff::Timestamp::from_millisecond(ms).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// `2026-11-22 11:00:00 +01:00`: where the person is.
pub(crate) fn local(ms: i64) -> String {
    let time = jiff::Timestamp::from_millisecond(ms).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    time.to_zoned(jiff::tz::TimeZone::system())
        .strftime("%Y-%m-%d %H:%M:%S %:z")
        .to_string()
}

/// `11:00:00.250  `, where the person is.
pub(crate) fn local_time(ms: i64) -> String {
    let time = jiff::Timestamp::from_millisecond(ms).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    time.to_zoned(jiff::tz::TimeZone::system())
        .strftime("%H:%M:%S%.3f  ")
        .to_string()
}
