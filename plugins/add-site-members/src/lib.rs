//! Step plugin `add-site-members`: every user with one of these profiles or permission sets is a member of a site.
//!
//! Salesforce makes members of them in the background; a change is done when Salesforce says so. On a live site every
//! new member is mailed at once. Groups that the input does not name stay. The input may also ask for a look only.

mod named;
mod people;

use serde::Deserialize;
use serde_json::json;
use usher_external_users::{Visitor, unknown_site, without_sites};
use usher_sdk::{
    Alteration, Certainty, Change, CreateRecord, Diagnostic, Effect, Failure, Finding, Lookup, Org,
    Probe, Problems, Record, Scalar, StepPlan, TakeBack, UpdateRecord, Value, Wait, ticked,
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
    add: bool,
    #[serde(default)]
    unless: Option<Unless>,
}

/// A user who may enter by another way.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unless {
    contact: Value,
    #[serde(default)]
    permission_sets: Vec<String>,
}

/// Plans one site.
///
/// # Errors
///
/// No such site, profile or permission set, or several sets of one name; nothing is named; a group that is just
/// leaving, that Salesforce failed to add, or that is missing where the input asks for a look only. All such problems at
/// once.
pub fn plan(input: Input, org: &dyn Org) -> Result<StepPlan, Failure> {
    let mut problems = Problems::default();
    let site = Lookup::of("Network")
        .read(["Name", "Status", "OptionsSendWelcomeEmail"])
        .whose("Name", &input.site);
    let sites = org.find(&site).map_err(without_sites)?;
    let named = named::all(&input, org, &mut problems)?;
    let Some(site) = sites.first() else {
        problems.invalid(unknown_site(&input.site, "Set {with.site}", org));
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
    let let_in = !input.add && let_in(&input, &site_id, org)?;
    for named in &named {
        let mut standing = Standing::Absent;
        for group in &present {
            if group.value("ParentId")?.is_same_id(&named.id) {
                standing = Standing::of(&group.value("AssignmentStatus")?);
            }
        }
        match standing {
            Standing::Absent if let_in => {}
            Standing::Absent if !input.add => {
                problems.unmet(missing(named, &site_id, site_name, org));
            }
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

/// Says whether the user of the contact may enter the site, whatever the input names as members.
fn let_in(input: &Input, site: &Value, org: &dyn Org) -> Result<bool, Failure> {
    let Some(unless) = &input.unless else {
        return Ok(false);
    };
    let contact = Some(&unless.contact).filter(|id| id.may_be_id("003"));
    let users = Lookup::of("User")
        .whose_any("ContactId", contact)
        .whose("IsActive", true);
    let users = org.find(&users)?;
    let user = users.first().map(Record::id).transpose()?;
    let visitor = Visitor {
        user: user.as_ref(),
        keeps_profile: true,
        sets: &unless.permission_sets,
    };
    visitor.may_enter(site, org)
}

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

fn missing(named: &Named, site: &Value, site_name: &str, org: &dyn Org) -> Diagnostic {
    let members = match profiles_of(site, org) {
        Some(members) => format!(" {members}."),
        None => String::new(),
    };
    let summary = format!(
        "The site `{site_name}` does not have {} as a member",
        named.shown()
    );
    Diagnostic::error("not-a-member", &named.at, summary)
        .remedy(format!(
            "Set {{with.add}} to true to add it, or choose another profile or site.{members}"
        ))
        .rule("Object Reference, NetworkMemberGroup")
}

/// "Its profiles are `A` and `B`": the profiles that are members of the site. None when there is none, or when the org
/// does not answer.
fn profiles_of(site: &Value, org: &dyn Org) -> Option<String> {
    let present = org.find(&groups(site).read(["ParentId"])).ok()?;
    let mut parents = vec![];
    for group in &present {
        parents.extend(group.value("ParentId").ok());
    }
    parents.retain(|parent| parent.may_be_id("00e"));
    let profiles = Lookup::of("Profile")
        .read(["Name"])
        .whose_any("Id", parents);
    let profiles = org.find(&profiles).ok()?;
    let names: Vec<&str> = profiles
        .iter()
        .filter_map(|one| one.text("Name").ok())
        .collect();
    match names.as_slice() {
        [] => None,
        [one] => Some(format!("Its only profile is `{one}`")),
        several => Some(format!("Its profiles are {}", ticked(several))),
    }
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

#[cfg(test)]
mod tests;
