//! The profile and its license: finds them, checks that a user may have them, and takes the seat.

use usher_external_users::Family;
use usher_sdk::{
    Certainty, Diagnostic, Effect, Failure, Lookup, Problems, Record, StepPlan, Taking, Value,
};

use crate::{Input, PARTNER};

/// The profile that the input names.
pub(crate) struct Profile {
    pub(crate) id: Value,
    pub(crate) name: String,
    pub(crate) user_type: String,
    /// The family of its users' roles; none for a license without roles.
    pub(crate) family: Option<Family>,
    pub(crate) license_id: Value,
    pub(crate) license: String,
    api_only: Value,
    license_status: Value,
    seats: Option<i64>,
    seats_taken: Option<i64>,
}

/// Returns the lookup of the profile.
pub(crate) fn fields() -> Lookup {
    Lookup::of("Profile")
        .read([
            "Name",
            "UserType",
            "PermissionsApiUserOnly",
            "UserLicenseId",
        ])
        .read(["UserLicense.Name", "UserLicense.MasterLabel"])
        .read(["UserLicense.LicenseDefinitionKey", "UserLicense.Status"])
        .read(["UserLicense.TotalLicenses", "UserLicense.UsedLicenses"])
}

impl Profile {
    /// The profile that was found, or problems.
    pub(crate) fn of(
        input: &Input,
        found: Option<&Record>,
        problems: &mut Problems,
    ) -> Result<Option<Self>, Failure> {
        let Some(record) = found else {
            let summary = format!("There is no profile `{}`", input.profile);
            problems.invalid(
                Diagnostic::error("unknown-profile", "/profile", summary).remedy(
                    "Compare it with Setup > Profiles; standard profiles are there only in orgs with their license",
                ),
            );
            return Ok(None);
        };
        let name = record.text("Name")?;
        let user_type = record.text("UserType")?;
        let license = record.text("UserLicense.MasterLabel")?;
        if !is_external(user_type) {
            let summary = format!("The profile `{name}` is for internal users");
            problems.invalid(
                Diagnostic::error("internal-profile", "/profile", summary)
                    .remedy("Choose a profile of a customer or partner community license")
                    .rule(PARTNER),
            );
            return Ok(None);
        }
        let mut fits = false;
        for field in ["Name", "MasterLabel", "LicenseDefinitionKey"] {
            let is = record.text(&format!("UserLicense.{field}"))?;
            fits |= is.to_lowercase() == input.license.to_lowercase();
        }
        if !fits {
            let summary = format!(
                "The profile `{name}` is of the license `{license}`, not of `{}`",
                input.license
            );
            let remedy = format!(
                "Set `license` to `{license}`, or choose a profile of `{}`",
                input.license
            );
            problems.invalid(
                Diagnostic::error("profile-of-another-license", "/profile", summary)
                    .remedy(remedy)
                    .rule("Object Reference, Profile, UserLicenseId"),
            );
        }
        Ok(Some(Self {
            id: record.id()?,
            name: name.to_owned(),
            user_type: user_type.to_owned(),
            family: Family::of(user_type),
            api_only: record.value("PermissionsApiUserOnly")?,
            license_id: record.value("UserLicenseId")?,
            license: license.to_owned(),
            license_status: record.value("UserLicense.Status")?,
            seats: record.integer("UserLicense.TotalLicenses")?,
            seats_taken: record.integer("UserLicense.UsedLicenses")?,
        }))
    }

    /// Checks the requirements of a site for the profile.
    pub(crate) fn suits(&self, problems: &mut Problems) {
        if self.api_only == Value::Truth(true) {
            let summary = format!(
                "The profile `{}` lets its users work through APIs only; they could not enter a site",
                self.name
            );
            problems.unmet(
                Diagnostic::error("api-user-only", "/profile", summary)
                    .remedy("Clear *Api Only User* in the profile")
                    .rule(PARTNER),
            );
        }
    }

    /// The profile's own permission set, which says whether the profile is custom. Asked for only where that
    /// matters.
    pub(crate) fn own_set(&self, matters: bool) -> Lookup {
        Lookup::of("PermissionSet")
            .read(["IsCustom"])
            .whose_any("ProfileId", Some(&self.id).filter(|_| matters))
            .whose("IsOwnedByProfile", true)
    }

    /// Refuses a standard profile when the org does not allow them. A profile that is only planned has no set yet, and
    /// is custom.
    ///
    /// That `IsCustom` of the set speaks for its profile is what public code relies on; no document says
    /// so [inferred].
    pub(crate) fn may_be_used(
        &self,
        own_set: &[Record],
        problems: &mut Problems,
    ) -> Result<(), Failure> {
        for set in own_set {
            if set.value("IsCustom")? == Value::Truth(false) {
                let summary = format!(
                    "`{}` is a standard profile, and this org does not allow them for external users",
                    self.name
                );
                problems.unmet(
                    Diagnostic::error("standard-profile", "/profile", summary)
                        .remedy("Use a copy of the profile, or tick *Allow using standard external profiles for self-registration, user creation, and login* in Setup > Digital Experiences > Settings")
                        .rule("Metadata API, CommunitiesSettings, enableOotbProfExtUserOpsEnable"),
                );
            }
        }
        Ok(())
    }

    /// Announces the seat that the change `user` takes; a problem when there is none.
    pub(crate) fn take_seat(&self, plan: &mut StepPlan, problems: &mut Problems) {
        let license = &self.license;
        if matches!(&self.license_status, Value::Text(status) if status == "Disabled") {
            let summary = format!("The license `{license}` is disabled in this org");
            problems.unmet(
                Diagnostic::error("license-disabled", "/license", summary)
                    .remedy("Ask Salesforce, or choose another license"),
            );
        }
        // A negative total means that there is no limit.
        if let (Some(total), Some(taken)) = (self.seats, self.seats_taken)
            && (0..=taken).contains(&total)
        {
            let summary = format!("{taken} of {total} seats of the license `{license}` are taken");
            problems.unmet(
                Diagnostic::error("no-seat", "/license", summary)
                    .remedy("Deactivate a user of this license, or buy more")
                    .rule(match self.family {
                        Some(Family::Partner) => PARTNER,
                        _ => "Object Reference, UserLicense",
                    }),
            );
        }
        let taking = Taking {
            object: "UserLicense".to_owned(),
            id: (&self.license_id).into(),
            total: "TotalLicenses".to_owned(),
            used: "UsedLicenses".to_owned(),
            amount: 1,
        };
        let summary = format!("One seat of the license `{license}` is taken");
        let effect = Effect::new("seat", summary, Certainty::Certain, taking);
        plan.effect(effect.because_of("user"));
    }
}

/// Says whether a user type is external (Object Reference, User, UserType).
fn is_external(user_type: &str) -> bool {
    user_type == "CspLitePortal" || Family::of(user_type).is_some()
}
