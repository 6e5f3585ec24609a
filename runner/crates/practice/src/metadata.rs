//! Metadata components as the Metadata API shows and takes them: the kinds, what each holds, and what each refuses
//! (docs/salesforce/metadata.md#calls). SOAP calls and deployments are built on this.

mod kind;
mod profile;
mod shape;
mod sharing_rules;
mod sharing_set;
mod user_access_policy;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::components::Content;
use crate::refusal::{Outcome, Refusal};
use crate::rights;
use crate::settings;
use crate::settings::kinds as settings_kinds;
use crate::tenant::Tenant;
use crate::xml::{Element, escape};

use kind::{
    PROFILE, SHARING_CRITERIA_RULE, SHARING_OWNER_RULE, SHARING_RULES, SHARING_SET,
    USER_ACCESS_POLICY,
};

pub(crate) use kind::{ComponentKind, KINDS, kind};
pub(crate) use shape::{Misfit, content_of};

/// A component as a list shows it.
#[derive(Debug)]
pub(crate) struct Listed {
    pub(crate) full_name: String,
    pub(crate) id: String,
    /// The users who made and last changed it, with the times; none where the practice org does not keep them.
    pub(crate) stamps: Option<Stamps>,
}

#[derive(Debug)]
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
        PROFILE => profile::list(org),
        SHARING_RULES => Ok(sharing_rules::list()),
        SHARING_SET => sharing_set::list(org),
        USER_ACCESS_POLICY => user_access_policy::list(org),
        _ if kind.is_part() => sharing_rules::list_rules(org, kind.name),
        _ => Ok(settings_kinds::KINDS
            .iter()
            .map(|settings| Listed {
                full_name: settings.full_name.to_owned(),
                id: NO_ID.to_owned(),
                stamps: None,
            })
            .collect()),
    }
}

/// Returns the content of a component; none when it is missing.
pub(crate) fn read(
    org: &Tenant<'_>,
    kind: &ComponentKind,
    full_name: &str,
) -> Outcome<Option<Content>> {
    match *kind {
        PROFILE => profile::read(org, full_name),
        SHARING_RULES => sharing_rules::read(org, full_name),
        SHARING_SET => sharing_set::read(org, full_name),
        USER_ACCESS_POLICY => user_access_policy::read(org, full_name),
        _ if kind.is_part() => sharing_rules::read_rule(org, kind.name, full_name),
        _ => Ok(None),
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
        PROFILE => profile::write(org, full_name, content, version),
        SHARING_RULES => sharing_rules::write(org, full_name, content, version),
        SHARING_SET => sharing_set::write(org, full_name, content),
        USER_ACCESS_POLICY => user_access_policy::write(org, full_name, content),
        _ if kind.is_part() => {
            sharing_rules::write_rule(org, kind.name, full_name, content, version)
        }
        _ => write_settings(org, full_name, content),
    }
}

/// Takes a component away; says whether it was there.
pub(crate) fn remove(org: &Tenant<'_>, kind: &ComponentKind, full_name: &str) -> Outcome<bool> {
    rights::metadata::component(org, kind.name)?;
    match *kind {
        PROFILE => profile::remove(org, full_name),
        SHARING_RULES => sharing_rules::remove(org, full_name),
        SHARING_SET => sharing_set::remove(org, full_name),
        USER_ACCESS_POLICY => user_access_policy::remove(org, full_name),
        _ if kind.is_part() => sharing_rules::remove_rule(org, kind.name, full_name),
        // [inferred] The text.
        _ => Err(Refusal::save(
            "INVALID_CROSS_REFERENCE_KEY",
            "Settings can't be deleted",
            &[],
        )),
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

fn write_settings(org: &Tenant<'_>, full_name: &str, content: &Content) -> Outcome<Written> {
    let kind = settings_kinds::KINDS
        .iter()
        .find(|kind| kind.full_name == full_name);
    let Some(kind) = kind else {
        // Not the platform's words: it has more settings than the practice org.
        let message = format!("the practice org does not know the settings `{full_name}`");
        return Err(Refusal::save("INVALID_CROSS_REFERENCE_KEY", message, &[]));
    };
    let mut fields = Vec::new();
    for (field, occurrences) in content {
        fields.push((field.as_str(), occurrences[0] == "true"));
    }
    let mut changed = false;
    for (field, on) in &fields {
        changed |= org.is_on(&format!("{}.{field}", kind.name))? != *on;
    }
    settings::update(org, kind, &fields)?;
    Ok(Written {
        id: NO_ID.to_owned(),
        created: false,
        changed,
    })
}

/// A content as the elements of an XML document, in the order of the alphabet.
pub(crate) fn to_xml(content: &Content) -> String {
    let mut xml = String::new();
    for (name, occurrences) in content {
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

/// Returns the content of one component in the XML of another kind's file; none when the file does not have it.
pub(crate) fn part_of(
    kind: &ComponentKind,
    full_name: &str,
    element: &Element,
) -> Result<Option<Content>, Misfit> {
    let rules = content_of(element, SHARING_RULES.name, sharing_rules::RULES)?;
    Ok(sharing_rules::rule_of(&rules, kind.name, full_name))
}

/// Returns the content of a component's XML, when it fits its type in that version.
pub(crate) fn parse(
    kind: &ComponentKind,
    full_name: &str,
    element: &Element,
    version: u32,
) -> Result<Content, Misfit> {
    match *kind {
        PROFILE => content_of(element, "Profile", shape::PROFILE),
        SHARING_CRITERIA_RULE => content_of(element, kind.name, sharing_rules::CRITERIA_RULE),
        SHARING_OWNER_RULE => content_of(element, kind.name, sharing_rules::OWNER_RULE),
        SHARING_RULES => content_of(element, kind.name, sharing_rules::RULES),
        SHARING_SET => content_of(element, "SharingSet", shape::SHARING_SET),
        USER_ACCESS_POLICY => content_of(element, kind.name, user_access_policy::POLICY),
        _ => shape::settings_of(element, full_name, version),
    }
}
