//! `delete`, `undelete` and `emptyRecycleBin`: up to 200 records (docs/salesforce/soap.md#calls).

use http::Method;
use serde_json::{Value, json};

use crate::recycle_bin;
use crate::refusal::{Outcome, Refusal};
use crate::rights;
use crate::soap_api::Desk;
use crate::soap_api::bad_id;
use crate::soap_api::envelope::Fault;
use crate::soap_api::results::{all_or_some, permit, refused, rolled_back, shown};
use crate::tenant::Tenant;
use crate::undelete;

/// Deletes as a collection of REST does, which takes no id that is malformed.
pub(super) fn delete(desk: &mut Desk<'_>) -> Result<String, Fault> {
    let ids: Vec<String> = desk.texts("ids").into_iter().map(str::to_owned).collect();
    permit(ids.len())?;
    let known = ids.iter().filter(|id| is_known(id));
    let known: Vec<&str> = known.map(String::as_str).collect();
    let all_or_none = desk.headers.all_or_none;
    let deleted = match known.is_empty() || all_or_none && known.len() < ids.len() {
        true => Value::Null,
        false => {
            let list = known.join(",");
            let flag = if all_or_none { "true" } else { "false" };
            let query = [("ids", list.as_str()), ("allOrNone", flag)];
            desk.ask(Method::DELETE, &["composite", "sobjects"], &query, None)?
        }
    };
    let mut deleted = deleted.as_array().into_iter().flatten();
    let rows: Vec<Value> = ids
        .iter()
        .map(|id| match is_known(id) {
            true => deleted
                .next()
                .cloned()
                .unwrap_or_else(|| refused(&rolled_back())),
            false => refused(&bad_id(id)),
        })
        .collect();
    Ok(shown(&rows))
}

/// Says whether an id is well-formed and of an object that there is.
fn is_known(id: &str) -> bool {
    usher_core::id::canonical(id).is_some_and(|id| crate::schema::object_of_id(&id).is_some())
}

/// Removes records of the recycle bin for good, with what went with them.
pub(super) fn empty_recycle_bin(desk: &mut Desk<'_>) -> Result<String, Fault> {
    let ids = desk.texts("ids");
    permit(ids.len())?;
    let org = desk.org;
    let rows = all_or_some(desk, &ids, |id| match emptied(org, id) {
        Ok(id) => json!({ "id": id, "success": true }),
        Err(refusal) => refused(&refusal),
    });
    Ok(shown(&rows))
}

/// The right is that of deleting \[inferred\]: an administrator empties any bin, others those of their records.
fn emptied(org: &Tenant<'_>, given: &str) -> Outcome<String> {
    let id = usher_core::id::canonical(given).ok_or_else(|| bad_id(given))?;
    let absent = || {
        let message = "invalid record id; no recycle bin entry found";
        Refusal::save("INVALID_ID_FIELD", message, &[])
    };
    let object = crate::schema::object_of_id(&id).ok_or_else(absent)?;
    let row = org.with_deleted().row(object, &id)?.ok_or_else(absent)?;
    rights::save::delete(org, object, &row)?;
    match org.unit(|| recycle_bin::empty(org, &id))? {
        true => Ok(id),
        false => Err(absent()),
    }
}

/// Brings records back from the recycle bin (docs/salesforce/records.md#undelete).
pub(super) fn undelete(desk: &mut Desk<'_>) -> Result<String, Fault> {
    let ids = desk.texts("ids");
    permit(ids.len())?;
    let org = desk.org;
    let rows = all_or_some(desk, &ids, |id| match undelete::undelete(org, id) {
        Ok(id) => json!({ "id": id, "success": true }),
        Err(refusal) => refused(&refusal),
    });
    Ok(shown(&rows))
}
