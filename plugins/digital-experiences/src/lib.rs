//! Step plugin `digital-experiences`: Digital Experiences is on, standard external profiles and partner users are
//! allowed where they are wanted.
//!
//! Turning it on is for good, and everything else can only be set afterwards, in a request of its own. Objects and
//! fields appear with it; they are announced, so that later steps can be planned before it is on.

mod opening;

use serde::Deserialize;
use serde_json::json;
use usher_sdk::{
    Certainty, Change, ConfigureSettings, Diagnostic, Effect, Failure, Finding, Lookup, Org, Probe,
    Record, StepPlan, TakeBack, Undo, Wait,
};

const RULE: &str = "Metadata API, CommunitiesSettings";
const DOMAIN: &str =
    "Set Up Salesforce Contracts Customer Community Plus User, configure a domain name";

/// The time that Salesforce may take until the objects exist, and until a box is read back as ticked. No page says it
/// [inferred]: mostly they come with the answer.
const OPENING_MS_MAX: u32 = 10 * 60 * 1_000;
const READING_BACK_MS_MAX: u32 = 2 * 60 * 1_000;

const NETWORKS: &str = "enableNetworksEnabled";
const STANDARD: &str = "enableOotbProfExtUserOpsEnable";
const PARTNERS: &str = "enableEnablePRM";

/// The input, which follows the schema in `manifest.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    standard_external_profiles: bool,
    partner_users: bool,
}

/// Plans the settings.
///
/// # Errors
///
/// The signed-in user does not see the settings, or this org has none of that name.
pub fn plan(input: Input, org: &dyn Org) -> Result<StepPlan, Failure> {
    let communities = org.get_settings("Communities")?;
    let on = ticked(&communities, NETWORKS)?;
    let mut plan = StepPlan::new();
    if !on {
        plan.change(networks());
    }
    if input.standard_external_profiles && !ticked(&communities, STANDARD)? {
        plan.change(standard_profiles(on));
        plan.note(standard_profiles_are_off());
    }
    if input.partner_users && !ticked(&communities, PARTNERS)? {
        plan.change(partner_users(on));
    }
    opening::announce(on, org, &mut plan)?;
    if !on {
        external_sharing(org, &mut plan)?;
        let summary = "The domain name is not a setting that an API sets; an org with enhanced domains needs none";
        let note = Diagnostic::info("domain-by-hand", "", summary)
            .remedy("Where Setup > Digital Experiences > Settings asks for a domain name, enter it there first")
            .rule(DOMAIN);
        plan.note(note);
    }
    plan.answer(json!({}))
}

usher_sdk::export!(plan);

/// Says whether a box is ticked. A plugin cannot tick a box that this org does not know.
fn ticked(communities: &Record, field: &str) -> Result<bool, Failure> {
    if communities.has(field) {
        return communities.truth(field);
    }
    let summary = format!("The settings of Digital Experiences do not show `{field}`");
    Err(Failure::unmet(
        Diagnostic::error("setting-not-visible", "", summary)
            .remedy("Sign in with a user who may customise the application, or tick it in Setup > Digital Experiences > Settings")
            .rule(RULE),
    ))
}

fn networks() -> Change {
    let there = Wait::until(
        "Digital Experiences comes up",
        Probe::Object("Network".to_owned()),
        Finding::Present,
    );
    let operation = ConfigureSettings::of("Communities").set(NETWORKS, true);
    Change::new("networks", "Turn on Digital Experiences", operation)
        .wait(there.every_ms(5_000, OPENING_MS_MAX))
        .undo(Undo::Impossible(
            "Digital Experiences cannot be turned off again".to_owned(),
        ))
}

fn standard_profiles(on: bool) -> Change {
    let summary =
        "Allow standard external profiles for self-registration, user creation, and login";
    let change = tick("standard-profiles", summary, STANDARD);
    if on { change } else { change.after("networks") }
}

fn standard_profiles_are_off() -> Diagnostic {
    // That security is the reason is [inferred].
    let summary = "Standard external profiles are not allowed in this org: Salesforce turned them off for security. Users of a cloned profile do not need the box";
    Diagnostic::warning("standard-profiles-allowed", "/standard_external_profiles", summary)
        .remedy("Set {with.standard_external_profiles} to false when every external user gets a cloned profile")
        .rule("docs/salesforce/users.md#standard-external-profiles")
}

fn partner_users(on: bool) -> Change {
    // No page says what happens to partner users when they are not allowed any more.
    let partners = Lookup::of("User")
        .whose("UserType", "PowerPartner")
        .whose("IsActive", true);
    let back = TakeBack::restore().only_if(Probe::Records(partners), Finding::Absent);
    let change = tick("partner-users", "Allow partner users", PARTNERS).undo(back);
    if on { change } else { change.after("networks") }
}

/// Ticks a box and reads it back.
fn tick(address: &str, summary: &str, field: &str) -> Change {
    let operation = ConfigureSettings::of("Communities").set(field, true);
    let read_back = Wait::until(
        "The settings show it",
        Probe::Settings("Communities".to_owned()),
        Finding::holds(field, true),
    );
    Change::new(address, summary, operation).wait(read_back.every_ms(5_000, READING_BACK_MS_MAX))
}

/// The org's records get a second default, for external users.
fn external_sharing(org: &dyn Org, plan: &mut StepPlan) -> Result<(), Failure> {
    let field = "enableExternalSharingModel";
    let sharing = org.get_settings("Sharing")?;
    if !sharing.has(field) || sharing.truth(field)? {
        return Ok(());
    }
    let summary =
        "Salesforce turns on the external sharing model: defaults of their own for external users";
    let model = ConfigureSettings::of("Sharing").set(field, true);
    let effect = Effect::new("external-sharing", summary, Certainty::Likely, model);
    plan.effect(
        effect
            .because_of("networks")
            .within_ms(OPENING_MS_MAX)
            .remains("the model stays on"),
    );
    Ok(())
}

#[cfg(test)]
mod tests;
