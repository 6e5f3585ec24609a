//! Decides the role that the user will have, and the roles that Salesforce makes for that; `announce` announces them.
//!
//! An account has roles of its own, one to three levels, made for its first user with a role. With
//! *Minimize the number of roles*, the first user gets a role that all such users of one account owner
//! share, and the second user brings the account its roles. Users of person accounts always share.

mod announce;

use usher_external_users::Family;
use usher_sdk::{Certainty, Diagnostic, Failure, Lookup, Problems, Record, Value, ticked};

use crate::levels::{Level, Levels};
use crate::{Case, PARTNER, ROLES};

pub(crate) use announce::announce;

/// An existing role.
pub(crate) struct Role {
    pub(crate) id: Value,
    pub(crate) name: String,
}

/// The role of the user, once enabled.
pub(crate) enum Place {
    /// The license has no roles.
    Nowhere,
    There {
        role: Role,
        certainty: Certainty,
    },
    /// In the shared role, which Salesforce makes.
    Shared,
    /// In the lowest of the roles that the account gets, and with the user those who shared before.
    Own {
        levels: Levels,
        moved: Vec<(Value, String)>,
    },
}

/// The roles as they are before the user is enabled.
pub(crate) struct Present {
    lowest: Option<Role>,
    /// Of the level that the input names.
    wanted: Option<Role>,
    shared: Option<Role>,
}

/// Returns the lookups of [`Present`]. They find nothing that does not matter: a level that an earlier step may bring,
/// or not, would leave the answer open. A role is recognised by its type, its account and its level, never by its name.
pub(crate) fn lookups(case: &Case<'_>) -> [Lookup; 3] {
    let account = &case.contact.account;
    let own = |level: Option<Level>| {
        let level = level.filter(|_| !account.is_person);
        let spellings = level.map(Level::spellings).unwrap_or_default();
        of_family(case)
            .whose("PortalAccountId", &account.id)
            .whose_any("PortalRole", spellings.iter().copied())
    };
    let shares = account.is_person || case.features.minimised || !case.features.minimised_is_known;
    [
        own(Some(Level::User)),
        own(above_lowest(case)),
        of_family(case)
            .whose("PortalAccountOwnerId", &account.owner.id)
            .whose_any("PortalRole", Some(SHARED).filter(|_| shares)),
    ]
}

/// The roles of the family of the profile's users.
fn of_family(case: &Case<'_>) -> Lookup {
    Lookup::of("UserRole")
        .read(["Name"])
        .whose_any("PortalType", case.profile.family.map(Family::portal_type))
}

impl Present {
    /// Says whether the account has roles of its own.
    pub(crate) fn has_own(&self) -> bool {
        self.lowest.is_some()
    }

    pub(crate) fn of(
        lowest: &[Record],
        wanted: &[Record],
        shared: &[Record],
    ) -> Result<Self, Failure> {
        Ok(Self {
            lowest: first(lowest)?,
            wanted: first(wanted)?,
            shared: first(shared)?,
        })
    }
}

