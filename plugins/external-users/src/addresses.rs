//! Countries and states of addresses, in orgs that take them from a list.

use usher_sdk::{Diagnostic, StepPlan, Value};

use crate::fields::{Fields, Given};
use crate::picklist;

const RULE: &str = "docs/salesforce/accounts.md#countries-and-states";

/// Warns of countries and states that are not in the org's list. The list shows codes and labels; that Salesforce
/// compares a text with another value of the entry is possible, so this is not a refusal.
pub fn addresses<'g>(
    fields: &Fields,
    given: impl IntoIterator<Item = Given<'g>>,
    plan: &mut StepPlan,
) {
    for Given { at, name, value } in given {
        if !(name.ends_with("Country") || name.ends_with("State")) {
            continue;
        }
        let code = format!("{name}Code");
        let (Some(listed), Value::Text(text)) = (fields.described(&code), value) else {
            continue;
        };
        let entries = picklist::active(listed);
        let given = text.to_lowercase();
        let is_listed = entries
            .iter()
            .any(|(value, label)| [value, label].iter().any(|one| one.to_lowercase() == given));
        if text.is_empty() || entries.is_empty() || is_listed {
            continue;
        }
        let summary = format!(
            "`{text}` is not the label of an entry in the org's list of countries and states, and Salesforce likely refuses it as `{name}`"
        );
        let note = Diagnostic::warning("not-in-list", at, summary);
        let remedy = format!(
            "Write the label as Setup > State and Country/Territory Picklists shows it, or name `{code}` in place of `{name}`"
        );
        plan.note(note.remedy(remedy).rule(RULE));
    }
}
