//! Jobs: making and publishing sites, adding and removing member groups. `background` decides when they go on.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::clock;
use crate::members::{self, Scope};
use crate::refusal::Outcome;
use crate::row::{Row, text};
use crate::schema::{Object, object};
use crate::site;
use crate::stamp;
use crate::tenant::Tenant;

/// From being asked for to each stage [inferred: the platform's own pace is minutes].
const STARTS_MS: i64 = 1_000;
const SITE_APPEARS_MS: i64 = 2_000;
const SITE_READY_MS: i64 = 4_000;
const PUBLISHED_MS: i64 = 3_000;
const CALCULATED_MS: i64 = 1_000;
const GROUP_READY_MS: i64 = 2_000;

/// Finished jobs are removed after a day (docs/salesforce/sites.md#jobs).
const KEPT_MS: i64 = 86_400_000;

/// A job as it is kept, as JSON, beside its row.
#[derive(Debug, Deserialize, Serialize)]
struct Kept {
    task: Task,
    /// It will end in `Error`: a fault that was asked for.
    fails: bool,
}

/// The work of a job.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) enum Task {
    Create(NewSite),
    Publish { network_id: String },
}

/// A site as it was asked for.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct NewSite {
    pub(crate) name: String,
    pub(crate) prefix: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) template: String,
    /// Once it has appeared.
    pub(crate) network_id: Option<String>,
}

/// Starts a job and says its id.
pub(crate) fn start(org: &Tenant<'_>, task: Task) -> Outcome<String> {
    let jobs = jobs();
    let id = org.next_id(jobs)?;
    // Ten minutes to make a site, fifteen to publish it (docs/salesforce/sites.md#jobs).
    let (kind, minutes) = match &task {
        Task::Create(_) => ("SiteTaskCreate", 10),
        Task::Publish { .. } => ("SiteTaskPublish", 15),
    };
    let reserved = match &task {
        Task::Create(site) => site.prefix.as_deref().is_some_and(site::is_reserved),
        Task::Publish { .. } => false,
    };
    let kept = Kept {
        task,
        fails: org.in_flight.fails_job() || reserved,
    };
    let mut row = crate::row::blank(jobs);
    row.extend([
        ("Id", Value::from(id.as_str())),
        ("Name", Value::from(kind)),
        ("Type", Value::from(kind)),
        ("SubmittedAt", Value::from(stamp::date_time(org.now_ms))),
        ("Timeout", Value::from(minutes * 60_000)),
        ("PracticeTask", Value::from(written(&kept))),
        ("PracticeSubmittedMs", Value::from(clock::now_ms(org)?)),
    ]);
    org.insert(jobs, &row)?;
    Ok(id)
}

/// Returns the sites that are being made and have not appeared. Their names are taken
/// (docs/salesforce/sites.md#names-and-addresses).
pub(crate) fn sites_to_come(org: &Tenant<'_>) -> Outcome<Vec<NewSite>> {
    let mut sites = Vec::new();
    for job in unfinished_jobs(org)? {
        if let Some(Kept {
            task: Task::Create(site),
            ..
        }) = read(&job)
            && site.network_id.is_none()
        {
            sites.push(site);
        }
    }
    Ok(sites)
}

/// Says whether a job or a member group is under way, or a finished job is due to be removed.
pub(crate) fn is_any_open(org: &Tenant<'_>) -> Outcome<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM \"BackgroundOperation\" WHERE \"Status\" IN ('New', 'Running') OR \"PracticeSubmittedMs\" < ?) OR EXISTS (SELECT 1 FROM \"NetworkMemberGroup\" WHERE \"AssignmentStatus\" NOT IN ('Added', 'FailedAdd'))";
    let forgotten = clock::now_ms(org)? - KEPT_MS;
    Ok(org
        .db
        .prepare_cached(sql)?
        .query_row([forgotten], |row| row.get(0))?)
}

/// Carries out what is due.
pub(crate) fn advance(org: &Tenant<'_>, now: i64) -> Outcome<()> {
    for job in unfinished_jobs(org)? {
        advance_job(org, &job, now)?;
    }
    for group in org.rows(groups(), &[])? {
        advance_group(org, &group, now)?;
    }
    let sql = "DELETE FROM \"BackgroundOperation\" WHERE \"Status\" IN ('Complete', 'Error') AND \"PracticeSubmittedMs\" < ?";
    org.db.prepare_cached(sql)?.execute([now - KEPT_MS])?;
    Ok(())
}

