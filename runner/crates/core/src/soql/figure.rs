//! Words and figures that are values: numbers, dates, named dates.

use crate::soql::Literal;

/// The number, date or date-time that a figure is.
pub fn figure_kind(figure: &str) -> Option<Literal> {
    let bytes = figure.as_bytes();
    let dashed = bytes.len() >= 10 && bytes[4] == b'-' && bytes[7] == b'-';
    if dashed && bytes.len() == 10 {
        let digits = figure
            .split('-')
            .all(|part| part.bytes().all(|b| b.is_ascii_digit()));
        return digits.then(|| Literal::Date(figure.to_owned()));
    }
    if dashed {
        let zoned = figure.ends_with('Z') || figure[10..].contains(['+', '-']);
        return (bytes[10] == b'T' && zoned).then(|| Literal::DateTime(figure.to_owned()));
    }
    let number = figure
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.'));
    let parsed = figure.parse::<f64>().is_ok_and(f64::is_finite);
    (number && parsed).then(|| Literal::Number(figure.to_owned()))
}

/// The named dates, upper case.
pub(crate) fn is_date_name(name: &str) -> bool {
    const SPANS: [&str; 5] = ["WEEK", "MONTH", "QUARTER", "YEAR", "90_DAYS"];
    match name {
        "TODAY" | "YESTERDAY" | "TOMORROW" => true,
        _ => ["THIS_", "LAST_", "NEXT_"].iter().any(|start| {
            name.strip_prefix(start).is_some_and(|span| {
                SPANS.contains(&span)
                    || matches!(
                        span,
                        "N_DAYS" | "N_WEEKS" | "N_MONTHS" | "N_QUARTERS" | "N_YEARS"
                    )
            })
        }),
    }
}
