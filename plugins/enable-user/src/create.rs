//! A contact without a user: the user is made.

use serde_json::json;
use usher_sdk::{
    Alteration, Certainty, Change, CreateRecord, Diagnostic, Effect, Failure, Problems, ReadError,
    Record, Scalar, StepPlan, TakeBack, UpdateRecord,
};

use crate::levels::Stored;
use crate::names::Names;
use crate::roles::{self, Place, Present};
use crate::{Case, FSC, Input, sites};

/// Plans the new user.
pub(crate) fn plan(case: &Case<'_>, organization: Option<&Record>) -> Result<StepPlan, Failure> {
    let email = email(case)?;
    let mut problems = Problems::default();
    let org_id = case.org.who().org_id;
    let names = Names::of(case.input, case.contact, &email, &org_id)?;
    let stored = match case.profile.family {
        Some(_) => Some(Stored::read(case.org)?),
        None => None,
    };
    let seen = Seen::read(case, &names, stored.as_ref())?;
    names.must_be_free(
        case.input,
        &seen.by_username,
        &seen.by_nickname,
        &mut problems,
    )?;
    case.profile.may_be_used(&seen.own_set, &mut problems)?;
    let place = roles::predict(case, stored.as_ref(), seen.roles, &mut problems)?;

    let mut plan = StepPlan::new();
    let change = change(case, &names, &email, organization, stored.as_ref(), &place)?;
    let user = change.id();
    plan.change(change);
    case.profile.take_seat(&mut plan, &mut problems);
    plan.effect(derived(case, &user));
    roles::announce(case, stored.as_ref(), &place, &user, &mut plan);
    sites::announce(case, &email, &user, seen.memberships, &mut plan)?;
    plan.notes.extend(case.contact.notes(case.profile));
    problems.none()?;
    plan.answer(json!({ "user_id": user, "username": names.username }))
}

/// The second round of lookups.
struct Seen {
    by_username: Vec<Record>,
    by_nickname: Vec<Record>,
    roles: Present,
    own_set: Vec<Record>,
    /// The object is missing in an org whose Digital Experiences are only planned.
    memberships: Result<Vec<Record>, ReadError>,
}

impl Seen {
    fn read(case: &Case<'_>, names: &Names, stored: Option<&Stored>) -> Result<Self, Failure> {
        let [by_username, by_nickname] = names.holders();
        let [lowest, wanted, shared] = roles::lookups(case, stored);
        let own_set = case.profile.own_set(!case.features.standard_profiles);
        let asked = [
            by_username,
            by_nickname,
            lowest,
            wanted,
            shared,
            own_set,
            sites::memberships(case),
        ];
        let answers = <[_; 7]>::try_from(case.org.find_all(&asked));
        let Ok(
            [
                by_username,
                by_nickname,
                lowest,
                wanted,
                shared,
                own_set,
                memberships,
            ],
        ) = answers
        else {
            return Err(Failure::Transient("a lookup got no answer".to_owned()));
        };
        Ok(Self {
            by_username: by_username?,
            by_nickname: by_nickname?,
            roles: Present::of(&lowest?, &wanted?, &shared?)?,
            own_set: own_set?,
            memberships,
        })
    }
}

