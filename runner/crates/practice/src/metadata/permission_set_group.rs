//! `PermissionSetGroup` (docs/salesforce/permission-sets.md#groups-as-metadata): a record, and the names of its sets. The
//! set behind the group allows what the sets allow together; this is calculated when the group is written, and when one
//! of its sets is deployed.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use usher_core::component::texts;

use crate::components::{self, Content};
use crate::hand::Hand;
use crate::metadata::record::{self, Fields};
use crate::metadata::shape::{Elements, Shape};
use crate::metadata::{Listed, Written, permission_set};
use crate::refusal::Outcome;
use crate::row::{Row, text, truth};
use crate::save;
use crate::schema::{Object, object};
use crate::tenant::Tenant;

const KIND: &str = "PermissionSetGroup";

pub(super) const GROUP: Elements = &[
    ("description", Shape::Text),
    ("hasActivationRequired", Shape::Truth),
    ("label", Shape::Text),
    ("mutingPermissionSets", Shape::Texts),
    ("permissionSets", Shape::Texts),
    ("status", Shape::Text),
];

const FIELDS: Fields = &[
    ("description", "Description"),
    ("hasActivationRequired", "HasActivationRequired"),
    ("label", "MasterLabel"),
];

const ALLOWED: [&str; 6] = [
    "PermissionsCreate",
    "PermissionsDelete",
    "PermissionsEdit",
    "PermissionsModifyAllRecords",
    "PermissionsRead",
    "PermissionsViewAllRecords",
];

pub(super) fn list(org: &Tenant<'_>) -> Outcome<Vec<Listed>> {
    let rows = org.rows(groups(), &[])?;
    let listed = rows.iter().map(|row| {
        let name = text(row, "DeveloperName");
        let full_name = match text(row, "NamespacePrefix") {
            "" => name.to_owned(),
            namespace => format!("{namespace}__{name}"),
        };
        record::listed(full_name, row)
    });
    Ok(listed.collect())
}

pub(super) fn read(org: &Tenant<'_>, full_name: &str) -> Outcome<Option<Content>> {
    let Some(row) = row_of(org, full_name)? else {
        return Ok(None);
    };
    let mut content = components::get(org, KIND, full_name)?.unwrap_or_default();
    content.extend(record::content(&row, FIELDS));
    content.extend(record::content(&row, &[("status", "Status")]));
    Ok(Some(content))
}

/// The sets that are sent are all sets of the group \[inferred\]. The platform calculates the status, so one that is sent
/// changes nothing.
pub(super) fn write(
    org: &Tenant<'_>,
    full_name: &str,
    content: &Content,
    _: u32,
) -> Outcome<Written> {
    record::complete(content, "label")?;
    record::refuse_unknown(content, &["mutingPermissionSets"])?;
    for name in texts(content, "permissionSets") {
        if permission_set::row_of(org, name)?.is_none() {
            return Err(record::no_such("permissionSets", "PermissionSet", name));
        }
    }
    let there = row_of(org, full_name)?;
    let before = read(org, full_name)?;
    let mut fields = record::wanted(content, FIELDS);
    if there.is_none() {
        fields.insert("DeveloperName".to_owned(), Value::from(full_name));
    }
    let id = record::save(org, groups(), there.as_ref(), &fields)?;
    let mut kept = Content::new();
    if let Some(sets) = content.get("permissionSets") {
        kept.insert("permissionSets".to_owned(), sets.clone());
    }
    components::put(org, KIND, full_name, &kept)?;
    put_members(org, &id, &kept)?;
    calculate(org, &id, &kept)?;
    Ok(Written {
        id,
        created: there.is_none(),
        changed: before != read(org, full_name)?,
    })
}

/// Keeps the sets of a group as records, too. Sets that stay keep their records.
fn put_members(org: &Tenant<'_>, group_id: &str, content: &Content) -> Outcome<()> {
    let members = object("PermissionSetGroupComponent").expect("the schema has it");
    let mut wanted = BTreeSet::new();
    for name in texts(content, "permissionSets") {
        let set = permission_set::row_of(org, name)?;
        wanted.extend(set.map(|set| text(&set, "Id").to_owned()));
    }
    for row in org.rows(members, &[("PermissionSetGroupId", Value::from(group_id))])? {
        if !wanted.remove(text(&row, "PermissionSetId")) {
            org.remove(members, &[("Id", Value::from(text(&row, "Id")))])?;
        }
    }
    for set_id in wanted {
        let mut row = Map::new();
        row.insert("PermissionSetGroupId".to_owned(), json!(group_id));
        row.insert("PermissionSetId".to_owned(), json!(set_id));
        save::create(org, members, &row, Hand::Raw)?;
    }
    Ok(())
}

