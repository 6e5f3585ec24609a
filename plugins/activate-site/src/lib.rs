//! Step plugin `activate-site`: a site is published and live, and shows all its settings in Workspaces.
//!
//! Activating mails the members and ends the preview for good, so it comes last, and the plan says both. No field shows
//! that a site was ever published; publishing therefore belongs to the first activation. A site that has been live is
//! not published again: that would show its visitors drafts that another user is working on. A site that is down for
//! maintenance was taken down by a user, or by the undo of a run, and no field shows which. So it goes live only when the
//! input says so.

mod announce;
mod connect;

use serde::Deserialize;
use serde_json::json;
use usher_external_users::{unknown_site, without_sites};
use usher_sdk::{
    Change, Diagnostic, Failure, Finding, Lookup, Org, Probe, Record, ResourcePath, RestRequest,
    Scalar, Source, StepPlan, TakeBack, Undo, UpdateRecord, Value, Wait,
};

const RULE: &str = "Object Reference, Network, Status";

/// The time that Salesforce itself gives the publishing of a site: 15 minutes, and one to report it.
const PUBLISHING_MS_MAX: u32 = 16 * 60 * 1_000;

/// The input, which follows the schema in `manifest.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    site: String,
    from_maintenance: bool,
    show_all_settings: bool,
}

/// Plans one site.
///
/// # Errors
///
/// There is no such site, it is down for maintenance and the input does not bring it back, or Digital Experiences is
/// off.
pub fn plan(input: Input, org: &dyn Org) -> Result<StepPlan, Failure> {
    if input.site.trim().is_empty() {
        return Err(Failure::invalid(not_named()));
    }
    let site = Site::find(&input, org)?;
    if site.status == "DownForMaintenance" && !input.from_maintenance {
        return Err(Failure::unmet(down(&site)));
    }
    let goes_live = site.status != "Live";
    let shown = match goes_live {
        true => connect::Shown::read(&site, org)?,
        false => connect::Shown::default(),
    };
    let mut plan = StepPlan::new();
    if goes_live && !site.has_been_live {
        if shown.has_pages() {
            plan.change(publish(&site));
        } else {
            plan.note(shown.nothing_to_publish(&site));
        }
    }
    if input.show_all_settings && !site.shows_all_settings {
        plan.change(Change::new(
            "all-settings",
            format!(
                "Show all settings of the site `{}` in Workspaces",
                site.name
            ),
            site.update().set("OptionsShowAllNetworkSettings", true),
        ));
    }
    if goes_live {
        let change = activate(&site);
        plan.change(if plan.has("publish") {
            change.after("publish")
        } else {
            change
        });
        announce::announce(&site, org, &mut plan)?;
        announce::warn_of_runner(&site, org, &mut plan)?;
        if let Some(address) = shown.login_address(&site) {
            plan.note(address);
        }
    }
    plan.answer(json!({ "site_id": site.id }))
}

usher_sdk::export!(plan);

/// A recipe passes an empty text for an input that is not given.
fn not_named() -> Diagnostic {
    Diagnostic::error("site-not-given", "/site", "A site that goes live must be named, and {with.site} is empty")
        .remedy("Set {with.site} to the name of a site, as Setup > Digital Experiences > All Sites shows it; or let no site go live")
        .rule(RULE)
}

struct Site {
    id: Value,
    name: String,
    /// `Live`, `DownForMaintenance` or `UnderConstruction`.
    status: String,
    has_been_live: bool,
    /// False when it is not known, because Usher sends nothing that is so already.
    shows_all_settings: bool,
    sends_welcome_mail: bool,
}

impl Site {
    fn find(input: &Input, org: &dyn Org) -> Result<Self, Failure> {
        let site = Lookup::of("Network")
            .read(["Name", "Status", "FirstActivationDate"])
            .read(["OptionsShowAllNetworkSettings", "OptionsSendWelcomeEmail"])
            .whose("Name", &input.site);
        let sites = org.find(&site).map_err(without_sites)?;
        let Some(site) = sites.first() else {
            return Err(Failure::invalid(unknown_site(
                &input.site,
                "Set {with.site}",
                org,
            )));
        };
        Self::of(site)
    }

    fn of(site: &Record) -> Result<Self, Failure> {
        Ok(Self {
            id: site.id()?,
            name: site.text("Name")?.to_owned(),
            status: site.text("Status")?.to_owned(),
            // A site that is only planned has no known date, and has not been live.
            has_been_live: matches!(site.value("FirstActivationDate")?, Value::Text(_)),
            shows_all_settings: site.value("OptionsShowAllNetworkSettings")? == Value::Truth(true),
            sends_welcome_mail: site.value("OptionsSendWelcomeEmail")? != Value::Truth(false),
        })
    }

    fn update(&self) -> UpdateRecord {
        UpdateRecord::of("Network", &self.id)
    }
}

fn down(site: &Site) -> Diagnostic {
    let summary = format!(
        "The site `{}` is down for maintenance: a user or the undo of a run took it down, and activating it lets its visitors in again",
        site.name
    );
    Diagnostic::error("site-is-down", "/site", summary)
        .remedy("Set {with.from_maintenance} to true when the site shall be open again; else activate nothing until it is back")
        .rule(RULE)
}

fn publish(site: &Site) -> Change {
    let path = ResourcePath::of(["connect", "communities"])
        .then(&site.id)
        .then("publish");
    let job =
        ResourcePath::of(["sobjects", "BackgroundOperation"]).then(Scalar::bound("publish", "job"));
    let wait = Wait::until(
        "Salesforce publishes the site",
        Probe::Rest(job),
        Finding::holds("/Status", "Complete"),
    )
    .fails_when("/Status", ["Error", "Canceled"])
    .reason_at("/Error")
    .every_ms(5_000, PUBLISHING_MS_MAX);
    let summary = format!("Publish the site `{}`", site.name);
    Change::new("publish", summary, RestRequest::post(path).safe())
        .bind("job", Source::Reply("/jobId".to_owned()))
        .wait(wait)
        .undo(Undo::Nothing)
}

fn activate(site: &Site) -> Change {
    let summary = format!("Activate the site `{}`", site.name);
    let change = Change::new("live", summary, site.update().set("Status", "Live"));
    match site.status.as_str() {
        "DownForMaintenance" => change,
        _ => {
            let down = site.update().set("Status", "DownForMaintenance");
            let stays = "the site is down for maintenance, and goes live again only when an apply says so; under construction cannot come back";
            change.undo(TakeBack::instead(down).stays(stays))
        }
    }
}

#[cfg(test)]
mod tests;
