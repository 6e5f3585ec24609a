//! A contact without a user: the user is made.

use serde_json::json;
use usher_external_users::{
    Save, Visitor, access_policies, access_policy_note, automation, automation_note,
};
use usher_sdk::{
    Alteration, Certainty, Change, CreateRecord, Diagnostic, Effect, Failure, Problems, ReadError,
    Record, Scalar, StepPlan, TakeBack, UpdateRecord,
};

use crate::levels::Stored;
use crate::names::{self, Candidates, Names};
use crate::roles::{self, Place, Present};
use crate::sites::{self, Memberships};
use crate::{Case, FSC, runner, values};

/// Plans the new user.
pub(crate) fn plan(
    case: &Case<'_>,
    organization: Option<&Record>,
    mut problems: Problems,
) -> Result<StepPlan, Failure> {
    case.contact.suits(case.profile, &mut problems);
    case.profile.suits(&mut problems);
    values::required(case, &mut problems);
    let Some(email) = email(case, &mut problems)? else {
        problems.none()?;
        return Err(Failure::Broken("a problem was not told".to_owned()));
    };
    let org_id = case.org.who().org_id;
    let candidates = names::candidates(case.input, case.contact, &email, &org_id)?;
    let seen = Seen::read(case, &candidates)?;
    let mut plan = StepPlan::new();
    plan.notes.extend(case.features.note(case.org));
    let names = candidates.choose(
        case.input,
        case.contact,
        [&seen.by_username, &seen.by_nickname],
        &mut plan.notes,
        &mut problems,
    )?;
    case.profile.may_be_used(&seen.own_set, &mut problems)?;
    let memberships = Memberships::of(case, seen.memberships, &mut problems)?;
    let visitor = Visitor {
        user: None,
        keeps_profile: false,
        sets: &case.input.permission_sets,
    };
    memberships.must_let_in(case, &visitor, seen.site, &mut problems)?;
    let place = roles::predict(case, seen.roles, &mut problems)?;

    let stored = Stored::of(&case.features.user);
    let change = change(
        case,
        &names,
        &email,
        organization,
        &stored,
        &place,
        &mut problems,
    )?;
    let user = change.id();
    plan.change(change);
    case.profile.take_seat(&mut plan, &mut problems);
    plan.effect(derived(case, &user));
    roles::announce(case, &stored, &place, &user, &mut plan);
    sites::announce(case, &email, &user, &memberships, &mut plan)?;
    plan.notes.extend(case.contact.notes(case.profile));
    plan.notes.extend(seen.notes);
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
    /// The site that the input names.
    site: Result<Vec<Record>, ReadError>,
    /// Notes on what this org does by itself, and on the signed-in user.
    notes: Vec<Diagnostic>,
}

impl Seen {
    fn read(case: &Case<'_>, candidates: &Candidates) -> Result<Self, Failure> {
        let [by_username, by_nickname] = candidates.first_holders();
        let [lowest, wanted, shared] = roles::lookups(case);
        let own_set = case.profile.own_set(!case.features.standard_profiles);
        let [memberships, site] = sites::lookups(case);
        let [flows, triggers] = automation("User");
        let asked = [
            by_username,
            by_nickname,
            lowest,
            wanted,
            shared,
            own_set,
            memberships,
            site,
            flows,
            triggers,
            access_policies(),
            runner::lookup(case),
        ];
        let answers = <[_; 12]>::try_from(case.org.find_all(&asked));
        let Ok(
            [
                by_username,
                by_nickname,
                lowest,
                wanted,
                shared,
                own_set,
                memberships,
                site,
                flows,
                triggers,
                policies,
                runner,
            ],
        ) = answers
        else {
            return Err(Failure::Transient("a lookup got no answer".to_owned()));
        };
        let notes = [
            automation_note("user", Save::Create, &flows, &triggers),
            access_policy_note(Save::Create, &policies, case.org),
            runner::note(case, runner)?,
        ];
        let mut holders = [by_username?, by_nickname?];
        if holders.iter().any(|taken| !taken.is_empty()) {
            let all = candidates.holders();
            for (holders, all) in holders.iter_mut().zip(case.org.find_all(&all)) {
                *holders = all?;
            }
        }
        let [by_username, by_nickname] = holders;
        Ok(Self {
            by_username,
            by_nickname,
            roles: Present::of(&lowest?, &wanted?, &shared?)?,
            own_set: own_set?,
            memberships,
            site,
            notes: notes.into_iter().flatten().collect(),
        })
    }
}

fn change(
    case: &Case<'_>,
    names: &Names,
    email: &str,
    organization: Option<&Record>,
    stored: &Stored,
    place: &Place,
    problems: &mut Problems,
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
        user = user.set(values::CONTENT_USER, true);
    }
    user = values::create(case, user, problems);
    // Without a level Salesforce takes the lowest, and an account's first user cannot name one.
    let level = roles::above_lowest(case);
    if let Some(level) = level {
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

/// The address of the new user; none, with a problem, when there is none.
fn email(case: &Case<'_>, problems: &mut Problems) -> Result<Option<String>, Failure> {
    let email = match (&case.input.email, &case.contact.email) {
        (Some(email), _) => email,
        (None, email) => email.text()?,
    };
    if email.is_empty() {
        let summary = format!("{} has no email", case.contact.name());
        problems.unmet(
            Diagnostic::error("no-email", "/contact", summary)
                .remedy("Give the contact an email, or set {with.email}")
                .rule(format!("{FSC}, the email with site access information")),
        );
        return Ok(None);
    }
    Ok(Some(email.to_owned()))
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
                .remedy("Set {with.time_zone}, {with.locale} and {with.language}, or sign in with a user who sees Company Information"),
        )),
    }
}
