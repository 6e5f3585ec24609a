//! The profile and its license: finds them, checks that a user may have them, and takes the seat.

use usher_external_users::{EXTERNAL, Family, ProfileNames, labels, unknown_profile};
use usher_sdk::{
    Certainty, Diagnostic, Effect, Failure, Lookup, Org, Problems, Record, StepPlan, Taking, Value,
};

use crate::{Input, PARTNER};

/// The fields of a profile that are read.
const FIELDS: [&str; 10] = [
    "Name",
    "UserType",
    "PermissionsApiUserOnly",
    "UserLicenseId",
    "UserLicense.Name",
    "UserLicense.MasterLabel",
    "UserLicense.LicenseDefinitionKey",
    "UserLicense.Status",
    "UserLicense.TotalLicenses",
    "UserLicense.UsedLicenses",
];

/// The names of its license.
const LICENSE: [&str; 3] = [
    "UserLicense.Name",
    "UserLicense.MasterLabel",
    "UserLicense.LicenseDefinitionKey",
];

/// A profile with its license.
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

/// Returns the names by which the profile is looked for.
pub(crate) fn wanted(input: &Input) -> ProfileNames<'_> {
    ProfileNames::of([input.profile.as_str()], FIELDS)
}

/// Returns the fields of a user's profile, read of the user.
pub(crate) fn fields_of_user() -> [String; FIELDS.len()] {
    FIELDS.map(|field| format!("Profile.{field}"))
}

impl Profile {
    /// The profile that was found, or problems.
    pub(crate) fn of(
        input: &Input,
        found: Option<&Record>,
        org: &dyn Org,
        problems: &mut Problems,
    ) -> Result<Option<Self>, Failure> {
        let Some(record) = found else {
            let remedy = "Set {with.profile} to a profile for external users";
            problems.invalid(unknown_profile(
                &input.profile,
                "/profile",
                remedy,
                EXTERNAL,
                org,
            ));
            return Ok(None);
        };
        let profile = Self::read(record, record.id()?, "")?;
        if !EXTERNAL.contains(&profile.user_type.as_str()) {
            let summary = format!("The profile `{}` is for internal users", profile.name);
            let remedy = "Set {with.profile} to a profile of a customer or partner license";
            problems.invalid(
                Diagnostic::error("internal-profile", "/profile", summary)
                    .remedy(with_labels(remedy, labels(EXTERNAL, &[], |_| true, org)))
                    .rule(PARTNER),
            );
            return Ok(None);
        }
        if let Some(license) = &input.license
            && !is_of_license(record, license)
        {
            let summary = format!(
                "The profile `{}` is of the license `{}`, not of `{license}`",
                profile.name, profile.license
            );
            let remedy = format!(
                "Set {{with.profile}} to a profile of `{license}`, or {{with.license}} to `{}`",
                profile.license
            );
            let here = labels(
                EXTERNAL,
                &LICENSE,
                |record| is_of_license(record, license),
                org,
            );
            problems.invalid(
                Diagnostic::error("profile-of-another-license", "/profile", summary)
                    .remedy(with_labels(&remedy, here))
                    .rule("Object Reference, Profile, UserLicenseId"),
            );
        }
        Ok(Some(profile))
    }

    /// The profile that a user has.
    pub(crate) fn of_user(user: &Record) -> Result<Self, Failure> {
        Self::read(user, user.value("ProfileId")?, "Profile.")
    }

    fn read(record: &Record, id: Value, prefix: &str) -> Result<Self, Failure> {
        let field = |name: &str| format!("{prefix}{name}");
        let user_type = record.text(&field("UserType"))?;
        Ok(Self {
            id,
            name: record.text(&field("Name"))?.to_owned(),
            user_type: user_type.to_owned(),
            family: Family::of(user_type),
            api_only: record.value(&field("PermissionsApiUserOnly"))?,
            license_id: record.value(&field("UserLicenseId"))?,
            license: record.text(&field("UserLicense.MasterLabel"))?.to_owned(),
            license_status: record.value(&field("UserLicense.Status"))?,
            seats: record.integer(&field("UserLicense.TotalLicenses"))?,
            seats_taken: record.integer(&field("UserLicense.UsedLicenses"))?,
        })
    }

    /// Says whether Salesforce lets a user of this profile get one of `other`: the licenses without roles can be
    /// upgraded to those with roles, and no other way is documented (docs/salesforce/licenses.md#upgrades).
    pub(crate) fn can_become(&self, other: &Self) -> bool {
        self.user_type == other.user_type
            || (self.family.is_none()
                && self.user_type == "CspLitePortal"
                && other.family.is_some())
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
                    .remedy("Clear *Api Only User* in the profile, or set {with.profile} to another one")
                    .rule(PARTNER),
            );
        }
    }

    /// The profile's own permission set, which says whether the profile is custom. Asked for only where that
    /// matters.
    pub(crate) fn own_set(&self, matters: bool) -> Lookup {
        Lookup::of("PermissionSet")
            .read(["IsCustom"])
            .whose("IsOwnedByProfile", true)
            .whose_any("ProfileId", Some(&self.id).filter(|_| matters))
    }

    /// Reports a standard profile that this org does not allow for external users.
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
                        .remedy("Set {with.profile} to a copy of the profile, or tick *Allow using standard external profiles for self-registration, user creation, and login* in Setup > Digital Experiences > Settings")
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
                Diagnostic::error("license-disabled", "/profile", summary)
                    .remedy("Ask Salesforce, or set {with.profile} to one of another license"),
            );
        }
        // A negative total means that there is no limit.
        if let (Some(total), Some(taken)) = (self.seats, self.seats_taken)
            && (0..=taken).contains(&total)
        {
            let summary = format!("{taken} of {total} seats of the license `{license}` are taken");
            problems.unmet(
                Diagnostic::error("no-seat", "/profile", summary)
                    .remedy("Deactivate a user of this license, or buy more")
                    .rule(match self.family {
                        Some(Family::Partner) => PARTNER,
                        _ => "Object Reference, UserLicense",
                    }),
            );
        }
        let summary = format!("One seat of the license `{license}` is taken");
        let taking = Taking::seat("UserLicense", &self.license_id);
        let effect = Effect::new("seat", summary, Certainty::Certain, taking);
        plan.effect(effect.because_of("user"));
    }
}

/// Says whether the profile's license has this name, label or definition key.
fn is_of_license(profile: &Record, license: &str) -> bool {
    LICENSE.iter().any(|field| {
        let is = profile.text(field);
        is.is_ok_and(|is| is.to_lowercase() == license.to_lowercase())
    })
}

fn with_labels(remedy: &str, labels: Option<String>) -> String {
    match labels {
        Some(labels) => format!("{remedy}. {labels}"),
        None => remedy.to_owned(),
    }
}
