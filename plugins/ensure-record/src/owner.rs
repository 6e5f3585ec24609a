//! The owner of a new record: a user by id, else by username, else by an email that one active user alone has.

use usher_sdk::{Diagnostic, Failure, Lookup, Problems, Record, Value, ticked};

use crate::Input;

/// Usernames that a refusal names.
const NAMED_MAX: usize = 10;

/// An active user.
pub(crate) struct Owner {
    pub(crate) id: Value,
    pub(crate) username: String,
}

/// The lookups of the users whom the input may mean: by id, by username, by email.
pub(crate) fn lookups(input: &Input) -> [Lookup; 3] {
    let text = Value::Text(input.owner.clone());
    let name = || Some(&text).filter(|_| !input.owner.is_empty());
    let id = name().filter(|id| id.may_be_id("005"));
    let users = || Lookup::of("User").read(["Username", "IsActive"]);
    [
        users().whose_any("Id", id),
        users().whose_any("Username", name()),
        users().whose_any("Email", name()).whose("IsActive", true),
    ]
}

/// The owner that the input means; none when it names none. `found`: what the lookups found, in their order.
pub(crate) fn meant(
    input: &Input,
    found: &[Vec<Record>; 3],
    problems: &mut Problems,
) -> Result<Option<Owner>, Failure> {
    let name = &input.owner;
    if name.is_empty() {
        return Ok(None);
    }
    let found = found.iter().find(|found| !found.is_empty());
    match found.map(Vec::as_slice).unwrap_or_default() {
        [user] => {
            let username = user.text("Username")?;
            if user.value("IsActive")? == Value::Truth(false) {
                let summary = format!("{username} is inactive and can own no new record");
                problems.invalid(
                    Diagnostic::error("owner-inactive", "/owner", summary)
                        .remedy("Set {with.owner} to an active user"),
                );
                return Ok(None);
            }
            Ok(Some(Owner {
                id: user.id()?,
                username: username.to_owned(),
            }))
        }
        [] => {
            let summary = format!("There is no user with the id, username or email `{name}`");
            problems.invalid(
                Diagnostic::error("unknown-owner", "/owner", summary)
                    .remedy("Set {with.owner} to an active user of this org: an id, a username, or an email that no other user has"),
            );
            Ok(None)
        }
        several => {
            let mut names = vec![];
            for user in several.iter().take(NAMED_MAX) {
                names.push(user.text("Username")?);
            }
            let summary = format!(
                "{} active users have the email `{name}`: {}",
                several.len(),
                ticked(&names)
            );
            problems.invalid(
                Diagnostic::error("ambiguous-owner", "/owner", summary)
                    .remedy("Set {with.owner} to the username of the one that is meant"),
            );
            Ok(None)
        }
    }
}
