//! The setting that keeps users from signing in without deactivating them: *Freeze* in Setup
//! (docs/salesforce/users.md#freezing).

use usher_sdk::{Diagnostic, Failure, Lookup, Org, ReadError, UpdateRecord, Value};

/// The facts about freezing.
pub const FREEZING: &str = "docs/salesforce/users.md#freezing";

/// The `UserLogin` of one user.
pub struct Login {
    pub id: Value,
    pub user_id: Value,
    pub is_frozen: bool,
}

impl Login {
    /// Reads those of several users. A user of whom the org shows none is not in the answer. `at`: the input to which a
    /// refusal belongs.
    ///
    /// # Errors
    ///
    /// The signed-in user may not see them, or the org does not answer.
    pub fn of_users<'v>(
        users: impl IntoIterator<Item = &'v Value>,
        at: &str,
        org: &dyn Org,
    ) -> Result<Vec<Self>, Failure> {
        let lookup = Lookup::of("UserLogin")
            .read(["UserId", "IsFrozen"])
            .whose_any("UserId", users);
        let found = org.find(&lookup).map_err(|error| hidden(error, at, org))?;
        let logins = found.iter().map(|login| {
            Ok(Self {
                id: login.id()?,
                user_id: login.value("UserId")?,
                is_frozen: login.truth("IsFrozen")?,
            })
        });
        logins.collect()
    }

    /// Freezes the user, or lets the user sign in again.
    pub fn set(&self, frozen: bool) -> UpdateRecord {
        UpdateRecord::of("UserLogin", &self.id).set("IsFrozen", frozen)
    }
}

/// An org hides the object from a user without the right.
fn hidden(error: ReadError, at: &str, org: &dyn Org) -> Failure {
    match error {
        ReadError::Refused(refusal) if refusal.code == "INVALID_TYPE" => {
            let summary = format!(
                "{} may not see who is frozen: *Manage Users* is missing",
                org.who().username
            );
            let problem = Diagnostic::error("logins-not-visible", at, summary)
                .remedy("Sign in as a user with *Manage Users*")
                .rule(FREEZING);
            Failure::unmet(problem)
        }
        error => error.into(),
    }
}
