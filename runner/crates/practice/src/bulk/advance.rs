//! Bulk jobs go on in the background: UploadComplete → InProgress → JobComplete or Failed
//! (docs/salesforce/bulk.md#states). One step carries one slice of a batch, and a request two steps at most while it has the org:
//! one that was due, and one that its look makes due. A request about jobs carries more slices before, and others are
//! served between them.

use crate::bulk::job::{Job, Kind, State};
use crate::bulk::kept::{self, Next};
use crate::bulk::load;
use crate::clock;
use crate::refusal::Outcome;
use crate::tenant::Tenant;
use crate::tenant::duplicate_header::DuplicateHeader;

/// Says whether a job is under way, or one that has ended is due to be deleted.
pub(crate) fn is_any_open(org: &Tenant<'_>) -> Outcome<bool> {
    kept::is_any_open(org)
}

/// Says whether a batch has begun and has not ended.
pub(crate) fn is_any_batch_open(org: &Tenant<'_>) -> Outcome<bool> {
    kept::is_any_batch_open(org)
}

/// Carries out the next step that is due.
pub(crate) fn advance(org: &Tenant<'_>, now_ms: i64) -> Outcome<()> {
    kept::forget(org, now_ms)?;
    let Some(mut job) = kept::next_due(org, now_ms)? else {
        return Ok(());
    };
    match (job.state, job.kind) {
        (State::UploadComplete, _) => {
            job.state = State::InProgress;
            keep(org, &mut job)?;
        }
        // A query was answered when it was asked; only its state goes on.
        (_, Kind::Query) => end(org, &mut job, State::JobComplete)?,
        (_, Kind::Ingest) => load(org, &mut job)?,
    }
    Ok(())
}

/// Carries out the next slice of a batch that has begun; says whether there was one.
pub(crate) fn slice(org: &Tenant<'_>) -> Outcome<bool> {
    match kept::is_any_batch_open(org)? {
        true => {
            org.unit(|| advance(org, clock::now_ms(org)?))?;
            Ok(true)
        }
        false => Ok(false),
    }
}

/// Processes the next slice in the name of the user who made the job.
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
    let slice = kept::take_slice(org, &job.id)?.unwrap_or_default();
    if let Err(reason) = load::slice(&theirs, job, &slice.content)? {
        job.error = Some(reason);
        kept::put_back(org, &job.id, &slice.content)?;
        return end(org, job, State::Failed);
    }
    match slice.next {
        Next::Slice => {
            job.changed_ms = org.now_ms;
            kept::update_within_batch(org, job)
        }
        Next::Batch => keep(org, job),
        Next::Nothing => end(org, job, State::JobComplete),
    }
}

fn end(org: &Tenant<'_>, job: &mut Job, state: State) -> Outcome<()> {
    job.state = state;
    job.took_ms = clock::now_ms(org)? - job.asked_ms;
    keep(org, job)
}

fn keep(org: &Tenant<'_>, job: &mut Job) -> Outcome<()> {
    job.changed_ms = org.now_ms;
    kept::update(org, job)
}
