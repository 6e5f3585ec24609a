//! Makes the changes: one assignment for each missing set or group, and before it the license or the wait that it
//! needs.

use usher_sdk::{
    Certainty, Change, CreateRecord, Diagnostic, Effect, Failure, Finding, Lookup, Probe, Problems,
    Record, StepPlan, Taking, Value, Wait,
};

use crate::licenses::{Licenses, differs, is_user_license};
use crate::resolve::{Kind, Target};
use crate::{Seen, User, Voice, Wish};

/// One user's plan, growing.
pub(crate) struct Assigning<'s> {
    pub(crate) user: &'s User,
    pub(crate) licenses: &'s Licenses,
    pub(crate) seen: &'s Seen,
    pub(crate) voice: &'s dyn Voice,
    pub(crate) plan: &'s mut StepPlan,
    pub(crate) problems: &'s mut Problems,
    /// Licenses without a free seat, and the place in the input at which that was reported.
    pub(crate) full: Vec<(String, String)>,
}

impl Assigning<'_> {
    /// Assigns a set or group, if the user does not have it.
    pub(crate) fn assign(&mut self, target: &Target) -> Result<(), Failure> {
        let field = target.assignment_field();
        let mut change = Change::new(
            format!("assignment/{}", target.api_name),
            format!("Assign the {} to {}", target.shown(), self.user.name),
            CreateRecord::of("PermissionSetAssignment")
                .set("AssigneeId", &self.user.id)
                .set(field, &target.id)
                .unique(["AssigneeId", field]),
        );
        if let Some(address) = self.license(target)? {
            change = change.after(address);
        }
        if let Some(address) = self.calculated(target) {
            change = change.after(address);
        }
        self.plan.change(change);
        Ok(())
    }

    /// Takes a seat of a license that is asked for by name.
    pub(crate) fn named_license(&mut self, wish: &Wish) -> Result<(), Failure> {
        let Some(license) = self.seen.license(wish)? else {
            let summary = format!("This org has no permission set license `{}`", wish.name);
            self.problems.unmet(
                Diagnostic::error("unknown-license", &wish.at, summary)
                    .remedy(self.voice.find_license(wish))
                    .rule("Object Reference, PermissionSetLicense"),
            );
            return Ok(());
        };
        if !self.seen.has_license(&license.id()?)? {
            self.seat(license, &wish.name, &wish.at)?;
        }
        Ok(())
    }

    /// Takes the license that a set is bound to, if the user lacks it. Returns the address of the change that takes a
    /// seat.
    fn license(&mut self, target: &Target) -> Result<Option<String>, Failure> {
        let id = &target.license;
        if *id == Value::Nothing {
            return Ok(None);
        }
        if is_user_license(id) {
            self.user_license(target)?;
            return Ok(None);
        }
        if self.seen.has_license(id)? {
            return Ok(None);
        }
        match self.licenses.for_sets(id) {
            Some(license) => self.seat(license, &target.label, &target.at),
            None => {
                let label = &target.label;
                let summary = format!("`{label}` needs a license that this org does not have");
                self.problems.unmet(
                    Diagnostic::error("unknown-license", &target.at, summary)
                        .remedy("Licenses come with what was bought; Setup > Company Information lists those of this org")
                        .rule("Object Reference, PermissionSet, LicenseId"),
                );
                Ok(None)
            }
        }
    }

    /// Takes a seat of a permission set license, once for everything that needs it. `what` needs it; `at` is its place
    /// in the input.
    fn seat(&mut self, license: &Record, what: &str, at: &str) -> Result<Option<String>, Failure> {
        let (name, label) = (license.text("DeveloperName")?, license.text("MasterLabel")?);
        let address = format!("license/{name}");
        if self.plan.has(&address) {
            return Ok(Some(address));
        }
        if let Some(total) = license.integer("TotalLicenses")?
            && let Some(used) = license.integer("UsedLicenses")?
            && (0..=used).contains(&total)
        {
            let told = (name.to_owned(), at.to_owned());
            if self.full.contains(&told) {
                return Ok(None);
            }
            self.full.push(told);
            let taken = format!("{used} of {total} seats are taken");
            let summary = match what == label {
                true => format!("Of the license `{label}` {taken}"),
                false => format!("`{what}` needs the license `{label}`, of which {taken}"),
            };
            self.problems.unmet(
                Diagnostic::error("no-seat", at, summary)
                    .remedy("Free a license, or buy more")
                    .rule("Object Reference, PermissionSetLicense"),
            );
            return Ok(None);
        }
        // Assigning a set usually assigns its license too, but not in every kind of org. Asking for the
        // license first is right in each.
        self.plan.change(Change::new(
            &address,
            format!("Give {} the license `{label}`", self.user.name),
            CreateRecord::of("PermissionSetLicenseAssign")
                .set("AssigneeId", &self.user.id)
                .set("PermissionSetLicenseId", license.id()?)
                .unique(["AssigneeId", "PermissionSetLicenseId"]),
        ));
        let taking = Taking::seat("PermissionSetLicense", license.id()?);
        let summary = format!("One seat of `{label}` is taken");
        let effect = Effect::new(format!("seat/{name}"), summary, Certainty::Certain, taking);
        self.plan.effect(effect.because_of(&address));
        Ok(Some(address))
    }

    /// Checks a set for one user license: it fits only users who have that license.
    fn user_license(&mut self, target: &Target) -> Result<(), Failure> {
        let (User { name, license, .. }, label) = (self.user, &target.label);
        match license {
            Some(has) if differs(self.user, &target.license) => {
                let needed = self.licenses.user_license_name(&target.license)?;
                let has = self.licenses.user_license_name(has)?;
                let summary = format!(
                    "`{label}` is for users with the license `{needed}`; {name} has `{has}`"
                );
                self.problems.unmet(
                    Diagnostic::error("wrong-license", &target.at, summary)
                        .remedy("Choose a permission set for the license that the user has")
                        .rule("Object Reference, PermissionSetAssignment"),
                );
            }
            Some(Value::Unknown(_)) => {
                let summary = format!(
                    "`{label}` is for users of one license; which one {name} will have is not known yet"
                );
                let note = Diagnostic::warning("license-not-known", &target.at, summary);
                self.plan.note(note);
            }
            _ => {}
        }
        Ok(())
    }

    /// Waits for a group that is being calculated. Returns the address of that wait.
    ///
    /// That only a group in the status `Updated` can be assigned, and the names of the other statuses, are [inferred].
    fn calculated(&mut self, target: &Target) -> Option<String> {
        let Kind::Group { status } = &target.kind else {
            return None;
        };
        match status.as_str() {
            "Updated" => None,
            "Failed" => {
                let summary = format!("Salesforce could not calculate `{}`", target.label);
                self.problems.unmet(
                    Diagnostic::error("group-failed", &target.at, summary).remedy(
                        "Recalculate the group in Setup > Permission Set Groups, then apply again",
                    ),
                );
                None
            }
            _ => {
                let address = format!("group/{}", target.api_name);
                let itself = Lookup::of("PermissionSetGroup").read(["Status"]);
                let wait = Wait::until(
                    format!(
                        "Salesforce calculates the {} (if it does not, recalculate the group in Setup > Permission Set Groups, then apply again)",
                        target.shown()
                    ),
                    Probe::Records(itself.whose("Id", &target.id)),
                    Finding::holds("Status", "Updated"),
                )
                .fails_when("Status", ["Failed"]);
                let summary = format!("Wait until the {} is calculated", target.shown());
                self.plan.change(Change::wait_only(&address, summary, wait));
                Some(address)
            }
        }
    }
}
