//! Versions, the list of resources, and `limits` (docs/salesforce/rest.md#versions,
//! docs/salesforce/rest.md#calls-of-the-day).

use http::{HeaderMap, HeaderValue};
use serde_json::{Map, Value, json};

use crate::refusal::{Outcome, Refusal};
use crate::rest::{Answer, methods};
use crate::tenant::Tenant;
use crate::tenant::rights::{Right, has_one};
use crate::version::VERSIONS;

pub(crate) mod record_count;

/// Calls a day: a Developer org's (docs/salesforce/rest.md#calls-of-the-day).
pub(crate) const DAILY_CALLS: u64 = 15_000;

/// `GET /services/data`, ascending: some clients take the last.
pub(crate) fn versions() -> Value {
    let versions = VERSIONS.map(|version| {
        json!({
            "version": format!("{version}.0"),
            "url": format!("/services/data/v{version}.0"),
            "label": release(version),
        })
    });
    versions.collect()
}

/// The resources of the org that clients find by their name.
const RESOURCES: &[&str] = &[
    "appMenu",
    "composite",
    "connect",
    "jobs",
    "limits",
    "metadata",
    "query",
    "queryAll",
    "quickActions",
    "recent",
    "sobjects",
    "tabs",
    "theme",
    "tooling",
];

/// The resources below a version (docs/salesforce/rest.md#versions): those that answer here, and no others.
pub(crate) fn resources(version: u32) -> Value {
    let resources: Map<String, Value> = RESOURCES
        .iter()
        .map(|name| {
            (
                (*name).to_owned(),
                Value::from(format!("/services/data/v{version}.0/{name}")),
            )
        })
        .collect();
    Value::Object(resources)
}

/// `GET …/composite`: the resources below it.
pub(crate) fn composites(version: u32) -> Value {
    let base = format!("/services/data/v{version}.0/composite");
    let mut resources = json!({
        "batch": format!("{base}/batch"),
        "sobjects": format!("{base}/sobjects"),
        "tree": format!("{base}/tree"),
    });
    if version >= methods::GRAPH_SINCE {
        resources["graph"] = Value::from(format!("{base}/graph"));
    }
    resources
}

/// `GET /services/data/vNN.0`: with the identity of the user who asks, which begins with the address of the org.
pub(crate) fn root(org: &Tenant<'_>, address: &str) -> Outcome<Value> {
    let mut resources = resources(org.version);
    let organization_id = org.organization_id()?;
    let identity = format!("{address}/id/{organization_id}/{}", org.user_id);
    resources["identity"] = Value::from(identity);
    Ok(resources)
}

/// Refuses a user without *View Setup and Configuration*; the code and the text are \[inferred\].
fn may_see_limits(org: &Tenant<'_>) -> Outcome<()> {
    match has_one(org, &[Right::ViewSetup])? {
        true => Ok(()),
        false => {
            let message = "insufficient access rights on limits";
            Err(Refusal::new(403, "INSUFFICIENT_ACCESS", message))
        }
    }
}

/// `GET …/limits`. Nothing here uses up the others.
pub(crate) fn limits(org: &Tenant<'_>) -> Outcome<Answer> {
    may_see_limits(org)?;
    let sets = org.count(
        crate::schema::object("PermissionSet").expect("the schema has it"),
        &[],
    )?;
    let limit = |max: i64, remaining: i64| json!({ "Max": max, "Remaining": remaining });
    let daily = i64::try_from(DAILY_CALLS).expect("a small number");
    Ok(Answer::ok(json!({
        "DailyApiRequests": limit(daily, daily.saturating_sub_unsigned(org.calls + 1).max(0)),
        "DailyBulkApiBatches": limit(15_000, 15_000),
        "DailyBulkV2QueryJobs": limit(10_000, 10_000),
        "SingleEmail": limit(15, 15),
        "MassEmail": limit(10, 10),
        "PermissionSets": limit(1_500, 1_500 - sets),
        "DataStorageMB": limit(5, 5),
    })))
}

/// Three releases a year; v65 is Winter '26 (docs/salesforce/rest.md#versions).
fn release(version: u32) -> String {
    let seasons = ["Winter", "Spring", "Summer"];
    let (years, season) = ((version + 1) / 3, (version + 1) % 3);
    let season = seasons[usize::try_from(season).expect("below three")];
    format!("{season} '{}", years + 4)
}

/// Shows how many calls of the day are used up.
pub(crate) fn show_usage(headers: &mut HeaderMap, usage: u64) {
    let value = format!("api-usage={usage}/{}", DAILY_CALLS);
    let value = HeaderValue::try_from(value).expect("numbers are well-formed");
    headers.insert("Sforce-Limit-Info", value);
}
