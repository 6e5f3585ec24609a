//! The user who gets the sets.

use usher_sdk::{Diagnostic, Failure, Problems, Value};

use crate::{Seen, Wanted};

/// `User.UserType` of external users (docs/salesforce/users.md#user-types).
const EXTERNAL: [&str; 4] = [
    "PowerPartner",
    "PowerCustomerSuccess",
    "CustomerSuccess",
    "CspLitePortal",
];

/// The user, as far as one is found.
pub(crate) struct User {
    pub(crate) id: Value,
    /// The name in texts.
    pub(crate) name: String,
    /// The license of the user's profile; none when no user was found.
    pub(crate) license: Option<Value>,
}

impl User {
    pub(crate) fn of(
        wanted: &Wanted,
        seen: &Seen,
        problems: &mut Problems,
    ) -> Result<Self, Failure> {
        let somebody = "the user".to_owned();
        let Some(record) = seen.user() else {
            if let Value::Unknown(unknown) = wanted.user {
                let reason = "the user is not there yet";
                return Err(Failure::deferred(&unknown.token, reason));
            }
            let id = wanted.user.text()?;
            problems.invalid(
                Diagnostic::error("unknown-user", "/user", format!("There is no user `{id}`"))
                    .remedy("Set {with.user} to an id of this org that begins with 005"),
            );
            return Ok(Self {
                id: wanted.user.clone(),
                name: somebody,
                license: None,
            });
        };
        let name = match record.value("Username")? {
            Value::Text(username) => username,
            _ => somebody,
        };
        // The field is not known of every user that is only planned; a plugin that plans an inactive user reports it.
        if record.value("IsActive")? == Value::Truth(false) {
            problems.unmet(
                Diagnostic::error("user-inactive", "/user", format!("{name} is inactive"))
                    .remedy("Activate the user first"),
            );
        }
        if wanted.external_only
            && let Value::Text(kind) = record.value("UserType")?
            && !EXTERNAL.contains(&kind.as_str())
        {
            let summary =
                format!("{name} is an internal user, and this step is for external users");
            problems.invalid(
                Diagnostic::error("internal-user", "/user", summary)
                    .remedy("Set {with.user} to a partner or customer user")
                    .rule("docs/salesforce/users.md#user-types"),
            );
        }
        Ok(Self {
            id: record.id()?,
            name,
            license: Some(record.value("Profile.UserLicenseId")?),
        })
    }
}