/// Predicts the role of a user who becomes active.
pub(crate) fn predict(
    case: &Case<'_>,
    present: Present,
    problems: &mut Problems,
) -> Result<Place, Failure> {
    let account = &case.contact.account;
    let Some(family) = case.profile.family else {
        if case.input.portal_role.is_some() {
            let summary = format!(
                "Users of the license `{}` have no role",
                case.profile.license
            );
            let problem = Diagnostic::error("no-roles", "/portal_role", summary);
            problems.invalid(problem.remedy(
                "Leave {with.portal_role} empty, or set {with.profile} to one of another license",
            ));
        }
        return Ok(Place::Nowhere);
    };
    if let Some(lowest) = present.lowest {
        // The next user may share again in an org that minimises roles, when the account's users have all left
        // [inferred: an account keeps its roles, so the user gets one of them].
        let certainty = match case.features.minimised || !case.features.minimised_is_known {
            true => Certainty::Likely,
            false => Certainty::Certain,
        };
        let role = match (above_lowest(case), present.wanted) {
            (None, _) => lowest,
            (Some(_), Some(wanted)) => wanted,
            (Some(level), None) => {
                problems.invalid(lacks_level(case, level));
                lowest
            }
        };
        return Ok(Place::There { role, certainty });
    }
    if let Some(level) = above_lowest(case) {
        let (why, rule) = match account.is_person {
            true => (
                "is a person account, whose users share one role without the level",
                ROLES,
            ),
            false => (
                "gets its roles with this user, who cannot begin at the level",
                PARTNER,
            ),
        };
        let problem = no_such_level(case, level, why)
            .remedy("Leave {with.portal_role} empty; a level can be set once the account has it");
        problems.invalid(problem.rule(rule));
    }
    let shared = |role: Option<Role>| match role {
        None => Place::Shared,
        Some(role) => Place::There {
            role,
            certainty: Certainty::Certain,
        },
    };
    if account.is_person {
        return Ok(shared(present.shared));
    }
    let mut moved = vec![];
    if case.features.minimised {
        for other in case.org.find(&active_users(case, family))? {
            moved.push((other.id()?, other.text("Username")?.to_owned()));
        }
        if moved.is_empty() {
            return Ok(shared(present.shared));
        }
    }
    let levels = Levels::of(case.input.role_levels, family, case.org)?;
    Ok(Place::Own { levels, moved })
}

const SHARED: &str = "PersonAccount";

/// The account's active users of the kind. That users of the other kind, and users without roles, do not
/// count as the account's first user is [inferred].
fn active_users(case: &Case<'_>, family: Family) -> Lookup {
    Lookup::of("User")
        .read(["Username"])
        .whose("AccountId", &case.contact.account.id)
        .whose("IsActive", true)
        .whose_any("UserType", family.user_types().iter().copied())
}

fn first(records: &[Record]) -> Result<Option<Role>, Failure> {
    let Some(record) = records.first() else {
        return Ok(None);
    };
    Ok(Some(Role {
        id: record.id()?,
        name: record.text("Name")?.to_owned(),
    }))
}

/// Says that the account has roles and none of the level, with the levels that are there.
fn lacks_level(case: &Case<'_>, level: Level) -> Diagnostic {
    let roles = of_family(case)
        .read(["PortalRole"])
        .whose("PortalAccountId", &case.contact.account.id);
    let roles = case.org.find(&roles).unwrap_or_default();
    let values = roles.iter().filter_map(|role| role.text("PortalRole").ok());
    let mut levels: Vec<Level> = values.filter_map(Level::of).collect();
    levels.sort_unstable();
    let levels: Vec<&str> = levels.into_iter().map(Level::word).collect();
    let (why, remedy) = match levels.is_empty() {
        true => (
            "has roles and none of the level".to_owned(),
            "Leave {with.portal_role} empty",
        ),
        false => (
            format!(
                "has roles of the levels {} and none of the level",
                ticked(&levels)
            ),
            "Set {with.portal_role} to one of these levels, or leave it empty",
        ),
    };
    let remedy = format!(
        "{remedy}. An account gets its roles once: a later change of the setting leaves them as they are, and the others close up when one is deleted"
    );
    no_such_level(case, level, &why)
        .remedy(remedy)
        .rule("docs/salesforce/roles.md#deleting-portal-roles")
}

/// The level that the input names, when it is not the lowest.
pub(crate) fn above_lowest(case: &Case<'_>) -> Option<Level> {
    case.input.portal_role.filter(|level| *level != Level::User)
}

fn no_such_level(case: &Case<'_>, level: Level, why: &str) -> Diagnostic {
    let summary = format!(
        "The account `{}` {why} `{}`",
        case.contact.account.name,
        level.word()
    );
    Diagnostic::error("no-such-level", "/portal_role", summary)
}
