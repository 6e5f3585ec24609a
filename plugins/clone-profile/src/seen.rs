//! The profiles as the org describes them.

use usher_sdk::{Diagnostic, Failure, Lookup, Org, Problems, Record, Value};

use crate::{Input, PARTNER_RULE};

/// The user types of customers and partners (Object Reference, User, UserType).
const EXTERNAL: &[&str] = &[
    "CspLitePortal",
    "CustomerSuccess",
    "PowerCustomerSuccess",
    "PowerPartner",
];

/// A profile.
pub(crate) struct Profile {
    pub(crate) id: Value,
    pub(crate) name: String,
    pub(crate) user_type: String,
    pub(crate) license_id: Value,
    /// Label of the license, as metadata names it.
    pub(crate) license: String,
    pub(crate) api_enabled: bool,
    pub(crate) api_only: bool,
}

impl Profile {
    /// The source, and the clone as far as it is there.
    pub(crate) fn find(input: &Input, org: &dyn Org) -> Result<[Option<Self>; 2], Failure> {
        let profiles = org.find(
            &Lookup::of("Profile")
                .read([
                    "Name",
                    "UserType",
                    "UserLicenseId",
                    "UserLicense.MasterLabel",
                ])
                .read(["PermissionsApiEnabled", "PermissionsApiUserOnly"])
                .whose_any("Name", [&input.source, &input.name]),
        )?;
        let named = |name: &str| -> Result<Option<Self>, Failure> {
            for profile in &profiles {
                if profile.text("Name")?.to_lowercase() == name.to_lowercase() {
                    return Ok(Some(Self::of(profile)?));
                }
            }
            Ok(None)
        };
        Ok([named(&input.source)?, named(&input.name)?])
    }

    fn of(record: &Record) -> Result<Self, Failure> {
        Ok(Self {
            id: record.id()?,
            name: record.text("Name")?.to_owned(),
            user_type: record.text("UserType")?.to_owned(),
            license_id: record.value("UserLicenseId")?,
            license: record.text("UserLicense.MasterLabel")?.to_owned(),
            api_enabled: record.truth("PermissionsApiEnabled")?,
            api_only: record.truth("PermissionsApiUserOnly")?,
        })
    }

    /// Refuses a profile of internal users. `at`: its place in the input.
    pub(crate) fn is_external(&self, at: &str, problems: &mut Problems) {
        if EXTERNAL.contains(&self.user_type.as_str()) {
            return;
        }
        let summary = format!(
            "The profile `{}` is for users of the license `{}` (user type {}), not for external users",
            self.name, self.license, self.user_type
        );
        problems.invalid(
            Diagnostic::error("internal-profile", at, summary)
                .remedy("Choose a profile of a customer or partner community license, such as `Partner Community User` or `Customer Community Plus User`")
                .rule(PARTNER_RULE),
        );
    }
}
