//! Step plugin `create-site`: the org has a site of this name, made from a template that the org lists.
//!
//! Salesforce makes sites in the background, for minutes, and only through one REST call that makes no record. It
//! refuses a second site of one name, also while the first is still being made; so after a lost answer Usher looks for
//! the site by its name. No site can be deleted, and the change's undo says so.

mod templates;
mod url;

use serde::Deserialize;
use serde_json::json;
use usher_sdk::{
    Appearance, Certainty, Change, Consequence, Diagnostic, Effect, Failure, Finding, Lookup, Org,
    Probe, Problems, ReadError, Record, ResourcePath, RestRequest, Scalar, Source, StepPlan,
    TakeBack, UpdateRecord, Value, Wait,
};

const RULE: &str = "Connect REST API, Communities, create";

/// The time that Salesforce itself gives the making of a site: 10 minutes, and one to report it.
const CREATING_MS_MAX: u32 = 11 * 60 * 1_000;

/// The input, which follows the schema in `manifest.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    name: String,
    url: String,
    template: String,
}

/// Plans one site.
///
/// # Errors
///
/// Another site has the URL, the org does not list the template, Digital Experiences is off. Problems that can be seen
/// together are reported together.
pub fn plan(input: Input, org: &dyn Org) -> Result<StepPlan, Failure> {
    let site = || Lookup::of("Network").read(["Name", "UrlPathPrefix"]);
    let reads = [
        site().whose("Name", &input.name),
        site().whose_any("UrlPathPrefix", url::prefixes(&input.url)),
        Lookup::of("User")
            .read(["Profile.Name"])
            .whose("Id", org.who().user_id),
    ];
    let [by_name, by_url, creator] = org.find_each(reads).map_err(without_sites)?;
    if let Some(site) = by_name.first() {
        return keep(&input, site, org);
    }
    let mut problems = Problems::default();
    let mut plan = StepPlan::new();
    url::check(&input, &mut problems);
    plan.notes.extend(url::reserved(&input));
    if let Some(other) = by_url.first() {
        problems.invalid(url::in_use(&input, other)?);
    }
    let template = templates::listed(&input, org, &mut plan, &mut problems)?;
    problems.none()?;

    plan.change(create(&input, &template));
    plan.effect(appears(&input));
    plan.effect(url::effect(&input, &template));
    plan.effect(creator_joins(&input, creator.first(), org)?);
    templates::warn(&input, &template, &mut plan);
    plan.answer(json!({ "site_id": Scalar::bound("site", "id"), "site": input.name }))
}

usher_sdk::export!(plan);

/// An existing site stays as it is; differences are reported.
fn keep(input: &Input, site: &Record, org: &dyn Org) -> Result<StepPlan, Failure> {
    let mut plan = StepPlan::new();
    let (id, name) = (site.id()?, site.text("Name")?);
    if let Value::Text(_) | Value::Nothing = site.value("UrlPathPrefix")? {
        let url = site.text("UrlPathPrefix")?;
        if !url::is_of(&input.url, url) {
            let summary = format!("The site `{name}` is there and keeps the URL `{url}`");
            plan.note(Diagnostic::warning("url-kept", "/url", summary));
        }
    }
    if let Some(template) = templates::of_site(&id, org)?
        && template.to_lowercase() != input.template.to_lowercase()
    {
        let summary = format!(
            "The site `{name}` is there and was made from `{template}`, which cannot be changed"
        );
        plan.note(Diagnostic::warning("template-kept", "/template", summary));
    }
    plan.answer(json!({ "site_id": id, "site": name }))
}

fn create(input: &Input, template: &str) -> Change {
    let by_name = Probe::Records(Lookup::of("Network").whose("Name", &input.name));
    let request = RestRequest::post(ResourcePath::of(["connect", "communities"]))
        .json(json!({ "name": input.name, "urlPathPrefix": input.url, "templateName": template }))
        .unless_found(by_name.clone());
    let job =
        ResourcePath::of(["sobjects", "BackgroundOperation"]).then(Scalar::bound("site", "job"));
    let job = Wait::until(
        "Salesforce makes the site; a URL that Salesforce reserves is one cause of a failure",
        Probe::Rest(job),
        Finding::holds("/Status", "Complete"),
    );
    let there = Wait::until("The site is there", by_name.clone(), Finding::Present);
    let offline = UpdateRecord::of("Network", Scalar::bound("site", "id"))
        .set("Status", "DownForMaintenance");
    let summary = format!(
        "Make the site `{}` from the template `{template}`",
        input.name
    );
    Change::new("site", summary, request)
        .bind("job", Source::Reply("/jobId".to_owned()))
        .wait(
            job.fails_when("/Status", ["Error", "Canceled"])
                .reason_at("/Error")
                .every_ms(5_000, CREATING_MS_MAX),
        )
        .wait(there.every_ms(5_000, CREATING_MS_MAX))
        .bind("id", Source::found(by_name, "Id"))
        .undo(
            TakeBack::instead(offline)
                .stays("the site stays, down for maintenance; sites cannot be deleted"),
        )
}

fn appears(input: &Input) -> Effect {
    let site = Appearance::of("Network")
        .set("Name", &input.name)
        .set("Status", "UnderConstruction")
        .found_by(["Name"])
        .id(Scalar::bound("site", "id"));
    let summary = format!(
        "The site `{}` is under construction: only users who build it can enter",
        input.name
    );
    Effect::new("network", summary, Certainty::Certain, site).because_of("site")
}

/// The users who have the profile of who makes the site are members from the beginning
/// (docs/salesforce/sites.md#members).
fn creator_joins(
    input: &Input,
    creator: Option<&Record>,
    org: &dyn Org,
) -> Result<Effect, Failure> {
    let username = org.who().username;
    let profile = match creator {
        Some(user) => user.text("Profile.Name")?,
        None => "",
    };
    let profile = match profile {
        "" => format!("The profile of {username}"),
        profile => format!("The profile `{profile}` of {username}"),
    };
    let summary = format!(
        "{profile} is a member of the site `{}` from the beginning: its users get the mail of the activation, too",
        input.name
    );
    let effect = Effect::new("creator", summary, Certainty::Likely, Consequence::Other);
    Ok(effect.because_of("site"))
}

/// Explains the error of an org without Digital Experiences, which does not have the object.
fn without_sites(error: ReadError) -> Failure {
    match error {
        ReadError::Refused(refusal) if refusal.code == "INVALID_TYPE" => Failure::unmet(
            Diagnostic::error(
                "digital-experiences-off",
                "",
                "This org has no sites: Digital Experiences is off, or the signed-in user may not see them",
            )
            .remedy("Turn it on first: step `digital-experiences`, or Setup > Digital Experiences > Settings"),
        ),
        error => error.into(),
    }
}

#[cfg(test)]
mod tests;
