//! `sobjects/X/updated` and `sobjects/X/deleted`: records that changed within a time
//! (docs/salesforce/records.md#records-that-changed).

use serde_json::{Value, json};

use crate::access::Guarded;
use crate::recycle_bin;
use crate::refusal::{Outcome, Refusal};
use crate::rest::{Answer, Call};
use crate::schema::Object;
use crate::stamp;
use crate::tenant::Tenant;

/// Ids of one answer: Salesforce's own bound.
const IDS_MAX: usize = 600_000;

const MINUTE_MS: i64 = 60_000;

/// The time before the call that a span may begin in: 30 days.
const SPAN_MS: i64 = 30 * 86_400_000;

/// A span of time, without its seconds: the first is in it, the last is not.
struct Span {
    from_ms: i64,
    to_ms: i64,
    /// The time up to which the answer is complete.
    covered_ms: i64,
}

/// `GET …/sobjects/X/updated?start=…&end=…`
pub(crate) fn updated(org: &Tenant<'_>, call: &Call, name: &str) -> Outcome<Answer> {
    let object = replicated(org, name)?;
    let span = span(org, call)?;
    let ids = changed(org, object, &span)?;
    few_enough(ids.len())?;
    Ok(Answer::ok(json!({
        "ids": ids,
        "latestDateCovered": stamp::date_time(span.covered_ms),
    })))
}

/// `GET …/sobjects/X/deleted?start=…&end=…`
pub(crate) fn deleted(org: &Tenant<'_>, call: &Call, name: &str) -> Outcome<Answer> {
    let object = replicated(org, name)?;
    let span = span(org, call)?;
    let found = recycle_bin::between(org, object, span.from_ms, span.to_ms)?;
    few_enough(found.len())?;
    let records: Vec<Value> = found
        .into_iter()
        .map(|(id, ms)| json!({ "id": id, "deletedDate": stamp::date_time(ms) }))
        .collect();
    // [inferred] The log begins with the org, or where the recycle bin begins.
    let available = created_ms(org)?.max(org.now_ms - recycle_bin::KEPT_MS);
    Ok(Answer::ok(json!({
        "deletedRecords": records,
        "earliestDateAvailable": stamp::date_time(minute(available)),
        "latestDateCovered": stamp::date_time(span.covered_ms),
    })))
}

/// The object of that name. Shares are not replicated, as their describe says; the refusal is \[inferred\].
fn replicated(org: &Tenant<'_>, name: &str) -> Outcome<&'static Object> {
    let object = org.object(name)?.ok_or_else(Refusal::not_found)?;
    match Guarded::of_share(object.name) {
        None => Ok(object),
        Some(_) => {
            let message = format!("entity type {} is not replicateable", object.name);
            Err(Refusal::new(400, "INVALID_TYPE", message))
        }
    }
}

fn changed(org: &Tenant<'_>, object: &Object, span: &Span) -> Outcome<Vec<String>> {
    let sql = format!(
        "SELECT \"Id\" FROM \"{}\" WHERE \"SystemModstamp\" >= ? AND \"SystemModstamp\" < ? ORDER BY \"Id\" LIMIT {}",
        object.name,
        IDS_MAX + 1
    );
    let mut statement = org.db.prepare_cached(&sql)?;
    let times = [stamp::date_time(span.from_ms), stamp::date_time(span.to_ms)];
    let found = statement.query_map(times, |row| row.get(0))?;
    Ok(found.collect::<Result<_, _>>()?)
}

fn span(org: &Tenant<'_>, call: &Call) -> Outcome<Span> {
    let (from_ms, to_ms) = (time(call, "start")?, time(call, "end")?);
    if to_ms - from_ms < MINUTE_MS {
        // The rule is documented, the text [inferred].
        let message = "startDate must be more than one minute before endDate";
        return Err(invalid(message));
    }
    if from_ms < created_ms(org)? - MINUTE_MS {
        return Err(invalid("startDate before org replication enabled date"));
    }
    if from_ms < org.now_ms - SPAN_MS - MINUTE_MS {
        // The text is [inferred].
        return Err(invalid("startDate must be within the last 30 days"));
    }
    Ok(Span {
        from_ms,
        to_ms,
        // [inferred] An end that is still to come is covered up to the call.
        covered_ms: to_ms.min(minute(org.now_ms)),
    })
}

/// A time of the call, its seconds cut.
fn time(call: &Call, name: &str) -> Outcome<i64> {
    let Some(text) = call.parameter(name) else {
        // [inferred] The code and the text.
        let message = format!("{name} is a required parameter");
        return Err(Refusal::new(400, "MISSING_ARGUMENT", message));
    };
    // A plus that was sent as it is has become a blank.
    let ms = stamp::ms(&text.replace(' ', "+"));
    let ms = ms.ok_or_else(|| invalid(&format!("{name} is not a valid date and time: {text}")))?;
    Ok(minute(ms))
}

fn minute(ms: i64) -> i64 {
    ms - ms.rem_euclid(MINUTE_MS)
}

/// The time at which the org was made.
fn created_ms(org: &Tenant<'_>) -> Outcome<i64> {
    let sql = "SELECT \"CreatedDate\" FROM \"Organization\"";
    let created: Option<String> = org.db.query_row(sql, [], |row| row.get(0))?;
    Ok(created
        .and_then(|text| stamp::ms(&text))
        .unwrap_or_default())
}

fn few_enough(ids: usize) -> Outcome<()> {
    match ids <= IDS_MAX {
        true => Ok(()),
        // [inferred] The text.
        false => Err(Refusal::new(
            400,
            "EXCEEDED_ID_LIMIT",
            format!("more than {IDS_MAX} ids: choose start and end closer together"),
        )),
    }
}

fn invalid(message: &str) -> Refusal {
    Refusal::new(400, "INVALID_REPLICATION_DATE", message)
}

#[cfg(test)]
mod tests;
