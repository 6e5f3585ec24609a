//! A contact that has a user: an active one stays, an inactive one is activated again, one of another kind is refused.
//! Inputs that only a new user is made with change nothing, and are reported.

use serde_json::json;
use usher_sdk::{
    Change, Diagnostic, Failure, Lookup, Problems, Record, Scalar, StepPlan, UpdateRecord, Value,
};

use crate::levels::Stored;
use crate::roles::{self, Place, Present};
use crate::{Case, create};

/// The contact's user.
pub(crate) struct Existing<'r> {
    record: &'r Record,
    id: Value,
    username: String,
    active: bool,
}

/// Returns the lookup of the contact's users.
pub(crate) fn fields() -> Lookup {
    Lookup::of("User")
        .read(["Username", "CommunityNickname", "Alias", "Email"])
        .read(["TimeZoneSidKey", "LocaleSidKey", "LanguageLocaleKey"])
        .read(["EmailEncodingKey", "IsActive", "UserType"])
        .read(["UserPermissionsSFContentUser", "ProfileId"])
        .read(["Profile.UserLicenseId", "Profile.UserLicense.Name"])
        .read(["UserRoleId", "UserRole.PortalAccountId"])
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
pub(crate) fn plan(case: &Case<'_>, user: &Existing<'_>) -> Result<StepPlan, Failure> {
    let mut problems = Problems::default();
    let mut plan = StepPlan::new();
    same_kind(case, user)?;
    kept(case, user, &mut plan)?;
    let mut update = UpdateRecord::of("User", &user.id);
    let mut what: Vec<String> = vec![];
    if !user.active {
        update = update.set("IsActive", true);
        what.push(format!("Activate {} again", user.username));
    }
    let profile = case.profile;
    if !user.record.value("ProfileId")?.is_same_id(&profile.id) {
        update = update.set("ProfileId", &profile.id);
        what.push(format!(
            "give {} the profile `{}`",
            user.username, profile.name
        ));
    }
    if case.input.crm_content
        && user.record.value("UserPermissionsSFContentUser")? == Value::Truth(false)
    {
        update = update.set("UserPermissionsSFContentUser", true);
        what.push(format!(
            "make {} a Salesforce CRM Content User",
            user.username
        ));
    }
    let moves = !user.active || case.input.portal_role.is_some();
    if what.is_empty() && !moves {
        return answer(plan, user);
    }
    let stored = match profile.family {
        Some(_) => Some(Stored::read(case.org)?),
        None => None,
    };
    let present = present(case, stored.as_ref(), moves, &mut problems)?;
    let mut place = None;
    if let Some(present) = present {
        let has_own = present.has_own();
        let there = roles::predict(case, stored.as_ref(), present, &mut problems)?;
        // Only a user who becomes active brings roles.
        let moves = !user.active || has_own;
        if moves && !stays(case, user, &there)? {
            let level = case.input.portal_role.filter(|_| has_own);
            if let Some((level, stored)) = level.zip(stored.as_ref()) {
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
    let mut change = Change::new("user", sentence(&what), update);
    if let Some(Place::There { role, .. }) = &place
        && case.input.portal_role.is_some()
    {
        change = change.after_value(&role.id);
    }
    plan.change(change);
    let license = user.record.value("Profile.UserLicenseId")?;
    if !user.active || !license.is_same_id(&profile.license_id) {
        profile.take_seat(&mut plan, &mut problems);
    }
    if let Some(place) = place {
        let id = Scalar::from(&user.id);
        roles::announce(case, stored.as_ref(), &place, &id, &mut plan);
    }
    problems.none()?;
    answer(plan, user)
}

fn answer(plan: StepPlan, user: &Existing<'_>) -> Result<StepPlan, Failure> {
    plan.answer(json!({ "user_id": user.id, "username": user.username }))
}

/// A customer does not become a partner, nor a user with roles one without, by another profile.
fn same_kind(case: &Case<'_>, user: &Existing<'_>) -> Result<(), Failure> {
    let (profile, kind) = (case.profile, user.record.value("UserType")?);
    if !matches!(&kind, Value::Text(kind) if *kind != profile.user_type) {
        return Ok(());
    }
    let summary = format!(
        "{} has the license `{}`, which is of another kind than `{}`",
        user.username,
        user.record.text("Profile.UserLicense.Name")?,
        profile.license
    );
    Err(Failure::unmet(
        Diagnostic::error("other-license", "/license", summary)
            .remedy("Choose a license of the kind that the user has, or a contact without user"),
    ))
}

/// Reports inputs that differ from the fields of the user.
fn kept(case: &Case<'_>, user: &Existing<'_>, plan: &mut StepPlan) -> Result<(), Failure> {
    for (name, field, given) in create::only_new(case.input) {
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

/// Reads the second round of lookups: the roles, where the user may move, and whether the profile may be used.
fn present(
    case: &Case<'_>,
    stored: Option<&Stored>,
    moves: bool,
    problems: &mut Problems,
) -> Result<Option<Present>, Failure> {
    let own_set = case.profile.own_set(!case.features.standard_profiles);
    if !moves {
        case.profile
            .may_be_used(&case.org.find(&own_set)?, problems)?;
        return Ok(None);
    }
    case.contact.suits(case.profile, problems);
    case.profile.suits(problems);
    let [lowest, wanted, shared] = roles::lookups(case, stored);
    let [lowest, wanted, shared, own_set] =
        case.org.find_each([lowest, wanted, shared, own_set])?;
    case.profile.may_be_used(&own_set, problems)?;
    Ok(Some(Present::of(&lowest, &wanted, &shared)?))
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
