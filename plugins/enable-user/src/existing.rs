//! A contact that has a user: an active one stays, an inactive one is activated again, and the profile is changed only
//! when the input says so, and so is a frozen user let in again. Inputs that only a new user is made with change nothing, and are reported.

use serde_json::json;
use usher_external_users::{
    Save, Visitor, access_policies, access_policy_note, automation, automation_note,
};
use usher_sdk::{
    Change, Diagnostic, Failure, Lookup, Problems, Record, Scalar, StepPlan, Undo, UpdateRecord,
    Value,
};

use crate::features::Features;
use crate::levels::{Level, Stored};
use crate::profile::{self, Profile};
use crate::roles::{self, Place, Present};
use crate::sites::{self, Memberships};
use crate::{Case, Input, frozen, upgrade, values};

/// The contact's user.
pub(crate) struct Existing<'r> {
    record: &'r Record,
    id: Value,
    username: String,
    active: bool,
}

/// Returns the lookup of the contact's users. Fields that the org does not describe are not read.
pub(crate) fn fields(input: &Input, features: &Features) -> Lookup {
    let profile = profile::fields_of_user();
    let lookup = Lookup::of("User")
        .read(["Username", "CommunityNickname", "Alias", "Email"])
        .read(["TimeZoneSidKey", "LocaleSidKey", "LanguageLocaleKey"])
        .read(["EmailEncodingKey", "IsActive", "ProfileId"])
        .read(profile.iter().map(String::as_str))
        .read([
            "UserRoleId",
            "UserRole.PortalAccountId",
            "UserRole.PortalRole",
        ]);
    let content = Some(values::CONTENT_USER).filter(|_| input.crm_content);
    let named = input.values.keys().map(String::as_str);
    let more = content.into_iter().chain(named);
    lookup.read(more.filter(|field| features.user.has(field)))
}

impl<'r> Existing<'r> {
    /// The contact's user: the active one, if there is one.
    pub(crate) fn of(users: &'r [Record]) -> Result<Option<Self>, Failure> {
        let mut found: Option<Self> = None;
        for record in users {
            let active = record.truth("IsActive")?;
            if found.as_ref().is_none_or(|user| active && !user.active) {
                found = Some(Self {
                    record,
                    id: record.id()?,
                    username: record.text("Username")?.to_owned(),
                    active,
                });
            }
        }
        Ok(found)
    }
}

/// Plans the changes that the user needs.
pub(crate) fn plan(
    case: &Case<'_>,
    user: &Existing<'_>,
    problems: Problems,
) -> Result<StepPlan, Failure> {
    let mut plan = changed(case, user, problems)?;
    if case.input.unfreeze {
        frozen::let_in(&user.id, &user.username, case.org, &mut plan)?;
    }
    Ok(plan)
}

/// Plans the changes of the user record.
fn changed(
    case: &Case<'_>,
    user: &Existing<'_>,
    mut problems: Problems,
) -> Result<StepPlan, Failure> {
    let mut plan = StepPlan::new();
    let own = Profile::of_user(user.record)?;
    let who = upgrade::User {
        id: &user.id,
        username: &user.username,
    };
    let step = upgrade::decide(case, &who, &own, &mut plan, &mut problems)?;
    let case = &Case {
        profile: match step.changes {
            true => case.profile,
            false => &own,
        },
        ..*case
    };
    kept(case, user, &mut plan)?;
    let mut update = UpdateRecord::of("User", &user.id);
    let mut what: Vec<String> = vec![];
    if !user.active {
        update = update.set("IsActive", true);
        what.push(format!("Activate {} again", user.username));
    }
    if step.changes {
        update = update.set("ProfileId", &case.profile.id);
        what.push(format!(
            "give {} the profile `{}` instead of `{}`",
            user.username, case.profile.name, own.name
        ));
    }
    if case.input.crm_content
        && case.features.user.has(values::CONTENT_USER)
        && user.record.value(values::CONTENT_USER)? == Value::Truth(false)
    {
        update = update.set(values::CONTENT_USER, true);
        what.push(format!(
            "make {} a Salesforce CRM Content User",
            user.username
        ));
    }
    let (changed, differing) = values::update(case, user.record, update, &mut problems)?;
    update = changed;
    if !differing.is_empty() {
        what.push(format!("set {} of {}", differing.join(", "), user.username));
    }
    let brings_roles = !user.active || step.upgrades;
    let moves = brings_roles || case.input.portal_role.is_some();
    if what.is_empty() && !moves && case.input.site.is_none() {
        problems.none()?;
        return answer(plan, user);
    }
    let stored = Stored::of(&case.features.user);
    let visitor = Visitor {
        user: Some(&user.id),
        keeps_profile: !step.changes,
        sets: &case.input.permission_sets,
    };
    let seen = Seen::read(case, &visitor, moves, &mut problems)?;
    let mut place = None;
    if let Some(present) = seen.roles {
        let has_own = present.has_own();
        let there = roles::predict(case, present, &mut problems)?;
        // Only a user who becomes active, or gets a license with roles, brings roles.
        if (brings_roles || has_own) && !stays(case, user, &there)? {
            let level = case.input.portal_role.filter(|_| has_own);
            if let Some(level) = level {
                plan.notes.extend(lowered(case, user, level)?);
                update = update.set("PortalRole", stored.value(level));
                what.push(format!(
                    "give {} the role level {}",
                    user.username,
                    level.word()
                ));
            }
            place = Some(there);
        }
    }
    if update.fields.is_empty() {
        problems.none()?;
        return answer(plan, user);
    }
    plan.notes.extend(case.features.note(case.org));
    let mut change = Change::new("user", sentence(&what), update);
    if step.upgrades {
        change = change.undo(Undo::Impossible(format!(
            "Salesforce does not change the license `{}` back to `{}`",
            case.profile.license, own.license
        )));
    }
    if let Some(Place::There { role, .. }) = &place
        && case.input.portal_role.is_some()
    {
        change = change.after_value(&role.id);
    }
    plan.change(change);
    if !user.active || !own.license_id.is_same_id(&case.profile.license_id) {
        case.profile.take_seat(&mut plan, &mut problems);
    }
    if step.upgrades {
        plan.effect(upgrade::derived(case, &who));
    }
    if let Some(place) = place {
        let id = Scalar::from(&user.id);
        roles::announce(case, &stored, &place, &id, &mut plan);
    }
    plan.notes.extend(seen.automation);
    problems.none()?;
    answer(plan, user)
}

