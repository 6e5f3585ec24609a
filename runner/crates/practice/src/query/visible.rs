//! Queries that follow sharing: once `practice.queriesFollowSharing` is on, a user finds the records that the user may
//! read. Off, every query finds all records.

use rusqlite::types::Value as Sql;

use crate::access::{self, Guarded, Readable, Viewer};
use crate::refusal::Outcome;
use crate::schema::{Field, Object};
use crate::store;
use crate::tenant::{Tenant, expression};

/// The condition that leaves out records which the user who asks may not read, and the value that is bound in it; none
/// where all are shown. `below` are the records of one parent: those that a field leads to.
pub(super) fn condition(
    org: &Tenant<'_>,
    object: &'static Object,
    alias: &str,
    below: Option<(&'static Field, &str)>,
) -> Outcome<Option<(String, Sql)>> {
    let Some(guarded) = Guarded::of(object.name) else {
        return Ok(None);
    };
    if !org.is_on(access::FOLLOWED)? {
        return Ok(None);
    }
    let ids = org.readable.ids(org.db, object.name, || {
        let Some(viewer) = Viewer::of(org, &org.user_id)? else {
            return Ok(None);
        };
        Ok(match access::readable(org, &viewer, guarded)? {
            Readable::All => None,
            Readable::Some(ids) => Some(ids),
        })
    })?;
    let Some(ids) = ids else {
        return Ok(None);
    };
    let ids = match below {
        None => serde_json::Value::from(ids.as_slice()),
        Some((field, parent_id)) => {
            // A parent has few records: those that may be read among them, so that no sub-select looks at all.
            let own = ids_below(org, object, field, parent_id)?;
            let read = own.into_iter().filter(|id| ids.binary_search(id).is_ok());
            read.collect()
        }
    };
    // One value: a query may find more records than a statement has places.
    Ok(Some((
        format!("{alias}.\"Id\" IN (SELECT value FROM json_each(?))"),
        Sql::Text(ids.to_string()),
    )))
}

fn ids_below(
    org: &Tenant<'_>,
    object: &Object,
    field: &Field,
    parent_id: &str,
) -> Outcome<Vec<String>> {
    let sql = format!(
        "SELECT t.\"Id\" FROM {} t WHERE {} = ?",
        store::source(object, org.deleted_too),
        expression(field, "t")
    );
    let mut statement = org.db.prepare_cached(&sql)?;
    let found = statement.query_map([parent_id], |row| row.get(0))?;
    Ok(found.collect::<Result<_, _>>()?)
}
