//! Records that come back from the recycle bin, with what went with them (docs/salesforce/records.md#undelete).

use serde_json::Value;
use usher_core::id;

use crate::hand::Hand;
use crate::recycle_bin;
use crate::refusal::{Outcome, Refusal};
use crate::rights;
use crate::row::{Row, text};
use crate::save;
use crate::schema::{FieldKind, Object, object};
use crate::store;
use crate::tenant::Tenant;

/// Brings a record back and says its id. Of the platform's faces, SOAP alone has the call.
pub(crate) fn undelete(org: &Tenant<'_>, given: &str) -> Outcome<String> {
    org.unit(|| within(org, given))
}

fn within(org: &Tenant<'_>, given: &str) -> Outcome<String> {
    let Some(id) = id::canonical(given) else {
        let message = format!("bad id {given}");
        return Err(Refusal::save("MALFORMED_ID", message, &[]));
    };
    save::in_flight(org, Hand::Client, &id)?;
    let deleted = recycle_bin::find(org, &id)?.filter(|deleted| deleted.with_id == id);
    let kept = deleted.and_then(|deleted| object(&deleted.object));
    // Records that went with another one are not in the bin by themselves (docs/salesforce/records.md#undelete).
    let Some(root) = kept.filter(|object| object.keeps_deleted()) else {
        let message = "Entity is not in the recycle bin";
        return Err(Refusal::save("UNDELETE_FAILED", message, &[]));
    };
    let row = in_bin(org, root, &id)?.ok_or_else(Refusal::not_found)?;
    rights::save::delete(org, root, &row)?;
    for (id, name) in together(org, &id)? {
        let Some(object) = object(&name) else {
            continue;
        };
        restore(org, object, &id)?;
    }
    relink(org, &id)?;
    Ok(id)
}

/// The records that a deletion took, the record itself first.
fn together(org: &Tenant<'_>, id: &str) -> Outcome<Vec<(String, String)>> {
    let sql =
        "SELECT id, object FROM practice_deletion WHERE with_id = ?1 ORDER BY id <> ?1, object, id";
    let mut statement = org.db.prepare_cached(sql)?;
    let found = statement.query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(found.collect::<Result<_, _>>()?)
}

fn restore(org: &Tenant<'_>, object: &'static Object, id: &str) -> Outcome<()> {
    let Some(bin) = store::bin(object) else {
        return Ok(());
    };
    let name = object.name;
    for sql in [
        format!("INSERT INTO \"{name}\" SELECT * FROM \"{bin}\" WHERE \"Id\" = ?"),
        format!("DELETE FROM \"{bin}\" WHERE \"Id\" = ?"),
        "DELETE FROM practice_deletion WHERE id = ?".to_owned(),
    ] {
        org.db.prepare_cached(&sql)?.execute([id])?;
    }
    org.set(object, id, &[("IsDeleted", Value::from(false))])?;
    unlink_missing(org, object, id)?;
    let row = org.row(object, id)?.ok_or_else(Refusal::not_found)?;
    save::restored(org, object, &row)
}

/// Empties the references to records that are not there; they come back with those.
fn unlink_missing(org: &Tenant<'_>, from: &'static Object, id: &str) -> Outcome<()> {
    let row = org.row(from, id)?.unwrap_or_default();
    for field in from.fields() {
        let FieldKind::Reference { to, .. } = field.kind else {
            continue;
        };
        let target = text(&row, field.name);
        let mut may_go = to.iter().filter_map(|name| object(name));
        if target.is_empty() || !may_go.any(Object::keeps_deleted) {
            continue;
        }
        let mut to = to.iter().filter_map(|name| object(name));
        let is_there = to.try_fold(false, |found, object| {
            Outcome::Ok(found || org.row(object, target)?.is_some())
        })?;
        if !is_there {
            recycle_bin::unlink(org, from, id, field.name, target)?;
        }
    }
    Ok(())
}

fn in_bin(org: &Tenant<'_>, object: &'static Object, id: &str) -> Outcome<Option<Row>> {
    let org = org.with_deleted();
    org.row(object, id)
}

/// References that the deletion emptied lead to the record again, unless they lead elsewhere by now.
fn relink(org: &Tenant<'_>, with_id: &str) -> Outcome<()> {
    let sql = "SELECT object, id, field FROM practice_unlinked WHERE with_id = ?";
    let mut statement = org.db.prepare_cached(sql)?;
    let found =
        statement.query_map([with_id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let links: Vec<(String, String, String)> = found.collect::<Result<_, _>>()?;
    for (name, id, field) in links {
        let Some(object) = object(&name) else {
            continue;
        };
        let row = org.row(object, &id)?.unwrap_or_default();
        if row.get(field.as_str()) == Some(&Value::Null) {
            org.set(object, &id, &[(field.as_str(), Value::from(with_id))])?;
        }
    }
    org.db
        .prepare_cached("DELETE FROM practice_unlinked WHERE with_id = ?")?
        .execute([with_id])?;
    Ok(())
}

#[cfg(test)]
mod tests;
