//! The end of each save of a user, by clients and fixtures: access is calculated again, and user access policies act.

use crate::policies::{self, Trigger};
use crate::recalculation::{self, Subject};
use crate::refusal::Outcome;
use crate::row::{Row, text};
use crate::tenant::Tenant;

pub(super) fn created(org: &Tenant<'_>, user: &Row) -> Outcome<()> {
    recalculation::begin(org, Subject::Access, text(user, "Id"))?;
    policies::act(org, text(user, "Id"), Trigger::Create)
}

pub(super) fn changed(org: &Tenant<'_>, old: &Row, new: &Row) -> Outcome<()> {
    let moved = ["ProfileId", "UserRoleId", "IsActive"];
    if moved.iter().any(|field| old.get(field) != new.get(field)) {
        recalculation::begin(org, Subject::Access, text(new, "Id"))?;
    }
    policies::act(org, text(new, "Id"), Trigger::Update)
}
