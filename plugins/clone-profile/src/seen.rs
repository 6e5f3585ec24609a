//! The profiles as the org describes them.

use usher_external_users::{EXTERNAL, ProfileNames, labels};
use usher_sdk::{Diagnostic, Failure, Org, Problems, Record, Value};

use crate::{Input, PARTNER_RULE};

const FIELDS: [&str; 7] = [
    "UserType",
    "UserLicenseId",
    "UserLicense.LicenseDefinitionKey",
    "UserLicense.MasterLabel",
    "UserLicense.Name",
    "PermissionsApiEnabled",
    "PermissionsApiUserOnly",
];

/// A profile.
pub(crate) struct Profile {
    pub(crate) id: Value,
    pub(crate) name: String,
    pub(crate) user_type: String,
    pub(crate) license_id: Value,
    /// Label of the license, as metadata names it.
    pub(crate) license: String,
    /// Every name that the license has.
    license_names: Vec<String>,
    pub(crate) api_enabled: bool,
    pub(crate) api_only: bool,
}

impl Profile {
    /// The source, and the clone as far as it is there.
    pub(crate) fn find(input: &Input, org: &dyn Org) -> Result<[Option<Self>; 2], Failure> {
        let names = [input.source.as_str(), input.name.as_str()];
        let found = ProfileNames::of(names, FIELDS).find(org)?;
        let mut found = found.into_iter();
        let mut next = || found.next().flatten().as_ref().map(Self::of).transpose();
        Ok([next()?, next()?])
    }

    fn of(record: &Record) -> Result<Self, Failure> {
        let mut license_names = vec![];
        for field in [
            "UserLicense.MasterLabel",
            "UserLicense.Name",
            "UserLicense.LicenseDefinitionKey",
        ] {
            // Of a profile that is only planned, some of them may not be known.
            if let Value::Text(name) = record.value(field)? {
                license_names.push(name);
            }
        }
        Ok(Self {
            id: record.id()?,
            name: record.text("Name")?.to_owned(),
            user_type: record.text("UserType")?.to_owned(),
            license_id: record.value("UserLicenseId")?,
            license: record.text("UserLicense.MasterLabel")?.to_owned(),
            license_names,
            api_enabled: record.truth("PermissionsApiEnabled")?,
            api_only: record.truth("PermissionsApiUserOnly")?,
        })
    }

    /// Refuses a profile of internal users. `at`: its place in the input.
    pub(crate) fn is_external(&self, at: &str, remedy: String, problems: &mut Problems) {
        if EXTERNAL.contains(&self.user_type.as_str()) {
            return;
        }
        let summary = format!(
            "The profile `{}` is for users of the license `{}` (user type {}), not for external users",
            self.name, self.license, self.user_type
        );
        problems.invalid(
            Diagnostic::error("internal-profile", at, summary)
                .remedy(remedy)
                .rule(PARTNER_RULE),
        );
    }

    /// Refuses a source of another license than the one that is wanted; empty: any will do.
    pub(crate) fn is_of_license(&self, license: &str, org: &dyn Org, problems: &mut Problems) {
        if self.has_license(license) {
            return;
        }
        let fields = ["UserLicense.MasterLabel", "UserLicense.Name"];
        let has_it = |record: &Record| {
            let mut names = fields.iter().filter_map(|field| record.text(field).ok());
            names.any(|name| same(name, license))
        };
        let here = match labels(EXTERNAL, &fields, has_it, org) {
            Some(here) => format!(". {here}"),
            None => String::new(),
        };
        let summary = format!(
            "The profile `{}` is of the license `{}`, and the clone must be of `{license}`",
            self.name, self.license
        );
        problems.invalid(
            Diagnostic::error("source-of-another-license", "/source", summary)
                .remedy(format!(
                    "Set {{with.source}} to a profile of the license `{license}`{here}"
                ))
                .rule("Object Reference, Profile, UserLicenseId"),
        );
    }

    /// Says whether it is of a license of this name; empty: any will do.
    pub(crate) fn has_license(&self, license: &str) -> bool {
        license.is_empty() || self.license_names.iter().any(|name| same(name, license))
    }

    /// "Profiles for such users are `A` and `B`": those of this profile's license.
    pub(crate) fn of_the_license(&self, org: &dyn Org) -> Option<String> {
        let same = |record: &Record| {
            record
                .value("UserLicenseId")
                .is_ok_and(|id| id.is_same_id(&self.license_id))
        };
        labels(&[&self.user_type], &["UserLicenseId"], same, org)
    }
}

/// Names are compared as SOQL compares them.
fn same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}
