//! `Retry-After`: the time for which an answer asks Usher to wait (RFC 9110, 10.2.3).

use http::header::{DATE, RETRY_AFTER};
use jiff::fmt::rfc2822;

/// Returns the milliseconds to wait, of an answer that is not a success. A date counts from the answer's own `Date`.
pub(crate) fn after_ms<T>(answer: &http::Response<T>) -> Option<u64> {
    if answer.status().is_success() {
        return None;
    }
    let text = |name| answer.headers().get(name)?.to_str().ok();
    let after = text(RETRY_AFTER)?.trim();
    if let Ok(seconds) = after.parse::<u64>() {
        return Some(seconds.saturating_mul(1_000));
    }
    let date = |text: &str| {
        let zoned = rfc2822::DateTimeParser::new().parse_zoned(text).ok()?;
        Some(zoned.timestamp().as_millisecond())
    };
    let wait = date(after)?.saturating_sub(date(text(DATE)?)?);
    u64::try_from(wait).ok()
}

#[cfg(test)]
mod tests {
    use super::after_ms;

    fn of(status: u16, headers: &[(&str, &str)]) -> Option<u64> {
        let mut answer = http::Response::builder().status(status);
        for (name, value) in headers {
            answer = answer.header(*name, *value);
        }
        after_ms(&answer.body(()).expect("an answer"))
    }

    #[test]
    fn it_is_seconds_or_a_date() {
        let date = ("date", "Sun, 06 Nov 1994 08:49:37 GMT");
        let later = ("retry-after", "Sun, 06 Nov 1994 08:50:07 GMT");
        assert_eq!(of(503, &[("retry-after", "30")]), Some(30_000));
        assert_eq!(of(503, &[later, date]), Some(30_000));
        assert_eq!(of(503, &[("retry-after", "99999999999999999999")]), None);
        for nothing in [
            of(200, &[("retry-after", "30")]),
            of(503, &[("retry-after", "-1")]),
            of(503, &[("retry-after", "soon")]),
            of(503, &[later]),
            of(
                503,
                &[("retry-after", "Sun, 06 Nov 1994 08:40:07 GMT"), date],
            ),
            of(503, &[]),
        ] {
            assert_eq!(nothing, None);
        }
    }
}
