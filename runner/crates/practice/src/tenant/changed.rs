//! The time of the last change to what descriptions depend on: settings, profiles, permissions, record types
//! (docs/salesforce/rest.md#conditional-requests).

use crate::refusal::Outcome;
use crate::schema::Object;
use crate::stamp::FIXTURES_MS;
use crate::tenant::Tenant;

/// The setting that holds the time.
const CHANGED: &str = "practice.changedMs";

/// Objects whose records decide what users see.
const OBJECTS: &[&str] = &[
    "ObjectPermissions",
    "Organization",
    "PermissionSet",
    "PermissionSetAssignment",
    "PermissionSetGroup",
    "Profile",
    "RecordType",
];

impl Tenant<'_> {
    /// The time of the last change, in milliseconds.
    pub(crate) fn changed_ms(&self) -> Outcome<i64> {
        let changed = self.setting(CHANGED)?.and_then(|time| time.as_i64());
        Ok(changed.unwrap_or(FIXTURES_MS))
    }

    /// Keeps the time, when records of that object matter.
    pub(super) fn changes(&self, object: &Object) -> Outcome<()> {
        match OBJECTS.contains(&object.name) {
            true => self.changed(),
            false => Ok(()),
        }
    }

    /// Keeps the time of now.
    pub(super) fn changed(&self) -> Outcome<()> {
        let sql = "INSERT INTO practice_setting VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value";
        self.db
            .prepare_cached(sql)?
            .execute([CHANGED, &self.now_ms.to_string()])?;
        Ok(())
    }
}
