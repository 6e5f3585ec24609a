//! A new clone: the contents of the source, under another name.

use serde_json::json;
use usher_sdk::{
    Appearance, Certainty, Change, ComponentName, Content, DeployComponents, Diagnostic, Effect,
    Failure, Lookup, Org, Probe, Problems, ReadError, Source, StepPlan,
};

use crate::seen::Profile;
use crate::{Input, PARTNER_RULE};

/// Plans it; a missing source is among the problems already.
pub(crate) fn plan(
    input: &Input,
    source: Option<&Profile>,
    mut problems: Problems,
    org: &dyn Org,
) -> Result<StepPlan, Failure> {
    if let Some(source) = source {
        source.is_external("/source", &mut problems);
    }
    problems.none()?;
    let source = source.ok_or_else(|| Failure::Broken("no source, and no problem".to_owned()))?;
    let mut plan = StepPlan::new();
    restricted(org, &mut plan)?;
    if source.api_only {
        let summary = format!(
            "`{}` is for users who work through APIs only, who cannot enter a site; the clone is not",
            source.name
        );
        plan.note(Diagnostic::info("api-only-cleared", "/source", summary).rule(PARTNER_RULE));
    }
    let content = content(input, source, org)?;
    let name = ComponentName::of("Profile", &input.name);
    let itself = Probe::Records(Lookup::of("Profile").whose("Name", &input.name));
    let summary = format!(
        "Clone the profile `{}` (license `{}`) as `{}`",
        source.name, source.license, input.name
    );
    let change = Change::new("profile", summary, DeployComponents::of(name, &content))
        .bind("id", Source::found(itself, "Id"));
    let id = change.id();
    plan.change(change);
    let appearance = Appearance::of("Profile")
        .set("Name", &input.name)
        .set("UserLicenseId", &source.license_id)
        .set("UserType", &source.user_type)
        .set(
            "PermissionsApiEnabled",
            input.api_enabled || source.api_enabled,
        )
        .set("PermissionsApiUserOnly", false)
        .found_by(["Name"])
        .id(id.clone());
    let summary = format!("The profile `{}` can be given to users", input.name);
    let effect = Effect::new("there", summary, Certainty::Certain, appearance);
    plan.effect(effect.because_of("profile"));
    plan.answer(json!({ "profile_id": id, "profile_name": input.name }))
}

/// The contents of the source, with the permissions that a clone for external users needs. Permissions that are not
/// named in it are not granted: a new profile of an external license begins with those that the license requires
/// [inferred].
fn content(input: &Input, source: &Profile, org: &dyn Org) -> Result<Content, Failure> {
    let listed = org.list_components("Profile")?;
    // The full name of a standard profile is not its label (Metadata API, Profile).
    let listed = listed.into_iter().find(|one| one.id.is_same_id(&source.id));
    let content = match listed {
        Some(one) => org.read_component(&ComponentName::of("Profile", one.full_name), &[])?,
        None => None,
    };
    let Some(content) = content else {
        let summary = format!("What the profile `{}` holds cannot be read", source.name);
        return Err(Failure::unmet(
            Diagnostic::error("profile-not-read", "/source", summary)
                .remedy("Sign in as a user with Modify Metadata Through Metadata API Functions and View Setup and Configuration")
                .rule("Metadata API, Profile"),
        ));
    };
    let permission =
        |name: &str, enabled: bool| Content::new().set("name", name).set("enabled", enabled);
    let mut content = content.without("fullName").set("custom", true).put(
        "userPermissions",
        "name",
        permission("ApiUserOnly", false),
    );
    if content.text("userLicense")?.is_empty() {
        content = content.set("userLicense", &source.license);
    }
    if input.api_enabled {
        content = content.put("userPermissions", "name", permission("ApiEnabled", true));
    }
    Ok(content)
}

/// Reports that the org lets clones have less than their source.
fn restricted(org: &dyn Org, plan: &mut StepPlan) -> Result<(), Failure> {
    let settings = match org.get_settings("UserManagement") {
        Ok(settings) => settings,
        // An org that refuses may have no such setting.
        Err(ReadError::Refused(_)) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    let field = "restrictedProfileCloning";
    if settings.has(field) && settings.truth(field)? {
        let summary = "This org restricts profile cloning: the clone may get only those of the source's permissions that the org may give";
        plan.note(
            Diagnostic::warning("cloning-restricted", "/source", summary)
                .rule("Metadata API, UserManagementSettings, restrictedProfileCloning"),
        );
    }
    Ok(())
}
