//! Announces the user's role: the new roles from the top down, the users who move, and the user's place.
//!
//! New roles are likely, never certain: no document says that Salesforce writes their names in every language as in
//! English, or leaves long names whole. They are found by type, account and level.

use usher_sdk::{
    Alteration, Appearance, Certainty, Condition, Diagnostic, Effect, Scalar, StepPlan,
};

use crate::levels::{Level, Levels, Stored};
use crate::roles::{Family, Place, SHARED};
use crate::{Case, ROLES};

/// Adds the effects of the change `user`, whose user has the id `user`.
pub(crate) fn announce(
    case: &Case<'_>,
    stored: &Stored,
    place: &Place,
    user: &Scalar,
    plan: &mut StepPlan,
) {
    let to = |role: Scalar| Alteration::of("User", user.clone()).set("UserRoleId", role);
    let (summary, certainty, alteration) = match (place, case.profile.family) {
        (Place::There { role, certainty }, ..) => {
            let summary = format!("The user gets the role `{}`, which is there", role.name);
            (summary, *certainty, to((&role.id).into()))
        }
        (Place::Shared, Some(family)) => {
            let (role, name) = shared(case, family);
            let summary = format!("The user gets the role `{name}`");
            let id = role.id();
            plan.effect(role);
            // The role that partners share is inferred (docs/salesforce/roles.md#shared-roles).
            let certainty = match family {
                Family::Customer => Certainty::Certain,
                Family::Partner => Certainty::Likely,
            };
            (summary, certainty, to(id))
        }
        (Place::Own { levels, moved }, Some(family)) => {
            plan.notes.push(note(*levels, family));
            let mut lowest = None;
            for role in own(case, family, stored, *levels).into_iter().rev() {
                lowest = Some(role.id());
                plan.effect(role);
            }
            let role = lowest.unwrap_or(Scalar::Nothing);
            let name = name(case, family, Level::User);
            for (id, username) in moved {
                let summary = format!("{username} moves from the shared role to `{name}`");
                let moves = Alteration::of("User", id).set("UserRoleId", role.clone());
                let address = format!("moved/{username}");
                let effect = Effect::new(address, summary, Certainty::Certain, moves);
                plan.effect(effect.because_of("user"));
            }
            let summary = format!("The user gets the role `{name}`");
            let certainty = match case.features.minimised_is_known {
                true => Certainty::Certain,
                false => Certainty::Likely,
            };
            (summary, certainty, to(role))
        }
        _ => {
            let summary = "The user gets no role; users of this license have none".to_owned();
            (summary, Certainty::Certain, to(Scalar::Nothing))
        }
    };
    let effect = Effect::new("place", summary, certainty, alteration);
    plan.effect(effect.because_of("user"));
}

/// The account's own roles, lowest first.
fn own(case: &Case<'_>, family: Family, stored: &Stored, levels: Levels) -> Vec<Effect> {
    let owner = &case.contact.account.owner;
    let (count, known) = match levels {
        Levels::Given(count) | Levels::Inferred(count) => (count.clamp(1, 3), true),
        Levels::NotKnown => (Level::ALL.len(), false),
    };
    let levels_there = &Level::ALL[..count];
    let mut roles = vec![];
    for (index, &level) in levels_there.iter().enumerate() {
        let name = name(case, family, level);
        let certainty = match (levels, level) {
            (Levels::NotKnown, Level::Manager | Level::Executive) => Certainty::Possible,
            _ => Certainty::Likely,
        };
        let (parent, below) = match levels_there.get(index + 1) {
            None => (
                Some(Scalar::from(&owner.role)),
                format!(" below the role of {}", owner.username),
            ),
            Some(next) if known => (
                Some(Scalar::bound(address(*next), "id")),
                format!(" below `{}`", self::name(case, family, *next)),
            ),
            Some(_) => (None, String::new()),
        };
        let verb = match certainty {
            Certainty::Possible => "may make",
            _ => "makes",
        };
        let mut role = Appearance::of("UserRole")
            .set("Name", &name)
            .set("PortalType", family.portal_type())
            .set("PortalRole", stored.value(level))
            .set("PortalAccountId", &case.contact.account.id);
        if let Some(parent) = parent {
            role = role.set("ParentRoleId", parent);
        }
        let mut role = role.found_by(["PortalAccountId", "PortalType"]);
        let levels = level.spellings().iter().copied();
        role.key.push(Condition::any("PortalRole", levels));
        let summary = format!("Salesforce {verb} the role `{name}`{below}");
        let effect = Effect::new(address(level), summary, certainty, role);
        roles.push(effect.because_of("user").remains("the role stays"));
    }
    roles
}

/// The role that users of the owner's accounts share, and its name. The partners' name is [inferred].
fn shared(case: &Case<'_>, family: Family) -> (Effect, String) {
    let owner = &case.contact.account.owner;
    let name = format!("{} {} Person Account", owner.alias, family.word());
    let role = Appearance::of("UserRole")
        .set("Name", &name)
        .set("PortalType", family.portal_type())
        .set("PortalRole", SHARED)
        .set("PortalAccountOwnerId", &owner.id)
        .found_by(["PortalAccountOwnerId", "PortalType", "PortalRole"]);
    let summary = format!(
        "Salesforce makes the role `{name}`, which users of accounts of {} share",
        owner.username
    );
    let effect = Effect::new("role/shared", summary, Certainty::Likely, role);
    (effect.because_of("user").remains("the role stays"), name)
}

/// Returns the note that gives the source of the number of roles.
fn note(levels: Levels, family: Family) -> Diagnostic {
    let setting = format!("Number of {} roles", family.word().to_lowercase());
    let (code, at, summary) = match levels {
        Levels::Given(count) => (
            "levels-given",
            "/role_levels",
            format!(
                "Assuming that *{setting}* is {count}, as {{with.role_levels}} says; no API shows it"
            ),
        ),
        Levels::Inferred(count) => (
            "levels-inferred",
            "",
            format!(
                "Assuming that *{setting}* is {count}, because the account whose roles were created last has as many; \
                 no API shows it"
            ),
        ),
        Levels::NotKnown => (
            "levels-not-known",
            "",
            format!(
                "No API shows the setting *{setting}*, and no account shows it either; the upper roles may come or not"
            ),
        ),
    };
    let remedy = "Set {with.role_levels} to what Setup > Digital Experiences > Settings shows";
    Diagnostic::info(code, at, summary)
        .remedy(remedy)
        .rule(ROLES)
}

fn address(level: Level) -> String {
    format!("role/{}", level.word())
}

fn name(case: &Case<'_>, family: Family, level: Level) -> String {
    let account = &case.contact.account.name;
    format!("{account} {} {}", family.word(), level.word())
}
