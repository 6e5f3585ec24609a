//! The record type of a new record: the one that the input names, or the default of the signed-in user, which may be one
//! for persons.

use usher_sdk::{Diagnostic, Failure, Lookup, Problems, Record, Value, ticked};

use crate::Case;
use crate::described::Described;

const RULE: &str = "docs/salesforce/accounts.md#record-types";

/// Record types that a refusal names.
const NAMED_MAX: usize = 10;

/// The field of a record type that says that it is one for persons. Orgs without person accounts do not have it.
const FOR_PERSONS: &str = "IsPersonType";

/// A record type that the record gets.
pub(crate) struct RecordType {
    pub(crate) id: Value,
    pub(crate) name: String,
}

/// The active record types of the object. They are looked for when one is named, and when the default may be one for
/// persons.
pub(crate) fn lookup(case: &Case<'_>) -> Lookup {
    let needed = !case.input.record_type.is_empty() || case.has_persons();
    let needed = needed && case.fields.has("RecordTypeId");
    let object = Some(case.input.object.name()).filter(|_| needed);
    let kinds = Lookup::of("RecordType").read(["Name", "DeveloperName"]);
    let kinds = match case.has_persons() {
        true => kinds.read([FOR_PERSONS]),
        false => kinds,
    };
    kinds
        .whose_any("SobjectType", object)
        .whose("IsActive", true)
}

/// The record type that the record gets by name; none when it gets the default.
pub(crate) fn meant(
    case: &Case<'_>,
    kinds: &[Record],
    described: &Described,
    problems: &mut Problems,
) -> Result<Option<RecordType>, Failure> {
    let wanted = case.input.record_type.as_str();
    let noun = case.input.object.noun();
    if wanted.is_empty() {
        default(case, kinds, described, problems)?;
        return Ok(None);
    }
    let mut fitting: Vec<&Record> = vec![];
    for field in ["Id", "DeveloperName", "Name"] {
        for kind in kinds {
            let is = kind.value(field)?;
            if fitting.is_empty() && is.found_by(field, wanted) {
                fitting.push(kind);
            }
        }
    }
    let Some(kind) = fitting.first() else {
        let summary = format!("This org has no active record type `{wanted}` of {noun}s");
        let problem = Diagnostic::error("unknown-record-type", "/record_type", summary);
        let names = business(case, kinds, described)?;
        problems.invalid(problem.remedy(choose(&names)).rule(RULE));
        return Ok(None);
    };
    let name = kind.text("Name")?;
    if is_for_persons(kind)? {
        let summary = format!(
            "The record type `{name}` is for persons, and this step makes no person account"
        );
        let problem = Diagnostic::error("person-record-type", "/record_type", summary);
        let names = business(case, kinds, described)?;
        problems.invalid(problem.remedy(choose(&names)).rule(RULE));
        return Ok(None);
    }
    if described.may_give(&kind.id()?) == Some(false) {
        let summary = format!(
            "{} may not give the record type `{name}` to a new {noun}",
            case.org.who().username
        );
        let problem = Diagnostic::error("record-type-not-assignable", "/record_type", summary);
        let remedy = "Assign the record type to the profile of the signed-in user, or to a permission set of it, in Setup, or set {with.record_type} to another one";
        problems.unmet(problem.remedy(remedy).rule(RULE));
        return Ok(None);
    }
    Ok(Some(RecordType {
        id: kind.id()?,
        name: name.to_owned(),
    }))
}

/// Reports that a new account would be a person by default: Salesforce then refuses its name.
fn default(
    case: &Case<'_>,
    kinds: &[Record],
    described: &Described,
    problems: &mut Problems,
) -> Result<(), Failure> {
    for kind in kinds {
        if !is_for_persons(kind)? || !described.is_default(&kind.id()?) {
            continue;
        }
        let summary = format!(
            "New accounts of {} get the record type `{}`, which is for persons, and persons take no account name",
            case.org.who().username,
            kind.text("Name")?
        );
        let problem = Diagnostic::error("default-record-type-person", "/record_type", summary);
        let names = business(case, kinds, described)?;
        problems.invalid(problem.remedy(choose(&names)).rule(RULE));
    }
    Ok(())
}

/// The developer names of the record types that the signed-in user may give to the account of a company, or to a
/// contact.
fn business(
    case: &Case<'_>,
    kinds: &[Record],
    described: &Described,
) -> Result<Vec<String>, Failure> {
    let mut names = vec![];
    for kind in kinds {
        let is_person = case.has_persons() && is_for_persons(kind)?;
        if !is_person && described.may_give(&kind.id()?) != Some(false) {
            names.push(kind.text("DeveloperName")?.to_owned());
        }
    }
    names.sort_unstable();
    Ok(names)
}

fn choose(names: &[String]) -> String {
    match names.get(..names.len().min(NAMED_MAX)) {
        Some(first) if !first.is_empty() => format!(
            "Set {{with.record_type}} to one that the signed-in user may give: {}",
            ticked(first)
        ),
        _ => "Assign a record type that is not for persons to the profile of the signed-in user, in Setup > Profiles, and set {with.record_type} to it".to_owned(),
    }
}

fn is_for_persons(kind: &Record) -> Result<bool, Failure> {
    Ok(kind.has(FOR_PERSONS) && kind.value(FOR_PERSONS)? == Value::Truth(true))
}
