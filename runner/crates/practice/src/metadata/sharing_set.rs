//! `SharingSet` (docs/salesforce/sharing.md#sharing-sets): shows external users of some profiles the records that
//! belong to their account or contact.

use usher_core::component::{parts, texts};

use crate::components::{self, Content};
use crate::full_name;
use crate::metadata::{Listed, Written, id_of, profile};
use crate::recalculation::{self, Subject};
use crate::refusal::{Outcome, Refusal};
use crate::row::text;
use crate::schema::Shown;
use crate::tenant::Tenant;

const KIND: &str = "SharingSet";

/// Invented: no source has the prefix of sharing sets.
const PREFIX: &str = "0SS";

/// The objects of docs/salesforce/sharing.md#sharing-sets; custom objects count, too.
const OBJECTS: [&str; 9] = [
    "Account",
    "Campaign",
    "Case",
    "Contact",
    "Opportunity",
    "Order",
    "ServiceContract",
    "User",
    "WorkOrder",
];

pub(super) fn list(org: &Tenant<'_>) -> Outcome<Vec<Listed>> {
    let listed = components::list(org, KIND)?.into_iter();
    let listed = listed.map(|(full_name, _)| Listed {
        id: id_of(PREFIX, &full_name),
        full_name,
        stamps: None,
    });
    Ok(listed.collect())
}

pub(super) fn read(org: &Tenant<'_>, full_name: &str) -> Outcome<Option<Content>> {
    match own_name(org, full_name)? {
        Some(own) => components::get(org, KIND, &own),
        None => Ok(None),
    }
}

/// A set is replaced whole \[inferred\].
pub(super) fn write(org: &Tenant<'_>, full_name: &str, content: &Content) -> Outcome<Written> {
    if !org.shows(Shown::Experiences)? {
        // [inferred] The refusal of a network before digital experiences are on
        // (docs/salesforce/metadata.md#names-that-lead-nowhere).
        let message = "Not available for deploy for this organization";
        return Err(Refusal::save("FUNCTIONALITY_NOT_ENABLED", message, &[]));
    }
    complete(content, "name")?;
    let description = texts(content, "description").next().unwrap_or_default();
    if description.chars().count() > 255 {
        let message = "description: data value too large: (max length=255)";
        return Err(Refusal::save("STRING_TOO_LONG", message, &["description"]));
    }
    for name in texts(content, "profiles") {
        let Some(profile) = profile::row_of(org, name)? else {
            return Err(no_such("profiles", "Profile", name));
        };
        // [inferred] Its profiles have external licenses (docs/salesforce/sharing.md#sharing-sets); the text.
        if text(&profile, "UserType") == "Standard" {
            let message =
                format!("In field: profiles - the license of {name} does not allow sharing sets");
            return Err(Refusal::save(
                "FIELD_INTEGRITY_EXCEPTION",
                message,
                &["profiles"],
            ));
        }
    }
    for mapping in parts(content, "accessMappings") {
        mapping_fits(mapping)?;
        let object = texts(mapping, "object").next().unwrap_or_default();
        if object.ends_with("__c") && org.object(object)?.is_none() {
            return Err(no_such("object", "CustomObject", object));
        }
    }
    let name = own_name(org, full_name)?;
    let before = match &name {
        Some(name) => components::get(org, KIND, name)?,
        None => None,
    };
    let own = name.as_deref().unwrap_or(full_name);
    refuse_second(org, own, content)?;
    components::put(org, KIND, own, content)?;
    recalculation::begin(org, Subject::Access, &format!("{KIND}/{own}"))?;
    Ok(Written {
        id: id_of(PREFIX, full_name),
        created: before.is_none(),
        changed: before.as_ref() != Some(content),
    })
}

pub(super) fn remove(org: &Tenant<'_>, full_name: &str) -> Outcome<bool> {
    match own_name(org, full_name)? {
        Some(own) => components::remove(org, KIND, &own),
        None => Ok(false),
    }
}

