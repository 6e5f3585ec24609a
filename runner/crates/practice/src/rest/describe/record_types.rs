//! The record types of an object, as describes and layouts show them.

use serde_json::{Value, json};

use crate::refusal::Outcome;
use crate::row::text;
use crate::rules::record_type;
use crate::schema::Object;
use crate::tenant::Tenant;

/// The record type of records that have none.
pub(super) const MASTER: &str = "012000000000000AAA";

/// The record types of an object, the master last (docs/salesforce/accounts.md#record-types). An object without record
/// types shows no master here.
pub(super) fn record_types(org: &Tenant<'_>, object: &Object) -> Outcome<Vec<Value>> {
    let types = record_type::of(org, object)?;
    if types.is_empty() {
        return Ok(Vec::new());
    }
    let default = record_type::default(org, object)?.unwrap_or_default();
    let info = |id: &str, name: &str, developer_name: &str, master: bool| {
        let layout = format!(
            "/services/data/v{}.0/sobjects/{}/describe/layouts/{id}",
            org.version, object.name
        );
        let chosen = match default.is_empty() {
            true => master,
            false => text(&default, "Id") == id,
        };
        json!({
            "active": true,
            "available": true,
            "defaultRecordTypeMapping": chosen,
            "developerName": developer_name,
            "master": master,
            "name": name,
            "recordTypeId": id,
            "urls": { "layout": layout },
        })
    };
    let mut infos: Vec<Value> = types
        .iter()
        .map(|found| {
            info(
                text(found, "Id"),
                text(found, "Name"),
                text(found, "DeveloperName"),
                false,
            )
        })
        .collect();
    infos.push(info(MASTER, "Master", "Master", true));
    Ok(infos)
}
