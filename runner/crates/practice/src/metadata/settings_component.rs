//! `Settings` as components of packages (docs/salesforce/settings.md#components-of-settings): one for each kind of
//! settings.

use serde_json::json;

use crate::components::Content;
use crate::metadata::{Listed, NO_ID, Written};
use crate::refusal::{Outcome, Refusal};
use crate::settings;
use crate::settings::kinds::{KINDS, SettingsKind};
use crate::tenant::Tenant;

pub(super) fn list() -> Vec<Listed> {
    let listed = KINDS.iter().map(|kind| Listed {
        full_name: kind.full_name.to_owned(),
        id: NO_ID.to_owned(),
        stamps: None,
    });
    listed.collect()
}

/// The fields that the version of the call has.
pub(super) fn read(org: &Tenant<'_>, full_name: &str) -> Outcome<Option<Content>> {
    let Some(kind) = kind_of(full_name) else {
        return Ok(None);
    };
    let mut content = Content::new();
    for (field, versions) in kind.fields {
        if versions.contains(&org.version) {
            let on = org.is_on(&format!("{}.{field}", kind.name))?;
            content.insert((*field).to_owned(), json!([on.to_string()]));
        }
    }
    Ok(Some(content))
}

pub(super) fn write(org: &Tenant<'_>, full_name: &str, content: &Content) -> Outcome<Written> {
    let Some(kind) = kind_of(full_name) else {
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

/// \[inferred\] The text.
pub(super) fn remove() -> Outcome<bool> {
    Err(Refusal::save(
        "INVALID_CROSS_REFERENCE_KEY",
        "Settings can't be deleted",
        &[],
    ))
}

fn kind_of(full_name: &str) -> Option<&'static SettingsKind> {
    KINDS.iter().find(|kind| kind.full_name == full_name)
}
