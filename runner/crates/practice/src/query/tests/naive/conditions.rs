//! Random conditions, each as text and as what it means.

use serde_json::{Value, json};

use super::chance::Chance;
use super::dates;
use super::model::{Kind, Record, Shape, Store, compare, paths, selected, shape_of};
use super::records::tags;

/// Says whether a record fits.
type Test<'s> = Box<dyn Fn(&Record) -> bool + 's>;

/// A `WHERE`, or nothing.
pub(super) fn filter<'s>(
    chance: &mut Chance,
    store: &'s Store,
    shape: &'static Shape,
) -> (String, Test<'s>) {
    if chance.once_in(6) {
        return (String::new(), Box::new(|_| true));
    }
    let (mut text, mut test) = condition(chance, store, shape, 3);
    if chance.once_in(5)
        && let Some((join, joined)) = semi_join(chance, store, shape)
    {
        text = format!("({text}) AND {join}");
        let inner = test;
        test = Box::new(move |record| inner(record) && joined(record));
    }
    (format!(" WHERE {text}"), test)
}

fn semi_join<'s>(
    chance: &mut Chance,
    store: &'s Store,
    shape: &'static Shape,
) -> Option<(String, Test<'s>)> {
    let membership = chance.once_in(2);
    let word = if membership { "IN" } else { "NOT IN" };
    let down = chance.once_in(2);
    // From a parent down to its children's field, or from a child up to the id of its parent.
    let (left, object, field) = match down {
        true => {
            let children: Vec<_> = shape
                .children
                .iter()
                .filter(|(.., object)| *object != shape.name)
                .collect();
            let (_, field, object) = **children.get(chance.below(children.len().max(1)))?;
            ("Id", object, field)
        }
        false => {
            let parents: Vec<_> = shape
                .parents
                .iter()
                .filter(|(.., object)| *object != shape.name)
                .collect();
            let (_, field, object) = **parents.get(chance.below(parents.len().max(1)))?;
            (field, object, "Id")
        }
    };
    let (condition, test) = condition(chance, store, shape_of(object), 1);
    let ids: Vec<Value> = store
        .all(object)
        .iter()
        .filter(|record| test(record) && !record[field].is_null())
        .map(|record| record[field].clone())
        .collect();
    let text = format!("{left} {word} (SELECT {field} FROM {object} WHERE {condition})");
    Some((
        text,
        Box::new(move |record| ids.contains(&record[left]) == membership),
    ))
}

fn condition<'s>(
    chance: &mut Chance,
    store: &'s Store,
    shape: &'static Shape,
    depth: usize,
) -> (String, Test<'s>) {
    if depth == 0 || chance.once_in(3) {
        return leaf(chance, store, shape);
    }
    let (a, is_a) = condition(chance, store, shape, depth - 1);
    if chance.once_in(4) {
        return (format!("(NOT {a})"), Box::new(move |record| !is_a(record)));
    }
    let (b, is_b) = condition(chance, store, shape, depth - 1);
    match chance.once_in(2) {
        true => (
            format!("({a} AND {b})"),
            Box::new(move |record| is_a(record) && is_b(record)),
        ),
        false => (
            format!("({a} OR {b})"),
            Box::new(move |record| is_a(record) || is_b(record)),
        ),
    }
}

