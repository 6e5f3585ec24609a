//! `PermissionSet` (docs/salesforce/permission-sets.md#sets-as-metadata): a record with permissions, rows below it, and
//! parts that no record holds. A set is deployed whole.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use usher_core::component::{parts, texts};

use crate::components::{self, Content};
use crate::metadata::record::{self, Fields};
use crate::metadata::shape::{Elements, OBJECT_PERMISSIONS, Shape, USER_PERMISSION};
use crate::metadata::{Listed, Written, object_permissions, tab_settings, user_permissions};
use crate::refusal::{Outcome, Refusal};
use crate::row::{Row, text};
use crate::save;
use crate::schema::{Object, object};
use crate::tenant::Tenant;

const KIND: &str = "PermissionSet";

pub(super) const SET: Elements = &[
    ("agentAccesses", Shape::Anything),
    ("applicationVisibilities", Shape::Anything),
    ("classAccesses", Shape::Anything),
    ("customMetadataTypeAccesses", Shape::Anything),
    ("customPermissions", Shape::Anything),
    ("customSettingAccesses", Shape::Anything),
    ("description", Shape::Text),
    ("emailRoutingAddressAccesses", Shape::Anything),
    ("externalCredentialPrincipalAccesses", Shape::Anything),
    ("externalDataSourceAccesses", Shape::Anything),
    ("fieldPermissions", Shape::Anything),
    ("flowAccesses", Shape::Anything),
    ("genComputingSummaryDefAccesses", Shape::Anything),
    ("hasActivationRequired", Shape::Truth),
    ("label", Shape::Text),
    ("license", Shape::Text),
    (
        "objectPermissions",
        Shape::Parts("PermissionSetObjectPermissions", OBJECT_PERMISSIONS),
    ),
    ("pageAccesses", Shape::Anything),
    ("recordTypeVisibilities", Shape::Anything),
    ("servicePresenceStatusAccesses", Shape::Anything),
    ("tabSettings", Shape::Anything),
    ("userLicense", Shape::Text),
    (
        "userPermissions",
        Shape::Parts("PermissionSetUserPermission", USER_PERMISSION),
    ),
];

const FIELDS: Fields = &[
    ("description", "Description"),
    ("hasActivationRequired", "HasActivationRequired"),
    ("label", "Label"),
];

/// The parts that records hold; every other part of a set is kept beside them.
const OF_RECORDS: [&str; 8] = [
    "description",
    "hasActivationRequired",
    "label",
    "license",
    "objectPermissions",
    "tabSettings",
    "userLicense",
    "userPermissions",
];

/// Sets of profiles and of groups are no components \[inferred\].
pub(super) fn list(org: &Tenant<'_>) -> Outcome<Vec<Listed>> {
    let rows = org.rows(sets(), &[("IsOwnedByProfile", Value::from(false))])?;
    let own = rows
        .iter()
        .filter(|row| text(row, "PermissionSetGroupId").is_empty());
    Ok(own.map(|row| record::listed(full_name(row), row)).collect())
}

pub(super) fn read(org: &Tenant<'_>, full_name: &str) -> Outcome<Option<Content>> {
    match row_of(org, full_name)? {
        Some(row) => Ok(Some(content_of(org, full_name, &row)?)),
        None => Ok(None),
    }
}

pub(super) fn write(
    org: &Tenant<'_>,
    full_name: &str,
    content: &Content,
    _: u32,
) -> Outcome<Written> {
    record::complete(content, "label")?;
    let there = row_of(org, full_name)?;
    let before = read(org, full_name)?;
    if let Some(row) = &there
        && is_managed(row)
        && before.as_ref() == Some(&sent(content))
    {
        // Only a change of a managed set is refused (docs/salesforce/permission-sets.md#managed-sets).
        return Ok(Written {
            id: text(row, "Id").to_owned(),
            created: false,
            changed: false,
        });
    }
    let mut fields = whole();
    fields.extend(record::wanted(content, FIELDS));
    fields.extend(user_permissions::wanted(content, sets())?);
    license(org, content, there.as_ref(), &mut fields)?;
    if there.is_none() {
        fields.insert("Name".to_owned(), Value::from(full_name));
    }
    let id = record::save(org, sets(), there.as_ref(), &fields)?;
    let mut named = BTreeSet::new();
    for part in parts(content, "objectPermissions") {
        named.extend(texts(part, "object").next());
        object_permissions::write(org, &id, part)?;
    }
    object_permissions::keep_only(org, &id, &named)?;
    tab_settings::write(org, &id, content)?;
    let rest = content
        .iter()
        .filter(|(name, _)| !OF_RECORDS.contains(&name.as_str()));
    let rest: Content = rest
        .map(|(name, all)| (name.clone(), all.clone()))
        .collect();
    components::put(org, KIND, full_name, &rest)?;
    Ok(Written {
        id,
        created: there.is_none(),
        changed: before != read(org, full_name)?,
    })
}

