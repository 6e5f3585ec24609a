//! Days by arithmetic, without the libraries that the engine uses.

/// Days since 1970-01-01 of a text that begins with a day.
pub(super) fn days(text: &str) -> i64 {
    let part = |from: usize, to: usize| text[from..to].parse::<i64>().expect("digits");
    let (year, month, day) = (part(0, 4), part(5, 7), part(8, 10));
    let before_march = i64::from(month <= 2);
    let year = year - before_march;
    let era = year.div_euclid(400);
    let of_era = year - era * 400;
    let of_year = (153 * (month + 12 * before_march - 3) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The same day as the administrator's calendar has it, in New York. The records are of November and December, when clocks
/// there are five hours behind.
pub(super) fn own_days(text: &str) -> i64 {
    let is_before = text.len() > 10 && &text[11..13] < "05";
    days(text) - i64::from(is_before)
}

/// The administrator's day of that hour.
pub(super) fn own_today(now_ms: i64) -> String {
    text((now_ms - 5 * 3_600_000).div_euclid(86_400_000))
}

pub(super) fn text(days: i64) -> String {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted - era * 146_097;
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

/// The value of a date function.
pub(super) fn part(function: &str, value: &str) -> i64 {
    let number = |from: usize, to: usize| value[from..to].parse::<i64>().expect("digits");
    let (month, day) = (number(5, 7), number(8, 10));
    let of_year = days(value) - days(&format!("{}-01-01", &value[..4])) + 1;
    match function {
        "CALENDAR_YEAR" => number(0, 4),
        "CALENDAR_QUARTER" => (month - 1) / 3 + 1,
        "CALENDAR_MONTH" => month,
        "DAY_IN_MONTH" => day,
        // 1970-01-01 was a Thursday, the fifth day.
        "DAY_IN_WEEK" => (days(value) + 4).rem_euclid(7) + 1,
        "DAY_IN_YEAR" => of_year,
        "WEEK_IN_MONTH" => (day - 1) / 7 + 1,
        "WEEK_IN_YEAR" => (of_year - 1) / 7 + 1,
        "HOUR_IN_DAY" => number(11, 13),
        other => panic!("the evaluator does not know {other}"),
    }
}

/// First and last day of a named span.
pub(super) fn span(name: &str, today: &str) -> (i64, i64) {
    let now = days(today);
    let year: i64 = today[..4].parse().expect("digits");
    let year_of = |year: i64| {
        let day = |text: &str| days(&format!("{year:04}-{text}"));
        (day("01-01"), day("12-31"))
    };
    let (name, count) = name.split_once(':').unwrap_or((name, "0"));
    let count: i64 = count.parse().expect("digits");
    match name {
        "TODAY" => (now, now),
        "YESTERDAY" => (now - 1, now - 1),
        "LAST_N_DAYS" => (now - count, now),
        "NEXT_N_DAYS" => (now + 1, now + count),
        "N_DAYS_AGO" => (now - count, now - count),
        "THIS_YEAR" => year_of(year),
        "N_YEARS_AGO" => year_of(year - count),
        "LAST_N_YEARS" => (year_of(year - count).0, year_of(year - 1).1),
        other => panic!("the evaluator does not know {other}"),
    }
}
