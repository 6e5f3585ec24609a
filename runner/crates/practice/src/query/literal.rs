//! A literal of a query as a value of the field it is compared with, or the platform's complaint that
//! it is none.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan};
use rusqlite::OptionalExtension;
use rusqlite::types::Value as Sql;
use usher_core::id;

use crate::query::fiscal::Fiscal;
use crate::query::syntax::Literal;
use crate::refusal::{Outcome, Refusal};
use crate::schema::FieldKind;
use crate::stamp;
use crate::tenant::Tenant;
use crate::value::type_name;

/// The right side of a comparison.
pub(crate) enum Operand {
    Null,
    Value(Sql),
    /// From the first up to, not including, the second.
    Range(Sql, Sql),
}

/// Reads `literal` as a value of the field of that name and kind.
pub(crate) fn operand(
    org: &Tenant<'_>,
    name: &str,
    kind: FieldKind,
    literal: &Literal,
) -> Outcome<Operand> {
    let unfit = || unfit(name, kind);
    let value = match (kind, literal) {
        // A checkbox is never null (docs/salesforce/queries.md#checkboxes).
        (FieldKind::Truth, Literal::Null) => Sql::Integer(0),
        (_, Literal::Null) => return Ok(Operand::Null),
        (FieldKind::Id | FieldKind::Reference { .. }, Literal::Text(text)) if text.is_empty() => {
            return Ok(Operand::Null);
        }
        (FieldKind::Id | FieldKind::Reference { .. }, Literal::Text(text)) => {
            match id::canonical(text) {
                Some(id) => Sql::Text(id),
                None => {
                    let message = format!("invalid ID field: {text}");
                    return Err(Refusal::new(400, "INVALID_QUERY_FILTER_OPERATOR", message));
                }
            }
        }
        (FieldKind::Truth, Literal::Truth(truth)) => Sql::Integer(i64::from(*truth)),
        (FieldKind::Integer | FieldKind::Double, Literal::Number(number)) => {
            match number.parse::<i64>() {
                Ok(whole) => Sql::Integer(whole),
                Err(_) => Sql::Real(number.parse().map_err(|_| unfit())?),
            }
        }
        (FieldKind::Date, Literal::Date(date)) => {
            Sql::Text(stamp::parse_date(date).ok_or_else(unfit)?)
        }
        (FieldKind::DateTime, Literal::DateTime(text)) => {
            Sql::Text(stamp::parse_date_time(text).ok_or_else(unfit)?)
        }
        (FieldKind::Date | FieldKind::DateTime, Literal::Named(span)) => {
            let zone = zone(org)?;
            let today = stamp::date(org.now_ms, &zone);
            let (start, end) = named(today, Fiscal::of(org)?, span).ok_or_else(unfit)?;
            let bound = |date: Date| match kind {
                FieldKind::Date => Sql::Text(date.to_string()),
                _ => Sql::Text(stamp::midnight(date, &zone)),
            };
            return Ok(Operand::Range(bound(start), bound(end)));
        }
        (FieldKind::Picklist(list), Literal::Text(text)) => {
            // `PortalRole = 'User'` means the value behind the label (docs/salesforce/queries.md#labels-of-values).
            let known = list
                .values
                .iter()
                .any(|(value, _)| value.eq_ignore_ascii_case(text));
            let labelled = list
                .values
                .iter()
                .find(|(_, label)| label.eq_ignore_ascii_case(text));
            match labelled.filter(|_| !known) {
                Some((value, _)) => Sql::Text((*value).to_owned()),
                None if text.is_empty() => return Ok(Operand::Null),
                None => Sql::Text(text.clone()),
            }
        }
        (kind, Literal::Text(text)) if is_text(kind) => match text.is_empty() {
            true => return Ok(Operand::Null),
            false => Sql::Text(text.clone()),
        },
        _ => return Err(unfit()),
    };
    Ok(Operand::Value(value))
}

/// The time zone of the user who asks, in which days begin (docs/salesforce/queries.md#named-dates). UTC for what is no
/// user, and for a zone that no table of time zones has \[inferred\].
fn zone(org: &Tenant<'_>) -> Outcome<TimeZone> {
    Ok(TimeZone::get(&zone_name(org)?).unwrap_or(TimeZone::UTC))
}