fn change(
    case: &Case<'_>,
    names: &Names,
    email: &str,
    organization: Option<&Record>,
    stored: Option<&Stored>,
    place: &Place,
) -> Result<Change, Failure> {
    let Case {
        input,
        contact,
        profile,
        ..
    } = case;
    let locale = |given: &Option<String>, field: &str| locale(given, organization, field);
    let mut user = CreateRecord::of("User")
        .set("Username", &names.username)
        .set("LastName", &contact.last_name);
    if !contact.first_name.is_empty() {
        user = user.set("FirstName", &contact.first_name);
    }
    user = user
        .set("Email", email)
        .set("Alias", &names.alias)
        .set("CommunityNickname", &names.nickname)
        .set(
            "TimeZoneSidKey",
            locale(&input.time_zone, "TimeZoneSidKey")?,
        )
        .set(
            "LocaleSidKey",
            locale(&input.locale, "DefaultLocaleSidKey")?,
        )
        .set(
            "LanguageLocaleKey",
            locale(&input.language, "LanguageLocaleKey")?,
        )
        .set(
            "EmailEncodingKey",
            input.encoding.as_deref().unwrap_or("UTF-8"),
        )
        .set("ProfileId", &profile.id)
        .set("ContactId", &contact.id)
        .set("IsActive", true);
    if input.crm_content {
        user = user.set("UserPermissionsSFContentUser", true);
    }
    // Without a level Salesforce takes the lowest, and an account's first user cannot name one.
    let level = roles::above_lowest(case).zip(stored);
    if let Some((level, stored)) = level {
        user = user.set("PortalRole", stored.value(level));
    }
    let summary = format!(
        "Make {} of the account `{}` a user with the profile `{}`",
        contact.name(),
        contact.account.name,
        profile.name
    );
    // Salesforce deletes no users.
    let off = UpdateRecord::of("User", Scalar::bound("user", "id")).set("IsActive", false);
    let change = Change::new("user", summary, user.unique(["ContactId"]))
        .undo(TakeBack::instead(off).stays("the user stays, inactive"));
    // A role that another user of the account brings must exist before its level can be asked for.
    Ok(match place {
        Place::There { role, .. } if level.is_some() => change.after_value(&role.id),
        _ => change,
    })
}

/// The effect on fields that Salesforce fills in from contact and profile.
fn derived(case: &Case<'_>, user: &Scalar) -> Effect {
    let account = &case.contact.account;
    let fields = Alteration::of("User", user.clone())
        .set("AccountId", &account.id)
        .set("UserType", case.profile.user_type.as_str())
        .set("IsPortalEnabled", true);
    let summary = format!("The user belongs to the account `{}`", account.name);
    Effect::new("derived", summary, Certainty::Certain, fields).because_of("user")
}

fn email(case: &Case<'_>) -> Result<String, Failure> {
    let email = match (&case.input.email, &case.contact.email) {
        (Some(email), _) => email,
        (None, email) => email.text()?,
    };
    if email.is_empty() {
        let summary = format!("{} has no email", case.contact.name());
        return Err(Failure::unmet(
            Diagnostic::error("no-email", "/contact", summary)
                .remedy("Give the contact an email, or set `email`")
                .rule(format!("{FSC}, the email with site access information")),
        ));
    }
    Ok(email.to_owned())
}

/// Returns the given value, else the org's own.
fn locale(
    given: &Option<String>,
    organization: Option<&Record>,
    field: &str,
) -> Result<Scalar, Failure> {
    match (given, organization) {
        (Some(given), _) => Ok(given.into()),
        (None, Some(organization)) => Ok(organization.value(field)?.into()),
        (None, None) => Err(Failure::unmet(
            Diagnostic::error("organization-not-visible", "", "The org's own time zone and locale cannot be read")
                .remedy("Set `time_zone`, `locale` and `language`, or sign in with a user who sees Company Information"),
        )),
    }
}

/// The inputs that only a new user is made with, and the fields they go to.
pub(crate) fn only_new(input: &Input) -> [(&'static str, &'static str, Option<&String>); 8] {
    [
        ("username", "Username", input.username.as_ref()),
        ("alias", "Alias", input.alias.as_ref()),
        ("nickname", "CommunityNickname", input.nickname.as_ref()),
        ("email", "Email", input.email.as_ref()),
        ("time_zone", "TimeZoneSidKey", input.time_zone.as_ref()),
        ("locale", "LocaleSidKey", input.locale.as_ref()),
        ("language", "LanguageLocaleKey", input.language.as_ref()),
        ("encoding", "EmailEncodingKey", input.encoding.as_ref()),
    ]
}