fn answer(plan: StepPlan, user: &Existing<'_>) -> Result<StepPlan, Failure> {
    plan.answer(json!({ "user_id": user.id, "username": user.username }))
}

/// Reports inputs that differ from the fields of the user.
fn kept(case: &Case<'_>, user: &Existing<'_>, plan: &mut StepPlan) -> Result<(), Failure> {
    for (name, field, given) in case.input.only_new() {
        let has = user.record.value(field)?;
        if let (Some(given), Value::Text(has)) = (given, has)
            && !given.eq_ignore_ascii_case(&has)
        {
            let summary = format!("{} is there already and keeps `{has}`", user.username);
            plan.note(Diagnostic::warning("kept", format!("/{name}"), summary));
        }
    }
    Ok(())
}

/// The second round of lookups.
struct Seen {
    /// The roles to which the user may move.
    roles: Option<Present>,
    /// Notes on what this org does by itself.
    automation: Vec<Diagnostic>,
}

impl Seen {
    fn read(
        case: &Case<'_>,
        visitor: &Visitor<'_>,
        moves: bool,
        problems: &mut Problems,
    ) -> Result<Self, Failure> {
        if moves {
            case.contact.suits(case.profile, problems);
            case.profile.suits(problems);
        }
        let own_set = case.profile.own_set(!case.features.standard_profiles);
        let [flows, triggers] = automation("User");
        let [memberships, site] = sites::lookups(case);
        let mut asked = vec![own_set, flows, triggers, access_policies()];
        let (mut wants_site, mut wants_roles) = (false, false);
        if case.input.site.is_some() {
            wants_site = true;
            asked.extend([memberships, site]);
        }
        if moves {
            wants_roles = true;
            asked.extend(roles::lookups(case));
        }
        let mut answers = case.org.find_all(&asked).into_iter();
        let mut next = || {
            let missing = || Failure::Transient("a lookup got no answer".to_owned());
            answers.next().ok_or_else(missing)
        };
        let own_set = next()??;
        let (flows, triggers, policies) = (next()?, next()?, next()?);
        case.profile.may_be_used(&own_set, problems)?;
        if wants_site {
            let memberships = Memberships::of(case, next()?, problems)?;
            memberships.must_let_in(case, visitor, next()?, problems)?;
        }
        let roles = match wants_roles {
            true => Some(Present::of(&next()??, &next()??, &next()??)?),
            false => None,
        };
        let notes = [
            automation_note("user", Save::Update, &flows, &triggers),
            access_policy_note(Save::Update, &policies, case.org),
        ];
        Ok(Self {
            roles,
            automation: notes.into_iter().flatten().collect(),
        })
    }
}

/// Warns when the user has a higher level of the account's roles than the wanted one.
fn lowered(
    case: &Case<'_>,
    user: &Existing<'_>,
    wanted: Level,
) -> Result<Option<Diagnostic>, Failure> {
    let account = user.record.value("UserRole.PortalAccountId")?;
    let (true, Value::Text(own)) = (
        account.is_same_id(&case.contact.account.id),
        user.record.value("UserRole.PortalRole")?,
    ) else {
        return Ok(None);
    };
    let higher = Level::of(&own).filter(|own| *own > wanted);
    Ok(higher.map(|own| {
        let (own, wanted) = (own.word(), wanted.word());
        let summary = format!(
            "{} goes down from the role level {own} to {wanted}, and no longer sees the records that {own} opens",
            user.username
        );
        Diagnostic::warning("role-level-lowered", "/portal_role", summary)
            .remedy("Leave {with.portal_role} empty to keep the level of the user")
            .rule("docs/salesforce/sharing.md#role-hierarchy")
    }))
}

/// Says whether the user has the right role: the one of the wanted level, or, when no level is wanted, any of the
/// account's.
fn stays(case: &Case<'_>, user: &Existing<'_>, place: &Place) -> Result<bool, Failure> {
    let Place::There { role, .. } = place else {
        return Ok(matches!(place, Place::Nowhere));
    };
    let account = user.record.value("UserRole.PortalAccountId")?;
    let in_account = account.is_same_id(&case.contact.account.id);
    Ok(user.record.value("UserRoleId")?.is_same_id(&role.id)
        || (in_account && case.input.portal_role.is_none()))
}

/// "Activate x again and give x the profile `P`".
fn sentence(what: &[String]) -> String {
    let text = what.join(" and ");
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => text,
    }
}
