//! The org's own automation, which runs when a record is saved or gives new users more or less than a plan says.
//! No answer of Salesforce announces it, so it is named where the signed-in user may read it; elsewhere nothing is
//! said.
//!
//! The manifest reads, of `FlowDefinitionView`: `Label`, `RecordTriggerType`, `IsActive`, `TriggerType`,
//! `TriggerObjectOrEventId`; of `ApexTrigger`: `Name`, `Status`, `TableEnumOrId` and four `Usage…`; of
//! `UserAccessPolicy`: `MasterLabel`, `Status`, `TriggerType`; and the components `UserAccessPolicy`.

use usher_sdk::{ComponentName, Diagnostic, Lookup, Org, ReadError, Record, ticked};

/// The metadata type and the object of policies.
const POLICY: &str = "UserAccessPolicy";

/// Names that a note lists, and components that it reads.
const NAMED_MAX: usize = 10;

/// The way in which a plan saves a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Save {
    Create,
    Update,
}

impl Save {
    /// The trigger type that such a save does not start.
    fn other(self) -> &'static str {
        match self {
            Self::Create => "Update",
            Self::Update => "Create",
        }
    }
}

/// The answer to a lookup; a refusal counts as nothing found.
type Found<'f> = &'f Result<Vec<Record>, ReadError>;

/// Returns the lookups of the active flows and the active Apex triggers that saves of this standard object start. Flows
/// name it by the id of its definition, which is its name (docs/salesforce/users.md#automation).
pub fn automation(object: &str) -> [Lookup; 2] {
    [
        Lookup::of("FlowDefinitionView")
            .read(["Label", "RecordTriggerType"])
            .whose("IsActive", true)
            .whose("TriggerObjectOrEventId", object)
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
    Lookup::of(POLICY)
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
    let many = flows.len() + triggers.len();
    let parts = [("flow", flows), ("Apex trigger", triggers)];
    let parts = parts.into_iter().filter_map(|(what, names)| {
        let plural = if names.len() == 1 { "" } else { "s" };
        (!names.is_empty()).then(|| format!("the {what}{plural} {}", shown(&names)))
    });
    let parts: Vec<String> = parts.collect();
    let they = match (parts.len(), many) {
        (0, _) => return None,
        (_, 1) => "it",
        _ => "they",
    };
    let verb = match save {
        Save::Create => "made",
        Save::Update => "changed",
    };
    let summary = format!(
        "When a {noun} is {verb}, this org runs {}; {they} may change or refuse the record",
        parts.join(" and ")
    );
    let note = Diagnostic::info("org-automation", "", summary);
    Some(note.rule("docs/salesforce/users.md#automation"))
}

/// Names the policies that Salesforce applies when a user is saved in this way. `found` is the answer to
/// [`access_policies`]; where policies are no records, their components are read.
pub fn access_policy_note(save: Save, found: Found<'_>, org: &dyn Org) -> Option<Diagnostic> {
    let names = match found {
        Err(ReadError::Refused(_)) => of_components(save, org),
        found => names(found, "MasterLabel", |policy| {
            starts_at(policy, "TriggerType", save)
        }),
    };
    let (policy, their) = match names.len() {
        0 => return None,
        1 => ("policy", "its filter"),
        _ => ("policies", "their filters"),
    };
    let summary = format!(
        "The active user access {policy} {} may give the user permission sets, groups and queues, or take them away, as soon as the user is saved",
        shown(&names)
    );
    let note = Diagnostic::info("user-access-policy", "", summary)
        .remedy(format!("Look at {their} in Setup > User Access Policies"));
    Some(note.rule("docs/salesforce/users.md#user-access-policies"))
}

/// The labels of the active policies among the first few components.
fn of_components(save: Save, org: &dyn Org) -> Vec<String> {
    let listed = org.list_components(POLICY).unwrap_or_default();
    let mut labels = vec![];
    for policy in listed.into_iter().take(NAMED_MAX) {
        let name = ComponentName::of(POLICY, policy.full_name.as_str());
        let Ok(Some(content)) = org.read_component(&name, &[]) else {
            continue;
        };
        let text = |element: &str| content.text(element).unwrap_or_default();
        if text("status") == "Active" && text("triggerType") != save.other() {
            labels.push(match text("masterLabel") {
                "" => policy.full_name,
                label => label.to_owned(),
            });
        }
    }
    labels
}

/// Says whether a save starts it. What does not say when it starts may start.
fn starts_at(record: &Record, field: &str, save: Save) -> bool {
    record.text(field) != Ok(save.other())
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