/// The name as it is kept: full names are the same in any case \[inferred\].
fn own_name(org: &Tenant<'_>, full_name: &str) -> Outcome<Option<String>> {
    let wanted = full_name.to_lowercase();
    let all = components::list(org, KIND)?.into_iter();
    let mut names = all.map(|(name, _)| name);
    Ok(names.find(|name| name.to_lowercase() == wanted))
}

/// A profile is in one sharing set for an object (docs/salesforce/sharing.md#sharing-sets). \[inferred\] The code and
/// the text.
fn refuse_second(org: &Tenant<'_>, own: &str, content: &Content) -> Outcome<()> {
    let objects: Vec<&str> = objects_of(content).collect();
    let full_name = |name: &str| -> Outcome<String> {
        let row = profile::row_of(org, name)?.unwrap_or_default();
        Ok(full_name::of(&row).to_owned())
    };
    let mut profiles = Vec::new();
    for name in texts(content, "profiles") {
        profiles.push(full_name(name)?);
    }
    for (other, set) in components::list(org, KIND)? {
        let Some(object) = objects_of(&set).find(|object| objects.contains(object)) else {
            continue;
        };
        if other == own {
            continue;
        }
        for name in texts(&set, "profiles") {
            let name = full_name(name)?;
            if profiles.contains(&name) {
                let message = format!(
                    "In field: profiles - {name} is in the sharing set {other} for {object} already"
                );
                return Err(Refusal::save(
                    "FIELD_INTEGRITY_EXCEPTION",
                    message,
                    &["profiles"],
                ));
            }
        }
    }
    Ok(())
}

fn objects_of(set: &Content) -> impl Iterator<Item = &str> {
    parts(set, "accessMappings").flat_map(|mapping| texts(mapping, "object"))
}

fn mapping_fits(mapping: &Content) -> Outcome<()> {
    for element in ["accessLevel", "object", "objectField", "userField"] {
        complete(mapping, element)?;
    }
    let one = |element: &str| texts(mapping, element).next().unwrap_or_default();
    let object = one("object");
    if !OBJECTS.contains(&object) && !object.ends_with("__c") {
        return Err(unfit("object", object));
    }
    if !matches!(one("accessLevel"), "Read" | "Edit") {
        return Err(unfit("accessLevel", one("accessLevel")));
    }
    // Account, Account.Field, Contact, Contact.Field, Contact.RelatedAccount, Manager.Account, Manager.Contact
    // (docs/salesforce/sharing.md#sharing-sets).
    let user_field = one("userField");
    let fits = match user_field.split_once('.') {
        None => matches!(user_field, "Account" | "Contact"),
        Some(("Account" | "Contact", field)) => !field.is_empty(),
        Some(("Manager", field)) => matches!(field, "Account" | "Contact"),
        Some(_) => false,
    };
    match fits {
        true => Ok(()),
        false => Err(unfit("userField", user_field)),
    }
}

fn complete(content: &Content, element: &'static str) -> Outcome<()> {
    match texts(content, element).next() {
        Some(text) if !text.is_empty() => Ok(()),
        // The code of docs/salesforce/sharing.md#sharing-sets; [inferred] the text.
        _ => Err(Refusal::save(
            "REQUIRED_FIELD_MISSING",
            format!("Required field is missing: {element}"),
            &[element],
        )),
    }
}

/// The form of docs/salesforce/metadata.md#names-that-lead-nowhere.
fn no_such(field: &'static str, kind: &str, name: &str) -> Refusal {
    let message = format!("In field: {field} - no {kind} named {name} found");
    Refusal::save("INVALID_CROSS_REFERENCE_KEY", message, &[field])
}

/// \[inferred\] The text.
fn unfit(field: &'static str, value: &str) -> Refusal {
    let message = format!("In field: {field} - {value} is not allowed in a sharing set");
    Refusal::save("FIELD_INTEGRITY_EXCEPTION", message, &[field])
}

#[cfg(test)]
mod tests;