/// The name of the user's time zone; empty where there is none.
pub(super) fn zone_name(org: &Tenant<'_>) -> Outcome<String> {
    let sql = "SELECT \"TimeZoneSidKey\" FROM \"User\" WHERE \"Id\" = ?";
    let mut statement = org.db.prepare_cached(sql)?;
    let found = statement.query_row([&org.user_id], |row| row.get(0));
    let name: Option<String> = found.optional()?.flatten();
    Ok(name.unwrap_or_default())
}

/// Says whether values of that kind are texts without a list.
pub(crate) fn is_text(kind: FieldKind) -> bool {
    matches!(
        kind,
        FieldKind::Text(_)
            | FieldKind::LongText(_)
            | FieldKind::Email(_)
            | FieldKind::Phone(_)
            | FieldKind::Url(_)
    )
}

fn unfit(name: &str, kind: FieldKind) -> Refusal {
    let quotes = match kind {
        FieldKind::Truth
        | FieldKind::Integer
        | FieldKind::Double
        | FieldKind::Date
        | FieldKind::DateTime => "should not be enclosed in quotes",
        _ => "should be enclosed in quotes",
    };
    let message = format!(
        "value of filter criterion for field '{name}' must be of type {} and {quotes}",
        type_name(kind)
    );
    Refusal::new(400, "INVALID_FIELD", message)
}

/// First day and the day after the last of a named span, seen from `today` (docs/salesforce/queries.md#named-dates).
/// Weeks begin on Sunday, as in the United States' locale \[inferred\].
fn named(today: Date, fiscal: Fiscal, name: &str) -> Option<(Date, Date)> {
    let (name, count) = match name.split_once(':') {
        Some((name, count)) => (
            name,
            count
                .parse::<i64>()
                .ok()
                .filter(|count| *count <= 100_000)?,
        ),
        None => (name, 0),
    };
    let tomorrow = today.checked_add(1.day()).ok()?;
    let span = match name {
        "TODAY" => return Some((today, tomorrow)),
        "YESTERDAY" => return Some((today.checked_sub(1.day()).ok()?, today)),
        "TOMORROW" => return Some((tomorrow, tomorrow.checked_add(1.day()).ok()?)),
        "LAST_90_DAYS" => return Some((today.checked_sub(90.days()).ok()?, tomorrow)),
        "NEXT_90_DAYS" => return Some((tomorrow, tomorrow.checked_add(90.days()).ok()?)),
        "LAST_N_DAYS" => return Some((today.checked_sub(count.days()).ok()?, tomorrow)),
        "NEXT_N_DAYS" => return Some((tomorrow, tomorrow.checked_add(count.days()).ok()?)),
        other => other,
    };
    if let Some(unit) = span
        .strip_prefix("N_")
        .and_then(|rest| rest.strip_suffix("S_AGO"))
    {
        let (start, step) = unit_around(today, fiscal, unit)?;
        let start = start.checked_sub(step.checked_mul(count).ok()?).ok()?;
        return Some((start, start.checked_add(step).ok()?));
    }
    let (direction, unit) = span.split_once('_')?;
    let unit = unit
        .strip_prefix("N_")
        .unwrap_or(unit)
        .trim_end_matches('S');
    let (start, step) = unit_around(today, fiscal, unit)?;
    let count = if name.contains("_N_") { count } else { 1 };
    let many = step.checked_mul(count).ok()?;
    match direction {
        "THIS" => Some((start, start.checked_add(step).ok()?)),
        "LAST" => Some((start.checked_sub(many).ok()?, start)),
        "NEXT" => {
            let next = start.checked_add(step).ok()?;
            Some((next, next.checked_add(many).ok()?))
        }
        _ => None,
    }
}

/// The first day of the week, month, quarter or year around `today`, and its length; of a day, the day itself.
fn unit_around(today: Date, fiscal: Fiscal, unit: &str) -> Option<(Date, Span)> {
    Some(match unit {
        "DAY" => (today, 1.day()),
        "WEEK" => {
            let back = i64::from(today.weekday().to_sunday_zero_offset());
            (today.checked_sub(back.days()).ok()?, 1.week())
        }
        "MONTH" => (today.first_of_month(), 1.month()),
        "QUARTER" => {
            let month = (today.month() - 1) / 3 * 3 + 1;
            (Date::new(today.year(), month, 1).ok()?, 3.months())
        }
        "YEAR" => (today.first_of_year(), 1.year()),
        "FISCAL_QUARTER" => (fiscal.quarter(today)?, 3.months()),
        "FISCAL_YEAR" => (fiscal.year(today)?, 1.year()),
        _ => return None,
    })
}
