//! The background: jobs, deployments, retrieves and calculations go on while requests come. Nothing moves between requests: each
//! begins by catching up.

use crate::bulk::advance as bulk;
use crate::clock;
use crate::deployments;
use crate::jobs;
use crate::members::{self, Scope};
use crate::metadata;
use crate::recalculation::{self, Subject};
use crate::recycle_bin;
use crate::refusal::Outcome;
use crate::retrievals;
use crate::schema::Object;
use crate::tenant::Tenant;

/// Catches up with what the hour has brought. Every request begins with it.
pub(crate) fn catch_up(org: &Tenant<'_>) -> Outcome<()> {
    if !is_anything_open(org)? {
        return Ok(());
    }
    org.unit(|| advance(org))
}

/// A client looks at the background's work: a job, a site, a membership.
pub(crate) fn look(org: &Tenant<'_>) -> Outcome<()> {
    if !is_anything_open(org)? {
        return Ok(());
    }
    org.unit(|| {
        clock::put_ahead(org)?;
        advance(org)
    })
}

/// A client looks at a bulk job. A batch that has begun goes on at once and needs no time, so that it takes as long as if
/// it were loaded at one look.
pub(crate) fn look_at_job(org: &Tenant<'_>) -> Outcome<()> {
    match bulk::is_any_batch_open(org)? {
        true => catch_up(org),
        false => look(org),
    }
}

/// A client looks at somebody's access: a look at the background only while access is calculated.
pub(crate) fn look_at_access(org: &Tenant<'_>) -> Outcome<()> {
    match recalculation::is_any_open(org)? {
        true => look(org),
        false => Ok(()),
    }
}

/// Says whether a look at that object is a look at the background's work.
pub(crate) fn concerns(object: &Object) -> bool {
    matches!(
        object.name,
        "BackgroundOperation" | "Network" | "NetworkMember" | "NetworkMemberGroup"
    )
}

fn is_anything_open(org: &Tenant<'_>) -> Outcome<bool> {
    Ok(deployments::is_any_open(org)?
        || retrievals::is_any_open(org)?
        || jobs::is_any_open(org)?
        || bulk::is_any_open(org)?
        || recalculation::is_any_open(org)?
        || recycle_bin::is_any_due(org)?)
}

fn advance(org: &Tenant<'_>) -> Outcome<()> {
    recycle_bin::purge(org)?;
    let now = clock::now_ms(org)?;
    deployments::advance(org, now)?;
    retrievals::advance(org, now)?;
    jobs::advance(org, now)?;
    bulk::advance(org, now)?;
    recalculation::ended(org, Subject::Access, now)?;
    for group_id in recalculation::ended(org, Subject::Groups, now)? {
        metadata::calculate_again(org, &group_id)?;
    }
    for user_id in recalculation::ended(org, Subject::Members, now)? {
        members::add_missing(org, Scope::User(&user_id))?;
    }
    Ok(())
}
