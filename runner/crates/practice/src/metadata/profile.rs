//! `Profile` (docs/salesforce/profiles.md#profile-metadata): a record with permissions, rows below its hidden
//! permission set, and parts that no record holds.

use serde_json::{Map, Value};
use usher_core::component::{contains, overlay, parts, texts};

use crate::components::{self, Content};
use crate::full_name;
use crate::hand::Hand;
use crate::metadata::{Listed, Written, object_permissions, record, user_permissions};
use crate::refusal::{Outcome, Refusal};
use crate::row::{Row, text, truth};
use crate::save;
use crate::schema::{Object, object};
use crate::tenant::Tenant;

const KIND: &str = "Profile";

/// The parts that records hold; every other part of a profile is kept beside them.
const OF_RECORDS: [&str; 5] = [
    "custom",
    "description",
    "objectPermissions",
    "userLicense",
    "userPermissions",
];

/// The first version in which a new profile begins with *Minimum Access - Salesforce*; before, it begins with *Standard
/// User* (docs/salesforce/profiles.md#first-permissions).
const MINIMUM_SINCE: u32 = 60;

pub(super) fn list(org: &Tenant<'_>) -> Outcome<Vec<Listed>> {
    let rows = org.rows(profiles(), &[])?;
    let listed = rows
        .iter()
        .map(|row| record::listed(full_name::of(row).to_owned(), row));
    Ok(listed.collect())
}

/// Returns the content of a profile: of its permissions only those that are enabled
/// (docs/salesforce/profiles.md#profile-metadata).
pub(super) fn read(org: &Tenant<'_>, full_name: &str) -> Outcome<Option<Content>> {
    match row_of(org, full_name)? {
        Some(row) => Ok(Some(content_of(org, &row)?)),
        None => Ok(None),
    }
}

/// The record of a profile, by its full name or, as other components name it, by its label.
pub(super) fn row_of(org: &Tenant<'_>, full_name: &str) -> Outcome<Option<Row>> {
    for field in ["PracticeFullName", "Name"] {
        let mut rows = org.rows(profiles(), &[(field, Value::from(full_name))])?;
        if let Some(row) = rows.pop() {
            return Ok(Some(row));
        }
    }
    Ok(None)
}

pub(super) fn write(
    org: &Tenant<'_>,
    full_name: &str,
    content: &Content,
    version: u32,
) -> Outcome<Written> {
    let (id, created, before) = match row_of(org, full_name)? {
        Some(row) => {
            let before = content_of(org, &row)?;
            change(org, &row, &before, content)?;
            (text(&row, "Id").to_owned(), false, Some(before))
        }
        None => (create(org, full_name, content, version)?, true, None),
    };
    let row = org.row(profiles(), &id)?.unwrap_or_default();
    keep(org, &row, content)?;
    let after = content_of(org, &row)?;
    Ok(Written {
        id,
        created,
        changed: before.as_ref() != Some(&after),
    })
}

pub(super) fn remove(org: &Tenant<'_>, full_name: &str) -> Outcome<bool> {
    let Some(row) = row_of(org, full_name)? else {
        return Ok(false);
    };
    save::delete(org, profiles(), text(&row, "Id"))?;
    Ok(true)
}

fn create(org: &Tenant<'_>, full_name: &str, content: &Content, version: u32) -> Outcome<String> {
    let label = texts(content, "userLicense").next().unwrap_or("Salesforce");
    let license = license(org, label)?;
    let mut fields = Map::new();
    if version < MINIMUM_SINCE
        && label == "Salesforce"
        && let Some(standard) = row_of(org, "Standard")?
    {
        fields.extend(
            user_permissions::of(&standard).map(|(name, on)| (name.to_owned(), Value::from(on))),
        );
    }
    // The first permissions of a profile of an external license are not known [inferred: none]
    // (docs/salesforce/profiles.md#first-permissions).
    fields.extend(wanted(content)?);
    fields.insert("Name".to_owned(), Value::from(full_name));
    fields.insert(
        "UserLicenseId".to_owned(),
        Value::from(text(&license, "Id")),
    );
    save::create(org, profiles(), &fields, Hand::Client)
}