/// A set that came with a package.
fn is_managed(row: &Row) -> bool {
    !text(row, "NamespacePrefix").is_empty()
}

/// A content as it was sent, without the name.
fn sent(content: &Content) -> Content {
    let mut content = content.clone();
    content.remove("fullName");
    content
}

pub(super) fn remove(org: &Tenant<'_>, full_name: &str) -> Outcome<bool> {
    let Some(row) = row_of(org, full_name)? else {
        return Ok(false);
    };
    save::delete(org, sets(), text(&row, "Id"))?;
    components::remove(org, KIND, full_name)?;
    Ok(true)
}

/// The set of that full name: that of a package begins with its namespace.
pub(super) fn row_of(org: &Tenant<'_>, full_name: &str) -> Outcome<Option<Row>> {
    let (namespace, name) = match full_name.split_once("__") {
        Some((namespace, name)) => (Value::from(namespace), name),
        None => (Value::Null, full_name),
    };
    let holds = [
        ("Name", Value::from(name)),
        ("NamespacePrefix", namespace),
        ("IsOwnedByProfile", Value::from(false)),
        ("PermissionSetGroupId", Value::Null),
    ];
    Ok(org.rows(sets(), &holds)?.pop())
}

fn content_of(org: &Tenant<'_>, full_name: &str, row: &Row) -> Outcome<Content> {
    let mut content = components::get(org, KIND, full_name)?.unwrap_or_default();
    content.extend(record::content(row, FIELDS));
    if let Some(label) = license_label(org, text(row, "LicenseId"))? {
        content.insert("license".to_owned(), Value::from(vec![label]));
    }
    let enabled = user_permissions::read(row);
    let objects = object_permissions::read(org, text(row, "Id"))?;
    let tabs = tab_settings::read(org, text(row, "Id"))?;
    for (element, parts) in [
        ("userPermissions", enabled),
        ("objectPermissions", objects),
        ("tabSettings", tabs),
    ] {
        if !parts.is_empty() {
            content.insert(element.to_owned(), Value::from(parts));
        }
    }
    Ok(content)
}

/// The fields of a set without anything: what a deployment does not send is lost
/// (docs/salesforce/metadata.md#packages).
fn whole() -> Map<String, Value> {
    let permissions = sets()
        .fields()
        .filter(|field| field.name.starts_with("Permissions"));
    let mut fields: Map<String, Value> = permissions
        .map(|field| (field.name.to_owned(), Value::from(false)))
        .collect();
    fields.insert("Description".to_owned(), Value::Null);
    fields.insert("HasActivationRequired".to_owned(), Value::from(false));
    fields
}

/// A set gets its license once (docs/salesforce/permission-sets.md#names).
fn license(
    org: &Tenant<'_>,
    content: &Content,
    there: Option<&Row>,
    fields: &mut Map<String, Value>,
) -> Outcome<()> {
    let mut named = texts(content, "license").chain(texts(content, "userLicense"));
    let Some(label) = named.next() else {
        return Ok(());
    };
    let Some(id) = license_id(org, label)? else {
        return Err(record::no_such("license", "UserLicense", label));
    };
    match there {
        None => {
            fields.insert("LicenseId".to_owned(), Value::from(id));
            Ok(())
        }
        Some(row) if text(row, "LicenseId") == id => Ok(()),
        Some(_) => {
            // [inferred] The text.
            let message = "You can't change the license of a permission set";
            Err(Refusal::save(
                "FIELD_INTEGRITY_EXCEPTION",
                message,
                &["license"],
            ))
        }
    }
}

/// The labels of licenses are in fields of different names.
const LICENSES: [(&str, &[&str]); 2] = [
    ("UserLicense", &["MasterLabel", "Name"]),
    ("PermissionSetLicense", &["MasterLabel", "DeveloperName"]),
];

fn license_id(org: &Tenant<'_>, label: &str) -> Outcome<Option<String>> {
    for (name, fields) in LICENSES {
        let licenses = object(name).expect("the schema has it");
        for field in fields {
            if let Some(row) = org.rows(licenses, &[(field, Value::from(label))])?.pop() {
                return Ok(Some(text(&row, "Id").to_owned()));
            }
        }
    }
    Ok(None)
}

fn license_label(org: &Tenant<'_>, id: &str) -> Outcome<Option<String>> {
    for (name, _) in LICENSES {
        let licenses = object(name).expect("the schema has it");
        if let Some(row) = org.row(licenses, id)? {
            return Ok(Some(text(&row, "MasterLabel").to_owned()));
        }
    }
    Ok(None)
}

/// The full name of a set: that of a package begins with its namespace.
pub(super) fn full_name(row: &Row) -> String {
    match text(row, "NamespacePrefix") {
        "" => text(row, "Name").to_owned(),
        namespace => format!("{namespace}__{}", text(row, "Name")),
    }
}

fn sets() -> &'static Object {
    object(KIND).expect("the schema has it")
}