fn leaf<'s>(chance: &mut Chance, store: &'s Store, shape: &'static Shape) -> (String, Test<'s>) {
    let (path, kind) = chance.one(&paths(shape)).clone();
    let read = {
        let path = path.clone();
        move |record: &Record| store.value(shape, record, &path)
    };
    if kind == Kind::Selection {
        return of_selection(chance, store, shape, path, read);
    }
    let timed = matches!(kind, Kind::Date | Kind::DateTime);
    match chance.below(6) {
        0 if kind == Kind::Text => {
            let pattern = pattern(chance, store, shape, &path);
            let text = format!("{path} LIKE '{}'", pattern.replace('\'', "\\'"));
            (
                text,
                Box::new(move |record| {
                    read(record)
                        .as_str()
                        .is_some_and(|text| like(&pattern, text))
                }),
            )
        }
        0 | 1 if timed => of_date(chance, store, path, kind, read),
        2 => {
            let membership = chance.once_in(2);
            let word = if membership { "IN" } else { "NOT IN" };
            let values: Vec<Value> = (0..1 + chance.below(4))
                .map(|_| value(chance, store, shape, &path))
                .collect();
            let list: Vec<String> = values
                .iter()
                .map(|value| literal(chance, kind, value))
                .collect();
            let text = format!("{path} {word} ({})", list.join(", "));
            let test = move |record: &Record| {
                let own = read(record);
                let found = values.iter().any(|value| same(kind, &own, value));
                found == membership
            };
            (text, Box::new(test))
        }
        _ => {
            let other = value(chance, store, shape, &path);
            let sign = match other.is_null() {
                true => *chance.one(&["=", "!="]),
                false => *chance.one(&["=", "!=", "<>", "<", "<=", ">", ">="]),
            };
            let text = format!("{path} {sign} {}", literal(chance, kind, &other));
            (
                text,
                Box::new(move |record| compared(kind, &read(record), sign, &other)),
            )
        }
    }
}

/// Values that are all selected, or none of them; or exactly these values.
fn of_selection<'s>(
    chance: &mut Chance,
    store: &'s Store,
    shape: &'static Shape,
    path: String,
    read: impl Fn(&Record) -> Value + 's,
) -> (String, Test<'s>) {
    if chance.once_in(3) {
        let other = value(chance, store, shape, &path);
        let sign = *chance.one(&["=", "!="]);
        let text = format!("{path} {sign} {}", literal(chance, Kind::Selection, &other));
        let test = move |record: &Record| compared(Kind::Selection, &read(record), sign, &other);
        return (text, Box::new(test));
    }
    let includes = chance.once_in(2);
    let word = if includes { "INCLUDES" } else { "EXCLUDES" };
    let wanted: Vec<String> = (0..1 + chance.below(3))
        .map(|_| tags(chance).join(";"))
        .collect();
    let list: Vec<String> = wanted
        .iter()
        .map(|text| literal(chance, Kind::Text, &json!(text)))
        .collect();
    let text = format!("{path} {word} ({})", list.join(", "));
    let test = move |record: &Record| {
        let own = read(record);
        let own = own.as_str().map(selected).unwrap_or_default();
        let all = |text: &String| selected(text).iter().all(|value| own.contains(value));
        wanted.iter().any(all) == includes
    };
    (text, Box::new(test))
}

/// A named span, or a part of a date.
fn of_date<'s>(
    chance: &mut Chance,
    store: &'s Store,
    path: String,
    kind: Kind,
    read: impl Fn(&Record) -> Value + 's,
) -> (String, Test<'s>) {
    let sign = *chance.one(&["=", "!=", "<", "<=", ">", ">="]);
    if chance.once_in(2) {
        let name = chance.one(&[
            "TODAY",
            "YESTERDAY",
            "LAST_N_DAYS",
            "NEXT_N_DAYS",
            "N_DAYS_AGO",
            "THIS_YEAR",
            "N_YEARS_AGO",
            "LAST_N_YEARS",
        ]);
        let count = 1 + chance.below(if name.contains("YEAR") { 4 } else { 900 });
        let name = match name.contains("N_") {
            true => format!("{name}:{count}"),
            false => (*name).to_owned(),
        };
        let (first, last) = dates::span(&name, &store.today);
        let test = move |record: &Record| {
            let own = read(record);
            let day = own.as_str().map(dates::own_days);
            match (day, sign) {
                (None, sign) => sign == "!=",
                (Some(day), "=") => (first..=last).contains(&day),
                (Some(day), "!=") => !(first..=last).contains(&day),
                (Some(day), "<") => day < first,
                (Some(day), "<=") => day <= last,
                (Some(day), ">") => day > last,
                (Some(day), _) => day >= first,
            }
        };
        return (format!("{path} {sign} {name}"), Box::new(test));
    }
    let function = part(chance, kind);
    let count = match function {
        "CALENDAR_YEAR" => 2_022 + chance.below(7),
        _ => 1 + chance.below(12),
    };
    let other = json!(count);
    let test = move |record: &Record| {
        let own = match read(record).as_str() {
            Some(date) => json!(dates::part(function, date)),
            None => Value::Null,
        };
        compared(Kind::Number, &own, sign, &other)
    };
    (format!("{function}({path}) {sign} {count}"), Box::new(test))
}

