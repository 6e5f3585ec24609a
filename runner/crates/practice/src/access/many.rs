//! The records that a user finds: all of an object at once, as a query asks for it, and one by its id. Sharing decides once
//! `practice.queriesFollowSharing` is on.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde_json::Value;

use crate::access::{GUARDED, Guarded, Level, Viewer, direct, general, level, rules, sets};
use crate::refusal::Outcome;
use crate::row::{Row, text, truth};
use crate::schema::{Field, Object};
use crate::tenant::Tenant;

/// The records of a guarded object that the viewer may read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Readable {
    All,
    /// Those with these ids.
    Some(Vec<String>),
}

/// The setting by which users find the records that they may read, and no others.
pub(crate) const FOLLOWED: &str = "practice.queriesFollowSharing";

/// Says whether the user who asks finds that record.
pub(crate) fn shows(org: &Tenant<'_>, object: &'static Object, record: &Row) -> Outcome<bool> {
    if Guarded::of(object.name).is_none() || !org.is_on(FOLLOWED)? {
        return Ok(true);
    }
    match Viewer::of(org, &org.user_id)? {
        Some(viewer) => Ok(level(org, &viewer, object, record)? >= Level::Read),
        None => Ok(true),
    }
}

/// Returns the records of an object that the viewer may read.
pub(crate) fn readable(org: &Tenant<'_>, viewer: &Viewer, guarded: &Guarded) -> Outcome<Readable> {
    let object = guarded.object();
    if truth(&viewer.user, "IsActive") && general(org, viewer, object)? >= Level::Read {
        return Ok(Readable::All);
    }
    for guarded in GUARDED.iter() {
        remember_shares(org, viewer, guarded)?;
    }
    if guarded.object == "Account" {
        let above = accounts_above(org, viewer)?;
        viewer.memo.above.get_or_init(|| above);
    }
    let mut ids = Vec::new();
    for record in records(org, viewer, object)? {
        if level(org, viewer, object, &record)? >= Level::Read {
            ids.push(text(&record, "Id").to_owned());
        }
    }
    Ok(Readable::Some(ids))
}

/// Accounts above records that the viewer has access to.
fn accounts_above(org: &Tenant<'_>, viewer: &Viewer) -> Outcome<BTreeSet<String>> {
    let mut accounts = BTreeSet::new();
    for guarded in GUARDED.iter().filter(|guarded| guarded.below.is_some()) {
        for record in records(org, viewer, guarded.object())? {
            let account = text(&record, "AccountId");
            if !accounts.contains(account) && direct(org, viewer, guarded, &record)? > Level::None {
                accounts.insert(account.to_owned());
            }
        }
    }
    Ok(accounts)
}

/// All records of an object, with the fields by which access is decided.
fn records(org: &Tenant<'_>, viewer: &Viewer, object: &'static Object) -> Outcome<Vec<Row>> {
    let mut names: BTreeSet<String> = ["Id", "OwnerId", "AccountId"].map(str::to_owned).into();
    if let Some(guarded) = Guarded::of(object.name) {
        for rule in rules::of(org, viewer, guarded)?.iter() {
            names.extend(rule.fields());
        }
    }
    for mapping in sets::mappings(org, viewer, object)?.iter() {
        names.extend(mapping.field(object));
    }
    let mut fields: Vec<&'static Field> = Vec::new();
    for name in &names {
        fields.extend(org.any_field(object, name)?);
    }
    org.rows_of(object, &fields, &[])
}

/// Reads the manual shares of all records of an object.
fn remember_shares(org: &Tenant<'_>, viewer: &Viewer, guarded: &Guarded) -> Outcome<()> {
    let mut by_record: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    let manual = [("RowCause", Value::from("Manual"))];
    for share in org.rows(guarded.shares(), &manual)? {
        let record = text(&share, guarded.record).to_owned();
        by_record.entry(record).or_default().push(share);
    }
    let mut shares = viewer.memo.shares.borrow_mut();
    shares.insert(guarded.share, Rc::new(by_record));
    Ok(())
}
