//! Compares two values. There are two questions, and each has one answer here, which Usher and the plugins share:
//!
//! - [`found_by`]: would SOQL find the one by the other? Text is compared without case.
//! - [`is_as_wanted`]: is there nothing left to change? Case counts.
//!
//! Both look at values as the platform stores them: blanks and tabs at the ends of a text are removed, and an empty
//! text is null.

pub mod id;
pub mod number;
pub mod time;

#[cfg(test)]
mod tests;

/// Blanks that the platform takes from the ends of a text. No-break and ideographic blanks are text.
const BLANKS: [char; 2] = [' ', '\t'];

/// A value to compare. JSON has no dates, so an org's answer holds them as texts: a date and a text are the
/// same when the text is that day, a date-time and a text when the text is that instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    Nothing,
    Truth(bool),
    /// As in JSON.
    Number(&'a str),
    Text(&'a str),
    /// `2026-11-22`
    Date(&'a str),
    /// `2026-11-22T10:00:00Z`
    DateTime(&'a str),
    /// The token of a value that is not known yet; it equals only itself.
    Unknown(&'a str),
}

/// Compares two values of `field` as SOQL compares: text without case.
pub fn found_by(field: &str, a: Value<'_>, b: Value<'_>) -> bool {
    same(field, a, b, |a, b| match a.is_ascii() && b.is_ascii() {
        true => a.eq_ignore_ascii_case(b),
        false => a.to_lowercase() == b.to_lowercase(),
    })
}

/// Compares what `field` holds with what it should hold: case counts. The platform stores the name of a user
/// in lower case, however it is written.
pub fn is_as_wanted(field: &str, there: Value<'_>, wanted: Value<'_>) -> bool {
    match last(field).eq_ignore_ascii_case("Username") {
        true => found_by(field, there, wanted),
        false => same(field, there, wanted, |there, wanted| there == wanted),
    }
}

/// The text without the blanks that the platform does not store.
pub fn stored(text: &str) -> &str {
    text.trim_matches(BLANKS)
}

/// Says that a field holds record ids: `Id`, `OwnerId`, `Account.OwnerId`, `/records/0/id`.
pub fn is_id_field(field: &str) -> bool {
    let name = last(field);
    name.eq_ignore_ascii_case("id") || name.ends_with("Id")
}

fn same(field: &str, a: Value<'_>, b: Value<'_>, text: fn(&str, &str) -> bool) -> bool {
    match (emptied(a), emptied(b)) {
        (Value::Text(a), Value::Text(b)) if a == b => true,
        (Value::Text(a), Value::Text(b)) => same_id(field, a, b).unwrap_or_else(|| text(a, b)),
        (Value::Number(a), Value::Number(b)) => number::same(a, b),
        (Value::Date(a), Value::Date(b) | Value::Text(b)) | (Value::Text(a), Value::Date(b)) => {
            a == b || both(time::day, a, b)
        }
        (Value::DateTime(a), Value::DateTime(b) | Value::Text(b))
        | (Value::Text(a), Value::DateTime(b)) => a == b || both(time::instant, a, b),
        (a, b) => a == b,
    }
}

fn both(read: fn(&str) -> Option<i64>, a: &str, b: &str) -> bool {
    read(a).is_some_and(|a| read(b) == Some(a))
}

fn emptied(value: Value<'_>) -> Value<'_> {
    match value {
        Value::Text(text) if stored(text).is_empty() => Value::Nothing,
        Value::Text(text) => Value::Text(stored(text)),
        value => value,
    }
}

/// Compares two ids; `None` when these are words. The name of a custom field does not say whether the field refers to a
/// record. The platform answers ids in 18 characters, and the last three of them are a checksum that a word does not
/// have by chance.
fn same_id(field: &str, a: &str, b: &str) -> Option<bool> {
    let checked = last(field).ends_with("__c") && (a.len() == 18 || b.len() == 18);
    if !checked && !is_id_field(field) {
        return None;
    }
    id::same(a, b)
}

/// The field at the end of a path of fields, or of a JSON Pointer.
fn last(field: &str) -> &str {
    field.rsplit(['.', '/']).next().unwrap_or(field)
}
