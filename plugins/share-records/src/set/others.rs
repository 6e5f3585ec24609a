//! The other sharing sets of the org: Salesforce takes one profile and object in one set only.

use usher_sdk::{ComponentName, Content, Diagnostic, Failure, Org, Problems, StepPlan};

use crate::SharingSet;
use crate::set::Profile;

/// Sets that are looked at: each takes a read, and a plan has a limited number of them.
const SETS_MAX: usize = 100;

/// Refuses mappings that one of the profiles has in another set.
pub(super) fn check(
    wanted: &SharingSet,
    profiles: &[Profile],
    org: &dyn Org,
    plan: &mut StepPlan,
    problems: &mut Problems,
) -> Result<(), Failure> {
    let listed = org.list_components("SharingSet")?;
    let mut others: Vec<String> = listed.into_iter().map(|one| one.full_name).collect();
    others.retain(|name| !name.eq_ignore_ascii_case(&wanted.name));
    if others.len() > SETS_MAX {
        let summary = format!(
            "Of the org's other sharing sets, {SETS_MAX} were looked at; when one of the rest has the same profile and object, Salesforce refuses this one"
        );
        plan.note(Diagnostic::info("sets-not-read", "/sharing_set", summary));
    }
    for name in others.into_iter().take(SETS_MAX) {
        if let Some(set) = org.read_component(&ComponentName::of("SharingSet", &name), &[])? {
            compare(wanted, profiles, &name, &set, problems)?;
        }
    }
    Ok(())
}

fn compare(
    wanted: &SharingSet,
    profiles: &[Profile],
    name: &str,
    set: &Content,
    problems: &mut Problems,
) -> Result<(), Failure> {
    let named = set.texts("profiles")?;
    let has = |profile: &&Profile| {
        named
            .iter()
            .any(|name| name.eq_ignore_ascii_case(&profile.full_name))
    };
    let Some(profile) = profiles.iter().find(has) else {
        return Ok(());
    };
    for (index, mapping) in wanted.mappings.iter().enumerate() {
        let object = &mapping.object;
        for part in set.parts("accessMappings")? {
            if !part.text("object")?.eq_ignore_ascii_case(object) {
                continue;
            }
            let summary = format!(
                "The sharing set `{name}` shares `{object}` with the profile `{}` already, and a profile has an object in one set only",
                profile.name
            );
            let at = format!("/sharing_set/mappings/{index}/object");
            problems.unmet(
                Diagnostic::error("in-another-set", at, summary)
                    .remedy(format!("Set {{with.sharing_set.name}} to `{name}`, or take the object or the profile out of it in Setup > Digital Experiences > Settings"))
                    .rule("docs/salesforce/sharing.md#sharing-sets"),
            );
        }
    }
    Ok(())
}
