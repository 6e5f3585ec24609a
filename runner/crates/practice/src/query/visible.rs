//! Queries that follow sharing: once `practice.queriesFollowSharing` is on, a user finds the records that the user may
//! read. Off, every query finds all records.

use rusqlite::types::Value as Sql;

use crate::access::{self, Guarded, Readable, Viewer};
use crate::refusal::Outcome;
use crate::schema::Object;
use crate::tenant::Tenant;

/// The condition that leaves out records which the user who asks may not read, and the value that is bound in it; none
/// where all are shown.
pub(super) fn condition(
    org: &Tenant<'_>,
    object: &'static Object,
    alias: &str,
) -> Outcome<Option<(String, Sql)>> {
    let Some(guarded) = Guarded::of(object.name) else {
        return Ok(None);
    };
    if !org.is_on(access::FOLLOWED)? {
        return Ok(None);
    }
    let Some(viewer) = Viewer::of(org, &org.user_id)? else {
        return Ok(None);
    };
    Ok(match access::readable(org, &viewer, guarded)? {
        Readable::All => None,
        // One value: a query may find more records than a statement has places.
        Readable::Some(ids) => Some((
            format!("{alias}.\"Id\" IN (SELECT value FROM json_each(?))"),
            Sql::Text(serde_json::Value::from(ids).to_string()),
        )),
    })
}
