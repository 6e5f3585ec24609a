//! Versions, the list of resources, and `limits` (docs/salesforce/rest.md#versions,
//! docs/salesforce/rest.md#calls-of-the-day).

use serde_json::{Map, Value, json};

use crate::refusal::{Outcome, Refusal};
use crate::rest::Answer;
use crate::tenant::Tenant;
use crate::tenant::rights::{Right, has_one};
use crate::version::VERSIONS;

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

/// `GET /services/data/vNN.0`.
pub(crate) fn resources(version: u32) -> Value {
    let names = ["composite", "connect", "limits", "query", "sobjects"];
    let resources: Map<String, Value> = names
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

/// `GET …/limits`. Nothing here uses up the others. It needs *View Setup and Configuration*; the code and the text of the
/// refusal are \[inferred\].
pub(crate) fn limits(org: &Tenant<'_>) -> Outcome<Answer> {
    if !has_one(org, &[Right::ViewSetup])? {
        let message = "insufficient access rights on limits";
        return Err(Refusal::new(403, "INSUFFICIENT_ACCESS", message));
    }
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
