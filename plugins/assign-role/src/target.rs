//! The record or user of the input, before anything is read.

use usher_sdk::{Diagnostic, Failure, Problems, Value};

use crate::Input;

/// The target of the first round of lookups.
pub(crate) enum Target<'i> {
    Contact(&'i Value),
    Account(&'i Value),
    User(&'i Value),
    Nothing,
}

impl<'i> Target<'i> {
    pub(crate) fn of(input: &'i Input, problems: &mut Problems) -> Result<Self, Failure> {
        let given = |value: &'i Option<Value>| {
            let value = value.as_ref();
            value.filter(|value| **value != Value::Text(String::new()))
        };
        let record = match (given(&input.owner_of), given(&input.user)) {
            (Some(record), None) => record,
            (None, Some(user)) => return Ok(Self::User(user)),
            _ => {
                let summary = "The step is about the owner of a record or about one user, and exactly one of `owner_of` and `user` names it";
                let problem = Diagnostic::error("owner-of-or-user", "", summary).remedy(
                    "Set {with.owner_of} to a contact or an account, or {with.user} to a user",
                );
                problems.invalid(problem);
                return Ok(Self::Nothing);
            }
        };
        match record {
            Value::Unknown(unknown) => match record.object() {
                Some("Contact") => Ok(Self::Contact(record)),
                Some("Account") => Ok(Self::Account(record)),
                Some(other) => {
                    problems.invalid(not_owned(&format!("a {other}")));
                    Ok(Self::Nothing)
                }
                None => {
                    let reason = "what kind of record it is, is not known yet";
                    Err(Failure::deferred(&unknown.token, reason))
                }
            },
            _ if record.may_be_id("003") => Ok(Self::Contact(record)),
            _ if record.may_be_id("001") => Ok(Self::Account(record)),
            _ => {
                problems.invalid(not_owned(&format!("`{}`", record.text()?)));
                Ok(Self::Nothing)
            }
        }
    }

    /// Returns for each object the ids to look for: a contact's, an account's, a user's. A text that cannot be the id
    /// of a user is left out: Salesforce would refuse the whole query.
    pub(crate) fn ids(&self) -> (Option<&'i Value>, Option<&'i Value>, Option<&'i Value>) {
        match *self {
            Self::Contact(id) => (Some(id), None, None),
            Self::Account(id) => (None, Some(id), None),
            Self::User(id) => (None, None, Some(id).filter(|id| id.may_be_id("005"))),
            Self::Nothing => (None, None, None),
        }
    }

    pub(crate) fn not_found(&self, problems: &mut Problems) -> Result<(), Failure> {
        let (what, prefix, id) = match *self {
            Self::Contact(id) => ("contact", "003", id),
            Self::Account(id) => ("account", "001", id),
            Self::User(id) => ("user", "005", id),
            Self::Nothing => return Ok(()),
        };
        if let Value::Unknown(unknown) = id {
            let reason = format!("the {what} is not there yet");
            return Err(Failure::deferred(&unknown.token, &reason));
        }
        let at = match *self {
            Self::User(_) => "/user",
            _ => "/owner_of",
        };
        let summary = format!("There is no {what} `{}`", id.text()?);
        let problem = Diagnostic::error(&format!("unknown-{what}"), at, summary);
        let input = at.trim_start_matches('/');
        problems.invalid(problem.remedy(format!(
            "Set {{with.{input}}} to an id of this org that begins with {prefix}"
        )));
        Ok(())
    }
}

fn not_owned(what: &str) -> Diagnostic {
    let summary = format!("{what} is neither a contact nor an account");
    Diagnostic::error("neither-contact-nor-account", "/owner_of", summary)
        .remedy("Set {with.owner_of} to the id of a contact (003…) or an account (001…)")
}
