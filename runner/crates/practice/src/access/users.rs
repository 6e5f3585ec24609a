//! Access to users as records: to oneself, to users below, and by the two settings with which external users see each
//! other (docs/salesforce/sharing.md#users-who-see-each-other). How far each setting goes is \[inferred\].

use crate::access::{Level, Viewer, hierarchy};
use crate::refusal::Outcome;
use crate::row::{Row, text};
use crate::tenant::Tenant;

pub(super) fn level(org: &Tenant<'_>, viewer: &Viewer, user: &Row) -> Outcome<Level> {
    let id = text(user, "Id");
    if id == viewer.id() {
        return Ok(Level::Edit);
    }
    let seen = hierarchy::reaches(org, viewer, id)?
        || same_account(org, viewer, user)?
        || same_site(org, viewer, id)?;
    Ok(match seen {
        true => Level::Read,
        false => Level::None,
    })
}

fn same_account(org: &Tenant<'_>, viewer: &Viewer, user: &Row) -> Outcome<bool> {
    let own = text(&viewer.user, "AccountId");
    Ok(!own.is_empty()
        && own == text(user, "AccountId")
        && org.is_on("SharingSettings.enablePortalUserVisibility")?)
}

fn same_site(org: &Tenant<'_>, viewer: &Viewer, user_id: &str) -> Outcome<bool> {
    if !viewer.is_external() || !org.is_on("SharingSettings.enableCommunityUserVisibility")? {
        return Ok(false);
    }
    let sql = "SELECT EXISTS (SELECT 1 FROM \"NetworkMember\" a JOIN \"NetworkMember\" b ON a.\"NetworkId\" = b.\"NetworkId\" WHERE a.\"MemberId\" = ? AND b.\"MemberId\" = ?)";
    Ok(org
        .db
        .prepare_cached(sql)?
        .query_row([viewer.id(), user_id], |row| row.get(0))?)
}
