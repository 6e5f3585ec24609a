//! `UserLogin` (docs/salesforce/users.md#freezing): freezing a user without deactivating.

use serde_json::Value;

use crate::refusal::{Outcome, Refusal};
use crate::row::{Row, text};
use crate::rules::{Change, known};
use crate::tenant::Tenant;

/// Every user has one row.
pub(super) fn user_created(org: &Tenant<'_>, user: &Row) -> Outcome<()> {
    let logins = known("UserLogin");
    let mut row = crate::row::blank(logins);
    row.extend([
        ("Id", Value::from(org.next_id(logins)?)),
        ("UserId", Value::from(text(user, "Id"))),
    ]);
    org.insert(logins, &row)
}

/// The lock of a password can be set to false only (docs/salesforce/users.md#freezing). The code, the text, and that
/// users cannot freeze themselves are \[inferred\].
pub(super) fn before_update(org: &Tenant<'_>, change: &Change<'_>) -> Outcome<()> {
    let refused = |message: &str, field: &str| {
        Err(Refusal::save(
            "FIELD_INTEGRITY_EXCEPTION",
            message,
            &[field],
        ))
    };
    if change.of("IsPasswordLocked") == Some(&Value::Bool(true)) {
        return refused(
            "IsPasswordLocked can only be set to false",
            "IsPasswordLocked",
        );
    }
    let own = text(change.old, "UserId") == org.user_id;
    if own && change.of("IsFrozen") == Some(&Value::Bool(true)) {
        return refused("You can't freeze yourself", "IsFrozen");
    }
    Ok(())
}