pub(super) fn remove(org: &Tenant<'_>, full_name: &str) -> Outcome<bool> {
    let Some(row) = row_of(org, full_name)? else {
        return Ok(false);
    };
    save::delete(org, groups(), text(&row, "Id"))?;
    components::remove(org, KIND, full_name)?;
    Ok(true)
}

/// Calculates every group that holds a set.
pub(super) fn set_changed(org: &Tenant<'_>, set: &str) -> Outcome<()> {
    for (full_name, content) in components::list(org, KIND)? {
        if texts(&content, "permissionSets").any(|name| name == set)
            && let Some(row) = row_of(org, &full_name)?
        {
            calculate(org, text(&row, "Id"), &content)?;
        }
    }
    Ok(())
}

/// Calculates a group whose sets are others now.
pub(crate) fn calculate_again(org: &Tenant<'_>, group_id: &str) -> Outcome<()> {
    let Some(row) = org.row(groups(), group_id)? else {
        return Ok(());
    };
    let full_name = match text(&row, "NamespacePrefix") {
        "" => text(&row, "DeveloperName").to_owned(),
        namespace => format!("{namespace}__{}", text(&row, "DeveloperName")),
    };
    let content = components::get(org, KIND, &full_name)?.unwrap_or_default();
    calculate(org, group_id, &content)
}

/// Groups hold a set that was renamed under its new name.
pub(super) fn set_renamed(org: &Tenant<'_>, old: &str, new: &str) -> Outcome<()> {
    for (full_name, mut content) in components::list(org, KIND)? {
        let Some(Value::Array(sets)) = content.get_mut("permissionSets") else {
            continue;
        };
        if let Some(set) = sets.iter_mut().find(|set| set.as_str() == Some(old)) {
            *set = Value::from(new);
            components::put(org, KIND, &full_name, &content)?;
        }
    }
    Ok(())
}

pub(super) fn row_of(org: &Tenant<'_>, full_name: &str) -> Outcome<Option<Row>> {
    let (namespace, name) = match full_name.split_once("__") {
        Some((namespace, name)) => (Value::from(namespace), name),
        None => (Value::Null, full_name),
    };
    let holds = [
        ("DeveloperName", Value::from(name)),
        ("NamespacePrefix", namespace),
    ];
    Ok(org.rows(groups(), &holds)?.pop())
}

/// The set behind the group allows what one of its sets allows. That takes no time here, where the platform's status
/// goes from `Outdated` over `Updating` to `Updated`.
fn calculate(org: &Tenant<'_>, group_id: &str, content: &Content) -> Outcome<()> {
    let behind = [("PermissionSetGroupId", Value::from(group_id))];
    let Some(behind) = org.rows(sets(), &behind)?.pop() else {
        return Ok(());
    };
    let behind = text(&behind, "Id");
    let mut allowed: BTreeSet<&'static str> = BTreeSet::new();
    let mut objects: BTreeMap<String, BTreeSet<&'static str>> = BTreeMap::new();
    for name in texts(content, "permissionSets") {
        let Some(set) = permission_set::row_of(org, name)? else {
            continue;
        };
        allowed.extend(set.keys().filter(|field| truth(&set, field)));
        let below = [("ParentId", Value::from(text(&set, "Id")))];
        for row in org.rows(permissions(), &below)? {
            let rights = objects.entry(text(&row, "SobjectType").to_owned());
            let rights = rights.or_default();
            rights.extend(ALLOWED.iter().filter(|right| truth(&row, right)));
        }
    }
    let fields = sets().fields();
    let fields: Vec<(&str, Value)> = fields
        .filter(|field| field.name.starts_with("Permissions"))
        .map(|field| (field.name, Value::from(allowed.contains(field.name))))
        .collect();
    org.set(sets(), behind, &fields)?;
    org.remove(permissions(), &[("ParentId", Value::from(behind))])?;
    for (name, rights) in objects {
        let mut row = Map::new();
        row.insert("ParentId".to_owned(), json!(behind));
        row.insert("SobjectType".to_owned(), json!(name));
        row.extend(ALLOWED.map(|right| (right.to_owned(), json!(rights.contains(right)))));
        save::create(org, permissions(), &row, Hand::Raw)?;
    }
    org.set(groups(), group_id, &[("Status", Value::from("Updated"))])
}

fn groups() -> &'static Object {
    object(KIND).expect("the schema has it")
}

fn sets() -> &'static Object {
    object("PermissionSet").expect("the schema has it")
}

fn permissions() -> &'static Object {
    object("ObjectPermissions").expect("the schema has it")
}
