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
    /// Of the account itself, lowest first.
    own: Vec<(Level, Role)>,
    shared: Option<Role>,
}

/// Returns the lookups of [`Present`]. They find nothing that does not matter. A role is recognised by its type, its
/// account and its level, never by its name.
pub(crate) fn lookups(case: &Case<'_>) -> [Lookup; 2] {
    let account = &case.contact.account;
    let portal_type = case.profile.family.map(Family::portal_type);
    let has_own = portal_type.filter(|_| !account.is_person);
    let shares = account.is_person || case.features.minimised || !case.features.minimised_is_known;
    let role = |portal_type: Option<&'static str>| {
        Lookup::of("UserRole")
            .read(["Name", "PortalRole"])
            .whose_any("PortalType", portal_type)
    };
    [
        role(has_own).whose("PortalAccountId", &account.id),
        role(portal_type.filter(|_| shares))
            .whose("PortalAccountOwnerId", &account.owner.id)
            .whose("PortalRole", SHARED),
    ]
}

impl Present {
    /// Says whether the account has roles of its own.
    pub(crate) fn has_own(&self) -> bool {
        !self.own.is_empty()
    }

    pub(crate) fn of(own: &[Record], shared: &[Record]) -> Result<Self, Failure> {
        let mut levels = vec![];
        for record in own {
            if let Some(level) = Level::of(record.text("PortalRole")?) {
                levels.push((level, role(record)?));
            }
        }
        levels.sort_by_key(|(level, _)| *level);
        Ok(Self {
            own: levels,
            shared: shared.first().map(role).transpose()?,
        })
    }

    /// "`User` and `Manager`".
    fn levels(&self) -> String {
        let words: Vec<&str> = self.own.iter().map(|(level, _)| level.word()).collect();
        ticked(&words)
    }
}

/// Predicts the role of a user who becomes active.
pub(crate) fn predict(
    case: &Case<'_>,
    mut present: Present,
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
    if present.has_own() {
        // The next user may share again in an org that minimises roles, when the account's users have all left
        // [inferred: an account keeps its roles, so the user gets one of them].
        let certainty = match case.features.minimised || !case.features.minimised_is_known {
            true => Certainty::Likely,
            false => Certainty::Certain,
        };
        // The lowest role that is left is the User role (docs/salesforce/roles.md#deleting-portal-roles).
        let index = match above_lowest(case) {
            None => Some(0),
            Some(level) => present.own.iter().position(|(other, _)| *other == level),
        };
        if index.is_none()
            && let Some(level) = above_lowest(case)
        {
            let why = format!(
                "has roles of the levels {} and none of the level",
                present.levels()
            );
            let problem = no_such_level(case, level, &why).remedy(
                "Set {with.portal_role} to one of these levels, or leave it empty. An account gets its roles once: a later change of the setting leaves them as they are, and the others close up when one is deleted",
            );
            problems.invalid(problem.rule("docs/salesforce/roles.md#deleting-portal-roles"));
        }
        let (_, role) = present.own.swap_remove(index.unwrap_or(0));
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

fn role(record: &Record) -> Result<Role, Failure> {
    Ok(Role {
        id: record.id()?,
        name: record.text("Name")?.to_owned(),
    })
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
