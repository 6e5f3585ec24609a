//! Deleted records (docs/salesforce/records.md#recycle-bin): those of objects with `IsDeleted` wait in the recycle bin,
//! the others are gone. Both stay in the log of deletions for as long as the bin keeps a record.
//!
//! Nothing here knows a rule; `undelete` brings records back.

use rusqlite::OptionalExtension;
use serde_json::Value;

use crate::refusal::{Outcome, Refusal};
use crate::schema::Object;
use crate::stamp;
use crate::store;
use crate::tenant::Tenant;

/// The time that the bin keeps a record: 15 days.
pub(crate) const KEPT_MS: i64 = 15 * 86_400_000;

/// A record that was deleted.
pub(crate) struct Deleted {
    pub(crate) object: String,
    /// The record whose deletion took this one with it; its own id where a client deleted it.
    pub(crate) with_id: String,
}

/// Deletes a record that is there. `with_id` is the record that the client deleted: what goes with it comes back with
/// it.
pub(crate) fn delete(
    org: &Tenant<'_>,
    object: &'static Object,
    id: &str,
    with_id: &str,
) -> Outcome<()> {
    if let Some(bin) = store::bin(object) {
        let name = object.name;
        let now = stamp::date_time(org.now_ms);
        org.db
            .prepare_cached(&format!(
                "INSERT INTO \"{bin}\" SELECT * FROM \"{name}\" WHERE \"Id\" = ?"
            ))?
            .execute([id])?;
        // The one who deletes is the last who changed it [inferred].
        org.db
            .prepare_cached(&format!(
                "UPDATE \"{bin}\" SET \"IsDeleted\" = 1, \"SystemModstamp\" = ?1, \"LastModifiedDate\" = ?1, \"LastModifiedById\" = ?2 WHERE \"Id\" = ?3"
            ))?
            .execute([now.as_str(), org.user_id.as_str(), id])?;
    }
    org.remove(object, &[("Id", Value::from(id))])?;
    let sql = "INSERT OR REPLACE INTO practice_deletion VALUES (?, ?, ?, ?)";
    org.db
        .prepare_cached(sql)?
        .execute(rusqlite::params![id, object.name, with_id, org.now_ms])?;
    Ok(())
}

/// Empties a reference to a record that is being deleted; the reference comes back with the record.
pub(crate) fn unlink(
    org: &Tenant<'_>,
    object: &Object,
    id: &str,
    field: &str,
    with_id: &str,
) -> Outcome<()> {
    org.set(object, id, &[(field, Value::Null)])?;
    let sql = "INSERT OR REPLACE INTO practice_unlinked VALUES (?, ?, ?, ?)";
    org.db
        .prepare_cached(sql)?
        .execute([with_id, object.name, id, field])?;
    Ok(())
}

/// The deletion of that record; none where the record was not deleted or the bin keeps it no longer.
pub(crate) fn find(org: &Tenant<'_>, id: &str) -> Outcome<Option<Deleted>> {
    let sql = "SELECT object, with_id FROM practice_deletion WHERE id = ? AND deleted_ms >= ?";
    let mut statement = org.db.prepare_cached(sql)?;
    let found = statement.query_row(rusqlite::params![id, kept_since(org)], |row| {
        Ok(Deleted {
            object: row.get(0)?,
            with_id: row.get(1)?,
        })
    });
    Ok(found.optional()?)
}

/// The refusal of a save of a record that is not there.
pub(crate) fn absent(org: &Tenant<'_>, object: &Object, id: &str) -> Outcome<Refusal> {
    match object.keeps_deleted() && find(org, id)?.is_some() {
        true => {
            let mut refusal = Refusal::save("ENTITY_IS_DELETED", "entity is deleted", &[]);
            refusal.status = 404;
            Ok(refusal)
        }
        false => Ok(Refusal::not_found()),
    }
}

/// Ids and times of the records of an object that were deleted from one time on and before another one, oldest first.
pub(crate) fn between(
    org: &Tenant<'_>,
    object: &Object,
    from_ms: i64,
    to_ms: i64,
) -> Outcome<Vec<(String, i64)>> {
    let sql = "SELECT id, deleted_ms FROM practice_deletion WHERE object = ?1 AND deleted_ms >= ?2 AND deleted_ms < ?3 AND deleted_ms >= ?4 ORDER BY deleted_ms, id";
    let mut statement = org.db.prepare_cached(sql)?;
    let found = statement.query_map(
        rusqlite::params![object.name, from_ms, to_ms, kept_since(org)],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Says whether the bin has something that it keeps no longer.
pub(crate) fn is_any_due(org: &Tenant<'_>) -> Outcome<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM practice_deletion WHERE deleted_ms < ?)";
    let mut statement = org.db.prepare_cached(sql)?;
    Ok(statement.query_row([kept_since(org)], |row| row.get(0))?)
}

/// Empties the bin of what it keeps no longer.
pub(crate) fn purge(org: &Tenant<'_>) -> Outcome<()> {
    let sql = "SELECT id, object FROM practice_deletion WHERE deleted_ms < ?";
    let mut statement = org.db.prepare_cached(sql)?;
    let due = statement.query_map([kept_since(org)], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let due: Vec<(String, String)> = due.collect::<Result<_, _>>()?;
    for (id, name) in &due {
        forget(org, id, name)?;
    }
    Ok(())
}

/// Empties the bin of a record that a client deleted, and of what went with it. Says whether it was there.
pub(crate) fn empty(org: &Tenant<'_>, id: &str) -> Outcome<bool> {
    let deleted = find(org, id)?.filter(|deleted| deleted.with_id == id);
    if deleted.is_none() {
        return Ok(false);
    }
    let sql = "SELECT id, object FROM practice_deletion WHERE with_id = ?";
    let mut statement = org.db.prepare_cached(sql)?;
    let together = statement.query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let together: Vec<(String, String)> = together.collect::<Result<_, _>>()?;
    for (id, name) in &together {
        forget(org, id, name)?;
    }
    Ok(true)
}

/// Removes a record of the bin for good.
fn forget(org: &Tenant<'_>, id: &str, name: &str) -> Outcome<()> {
    let bin = crate::schema::object(name).and_then(store::bin);
    if let Some(bin) = bin {
        org.db
            .prepare_cached(&format!("DELETE FROM \"{bin}\" WHERE \"Id\" = ?"))?
            .execute([id])?;
    }
    for sql in [
        "DELETE FROM practice_unlinked WHERE with_id = ?",
        "DELETE FROM practice_deletion WHERE id = ?",
    ] {
        org.db.prepare_cached(sql)?.execute([id])?;
    }
    Ok(())
}

fn kept_since(org: &Tenant<'_>) -> i64 {
    org.now_ms - KEPT_MS
}

#[cfg(test)]
mod tests;
