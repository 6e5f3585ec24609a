//! Deployments: a package becomes components, in the background and in one transaction
//! (docs/salesforce/metadata.md#deploy-options). Pending → InProgress → Succeeded, SucceededPartial or Failed.

mod options;
mod order;
mod package;
mod quick;
mod result;
mod unzip;

use serde_json::Value;

use crate::clock;
use crate::metadata;
use crate::refusal::{Outcome, Refusal};
use crate::tenant::Tenant;
use crate::tenant::duplicate_header::DuplicateHeader;

use package::{Item, Package};

pub(crate) use options::Options;
pub(crate) use quick::{cancel, deploy_validated};
pub(crate) use result::{Deployment, Message, Report};

/// The prefix of deployment ids (docs/salesforce/metadata.md#deployments-over-rest).
const PREFIX: &str = "0Af";

/// From being asked for to each stage \[inferred: the platform's own pace is seconds to minutes\].
const STARTS_MS: i64 = 1_000;
const DONE_MS: i64 = 2_000;

/// Takes a package in and says the deployment's id.
///
/// # Errors
///
/// The bytes are not a zip. The deployment reports mistakes in its files.
pub(crate) fn start(org: &Tenant<'_>, options: &Options, zip: &[u8]) -> Outcome<String> {
    submit(org, options, &package::read(zip)?)
}

fn submit(org: &Tenant<'_>, options: &Options, package: &Package) -> Outcome<String> {
    let id = org.next_id_of("DeployRequest", PREFIX)?;
    let sql = "INSERT INTO practice_deployment VALUES (?, ?, ?, ?, ?, NULL)";
    let submitted = clock::now_ms(org)?.to_string();
    org.db.prepare_cached(sql)?.execute([
        &id,
        &submitted,
        &org.user_id,
        &written(options),
        &written(package),
    ])?;
    Ok(id)
}

/// Returns a deployment as the last look left it.
pub(crate) fn find(org: &Tenant<'_>, id: &str) -> Outcome<Option<Deployment>> {
    let Some(row) = rows(org, "WHERE id = ?", &[id])?.pop() else {
        return Ok(None);
    };
    let elapsed = clock::now_ms(org)? - row.submitted_ms;
    Ok(Some(Deployment {
        id: row.id,
        user_id: row.user_id,
        submitted_ms: row.submitted_ms,
        options: row.options,
        files: row.package.files,
        bytes: row.package.bytes,
        total: row.package.items.len() + row.package.misfits.len(),
        started: elapsed >= STARTS_MS,
        report: row.report,
    }))
}

/// Says whether a deployment is under way.
pub(crate) fn is_any_open(org: &Tenant<'_>) -> Outcome<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM practice_deployment WHERE report IS NULL)";
    Ok(org
        .db
        .prepare_cached(sql)?
        .query_row([], |row| row.get(0))?)
}

/// Carries out what is due, in the order in which it was asked for.
pub(crate) fn advance(org: &Tenant<'_>, now_ms: i64) -> Outcome<()> {
    for row in rows(org, "WHERE report IS NULL ORDER BY submitted_ms, id", &[])? {
        if now_ms - row.submitted_ms < DONE_MS {
            continue;
        }
        // In the name of the user who asked for it.
        let theirs = Tenant {
            db: org.db,
            now_ms: org.now_ms,
            user_id: row.user_id.clone(),
            fills: false,
            version: org.version,
            calls: org.calls,
            in_flight: org.in_flight,
            duplicates: DuplicateHeader::default(),
            unassigns: 0,
            deleted_too: false,
            readable: crate::tenant::readable::Readable::default(),
        };
        let report = carry_out(&theirs, &row.options, &row.package, now_ms)?;
        let sql = "UPDATE practice_deployment SET report = ? WHERE id = ?";
        org.db
            .prepare_cached(sql)?
            .execute([&written(&report), &row.id])?;
    }
    Ok(())
}