fn change(org: &Tenant<'_>, row: &Row, before: &Content, content: &Content) -> Outcome<()> {
    let name = text(row, "Name");
    // From v50 on standard profiles are guarded for standard objects (docs/salesforce/profiles.md#standard-profiles).
    // [inferred] User permissions are, too; what a retrieve brought may be sent again; the text.
    let guarded = ["userPermissions", "objectPermissions", "fieldPermissions"];
    let sent: Content = guarded
        .iter()
        .filter_map(|part| Some(((*part).to_owned(), content.get(*part)?.clone())))
        .collect();
    if truth(row, "PracticeStandard") && !contains(before, &sent) {
        let message = format!("You can't edit the permissions of the standard profile {name}");
        return Err(Refusal::save("FIELD_INTEGRITY_EXCEPTION", message, &[]));
    }
    if let Some(label) = texts(content, "userLicense").next()
        && text(&license(org, label)?, "Id") != text(row, "UserLicenseId")
    {
        // A license never changes (docs/salesforce/profiles.md#license-in-metadata). [inferred] The text.
        let message = format!("You can't change the user license of the profile {name}");
        return Err(Refusal::save(
            "FIELD_INTEGRITY_EXCEPTION",
            message,
            &["userLicense"],
        ));
    }
    let fields = wanted(content)?;
    if fields.is_empty() {
        return Ok(());
    }
    save::update(org, profiles(), text(row, "Id"), &fields, Hand::Client)
}

/// Lays what the profile's own record does not hold over what is kept.
fn keep(org: &Tenant<'_>, row: &Row, content: &Content) -> Outcome<()> {
    for part in parts(content, "objectPermissions") {
        object_permissions::write(org, &hidden_set(org, row)?, part)?;
    }
    let rest = content
        .iter()
        .filter(|(name, _)| !OF_RECORDS.contains(&name.as_str()));
    let rest: Content = rest
        .map(|(name, all)| (name.clone(), all.clone()))
        .collect();
    if rest.is_empty() {
        return Ok(());
    }
    let name = full_name::of(row);
    let kept = components::get(org, KIND, name)?;
    components::put(org, KIND, name, &overlay(KIND, kept.as_ref(), &rest))
}

fn content_of(org: &Tenant<'_>, row: &Row) -> Outcome<Content> {
    let mut content = components::get(org, KIND, full_name::of(row))?.unwrap_or_default();
    let mut one = |name: &str, text: &str| {
        content.insert(name.to_owned(), Value::from(vec![text]));
    };
    one(
        "custom",
        if truth(row, "PracticeStandard") {
            "false"
        } else {
            "true"
        },
    );
    if !text(row, "Description").is_empty() {
        one("description", text(row, "Description"));
    }
    let license = object("UserLicense").expect("the schema has it");
    let license = org
        .row(license, text(row, "UserLicenseId"))?
        .unwrap_or_default();
    one("userLicense", text(&license, "MasterLabel"));
    let enabled = user_permissions::read(row);
    let objects = object_permissions::read(org, &hidden_set(org, row)?)?;
    for (element, parts) in [("userPermissions", enabled), ("objectPermissions", objects)] {
        if !parts.is_empty() {
            content.insert(element.to_owned(), Value::from(parts));
        }
    }
    Ok(content)
}

/// The fields of the record that a content sets.
fn wanted(content: &Content) -> Outcome<Map<String, Value>> {
    let mut fields = Map::new();
    if let Some(description) = texts(content, "description").next() {
        fields.insert("Description".to_owned(), Value::from(description));
    }
    fields.extend(user_permissions::wanted(content, profiles())?);
    Ok(fields)
}

/// The hidden permission set of a profile.
fn hidden_set(org: &Tenant<'_>, profile: &Row) -> Outcome<String> {
    let sets = object("PermissionSet").expect("the schema has it");
    let rows = org.rows(sets, &[("ProfileId", Value::from(text(profile, "Id")))])?;
    Ok(rows
        .first()
        .map_or(String::new(), |set| text(set, "Id").to_owned()))
}

/// Finds a license by its label (docs/salesforce/profiles.md#license-in-metadata), else by its name.
fn license(org: &Tenant<'_>, label: &str) -> Outcome<Row> {
    let licenses = object("UserLicense").expect("the schema has it");
    for field in ["MasterLabel", "Name"] {
        if let Some(row) = org.rows(licenses, &[(field, Value::from(label))])?.pop() {
            return Ok(row);
        }
    }
    // The form of docs/salesforce/metadata.md#names-that-lead-nowhere.
    let message = format!("In field: userLicense - no UserLicense named {label} found");
    Err(Refusal::save(
        "INVALID_CROSS_REFERENCE_KEY",
        message,
        &["userLicense"],
    ))
}

fn profiles() -> &'static Object {
    object("Profile").expect("the schema has it")
}
