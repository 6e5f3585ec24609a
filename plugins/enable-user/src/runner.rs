//! The role of the user in whose name Usher works.
//!
//! Two articles of Salesforce ask for it where an external user is made. In the example of one of them that user owns the
//! account, so that the owner's role may be meant (docs/salesforce/roles.md#owner-needs-a-role). Usher checks the owner's
//! role, and only notes that the other is missing.

use usher_sdk::{Diagnostic, Failure, Lookup, ReadError, Record, Value};

use crate::Case;

/// Returns the lookup of the role.
pub(crate) fn lookup(case: &Case<'_>) -> Lookup {
    // A license without roles asks for none, and the owner's role is read already.
    let owner = &case.contact.account.owner;
    let user_id = case.org.who().user_id;
    let is_owner = owner.id.is_same_id(&Value::Text(user_id.clone()));
    let wanted = (case.profile.family.is_some() && !is_owner).then_some(user_id);
    Lookup::of("User")
        .read(["UserRoleId"])
        .whose_any("Id", wanted)
}

/// Returns the note for a user without a role.
pub(crate) fn note(
    case: &Case<'_>,
    found: Result<Vec<Record>, ReadError>,
) -> Result<Option<Diagnostic>, Failure> {
    let found = match found {
        Ok(found) => found,
        Err(ReadError::Pending(_) | ReadError::Refused(_)) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let Some(runner) = found.first() else {
        return Ok(None);
    };
    if runner.value("UserRoleId")? != Value::Nothing {
        return Ok(None);
    }
    let summary = format!(
        "{}, in whose name Usher works, has no role; two articles of Salesforce ask for one where an external user is made, and may mean the owner of the account, who has one",
        case.org.who().username
    );
    let note = Diagnostic::info("runner-without-role", "", summary)
        .remedy("If Salesforce refuses the user with \"portal account owner must have a role\", give that user a role, too")
        .rule("docs/salesforce/roles.md#owner-needs-a-role");
    Ok(Some(note))
}
