//! Bulk jobs go on in the background: UploadComplete → InProgress → JobComplete or Failed
//! (docs/salesforce/bulk.md#states). One request carries one batch at most, so that none takes long.

use crate::bulk::job::{self, Job, Kind, State};
use crate::bulk::load;
use crate::clock;
use crate::refusal::Outcome;
use crate::tenant::Tenant;
use crate::tenant::duplicate_header::DuplicateHeader;

/// Says whether a job is under way, or one that has ended is due to be deleted.
pub(crate) fn is_any_open(org: &Tenant<'_>) -> Outcome<bool> {
    job::is_any_open(org)
}

/// Carries out the next step that is due.
pub(crate) fn advance(org: &Tenant<'_>, now_ms: i64) -> Outcome<()> {
    job::forget(org, now_ms)?;
    let Some(mut job) = job::next_due(org, now_ms)? else {
        return Ok(());
    };
    match (job.state, job.kind) {
        (State::UploadComplete, _) => job.state = State::InProgress,
        // A query was answered when it was asked; only its state goes on.
        (_, Kind::Query) => end(org, &mut job, State::JobComplete)?,
        (_, Kind::Ingest) => load(org, &mut job)?,
    }
    job.changed_ms = org.now_ms;
    job::update(org, &job)
}

/// Processes the next batch in the name of the user who made the job.
fn load(org: &Tenant<'_>, job: &mut Job) -> Outcome<()> {
    if job.error.is_some() {
        return end(org, job, State::Failed);
    }
    let theirs = Tenant {
        user_id: job.user_id.clone(),
        fills: false,
        duplicates: DuplicateHeader::default(),
        unassigns: 0,
        ..org.at_version(job.version)
    };
    let batch = job::take_batch(org, &job.id)?;
    let content = batch.unwrap_or_default();
    if let Err(reason) = load::batch(&theirs, job, &content)? {
        job.error = Some(reason);
        job::put_back(org, &job.id, &content)?;
        return end(org, job, State::Failed);
    }
    match job::has_batch(org, &job.id)? {
        true => Ok(()),
        false => end(org, job, State::JobComplete),
    }
}

fn end(org: &Tenant<'_>, job: &mut Job, state: State) -> Outcome<()> {
    job.state = state;
    job.took_ms = clock::now_ms(org)? - job.asked_ms;
    Ok(())
}
