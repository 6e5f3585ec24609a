//! Dates and date-times as the contract writes them and as the platform answers them.

/// Days from 1970-01-01 to a date; `None` when the text is not a day of the calendar.
pub fn day(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let (year, month, day) = (
        digits(text, 0, 4)?,
        digits(text, 5, 7)?,
        digits(text, 8, 10)?,
    );
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=length).contains(&day) {
        return None;
    }
    // Years begin in March here, so that the day that may be missing is the last one.
    let (year, month) = match month {
        1 | 2 => (year - 1, month + 9),
        _ => (year, month - 3),
    };
    let before_year = year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let before_month = (month * 153 + 2) / 5;
    Some(before_year + before_month + day - 1 - 719_468)
}

/// Milliseconds from 1970 to a date-time: `2026-11-22T10:00:00Z`, with a fraction of the second or without, with `Z` or
/// an offset (`+01:00`, `+0100`). `None` when the text is not an instant.
pub fn instant(text: &str) -> Option<i64> {
    let (date, time) = text.split_once('T')?;
    let zone_at = time.find(['Z', '+', '-'])?;
    let (clock, zone) = (time.get(..zone_at)?, time.get(zone_at..)?);
    let (clock, fraction) = match clock.split_once('.') {
        Some((clock, fraction)) => (clock, milliseconds(fraction)?),
        None => (clock, 0),
    };
    let bytes = clock.as_bytes();
    if bytes.len() != 8 || bytes[2] != b':' || bytes[5] != b':' {
        return None;
    }
    let (hour, minute, second) = (
        digits(clock, 0, 2)?,
        digits(clock, 3, 5)?,
        digits(clock, 6, 8)?,
    );
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let minutes = (day(date)? * 24 + hour) * 60 + minute - offset(zone)?;
    Some((minutes * 60 + second) * 1_000 + fraction)
}

/// Minutes that a zone is ahead of UTC.
fn offset(zone: &str) -> Option<i64> {
    let sign = match zone.as_bytes().first()? {
        b'Z' => return (zone.len() == 1).then_some(0),
        b'-' => -1,
        _ => 1,
    };
    let (hours, minutes) = match zone.len() {
        5 => (digits(zone, 1, 3)?, digits(zone, 3, 5)?),
        6 if zone.as_bytes()[3] == b':' => (digits(zone, 1, 3)?, digits(zone, 4, 6)?),
        _ => return None,
    };
    (hours <= 23 && minutes <= 59).then_some(sign * (hours * 60 + minutes))
}

/// The first three of one to nine digits after the point.
fn milliseconds(fraction: &str) -> Option<i64> {
    if !(1..=9).contains(&fraction.len()) || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits(&format!("{fraction:0<3}"), 0, 3)
}

fn digits(text: &str, from: usize, to: usize) -> Option<i64> {
    let part = text.get(from..to)?;
    let all = part.bytes().all(|byte| byte.is_ascii_digit());
    all.then(|| part.parse().ok()).flatten()
}
