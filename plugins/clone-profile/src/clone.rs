//! A new clone: the contents of the source, under another name.

use serde_json::json;
use usher_external_users::{EXTERNAL, labels};
use usher_sdk::{
    Appearance, Certainty, Change, ComponentName, Content, DeployComponents, Diagnostic, Effect,
    Failure, Lookup, Org, Probe, Problems, ReadError, Scalar, Source, StepPlan,
};

use crate::content::{self, Unread};
use crate::seen::Profile;
use crate::{Input, PARTNER_RULE, Way, records};

/// Plans it; a missing source is among the problems already.
pub(crate) fn plan(
    input: &Input,
    source: Option<&Profile>,
    mut problems: Problems,
    org: &dyn Org,
) -> Result<StepPlan, Failure> {
    if let Some(source) = source {
        let here = match labels(EXTERNAL, &[], |_| true, org) {
            Some(here) => format!(". {here}"),
            None => String::new(),
        };
        let remedy =
            format!("Set {{with.source}} to a profile of a customer or partner license{here}");
        source.is_external("/source", remedy, &mut problems);
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
    let content = match input.way {
        Way::Records => None,
        Way::Auto | Way::Deploy => Some(content::of(source, org)?),
    };
    let id = match content {
        Some(Ok(content)) => deploy(input, source, content, org, &mut plan)?,
        Some(Err(unread)) if input.way == Way::Deploy => {
            return Err(Failure::unmet(not_read(source, &unread)));
        }
        Some(Err(unread)) => records::plan(input, source, Some(&unread), org, &mut plan)?,
        None => records::plan(input, source, None, org, &mut plan)?,
    };
    plan.answer(json!({ "profile_id": id, "profile_name": input.name }))
}

/// By a deployment. Returns the id of the clone.
fn deploy(
    input: &Input,
    source: &Profile,
    content: Content,
    org: &dyn Org,
    plan: &mut StepPlan,
) -> Result<Scalar, Failure> {
    let content = content::cloned(content, input, source, org, plan)?;
    let name = ComponentName::of("Profile", &input.name);
    let itself = Probe::Records(Lookup::of("Profile").whose("Name", &input.name));
    let summary = format!(
        "Clone the profile `{}` (license `{}`) as `{}`{}",
        source.name,
        source.license,
        input.name,
        source.api_in_words(input)
    );
    let change = Change::new("profile", summary, DeployComponents::of(name, &content))
        .bind("id", Source::found(itself, "Id"));
    let id = change.id();
    plan.change(change);
    let appearance = Appearance::of("Profile")
        .set("Name", &input.name)
        .set("UserLicenseId", &source.license_id)
        .set("UserType", &source.user_type)
        .set("PermissionsApiEnabled", source.gets_api(input))
        .set("PermissionsApiUserOnly", false)
        .found_by(["Name"])
        .id(id.clone());
    let summary = format!("The profile `{}` can be given to users", input.name);
    let effect = Effect::new("there", summary, Certainty::Certain, appearance);
    plan.effect(effect.because_of("profile"));
    Ok(id)
}

impl Profile {
    /// Says whether a clone of it has *API Enabled*.
    pub(crate) fn gets_api(&self, input: &Input) -> bool {
        input.api_enabled || self.api_enabled
    }

    /// Says in the summary of the change that the users get in by APIs.
    pub(crate) fn api_in_words(&self, input: &Input) -> &'static str {
        match (input.api_enabled, self.api_enabled) {
            (true, _) => ", with *API Enabled*: its users get in by APIs",
            (false, true) => ", with *API Enabled* as in the source: its users get in by APIs",
            (false, false) => "",
        }
    }
}

fn not_read(source: &Profile, unread: &Unread) -> Diagnostic {
    let summary = format!(
        "What the profile `{}` holds cannot be read: {}",
        source.name, unread.why
    );
    Diagnostic::error("profile-not-read", "/source", summary)
        .remedy("Sign in as a user with Modify Metadata Through Metadata API Functions and View Setup and Configuration; or set {with.way} to `records`, or {with.source} to a smaller profile")
        .rule("Metadata API, Profile")
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