fn advance_job(org: &Tenant<'_>, job: &Row, now: i64) -> Outcome<()> {
    let Some(mut kept) = read(job) else {
        return Ok(());
    };
    let id = text(job, "Id");
    let submitted = job
        .get("PracticeSubmittedMs")
        .and_then(Value::as_i64)
        .unwrap_or_default();
    let elapsed = now - submitted;
    let at = Value::from(stamp::date_time(org.now_ms));
    if elapsed >= STARTS_MS && text(job, "Status") == "New" {
        org.set(
            jobs(),
            id,
            &[
                ("Status", Value::from("Running")),
                ("StartedAt", at.clone()),
            ],
        )?;
    }
    let fails = kept.fails || org.is_on("practice.siteJobsFail")?;
    if let Task::Create(site) = &mut kept.task
        && elapsed >= SITE_APPEARS_MS
        && site.network_id.is_none()
        && !fails
    {
        site.network_id = Some(make_site(org, site, text(job, "CreatedById"))?);
        org.set(jobs(), id, &[("PracticeTask", Value::from(written(&kept)))])?;
    }
    let ready = match kept.task {
        Task::Create(_) => SITE_READY_MS,
        Task::Publish { .. } => PUBLISHED_MS,
    };
    if elapsed < ready {
        return Ok(());
    }
    if let (Task::Publish { network_id }, false) = (&kept.task, fails) {
        org.set(
            networks(),
            network_id,
            &[("PracticePublishedDate", at.clone())],
        )?;
    }
    let (status, error) = match fails {
        true => ("Error", Value::from(failure(&kept.task))),
        false => ("Complete", Value::Null),
    };
    let expires = Value::from(stamp::date_time(org.now_ms + KEPT_MS));
    let end = [
        ("Status", Value::from(status)),
        ("Error", error),
        ("FinishedAt", at),
        ("ExpiresAt", expires),
    ];
    org.set(jobs(), id, &end)
}

fn failure(task: &Task) -> &'static str {
    match task {
        // [inferred] That the job fails, and the text.
        Task::Create(site) if site.prefix.as_deref().is_some_and(site::is_reserved) => {
            "The URL of the site is reserved"
        }
        _ => "The site job failed because the practice org was told to let it fail",
    }
}

/// Moves a group on: waiting → calculated → added or failed, or gone (docs/salesforce/sites.md#member-groups).
fn advance_group(org: &Tenant<'_>, group: &Row, now: i64) -> Outcome<()> {
    let (id, network_id) = (text(group, "Id"), text(group, "NetworkId"));
    let changed = group
        .get("PracticeChangedMs")
        .and_then(Value::as_i64)
        .unwrap_or_default();
    let elapsed = now - changed;
    let status = text(group, "AssignmentStatus");
    let fails = org.is_on("practice.memberGroupsFail")?;
    let next = match status {
        "WaitingForAdd" | "AddCalculated" if elapsed >= GROUP_READY_MS && fails => "FailedAdd",
        "WaitingForAdd" | "AddCalculated" if elapsed >= GROUP_READY_MS => "Added",
        "WaitingForAdd" if elapsed >= CALCULATED_MS => "AddCalculated",
        "WaitingForRemove" | "RemoveCalculated" if elapsed >= GROUP_READY_MS => {
            org.remove(groups(), &[("Id", Value::from(id))])?;
            return members::refresh(org, Scope::Network(network_id));
        }
        "WaitingForRemove" if elapsed >= CALCULATED_MS => "RemoveCalculated",
        _ => return Ok(()),
    };
    org.set(groups(), id, &[("AssignmentStatus", Value::from(next))])?;
    members::refresh(org, Scope::Network(network_id))
}

/// Makes the row of a new site: in preview, with the user who asked for it as the sender
/// (docs/salesforce/sites.md#making-a-site).
fn make_site(org: &Tenant<'_>, site: &NewSite, creator_id: &str) -> Outcome<String> {
    let networks = networks();
    let id = org.next_id(networks)?;
    let users = object("User").expect("the schema has it");
    let sender = org.row(users, creator_id)?.unwrap_or_default();
    let mut row = crate::row::blank(networks);
    row.extend([
        ("Id", Value::from(id.as_str())),
        ("Name", Value::from(site.name.as_str())),
        ("Description", Value::from(site.description.clone())),
        (
            "UrlPathPrefix",
            Value::from(
                site.prefix
                    .as_ref()
                    .map(|prefix| site::kept_prefix(&site.template, prefix)),
            ),
        ),
        ("EmailSenderName", Value::from(site.name.as_str())),
        (
            "EmailSenderAddress",
            sender.get("Email").cloned().unwrap_or_default(),
        ),
        ("PracticeTemplate", Value::from(site.template.as_str())),
    ]);
    org.insert(networks, &row)?;
    site::join_creator(org, &id, &sender)?;
    Ok(id)
}

fn unfinished_jobs(org: &Tenant<'_>) -> Outcome<Vec<Row>> {
    let mut unfinished = Vec::new();
    for status in ["New", "Running"] {
        unfinished.extend(org.rows(jobs(), &[("Status", Value::from(status))])?);
    }
    unfinished.sort_by(|a, b| text(a, "Id").cmp(text(b, "Id")));
    Ok(unfinished)
}

fn read(job: &Row) -> Option<Kept> {
    serde_json::from_str(text(job, "PracticeTask")).ok()
}

fn written(kept: &Kept) -> String {
    serde_json::to_string(kept).expect("texts become JSON")
}

fn jobs() -> &'static Object {
    object("BackgroundOperation").expect("the schema has it")
}

fn networks() -> &'static Object {
    object("Network").expect("the schema has it")
}

fn groups() -> &'static Object {
    object("NetworkMemberGroup").expect("the schema has it")
}
