//! Lists of users: `Users?filter=userName eq "x"&startIndex=1&count=50`.

use serde_json::Value;

use crate::refusal::{Outcome, Refusal};
use crate::rest::parameters;
use crate::row::Row;
use crate::scim::{Call, user, users};

/// Resources of one answer: as many as the platform gives.
const COUNT_MAX: usize = 200;

/// Attributes by which users are found.
const FILTERS: &[(&str, &str)] = &[
    ("username", "Username"),
    ("id", "Id"),
    ("externalid", "FederationIdentifier"),
    ("emails", "Email"),
    ("emails.value", "Email"),
];

/// The users that a list asks for.
pub(super) fn users_of(call: &Call<'_>) -> Outcome<Value> {
    let query = parameters(call.request.uri().query().unwrap_or_default());
    let parameter = |name: &str| {
        let mut pairs = query.iter();
        let found = pairs.find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    };
    let number = |name: &str, or: usize| match parameter(name) {
        None => Ok(or),
        Some(text) => text
            .parse()
            .map_err(|_| unfit(&format!("{name} is no number: {text}"))),
    };
    let from = number("startIndex", 1)?.max(1);
    let count = number("count", COUNT_MAX)?.min(COUNT_MAX);
    let (total, found) = match parameter("filter") {
        None => page(call, from, count)?,
        Some(filter) => {
            let (field, value) = filtered(filter)?;
            let found = call.org.rows(users(), &[(field, Value::from(value))])?;
            let total = found.len();
            (
                total,
                found.into_iter().skip(from - 1).take(count).collect(),
            )
        }
    };
    let resources: Vec<Value> = found
        .iter()
        .map(|row| user::shown(call, row))
        .collect::<Outcome<_>>()?;
    Ok(call.listed(total, from, &resources))
}

/// The number of all users, and those of one page.
fn page(call: &Call<'_>, from: usize, count: usize) -> Outcome<(usize, Vec<Row>)> {
    let total = call.org.count(users(), &[])?;
    let sql = "SELECT \"Id\" FROM \"User\" ORDER BY \"Id\" LIMIT ? OFFSET ?";
    let bound = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let mut statement = call.org.db.prepare_cached(sql)?;
    let ids = statement.query_map([bound(count), bound(from - 1)], |row| row.get(0))?;
    let ids: Vec<String> = ids.collect::<Result<_, _>>()?;
    let mut found = Vec::new();
    for id in ids {
        found.extend(call.org.row(users(), &id)?);
    }
    Ok((usize::try_from(total).unwrap_or_default(), found))
}

/// Field and value of `userName eq "x"`: no other filter is known here.
fn filtered(filter: &str) -> Outcome<(&'static str, &str)> {
    let mut parts = filter.trim().splitn(3, ' ');
    let attribute = parts.next().unwrap_or_default().to_ascii_lowercase();
    let operator = parts.next().unwrap_or_default();
    let value = parts.next().unwrap_or_default().trim();
    let value = value
        .strip_prefix('"')
        .and_then(|value| value.strip_suffix('"'));
    let field = FILTERS.iter().find(|(name, _)| *name == attribute);
    match (field, operator.eq_ignore_ascii_case("eq"), value) {
        (Some((_, field)), true, Some(value)) if !value.contains('"') => Ok((field, value)),
        _ => Err(unfit(&format!(
            "The practice org knows filters like userName eq \"name\", and not: {filter}"
        ))),
    }
}

fn unfit(message: &str) -> Refusal {
    Refusal::new(400, "INVALID_INPUT", message)
}
