//! Calculations that Salesforce makes after a change and not with it: access by roles, rules and sharing sets, and the
//! members of sites (docs/salesforce/sharing.md#recalculation). Both take no time until a setting gives them some.

use crate::clock;
use crate::refusal::Outcome;
use crate::tenant::Tenant;

/// The subject of a calculation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// The access of a user, or the effect of a sharing set or of the rules of an object.
    Access,
    /// The memberships of a user.
    Members,
    /// What a permission set group allows.
    Groups,
}

impl Subject {
    fn setting(self) -> &'static str {
        match self {
            Self::Access => "practice.sharingDelaySeconds",
            Self::Members => "practice.membersDelaySeconds",
            Self::Groups => "practice.groupsDelaySeconds",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Members => "members",
            Self::Groups => "groups",
        }
    }
}

/// Notes that something changed. Says whether the calculation takes time.
pub(crate) fn begin(org: &Tenant<'_>, subject: Subject, key: &str) -> Outcome<bool> {
    let seconds = org.setting(subject.setting())?;
    let seconds = seconds.and_then(|seconds| seconds.as_i64()).unwrap_or(0);
    if seconds == 0 {
        return Ok(false);
    }
    let due_ms = clock::now_ms(org)? + seconds * 1_000;
    let sql = "INSERT OR REPLACE INTO practice_due VALUES (?, ?, ?)";
    org.db
        .prepare_cached(sql)?
        .execute((subject.name(), key, due_ms))?;
    Ok(true)
}

/// Notes that something changed, so that the next request finds it calculated.
pub(crate) fn begin_now(org: &Tenant<'_>, subject: Subject, key: &str) -> Outcome<()> {
    let sql = "INSERT OR REPLACE INTO practice_due VALUES (?, ?, ?)";
    org.db
        .prepare_cached(sql)?
        .execute((subject.name(), key, clock::now_ms(org)?))?;
    Ok(())
}

/// Says whether the calculation for that key goes on.
pub(crate) fn goes_on(org: &Tenant<'_>, subject: Subject, key: &str) -> Outcome<bool> {
    let sql =
        "SELECT EXISTS (SELECT 1 FROM practice_due WHERE subject = ? AND key = ? AND due_ms > ?)";
    let now = clock::now_ms(org)?;
    Ok(org
        .db
        .prepare_cached(sql)?
        .query_row((subject.name(), key, now), |row| row.get(0))?)
}

/// Says whether any calculation goes on, or has ended without being carried out.
pub(crate) fn is_any_open(org: &Tenant<'_>) -> Outcome<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM practice_due)";
    Ok(org
        .db
        .prepare_cached(sql)?
        .query_row([], |row| row.get(0))?)
}

/// Returns and forgets the keys whose calculation has ended.
pub(crate) fn ended(org: &Tenant<'_>, subject: Subject, now_ms: i64) -> Outcome<Vec<String>> {
    let sql = "DELETE FROM practice_due WHERE subject = ? AND due_ms <= ? RETURNING key";
    let mut statement = org.db.prepare_cached(sql)?;
    let found = statement.query_map((subject.name(), now_ms), |row| row.get(0))?;
    let mut keys: Vec<String> = found.collect::<Result<_, _>>()?;
    keys.sort();
    Ok(keys)
}

#[cfg(test)]
mod tests;
