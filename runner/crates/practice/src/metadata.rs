//! Metadata components as the Metadata API shows and takes them: the kinds, what each holds, and what each refuses
//! (docs/salesforce/metadata.md#calls). SOAP calls and deployments are built on this.

mod custom_field;
mod custom_object;
mod group;
mod kind;
mod names;
mod network;
mod object_permissions;
mod permission_set;
mod permission_set_group;
mod profile;
mod record;
mod role;
mod settings_component;
mod shape;
mod sharing_rules;
mod sharing_set;
mod site;
mod tab_settings;
mod types;
mod user_access_policy;
mod user_permissions;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use usher_core::component::{parts, texts};

use crate::components::Content;
use crate::refusal::Outcome;
use crate::rights;
use crate::tenant::Tenant;
use crate::xml::{Element, escape};

use kind::{
    CUSTOM_FIELD, CUSTOM_OBJECT, CUSTOM_SITE, GROUP, NETWORK, PERMISSION_SET, PERMISSION_SET_GROUP,
    PROFILE, QUEUE, ROLE, SHARING_CRITERIA_RULE, SHARING_OWNER_RULE, SHARING_RULES, SHARING_SET,
    USER_ACCESS_POLICY,
};

pub(crate) use kind::{ComponentKind, KINDS, kind, place};
pub(crate) use names::rename;
pub(crate) use permission_set_group::calculate_again;
pub(crate) use shape::{Misfit, content_of};
pub(crate) use types::is_type;

/// A component as a list shows it.
#[derive(Debug)]
pub(crate) struct Listed {
    pub(crate) full_name: String,
    pub(crate) id: String,
    /// The users who made and last changed it, with the times; none where the practice org does not keep them.
    pub(crate) stamps: Option<Stamps>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stamps {
    pub(crate) created_at: String,
    pub(crate) created_by: String,
    pub(crate) changed_at: String,
    pub(crate) changed_by: String,
}

/// The result of saving a component.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) id: String,
    pub(crate) created: bool,
    /// It is other than before.
    pub(crate) changed: bool,
}

/// The components of a kind.
pub(crate) fn list(org: &Tenant<'_>, kind: &ComponentKind) -> Outcome<Vec<Listed>> {
    match *kind {
        CUSTOM_FIELD => custom_field::list(org),
        CUSTOM_OBJECT => custom_object::list(org),
        CUSTOM_SITE => site::list(org),
        GROUP => group::list(org, &group::GROUP),
        NETWORK => network::list(org),
        PERMISSION_SET => permission_set::list(org),
        PERMISSION_SET_GROUP => permission_set_group::list(org),
        PROFILE => profile::list(org),
        QUEUE => group::list(org, &group::QUEUE),
        ROLE => role::list(org),
        SHARING_CRITERIA_RULE | SHARING_OWNER_RULE => sharing_rules::list_rules(org, kind.name),
        SHARING_RULES => Ok(sharing_rules::list()),
        SHARING_SET => sharing_set::list(org),
        USER_ACCESS_POLICY => user_access_policy::list(org),
        _ => Ok(settings_component::list()),
    }
}

/// Returns the content of a component; none when it is missing.
pub(crate) fn read(
    org: &Tenant<'_>,
    kind: &ComponentKind,
    full_name: &str,
) -> Outcome<Option<Content>> {
    match *kind {
        CUSTOM_FIELD => custom_field::read(org, full_name),
        CUSTOM_OBJECT => custom_object::read(org, full_name),
        CUSTOM_SITE => site::read(org, full_name),
        GROUP => group::read(org, &group::GROUP, full_name),
        NETWORK => network::read(org, full_name),
        PERMISSION_SET => permission_set::read(org, full_name),
        PERMISSION_SET_GROUP => permission_set_group::read(org, full_name),
        PROFILE => profile::read(org, full_name),
        QUEUE => group::read(org, &group::QUEUE, full_name),
        ROLE => role::read(org, full_name),
        SHARING_CRITERIA_RULE | SHARING_OWNER_RULE => {
            sharing_rules::read_rule(org, kind.name, full_name)
        }
        SHARING_RULES => sharing_rules::read(org, full_name),
        SHARING_SET => sharing_set::read(org, full_name),
        USER_ACCESS_POLICY => user_access_policy::read(org, full_name),
        _ => settings_component::read(org, full_name),
    }
}

/// Makes or changes a component. `version`: of the package, or of the call.
pub(crate) fn write(
    org: &Tenant<'_>,
    kind: &ComponentKind,
    full_name: &str,
    content: &Content,
    version: u32,
) -> Outcome<Written> {
    rights::metadata::component(org, kind.name)?;
    match *kind {
        CUSTOM_FIELD => custom_field::write(org, full_name, content, version),
        CUSTOM_OBJECT => custom_object::write(org, full_name, content, version),
        CUSTOM_SITE => site::write(org, full_name, content, version),
        GROUP => group::write(org, &group::GROUP, full_name, content),
        NETWORK => network::write(org, full_name, content, version),
        PERMISSION_SET => {
            let written = permission_set::write(org, full_name, content, version)?;
            permission_set_group::set_changed(org, full_name)?;
            Ok(written)
        }
        PERMISSION_SET_GROUP => permission_set_group::write(org, full_name, content, version),
        PROFILE => profile::write(org, full_name, content, version),
        QUEUE => group::write(org, &group::QUEUE, full_name, content),
        ROLE => role::write(org, full_name, content, version),
        SHARING_CRITERIA_RULE | SHARING_OWNER_RULE => {
            sharing_rules::write_rule(org, kind.name, full_name, content, version)
        }
        SHARING_RULES => sharing_rules::write(org, full_name, content, version),
        SHARING_SET => sharing_set::write(org, full_name, content),
        USER_ACCESS_POLICY => user_access_policy::write(org, full_name, content),
        _ => settings_component::write(org, full_name, content),
    }
}