/// A date function that fits the kind.
pub(super) fn part(chance: &mut Chance, kind: Kind) -> &'static str {
    const PARTS: [&str; 9] = [
        "CALENDAR_YEAR",
        "CALENDAR_QUARTER",
        "CALENDAR_MONTH",
        "DAY_IN_MONTH",
        "DAY_IN_WEEK",
        "DAY_IN_YEAR",
        "WEEK_IN_MONTH",
        "WEEK_IN_YEAR",
        "HOUR_IN_DAY",
    ];
    let parts = match kind {
        Kind::DateTime => &PARTS[..],
        _ => &PARTS[..8],
    };
    chance.one::<&str>(parts)
}

/// A value that some record has there, or null.
fn value(chance: &mut Chance, store: &Store, shape: &Shape, path: &str) -> Value {
    if chance.once_in(8) {
        return Value::Null;
    }
    store.value(shape, chance.one(store.all(shape.name)), path)
}

pub(super) fn literal(chance: &mut Chance, kind: Kind, value: &Value) -> String {
    let text = value.as_str().unwrap_or_default();
    match (value, kind) {
        (Value::Null, _) => "null".to_owned(),
        (_, Kind::Number) => value.to_string(),
        (_, Kind::Date) => text.to_owned(),
        (_, Kind::DateTime) => text.replace("+0000", "Z"),
        (_, Kind::Id) => match chance.once_in(2) {
            true => format!("'{}'", &text[..15]),
            false => format!("'{text}'"),
        },
        _ => {
            let text = match chance.below(3) {
                0 => text.to_uppercase(),
                1 => text.to_lowercase(),
                _ => text.to_owned(),
            };
            // Some letters have no single upper case; such a text is another one.
            let text =
                match text.to_lowercase() == value.as_str().unwrap_or_default().to_lowercase() {
                    true => text,
                    false => value.as_str().unwrap_or_default().to_owned(),
                };
            format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
        }
    }
}

pub(super) fn compared(kind: Kind, own: &Value, sign: &str, other: &Value) -> bool {
    match sign {
        "=" => return same(kind, own, other),
        "!=" | "<>" => return !same(kind, own, other),
        _ => {}
    }
    if own.is_null() || other.is_null() {
        return false;
    }
    let order = compare(kind, own, other);
    match sign {
        "<" => order.is_lt(),
        "<=" => order.is_le(),
        ">" => order.is_gt(),
        _ => order.is_ge(),
    }
}

fn same(kind: Kind, own: &Value, other: &Value) -> bool {
    match (own.is_null(), other.is_null()) {
        (true, true) => true,
        (false, false) => compare(kind, own, other).is_eq(),
        _ => false,
    }
}

/// A text that some record has there, with some characters replaced by wildcards and the others escaped.
fn pattern(chance: &mut Chance, store: &Store, shape: &Shape, path: &str) -> String {
    let found = value(chance, store, shape, path);
    let mut pattern = String::new();
    for c in found.as_str().unwrap_or("x").chars() {
        match chance.below(6) {
            0 => pattern.push('%'),
            1 => pattern.push('_'),
            _ if "%_\\".contains(c) => pattern.extend(['\\', c]),
            _ => pattern.push(c),
        }
    }
    pattern
}

/// By its definition: slow and plain.
fn like(pattern: &str, text: &str) -> bool {
    fn fits(pattern: &[char], text: &[char]) -> bool {
        match pattern {
            [] => text.is_empty(),
            ['%', rest @ ..] => (0..=text.len()).any(|from| fits(rest, &text[from..])),
            ['_', rest @ ..] => !text.is_empty() && fits(rest, &text[1..]),
            ['\\', c, rest @ ..] | [c, rest @ ..] => {
                text.first() == Some(c) && fits(rest, &text[1..])
            }
        }
    }
    let chars = |text: &str| text.to_lowercase().chars().collect::<Vec<char>>();
    fits(&chars(pattern), &chars(text))
}
