//! The profile of a user who is there already: it is kept, changed, or changed together with the license.

use usher_sdk::{
    Alteration, Certainty, Diagnostic, Effect, Failure, Lookup, Problems, StepPlan, Value, ticked,
};

use crate::Case;
use crate::profile::Profile;

const UPGRADES: &str = "docs/salesforce/licenses.md#upgrades";

/// The user who is there.
pub(crate) struct User<'u> {
    pub(crate) id: &'u Value,
    pub(crate) username: &'u str,
}

/// The change of the profile.
pub(crate) struct Step {
    /// The user gets the profile of the input.
    pub(crate) changes: bool,
    /// With it, a license of another kind.
    pub(crate) upgrades: bool,
}

/// Decides whether the user, who has the profile `own`, gets the one of the input. A profile decides over pages,
/// fields and sites, so it is changed only when the input says so. Another kind of license is never kept silently: the
/// rest of a recipe would count on it.
pub(crate) fn decide(
    case: &Case<'_>,
    user: &User<'_>,
    own: &Profile,
    plan: &mut StepPlan,
    problems: &mut Problems,
) -> Result<Step, Failure> {
    let wanted = case.profile;
    let upgrades = own.user_type != wanted.user_type;
    let mut step = Step {
        changes: false,
        upgrades: false,
    };
    if own.id.is_same_id(&wanted.id) {
        return Ok(step);
    }
    if !own.can_become(wanted) {
        let summary = format!(
            "{} has the license `{}`, which Salesforce does not change to `{}`",
            user.username, own.license, wanted.license
        );
        let remedy = format!(
            "Set {{with.profile}} to one of the license `{}`, or {{with.contact}} to one without a user",
            own.license
        );
        let problem = Diagnostic::error("other-license", "/profile", summary);
        problems.unmet(problem.remedy(remedy).rule(UPGRADES));
        return Ok(step);
    }
    if !case.input.change_profile && upgrades {
        let summary = format!(
            "{} has the license `{}`; the profile `{}` brings the license `{}`",
            user.username, own.license, wanted.name, wanted.license
        );
        let remedy = format!(
            "Set {{with.change_profile}} to true to upgrade the license, or {{with.profile}} to one of the license `{}`",
            own.license
        );
        let problem = Diagnostic::error("other-license", "/profile", summary);
        problems.unmet(problem.remedy(remedy).rule(UPGRADES));
        return Ok(step);
    }
    if !case.input.change_profile {
        let summary = format!(
            "{} is there already and keeps the profile `{}` ({})",
            user.username, own.name, own.license
        );
        let remedy = format!(
            "Set {{with.change_profile}} to true to give the user the profile `{}` ({}) instead",
            wanted.name, wanted.license
        );
        plan.note(Diagnostic::info("profile-kept", "/profile", summary).remedy(remedy));
        return Ok(step);
    }
    let mut summary = format!(
        "{} loses the profile `{}` and gets `{}`: pages, fields and sites of the user change",
        user.username, own.name, wanted.name
    );
    if !own.license_id.is_same_id(&wanted.license_id) {
        summary = format!(
            "{summary}, and the license changes from `{}` to `{}`",
            own.license, wanted.license
        );
    }
    let note = Diagnostic::warning("profile-changed", "/profile", summary);
    plan.note(note.rule("docs/salesforce/users.md#profile-and-license"));
    if upgrades {
        plan.notes.extend(assignments(case, user, own)?);
    }
    step.changes = true;
    step.upgrades = upgrades;
    Ok(step)
}

/// Names the permission sets that the user has by the old license.
fn assignments(
    case: &Case<'_>,
    user: &User<'_>,
    own: &Profile,
) -> Result<Option<Diagnostic>, Failure> {
    let found = case.org.find(
        &Lookup::of("PermissionSetAssignment")
            .read(["PermissionSet.Label"])
            .whose("AssigneeId", user.id)
            .whose("PermissionSet.IsOwnedByProfile", false)
            .whose("PermissionSet.LicenseId", &own.license_id),
    )?;
    if found.is_empty() {
        return Ok(None);
    }
    let labels: Result<Vec<&str>, Failure> = found
        .iter()
        .map(|assignment| assignment.text("PermissionSet.Label"))
        .collect();
    let summary = format!(
        "{} has permission sets of the license `{}`, which may go or stand in the way: {}",
        user.username,
        own.license,
        ticked(&labels?)
    );
    let note = Diagnostic::warning("assignments-of-the-license", "/profile", summary)
        .remedy("Assign sets of the new license afterwards; when Salesforce refuses the change, take these away first");
    Ok(Some(note.rule(UPGRADES)))
}

/// The effect of the new license on the user.
pub(crate) fn derived(case: &Case<'_>, user: &User<'_>) -> Effect {
    let fields = Alteration::of("User", user.id).set("UserType", case.profile.user_type.as_str());
    let summary = format!("The user has the license `{}`", case.profile.license);
    Effect::new("derived", summary, Certainty::Certain, fields).because_of("user")
}
