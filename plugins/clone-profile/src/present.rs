//! An existing clone: it gets the two permissions that it needs, and stays as it is otherwise.

use serde_json::json;
use usher_sdk::{Change, Diagnostic, Failure, Org, Problems, StepPlan, UpdateRecord};

use crate::Input;
use crate::seen::Profile;

pub(crate) fn plan(
    input: &Input,
    source: Option<&Profile>,
    there: &Profile,
    mut problems: Problems,
    org: &dyn Org,
) -> Result<StepPlan, Failure> {
    let mut plan = StepPlan::new();
    let another = "Set {with.name} to another name".to_owned();
    there.is_external("/name", another, &mut problems);
    let fits = there.has_license(&input.license);
    if !fits {
        let summary = format!(
            "The profile `{}` is there already, of the license `{}`, and must be of `{}`",
            there.name, there.license, input.license
        );
        problems.unmet(
            Diagnostic::error("other-license", "/name", summary)
                .remedy(
                    "The license of a profile cannot be changed: set {with.name} to another name",
                )
                .rule("Object Reference, Profile, UserLicenseId"),
        );
    }
    match source {
        Some(_) if !fits => {}
        Some(source) if !source.license_id.is_same_id(&there.license_id) => {
            let summary = format!(
                "The profile `{}` is there already, of the license `{}`; `{}` is of `{}`",
                there.name, there.license, source.name, source.license
            );
            let here = match there.of_the_license(org) {
                Some(here) => format!(". {here}"),
                None => String::new(),
            };
            problems.unmet(
                Diagnostic::error("other-license", "/name", summary)
                    .remedy(format!("The license of a profile cannot be changed: set {{with.name}} to another name, or {{with.source}} to a profile of the license `{}`{here}", there.license))
                    .rule("Object Reference, Profile, UserLicenseId"),
            );
        }
        Some(_) => {}
        None => {
            let summary = format!(
                "There is no profile `{}`, from which `{}` is cloned; it is there already, and stays",
                input.source, there.name
            );
            plan.note(Diagnostic::warning("source-not-there", "/source", summary));
        }
    }
    problems.none()?;
    let mut update = UpdateRecord::of("Profile", &there.id);
    let mut what = vec![];
    if input.api_enabled && !there.api_enabled {
        update = update.set("PermissionsApiEnabled", true);
        what.push("tick *API Enabled* (its users get in by APIs)");
    }
    if there.api_only {
        update = update.set("PermissionsApiUserOnly", false);
        what.push("clear *Api Only User*");
    }
    if !what.is_empty() {
        let summary = format!("In the profile `{}` {}", there.name, what.join(" and "));
        plan.change(Change::new("profile", summary, update));
    }
    plan.answer(json!({ "profile_id": there.id, "profile_name": there.name }))
}