/// Takes a component away; says whether it was there.
pub(crate) fn remove(org: &Tenant<'_>, kind: &ComponentKind, full_name: &str) -> Outcome<bool> {
    rights::metadata::component(org, kind.name)?;
    match *kind {
        CUSTOM_FIELD => custom_field::remove(org, full_name),
        CUSTOM_OBJECT => custom_object::remove(org, full_name),
        CUSTOM_SITE => site::remove(org, full_name),
        GROUP => group::remove(org, &group::GROUP, full_name),
        NETWORK => network::remove(org, full_name),
        PERMISSION_SET => permission_set::remove(org, full_name),
        PERMISSION_SET_GROUP => permission_set_group::remove(org, full_name),
        PROFILE => profile::remove(org, full_name),
        QUEUE => group::remove(org, &group::QUEUE, full_name),
        ROLE => role::remove(org, full_name),
        SHARING_CRITERIA_RULE | SHARING_OWNER_RULE => {
            sharing_rules::remove_rule(org, kind.name, full_name)
        }
        SHARING_RULES => sharing_rules::remove(org, full_name),
        SHARING_SET => sharing_set::remove(org, full_name),
        USER_ACCESS_POLICY => user_access_policy::remove(org, full_name),
        _ => settings_component::remove(),
    }
}

/// The id of settings and other components without a record of their own \[inferred\]
/// (docs/salesforce/settings.md#components-of-settings).
const NO_ID: &str = "000000000000000AAA";

/// The id of a component that is no record: invented, and the same for the same name.
fn id_of(prefix: &str, full_name: &str) -> String {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let digest = Sha256::digest(full_name.to_lowercase().as_bytes());
    let mut short = prefix.to_owned();
    let digits = digest.iter().take(12);
    short.extend(digits.map(|byte| char::from(DIGITS[usize::from(*byte) % DIGITS.len()])));
    let checksum = usher_core::id::checksum(&short);
    format!("{short}{checksum}")
}

/// A content as the elements of an XML document: the name first, then in the order of the alphabet, as the WSDL has them.
pub(crate) fn to_xml(content: &Content) -> String {
    let mut xml = String::new();
    for (name, occurrences) in in_order(content) {
        for occurrence in occurrences.as_array().into_iter().flatten() {
            let inner = match occurrence {
                Value::Object(part) => to_xml(part),
                Value::String(text) => escape(text),
                other => escape(&other.to_string()),
            };
            xml.push_str(&format!("<{name}>{inner}</{name}>"));
        }
    }
    xml
}

/// The elements of a content, the name first.
pub(crate) fn in_order(content: &Content) -> impl Iterator<Item = (&String, &Value)> {
    let is_name = |name: &&String| *name == "fullName";
    let first = content.iter().filter(move |(name, _)| is_name(name));
    first.chain(content.iter().filter(move |(name, _)| !is_name(name)))
}

/// Returns the content of one component in the XML of another kind's file; none when the file does not have it.
pub(crate) fn part_of(
    kind: &ComponentKind,
    full_name: &str,
    element: &Element,
) -> Result<Option<Content>, Misfit> {
    let elements = match *kind {
        CUSTOM_FIELD => custom_object::OBJECT,
        _ => sharing_rules::RULES,
    };
    let whole = content_of(element, kind.whole().name, elements)?;
    let Some((_, name)) = full_name.split_once('.') else {
        return Ok(None);
    };
    let mut all = parts(&whole, kind.element());
    let found = all.find(|part| {
        let called = texts(part, "fullName").next().unwrap_or_default();
        called.eq_ignore_ascii_case(name)
    });
    Ok(found.map(|part| {
        let mut part = part.clone();
        part.remove("fullName");
        part
    }))
}

/// Returns the content of a component's XML, when it fits its type in that version.
pub(crate) fn parse(
    kind: &ComponentKind,
    full_name: &str,
    element: &Element,
    version: u32,
) -> Result<Content, Misfit> {
    let elements = match *kind {
        CUSTOM_FIELD => custom_field::FIELD,
        CUSTOM_OBJECT => custom_object::OBJECT,
        CUSTOM_SITE => site::SITE,
        GROUP => group::GROUP_ELEMENTS,
        NETWORK => network::NETWORK,
        PERMISSION_SET => permission_set::SET,
        PERMISSION_SET_GROUP => permission_set_group::GROUP,
        PROFILE => shape::PROFILE,
        QUEUE => group::QUEUE_ELEMENTS,
        ROLE => role::ROLE,
        SHARING_CRITERIA_RULE => sharing_rules::CRITERIA_RULE,
        SHARING_OWNER_RULE => sharing_rules::OWNER_RULE,
        SHARING_RULES => sharing_rules::RULES,
        SHARING_SET => shape::SHARING_SET,
        USER_ACCESS_POLICY => user_access_policy::POLICY,
        _ => return shape::settings_of(element, full_name, version),
    };
    content_of(element, kind.name, elements)
}

#[cfg(test)]
mod tests;
