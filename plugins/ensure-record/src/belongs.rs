//! The account of a contact that is there, compared with the one of the input.

use usher_sdk::{Diagnostic, Failure, Record, Value};

use crate::{Case, shown};

/// Refuses a contact of another account. An account that is not known yet is waited for.
pub(crate) fn check(
    case: &Case<'_>,
    record: &Record,
    account: Option<&Record>,
) -> Result<(), Failure> {
    let Some(wanted) = &case.input.account else {
        return Ok(());
    };
    let is = record.value("AccountId")?;
    if is.is_same_id(wanted) {
        return Ok(());
    }
    if let Value::Unknown(unknown) = &is {
        let reason = "the account of the contact is not known yet";
        return Err(Failure::deferred(&unknown.token, reason));
    }
    let name = |record: &Record, field: &str| match record.value(field) {
        Ok(Value::Text(name)) => format!("`{name}`"),
        _ => "the account".to_owned(),
    };
    let id = |id: &Value| match id {
        Value::Text(id) => format!(" ({id})"),
        _ => String::new(),
    };
    let is = match &is {
        Value::Nothing => "to no account".to_owned(),
        is => format!("to {}{}", name(record, "Account.Name"), id(is)),
    };
    let other = account.map_or("the account".to_owned(), |account| name(account, "Name"));
    let summary = format!(
        "{} belongs {is}, not to {other}{}",
        sentence(&shown(case.input)),
        id(wanted)
    );
    let at = match case.input.record {
        Some(_) => "/record",
        None => "/key",
    };
    Err(Failure::invalid(
        Diagnostic::error("contact-of-another-account", at, summary)
            .remedy("Set {with.record} to a contact of the account, or {with.account} to the account of the contact")
            .rule("docs/salesforce/users.md#contact"),
    ))
}

/// With a capital at the front.
fn sentence(text: &str) -> String {
    let mut rest = text.chars();
    let first = rest.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + rest.as_str()
}