/// With `checkOnly` nothing changes; with `rollbackOnError` a component that fails leaves nothing
/// (docs/salesforce/metadata.md#deploy-options).
fn carry_out(
    org: &Tenant<'_>,
    options: &Options,
    package: &Package,
    now_ms: i64,
) -> Outcome<Report> {
    let mut messages = Vec::new();
    for misfit in &package.misfits {
        messages.push(Message {
            kind: misfit.kind.clone(),
            full_name: misfit.full_name.clone(),
            file: misfit.file.clone(),
            line: misfit.line,
            problem: Some(misfit.problem.clone()),
            ..Message::default()
        });
    }
    let mut kept = false;
    let outcome = org.unit(|| {
        let mut done: Vec<Option<Message>> = vec![None; package.items.len()];
        for place in order::of(&package.items) {
            let item = &package.items[place];
            // A component that is refused takes back its own part only.
            let message = org.unit(|| one(org, item, package.version));
            done[place] = Some(message.unwrap_or_else(|refusal| refused(item, &refusal)));
        }
        messages.extend(done.into_iter().flatten());
        let failed = messages.iter().any(|message| !message.is_success(options));
        kept = !(options.check_only || failed && options.rollback_on_error);
        match kept {
            true => Ok(()),
            false => Err(Refusal::new(400, "ROLLED_BACK", "")),
        }
    });
    if let Err(refusal) = outcome
        && kept
    {
        return Err(refusal);
    }
    Ok(Report::new(messages, options, now_ms))
}

fn one(org: &Tenant<'_>, item: &Item, version: u32) -> Outcome<Message> {
    let message = Message {
        kind: item.kind.clone(),
        full_name: item.full_name.clone(),
        file: item.file.clone(),
        ..Message::default()
    };
    let kind = metadata::kind(&item.kind).ok_or_else(Refusal::not_found)?;
    match &item.content {
        Some(content) => {
            let written = metadata::write(org, kind, &item.full_name, content, version)?;
            Ok(Message {
                id: Some(written.id),
                created: written.created,
                changed: written.changed,
                ..message
            })
        }
        None => match metadata::remove(org, kind, &item.full_name)? {
            true => Ok(Message {
                deleted: true,
                changed: true,
                ..message
            }),
            // [inferred] A warning; its text.
            false => Ok(Message {
                problem: Some(format!("No {} named: {} found", item.kind, item.full_name)),
                warning: true,
                ..message
            }),
        },
    }
}

fn refused(item: &Item, refusal: &Refusal) -> Message {
    Message {
        kind: item.kind.clone(),
        full_name: item.full_name.clone(),
        file: item.file.clone(),
        problem: Some(refusal.message.clone()),
        ..Message::default()
    }
}

struct Kept {
    id: String,
    submitted_ms: i64,
    user_id: String,
    options: Options,
    package: Package,
    report: Option<Report>,
}

fn rows(org: &Tenant<'_>, condition: &str, values: &[&str]) -> Outcome<Vec<Kept>> {
    let sql = format!(
        "SELECT id, submitted_ms, user_id, options, package, report FROM practice_deployment {condition}"
    );
    let mut statement = org.db.prepare_cached(&sql)?;
    let mut found = statement.query(rusqlite::params_from_iter(values))?;
    let mut rows = Vec::new();
    while let Some(row) = found.next()? {
        let report: Option<String> = row.get(5)?;
        rows.push(Kept {
            id: row.get(0)?,
            submitted_ms: row.get(1)?,
            user_id: row.get(2)?,
            options: read(&row.get::<_, String>(3)?),
            package: read(&row.get::<_, String>(4)?),
            report: report.as_deref().map(read),
        });
    }
    Ok(rows)
}

fn written(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).map_or_else(|_| Value::Null.to_string(), |value| value.to_string())
}

fn read<T: serde::de::DeserializeOwned>(text: &str) -> T {
    serde_json::from_str(text).expect("the table holds what was written there")
}

#[cfg(test)]
mod quick_tests;
#[cfg(test)]
mod tests;
