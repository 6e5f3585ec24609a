//! `FORMAT()`: values in the form of the user's locale, for the kinds and locales of which the form is known
//! (docs/salesforce/queries.md#functions).

use rusqlite::OptionalExtension;
use serde_json::Value;

use crate::refusal::Outcome;
use crate::schema::FieldKind;
use crate::tenant::Tenant;

/// The locale of the user who asks.
pub(super) fn locale(org: &Tenant<'_>) -> Outcome<String> {
    let sql = "SELECT IFNULL(\"LocaleSidKey\", '') FROM \"User\" WHERE \"Id\" = ?";
    let mut statement = org.db.prepare_cached(sql)?;
    let found = statement.query_row([&org.user_id], |row| row.get(0));
    Ok(found.optional()?.unwrap_or_default())
}

/// Says whether the form of such values is known. Those of numbers with places and of times are not: the org holds
/// neither the places of a number nor tables of time zones.
pub(super) fn knows(kind: FieldKind, locale: &str) -> bool {
    match kind {
        FieldKind::Date | FieldKind::Integer => matches!(locale, "en_US" | "en_GB" | "de_DE"),
        FieldKind::DateTime | FieldKind::Double => false,
        _ => true,
    }
}

/// A value in the form of a locale that is known.
pub(super) fn shown(kind: FieldKind, locale: &str, value: Value) -> Value {
    match (kind, value) {
        (FieldKind::Integer, Value::Number(number)) => {
            let separator = if locale == "de_DE" { '.' } else { ',' };
            Value::from(grouped(&number.to_string(), separator))
        }
        (FieldKind::Date, Value::String(date)) => Value::from(day(&date, locale).unwrap_or(date)),
        (_, other) => other,
    }
}

/// `1234567` → `1,234,567`
fn grouped(digits: &str, separator: char) -> String {
    let (sign, digits) = match digits.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", digits),
    };
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    format!("{sign}{text}")
}

/// `2015-12-28` → `12/28/2015`, `28/12/2015` or `28.12.2015`
fn day(date: &str, locale: &str) -> Option<String> {
    let mut parts = date.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    Some(match locale {
        "en_US" => {
            let plain = |part: &str| part.trim_start_matches('0').to_owned();
            format!("{}/{}/{year}", plain(month), plain(day))
        }
        "en_GB" => format!("{day}/{month}/{year}"),
        _ => format!("{day}.{month}.{year}"),
    })
}
