//! The org's own automation: what runs when a record is saved, and what gives new users more or less than a plan says.
//! No answer of Salesforce announces it, so it is named where the signed-in user may read it; elsewhere nothing is
//! said.
//!
//! The manifest reads, of `FlowDefinitionView`: `Label`, `RecordTriggerType`, `IsActive`, `TriggerType`,
//! `TriggerObjectOrEvent.QualifiedApiName`; of `ApexTrigger`: `Name`, `Status`, `TableEnumOrId` and four `Usage…`; of
//! `UserAccessPolicy`: `MasterLabel`, `Status`, `TriggerType`.

use usher_sdk::{Diagnostic, Lookup, ReadError, Record, ticked};

/// Names that a note lists.
const NAMED_MAX: usize = 10;

/// The way in which a plan saves a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Save {
    Create,
    Update,
}

/// What a lookup found; a refusal counts as nothing found.
type Found<'f> = &'f Result<Vec<Record>, ReadError>;

/// Returns the lookups of the active flows and the active Apex triggers that saves of this object start.
pub fn automation(object: &str) -> [Lookup; 2] {
    [
        Lookup::of("FlowDefinitionView")
            .read(["Label", "RecordTriggerType"])
            .whose("IsActive", true)
            .whose("TriggerObjectOrEvent.QualifiedApiName", object)
            .whose_any("TriggerType", ["RecordBeforeSave", "RecordAfterSave"]),
        Lookup::of("ApexTrigger")
            .read(["Name", "UsageBeforeInsert", "UsageAfterInsert"])
            .read(["UsageBeforeUpdate", "UsageAfterUpdate"])
            .whose("Status", "Active")
            .whose("TableEnumOrId", object),
    ]
}

/// Returns the lookup of the active user access policies.
pub fn access_policies() -> Lookup {
    Lookup::of("UserAccessPolicy")
        .read(["MasterLabel", "TriggerType"])
        .whose("Status", "Active")
}

/// Names the flows and triggers that run when a record of the object is saved in this way. `noun` is the object for
/// people.
pub fn automation_note(
    noun: &str,
    save: Save,
    flows: Found<'_>,
    triggers: Found<'_>,
) -> Option<Diagnostic> {
    let flows = names(flows, "Label", |flow| {
        starts_at(flow, "RecordTriggerType", save)
    });
    let triggers = names(triggers, "Name", |trigger| {
        let usages = match save {
            Save::Create => ["UsageBeforeInsert", "UsageAfterInsert"],
            Save::Update => ["UsageBeforeUpdate", "UsageAfterUpdate"],
        };
        // A usage that cannot be read may be one.
        usages
            .iter()
            .any(|usage| trigger.truth(usage).unwrap_or(true))
    });
    let parts = [("flow", flows), ("Apex trigger", triggers)];
    let parts = parts.into_iter().filter_map(|(what, names)| {
        let plural = if names.len() == 1 { "" } else { "s" };
        (!names.is_empty()).then(|| format!("the {what}{plural} {}", shown(&names)))
    });
    let parts: Vec<String> = parts.collect();
    if parts.is_empty() {
        return None;
    }
    let verb = match save {
        Save::Create => "made",
        Save::Update => "changed",
    };
    let summary = format!(
        "When a {noun} is {verb}, this org runs {}; they may change or refuse it",
        parts.join(" and ")
    );
    let note = Diagnostic::info("org-automation", "", summary);
    Some(note.rule("docs/salesforce/users.md#automation"))
}

/// Names the policies that Salesforce applies when a user is saved in this way.
pub fn access_policy_note(save: Save, policies: Found<'_>) -> Option<Diagnostic> {
    let names = names(policies, "MasterLabel", |policy| {
        starts_at(policy, "TriggerType", save)
    });
    let which = match names.len() {
        0 => return None,
        1 => format!("The active user access policy {} may", shown(&names)),
        _ => format!("The active user access policies {} may", shown(&names)),
    };
    let summary = format!(
        "{which} give the user permission sets, groups and queues, or take them away, as soon as the user is saved"
    );
    let note = Diagnostic::info("user-access-policy", "", summary)
        .remedy("Compare their filters in Setup > User Access Policies");
    Some(note.rule("docs/salesforce/users.md#user-access-policies"))
}

/// Says whether a save starts it. What does not say when it starts may start.
fn starts_at(record: &Record, field: &str, save: Save) -> bool {
    let other = match save {
        Save::Create => "Update",
        Save::Update => "Create",
    };
    record.text(field) != Ok(other)
}

fn names(found: Found<'_>, field: &str, keep: impl Fn(&Record) -> bool) -> Vec<String> {
    let records = found.as_ref().map(Vec::as_slice).unwrap_or_default();
    let kept = records.iter().filter(|record| keep(record));
    let mut names: Vec<String> = kept
        .filter_map(|record| record.text(field).ok())
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// At most ten names.
fn shown(names: &[String]) -> String {
    match names.get(..NAMED_MAX) {
        Some(first) if names.len() > NAMED_MAX => {
            let first: Vec<String> = first.iter().map(|name| format!("`{name}`")).collect();
            format!("{} and {} more", first.join(", "), names.len() - NAMED_MAX)
        }
        _ => ticked(names),
    }
}

#[cfg(test)]
mod tests;
