//! Queries that follow sharing: once `practice.queriesFollowSharing` is on, a user finds the records that the user may
//! read. Off, every query finds all records.

use crate::access::{self, Guarded, Level, Viewer};
use crate::refusal::Outcome;
use crate::schema::Object;
use crate::tenant::Tenant;

/// The condition that leaves out records which the user who asks may not read; none where all are shown.
pub(super) fn condition(
    org: &Tenant<'_>,
    object: &'static Object,
    alias: &str,
) -> Outcome<Option<String>> {
    if Guarded::of(object.name).is_none() || !org.is_on("practice.queriesFollowSharing")? {
        return Ok(None);
    }
    let Some(viewer) = Viewer::of(org, &org.user_id)? else {
        return Ok(None);
    };
    let mut ids = Vec::new();
    for record in org.rows(object, &[])? {
        if access::level(org, &viewer, object, &record)? >= Level::Read {
            // Ids are letters and digits.
            ids.push(format!("'{}'", crate::row::text(&record, "Id")));
        }
    }
    Ok(Some(format!("{alias}.\"Id\" IN ({})", ids.join(", "))))
}
