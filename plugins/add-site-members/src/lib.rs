//! Step plugin `add-site-members`: every user with one of these profiles or permission sets is a member of a site.
//!
//! Salesforce makes members of them in the background; a change is done when Salesforce says so. On a live site every
//! new member is mailed at once. Groups that the input does not name stay.

mod named;
mod people;

use serde::Deserialize;
use serde_json::json;
use usher_external_users::without_sites;
use usher_sdk::{
    Alteration, Certainty, Change, CreateRecord, Diagnostic, Effect, Failure, Finding, Lookup, Org,
    Probe, Problems, Scalar, StepPlan, TakeBack, UpdateRecord, Value, Wait,
};

use crate::named::Named;

const RULE: &str = "Object Reference, NetworkMemberGroup, AssignmentStatus";

/// The time that the background work may take. No page says it [inferred].
const ADDING_MS_MAX: u32 = 10 * 60 * 1_000;

/// The input, which follows the schema in `manifest.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    site: String,
    profiles: Vec<String>,
    permission_sets: Vec<String>,
}

/// Plans one site.
///
/// # Errors
///
/// No such site, profile or permission set, or several sets of one name; nothing is named; a group that is just
/// leaving, or that Salesforce failed to add. All such problems at once.
pub fn plan(input: Input, org: &dyn Org) -> Result<StepPlan, Failure> {
    let mut problems = Problems::default();
    let site = Lookup::of("Network")
        .read(["Name", "Status", "OptionsSendWelcomeEmail"])
        .whose("Name", &input.site);
    let sites = org.find(&site).map_err(without_sites)?;
    let named = named::all(&input, org, &mut problems)?;
    let Some(site) = sites.first() else {
        problems.invalid(unknown_site(&input));
        problems.none()?;
        return Err(Failure::Broken("a problem was not told".to_owned()));
    };
    let (site_id, site_name) = (site.id()?, site.text("Name")?);
    let mut plan = StepPlan::new();
    let mut new: Vec<&Named> = vec![];
    let present = org.find(
        &groups(&site_id)
            .read(["ParentId", "AssignmentStatus"])
            .whose_any("ParentId", named.iter().map(|named| &named.id)),
    )?;
    for named in &named {
        let mut standing = Standing::Absent;
        for group in &present {
            if group.value("ParentId")?.is_same_id(&named.id) {
                standing = Standing::of(&group.value("AssignmentStatus")?);
            }
        }
        match standing {
            Standing::Absent => {
                plan.change(add(named, &site_id, site_name));
                plan.effect(added(named));
                new.push(named);
            }
            Standing::Coming => {
                let summary = format!(
                    "Wait until {} is a member of the site `{site_name}`",
                    named.shown()
                );
                let wait = until_added(named, &site_id);
                plan.change(Change::wait_only(named.address(), summary, wait));
            }
            Standing::There => {}
            Standing::Leaving => problems.unmet(leaving(named, site_name)),
            Standing::Failed(status) => problems.unmet(failed(named, site_name, &status)),
        }
    }
    problems.none()?;
    people::announce(site, &new, org, &mut plan)?;
    plan.answer(json!({ "site_id": site_id }))
}

usher_sdk::export!(plan);

/// The state of a group in its site.
enum Standing {
    Absent,
    /// Another user has added it, and Salesforce is working on it.
    Coming,
    There,
    Leaving,
    Failed(String),
}

impl Standing {
    fn of(status: &Value) -> Self {
        match status {
            Value::Text(status) => match status.as_str() {
                "Added" => Self::There,
                "WaitingForAdd" | "AddCalculated" => Self::Coming,
                "WaitingForRemove" | "RemoveCalculated" => Self::Leaving,
                other => Self::Failed(other.to_owned()),
            },
            // An earlier step adds it, and waits for it.
            _ => Self::There,
        }
    }
}

fn add(named: &Named, site: &Value, site_name: &str) -> Change {
    let group = CreateRecord::of("NetworkMemberGroup")
        .set("NetworkId", site)
        .set("ParentId", &named.id)
        .unique(["NetworkId", "ParentId"]);
    let summary = format!("Make {} a member of the site `{site_name}`", named.shown());
    let change = Change::new(named.address(), summary, group);
    let gone = Wait::until(
        format!("Salesforce takes {} away", named.shown()),
        Probe::Records(groups(site).whose("ParentId", &named.id)),
        Finding::Absent,
    );
    // Such a record cannot be deleted; Usher can only ask Salesforce to remove it.
    let leave = UpdateRecord::of("NetworkMemberGroup", change.id())
        .set("AssignmentStatus", "WaitingForRemove");
    change
        .wait(until_added(named, site))
        .undo(TakeBack::instead(leave).wait(gone.every_ms(5_000, ADDING_MS_MAX)))
}

fn added(named: &Named) -> Effect {
    let address = named.address();
    let id = Scalar::bound(&address, "id");
    let status = Alteration::of("NetworkMemberGroup", id).set("AssignmentStatus", "Added");
    let summary = format!("Salesforce adds {} in the background", named.shown());
    Effect::new(
        format!("{address}/added"),
        summary,
        Certainty::Certain,
        status,
    )
    .because_of(address)
    .within_ms(ADDING_MS_MAX)
}

fn until_added(named: &Named, site: &Value) -> Wait {
    let group = groups(site)
        .read(["AssignmentStatus"])
        .whose("ParentId", &named.id);
    Wait::until(
        format!("Salesforce adds {}", named.shown()),
        Probe::Records(group),
        Finding::holds("AssignmentStatus", "Added"),
    )
    .fails_when("AssignmentStatus", ["FailedAdd"])
    .every_ms(5_000, ADDING_MS_MAX)
}

fn groups(site: &Value) -> Lookup {
    Lookup::of("NetworkMemberGroup").whose("NetworkId", site)
}

fn leaving(named: &Named, site: &str) -> Diagnostic {
    let summary = format!("The site `{site}` is just losing {}", named.shown());
    Diagnostic::error("member-leaving", &named.at, summary)
        .remedy("Run it again when Salesforce has taken it away, in some minutes")
        .rule(RULE)
}

fn failed(named: &Named, site: &str, status: &str) -> Diagnostic {
    let summary = format!(
        "Salesforce could not add or remove {} at the site `{site}` ({status})",
        named.shown()
    );
    Diagnostic::error("member-failed", &named.at, summary)
        .remedy("Look at Workspaces > Administration > Members of the site, and add it there; whether an API can try again is not known")
        .rule(RULE)
}

fn unknown_site(input: &Input) -> Diagnostic {
    let summary = format!("There is no site `{}`", input.site);
    Diagnostic::error("unknown-site", "/site", summary)
        .remedy("Compare it with Setup > Digital Experiences > All Sites")
}

#[cfg(test)]
mod tests;
