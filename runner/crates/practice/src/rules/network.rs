//! `Network`: a site's states and settings (docs/salesforce/sites.md#network-records).

use serde_json::Value;

use crate::members;
use crate::refusal::{Outcome, Refusal};
use crate::row::{Row, text, truth};
use crate::rules::{Change, known};
use crate::site;
use crate::stamp;
use crate::tenant::Tenant;

pub(super) fn before_update(org: &Tenant<'_>, change: &Change<'_>, new: &mut Row) -> Outcome<()> {
    site::refuse_strangers(org, text(change.old, "Id"))?;
    if let Some(status) = change.of("Status") {
        if status == "UnderConstruction" {
            // The rule is documented (docs/salesforce/sites.md#states); code and text [inferred].
            let message = "A site that was activated can't go back to the status UnderConstruction";
            return Err(Refusal::save(
                "FIELD_INTEGRITY_EXCEPTION",
                message,
                &["Status"],
            ));
        }
        if status == "Live" && text(change.old, "FirstActivationDate").is_empty() {
            new.insert(
                "FirstActivationDate",
                Value::from(stamp::date_time(org.now_ms)),
            );
        }
    }
    for (field, message) in [
        // The words of Connect (docs/salesforce/sites.md#names-and-addresses).
        ("Name", "Enter a different name. That one already exists."),
        (
            "UrlPathPrefix",
            "That URL is already in use. Please enter a unique one.",
        ),
    ] {
        if change.of(field).is_none() {
            continue;
        }
        let others = org.rows(known("Network"), &[(field, Value::from(text(new, field)))])?;
        if others
            .iter()
            .any(|other| text(other, "Id") != text(new, "Id"))
        {
            return Err(Refusal::save("DUPLICATE_VALUE", message, &[field]));
        }
    }
    self_registration(org, new)
}

/// A site that goes live welcomes its members (docs/salesforce/users.md#mails).
pub(super) fn after_update(org: &Tenant<'_>, old: &Row, new: &Row) -> Outcome<()> {
    let live = |row: &Row| text(row, "Status") == "Live" && truth(row, "OptionsSendWelcomeEmail");
    match live(new) && text(old, "Status") != "Live" {
        true => members::welcome_all(org, text(new, "Id")),
        false => Ok(()),
    }
}

/// The words of a deployment (docs/salesforce/sites.md#network-records); the same rule for an update is \[inferred\].
fn self_registration(org: &Tenant<'_>, new: &Row) -> Outcome<()> {
    let profile = text(new, "SelfRegProfileId");
    if profile.is_empty() {
        return Ok(());
    }
    let member = [
        ("NetworkId", Value::from(text(new, "Id"))),
        ("ParentId", Value::from(profile)),
    ];
    match org.count(known("NetworkMemberGroup"), &member)? {
        0 => {
            let message = "You can only select profiles that are associated with the experience.";
            Err(Refusal::save(
                "FIELD_INTEGRITY_EXCEPTION",
                message,
                &["SelfRegProfileId"],
            ))
        }
        _ => Ok(()),
    }
}
