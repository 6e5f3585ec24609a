//! The values of a record that is there.

use serde_json::json;
use usher_external_users::Save;
use usher_sdk::{Change, Diagnostic, Failure, Problems, Record, StepPlan, UpdateRecord, Value};

use crate::{Case, shown};

/// Sets the values that differ. Owner and record type stay.
pub(crate) fn plan(
    case: &Case<'_>,
    record: &Record,
    mut plan: StepPlan,
) -> Result<StepPlan, Failure> {
    let (input, id) = (case.input, record.id()?);
    let mut update = UpdateRecord::of(input.object.name(), &id);
    let mut differing = vec![];
    for (field, value) in input.held() {
        let wanted = case.fields.scalar(field, value);
        if !record.value(field)?.is_as_wanted(field, wanted.clone()) {
            update = update.set(field, wanted);
            differing.push(field.as_str());
        }
    }
    if !differing.is_empty() {
        let mut problems = Problems::default();
        case.fields.may_be_updated(&differing, &mut problems);
        problems.none()?;
        let summary = format!("Set {} of {}", differing.join(", "), shown(input));
        plan.change(Change::new("record", summary, update));
        case.automation(Save::Update, &mut plan);
    } else if let Value::Text(id) = &id {
        let summary = match &input.record {
            Some(_) => format!("There is {}", shown(input)),
            None => format!("There is {}: {id}", shown(input)),
        };
        plan.note(Diagnostic::info("found", "", summary));
    }
    if input.record.is_some() {
        key_differs(case, record, &mut plan)?;
    }
    keeps(case, record, &mut plan)?;
    plan.answer(json!({ "record_id": id }))
}

/// Notes that the record of the input is not the one that the key would find.
fn key_differs(case: &Case<'_>, record: &Record, plan: &mut StepPlan) -> Result<(), Failure> {
    for (field, value) in &case.input.key {
        let is = record.value(field)?;
        if is.is_unknown()
            || value.is_unknown()
            || is.found_by(field, case.fields.scalar(field, value))
        {
            continue;
        }
        let is = match &is {
            Value::Text(text) | Value::Number(text) => format!("`{text}`"),
            Value::Truth(truth) => format!("`{truth}`"),
            _ => "nothing".to_owned(),
        };
        let summary = format!(
            "{{with.record}} decides: `{field}` of the {} is {is}, and stays",
            case.input.object.noun()
        );
        plan.note(Diagnostic::info("key-not-used", "/key", summary));
    }
    Ok(())
}

/// Notes that the record keeps another owner or record type: the inputs are for a new one.
fn keeps(case: &Case<'_>, record: &Record, plan: &mut StepPlan) -> Result<(), Failure> {
    let (input, noun) = (case.input, case.input.object.noun());
    let owner = ["Owner.Username", "Owner.Email", "OwnerId"];
    if let Some(present) = other(record, owner, &input.owner)? {
        let summary = format!(
            "The {noun} has the owner {present} and keeps it; {{with.owner}} is for a new one"
        );
        plan.note(Diagnostic::info("owner-kept", "/owner", summary));
    }
    let kind = [
        "RecordType.Name",
        "RecordType.DeveloperName",
        "RecordTypeId",
    ];
    if let Some(present) = other(record, kind, &input.record_type)? {
        let summary = format!(
            "The {noun} has the record type {present} and keeps it; {{with.record_type}} is for a new one"
        );
        plan.note(Diagnostic::info(
            "record-type-kept",
            "/record_type",
            summary,
        ));
    }
    Ok(())
}

/// Returns the name of what the record has instead; none when nothing else is wanted, or when it is not known yet.
/// `fields`: those that may name it, the one for people first.
fn other(record: &Record, fields: [&str; 3], wanted: &str) -> Result<Option<String>, Failure> {
    if wanted.is_empty() {
        return Ok(None);
    }
    let mut shown = None;
    for field in fields {
        if !record.has(field) {
            return Ok(None);
        }
        let is = record.value(field)?;
        if is.is_unknown() || is.found_by(field, wanted) {
            return Ok(None);
        }
        if let (None, Value::Text(name)) = (&shown, is) {
            shown = Some(format!("`{name}`"));
        }
    }
    Ok(shown)
}
