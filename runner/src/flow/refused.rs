//! The way on after a change that the org refused, by the code of its answer.

use usher_core::change::Change;
use usher_core::operation::UpdateRecord;
use usher_core::value::Scalar;

/// Returns what a person does next. `change`: the one that failed, when the run knows it.
pub(super) fn help(code: &str, change: Option<&Change>) -> &'static str {
    if code == "FIELD_INTEGRITY_EXCEPTION" && change.is_some_and(deactivates) {
        return "a setting or another user's record still needs the user, who can sign in until then: freeze the user in Setup > Users, change what the message names, then apply again";
    }
    match code {
        "DUPLICATES_DETECTED" => {
            "apply again with the record that the rule has found, or with the input `duplicates` where the recipe has one; or allow such records in Setup > Duplicate Rules"
        }
        "FIELD_CUSTOM_VALIDATION_EXCEPTION" => {
            "this is a validation rule of the org's own: apply again with what it asks for, or change it in Setup > Object Manager > Validation Rules"
        }
        "CANNOT_EXECUTE_FLOW_TRIGGER" => {
            "this is a flow of the org's own: fix it in Setup > Flows, then apply again"
        }
        // The second cause is [inferred] (docs/salesforce/permission-sets.md#rights-to-save).
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY" => {
            "this is a trigger of the org's own, or the signed-in user may not create or change such records: fix the trigger in Setup > Apex Triggers, or give the user the right in the object settings of a profile or permission set, then apply again"
        }
        "DUPLICATE_USERNAME" => {
            "a username is taken once in all orgs of Salesforce: apply again with another one"
        }
        "UNABLE_TO_LOCK_ROW" => {
            "somebody or something else is changing the same records: apply again in some minutes"
        }
        "run/wait-timeout" | "run/wait-failed" => {
            "look in Setup at what Salesforce was to do, put right what keeps it from that, then apply again"
        }
        "run/deployment-failed" => {
            "put right what the message of the deployment names, in the org or in the inputs, then apply again"
        }
        _ => "put right what the message names, in the org or in the inputs, then apply again",
    }
}

/// Says that the change makes a user inactive.
fn deactivates(change: &Change) -> bool {
    let Some(update) = change.operation.of::<UpdateRecord>() else {
        return false;
    };
    let mut fields = update.fields.iter();
    update.object.eq_ignore_ascii_case("User")
        && fields.any(|field| {
            field.name.eq_ignore_ascii_case("IsActive") && field.value == Scalar::Truth(false)
        })
}
