//! Looks for the record: the one that the input names, or the one that the key finds.

use usher_sdk::{Condition, Diagnostic, Failure, Lookup, Record, StepPlan, Value};

use crate::{Case, PERSON};

/// Matches that a refusal names.
const NAMED_MAX: usize = 5;

/// The result of the look. `account` is the one that the contact should belong to.
pub(crate) enum Found {
    Nothing {
        account: Option<Record>,
    },
    One {
        record: Record,
        account: Option<Record>,
    },
}

/// Looks for the record and, in the same round, for the account of a contact.
pub(crate) fn look(case: &Case<'_>, plan: &mut StepPlan) -> Result<Found, Failure> {
    let input = case.input;
    let account = Lookup::of("Account").read(["Name"]).whose_any(
        "Id",
        input.account.as_ref().filter(|id| id.may_be_id("001")),
    );
    let [records, accounts] = case.org.find_each([lookup(case)?, account])?;
    let account = accounts.into_iter().next();
    if let (Some(id), None) = (&input.account, &account) {
        return Err(no_such("account", "account", "001", id)?);
    }
    if let Some(id) = &input.record {
        let Some(record) = records.into_iter().next() else {
            let object = input.object;
            return Err(no_such("record", object.noun(), object.prefix(), id)?);
        };
        if is_person(case, &record)? {
            return Err(Failure::invalid(
                Diagnostic::error(
                    "person-account",
                    "/record",
                    format!(
                        "`{}` is a person account, to which no contact belongs",
                        id.text()?
                    ),
                )
                .remedy("Set {with.record} to a business account")
                .rule("docs/salesforce/accounts.md#person-accounts"),
            ));
        }
        return Ok(Found::One { record, account });
    }
    let (mut persons, mut matches) = (vec![], vec![]);
    for record in records {
        match is_person(case, &record)? {
            true => persons.push(record),
            false => matches.push(record),
        }
    }
    if matches.len() > 1
        && let Some(id) = &input.account
    {
        let of_account = |record: &Record| {
            let is = record.value("AccountId");
            is.is_ok_and(|is| is.is_same_id(id))
        };
        // Contacts of one email in several accounts: the account says which is meant.
        if matches.iter().any(of_account) {
            matches.retain(of_account);
        }
    }
    match matches.len() {
        0 => {
            persons_are_no_match(&persons, plan)?;
            Ok(Found::Nothing { account })
        }
        1 => Ok(Found::One {
            record: matches.remove(0),
            account,
        }),
        _ => Err(ambiguous(case, &matches)?),
    }
}

/// The conditions of the key.
pub(crate) fn conditions(case: &Case<'_>) -> Vec<Condition> {
    let key = case.input.key.iter();
    key.map(|(field, value)| Condition::is(field, case.fields.scalar(field, value)))
        .collect()
}

fn lookup(case: &Case<'_>) -> Result<Lookup, Failure> {
    let input = case.input;
    let mut lookup =
        Lookup::of(input.object.name()).read(input.held().map(|(field, _)| field.as_str()));
    if case.has_persons() {
        lookup = lookup.read([PERSON]);
    }
    if input.account.is_some() {
        lookup = lookup.read(["AccountId", "Account.Name"]);
    }
    if !input.owner.is_empty() {
        lookup = lookup.read(["OwnerId", "Owner.Username", "Owner.Email"]);
    }
    if !input.record_type.is_empty() && case.fields.has("RecordTypeId") {
        lookup = lookup.read([
            "RecordTypeId",
            "RecordType.DeveloperName",
            "RecordType.Name",
        ]);
    }
    let Some(id) = &input.record else {
        lookup.conditions = conditions(case);
        return Ok(lookup);
    };
    let keys = input.key.keys().map(String::as_str);
    let lookup = lookup.read(keys);
    let is_other = id
        .object()
        .is_some_and(|other| other != input.object.name());
    let may_be = !is_other && id.may_be_id(input.object.prefix());
    // A text that cannot be such an id is not asked for: Salesforce would refuse the whole query.
    Ok(lookup.whose_any("Id", Some(id).filter(|_| may_be)))
}

fn is_person(case: &Case<'_>, record: &Record) -> Result<bool, Failure> {
    Ok(case.has_persons() && record.value(PERSON)? == Value::Truth(true))
}

/// The failure for an id in the input `at` that no record has.
fn no_such(at: &str, noun: &str, prefix: &str, id: &Value) -> Result<Failure, Failure> {
    let is_other = id
        .object()
        .is_some_and(|other| !other.eq_ignore_ascii_case(noun));
    if let (Value::Unknown(unknown), false) = (id, is_other) {
        let reason = format!("the {noun} is not there yet");
        return Ok(Failure::deferred(&unknown.token, &reason));
    }
    let summary = match id.object() {
        Some(other) => format!("The record is of the object {other} and not of {noun}s"),
        None => format!("There is no {noun} `{}`", id.text()?),
    };
    Ok(Failure::invalid(
        Diagnostic::error(&format!("unknown-{noun}"), format!("/{at}"), summary).remedy(format!(
            "Set {{with.{at}}} to an id of this org that begins with {prefix}"
        )),
    ))
}

/// A person account of the same name is another thing than the account of a company.
fn persons_are_no_match(persons: &[Record], plan: &mut StepPlan) -> Result<(), Failure> {
    let Some(person) = persons.first() else {
        return Ok(());
    };
    let which = match person.id()? {
        Value::Text(id) => format!("The person account {id} matches"),
        _ => "A person account matches".to_owned(),
    };
    let summary =
        format!("{which} the key, and is not used, because no contact belongs to a person account");
    let note = Diagnostic::info("person-account-left-out", "/key", summary);
    plan.note(note.rule("docs/salesforce/accounts.md#person-accounts"));
    Ok(())
}

/// Several records match: each by id, owner and city.
fn ambiguous(case: &Case<'_>, several: &[Record]) -> Result<Failure, Failure> {
    let object = case.input.object;
    let mut ids = vec![];
    for record in several {
        ids.push(record.id()?);
    }
    let named: Vec<&Value> = ids
        .iter()
        .filter(|id| !id.is_unknown())
        .take(NAMED_MAX)
        .collect();
    let details = Lookup::of(object.name())
        .read(["Owner.Name", object.city()])
        .whose_any("Id", named);
    let mut shown = vec![];
    for record in case.org.find(&details)? {
        let text = |field: &str| match record.value(field) {
            Ok(Value::Text(text)) if !text.is_empty() => Some(text),
            _ => None,
        };
        let owner = text("Owner.Name").map(|owner| format!("owner {owner}"));
        let about: Vec<String> = owner.into_iter().chain(text(object.city())).collect();
        let id = record.id()?;
        shown.push(match about.is_empty() {
            true => id.text()?.to_owned(),
            false => format!("{} ({})", id.text()?, about.join(", ")),
        });
    }
    if shown.len() < several.len() {
        shown.push(format!("{} more", several.len() - shown.len()));
    }
    let summary = format!(
        "{} {}s match the key: {}",
        several.len(),
        object.noun(),
        shown.join(", ")
    );
    let remedy = format!(
        "Set {{with.record}} to the id of the {} that is meant",
        object.noun()
    );
    Ok(Failure::invalid(
        Diagnostic::error("ambiguous-key", "/key", summary).remedy(remedy),
    ))
}
