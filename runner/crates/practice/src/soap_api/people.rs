//! The signed-in user, passwords, and the end of sessions (docs/salesforce/soap.md#calls,
//! docs/salesforce/users.md#passwords).

use serde_json::{Value, json};

use crate::mail;
use crate::refusal::{Outcome, Refusal};
use crate::rights;
use crate::row::{Row, text};
use crate::schema::{Object, Shown, object};
use crate::sign_in::{end, password};
use crate::soap_api::sequence::{Part, Shape, elements, elements_at};
use crate::soap_api::{Desk, id_of};
use crate::stamp;
use crate::tenant::Tenant;

/// Bytes of an attachment \[inferred: five megabytes, as public recordings show\].
const ATTACHMENT_BYTES_MAX: u32 = 5_242_880;

/// Seconds until a session that nobody uses is over, where the org has not its own.
const SESSION_S: i64 = 7_200;

const USER_INFO: &[Part] = &[
    ("accessibilityMode", Shape::Truth),
    ("chatterExternal", Shape::Since(40, &Shape::Truth)),
    ("currencySymbol", Shape::TextOrNil),
    ("orgAttachmentFileSizeLimit", Shape::Count),
    ("orgDefaultCurrencyIsoCode", Shape::TextOrNil),
    (
        "orgDefaultCurrencyLocale",
        Shape::Since(39, &Shape::TextOrNil),
    ),
    ("orgDisallowHtmlAttachments", Shape::Truth),
    ("orgHasPersonAccounts", Shape::Truth),
    ("organizationId", Shape::Text),
    ("organizationMultiCurrency", Shape::Truth),
    ("organizationName", Shape::Text),
    ("profileId", Shape::Text),
    ("roleId", Shape::TextOrNil),
    ("sessionSecondsValid", Shape::Count),
    ("userDefaultCurrencyIsoCode", Shape::TextOrNil),
    ("userEmail", Shape::Text),
    ("userFullName", Shape::Text),
    ("userId", Shape::Text),
    ("userLanguage", Shape::Text),
    ("userLocale", Shape::Text),
    ("userName", Shape::Text),
    ("userTimeZone", Shape::Text),
    ("userType", Shape::Text),
    ("userUiSkin", Shape::Text),
];

pub(super) fn user_info(desk: &mut Desk<'_>) -> Outcome<String> {
    Ok(format!(
        "<result>{}</result>",
        info(desk.org, &desk.org.user_id)?
    ))
}

/// The parts of `GetUserInfoResult`.
pub(super) fn info(org: &Tenant<'_>, user_id: &str) -> Outcome<String> {
    let user = org.row(users(), user_id)?.unwrap_or_default();
    let organizations = object("Organization").expect("the schema has it");
    let organization_id = org.organization_id()?;
    let organization = org
        .row(organizations, &organization_id)?
        .unwrap_or_default();
    let timeout = org.setting(crate::sign_in::session::TIMEOUT)?;
    let seconds = timeout.and_then(|minutes| Some(minutes.as_i64()? * 60));
    // The practice org has no currencies, and one skin.
    let info = json!({
        "orgAttachmentFileSizeLimit": ATTACHMENT_BYTES_MAX,
        "orgHasPersonAccounts": org.shows(Shown::Persons)?,
        "organizationId": organization_id,
        "organizationName": text(&organization, "Name"),
        "profileId": text(&user, "ProfileId"),
        "roleId": user.get("UserRoleId"),
        "sessionSecondsValid": seconds.unwrap_or(SESSION_S),
        "userEmail": text(&user, "Email"),
        "userFullName": text(&user, "Name"),
        "userId": user_id,
        "userLanguage": text(&user, "LanguageLocaleKey"),
        "userLocale": text(&user, "LocaleSidKey"),
        "userName": text(&user, "Username"),
        "userTimeZone": text(&user, "TimeZoneSidKey"),
        "userType": text(&user, "UserType"),
        "userUiSkin": "Theme3",
    });
    Ok(elements_at(org.version, &info, USER_INFO))
}

pub(super) fn timestamp(desk: &Desk<'_>) -> String {
    let now = stamp::metadata(desk.org.now_ms);
    format!("<result><timestamp>{now}</timestamp></result>")
}

pub(super) fn set_password(desk: &mut Desk<'_>) -> Outcome<String> {
    let org = desk.org;
    let user = user(org, desk.text("userId"))?;
    // Users whose password has expired set their own.
    if text(&user, "Id") != org.user_id {
        may(org, &user)?;
    }
    let new = desk.text("password");
    password::check(new)?;
    org.unit(|| Ok(password::set(org.db, text(&user, "Id"), new, false)?))?;
    Ok("<result/>".to_owned())
}

/// The new password must be changed at the next sign-in. Its form is one that the policy takes.
pub(super) fn reset_password(desk: &mut Desk<'_>) -> Outcome<String> {
    let org = desk.org;
    let user = user(org, desk.text("userId"))?;
    may(org, &user)?;
    let new = format!("Pw1{}", &desk.mint.draw(org.now_ms)[..12]);
    let mails = desk.headers.mails_users;
    org.unit(|| {
        password::set(org.db, text(&user, "Id"), &new, true)?;
        match mails {
            true => mail::password_reset(org, text(&user, "Id")),
            false => Ok(()),
        }
    })?;
    Ok(format!("<result><password>{new}</password></result>"))
}

pub(super) fn change_own_password(desk: &mut Desk<'_>) -> Outcome<String> {
    let org = desk.org;
    if !password::fits(org, &org.user_id, desk.text("oldPassword"))? {
        // [inferred] The text.
        let message = "the old password is not valid";
        return Err(Refusal::new(500, "INVALID_OLD_PASSWORD", message));
    }
    let new = desk.text("newPassword");
    password::check(new)?;
    org.unit(|| Ok(password::set(org.db, &org.user_id, new, false)?))?;
    Ok("<result/>".to_owned())
}

pub(super) fn logout(desk: &mut Desk<'_>) -> Outcome<String> {
    end::one(desk.org.db, &desk.headers.session_id)?;
    Ok(String::new())
}

/// Ends sessions of the same user; others need an administrator \[inferred\].
pub(super) fn invalidate_sessions(desk: &mut Desk<'_>) -> Outcome<String> {
    let org = desk.org;
    let mut text = String::new();
    for session_id in desk.texts("sessionIds") {
        let session = crate::sign_in::session::look(org.db, session_id, org.now_ms)?;
        let own = session.is_some_and(|session| session.user_id == org.user_id);
        if own {
            end::one(org.db, session_id)?;
        }
        text.push_str(&match own {
            true => "<result><success>true</success></result>".to_owned(),
            false => {
                let row: Value =
                    json!({ "message": "Invalid Session ID", "statusCode": "INVALID_SESSION_ID" });
                let parts: &[Part] = &[("message", Shape::Text), ("statusCode", Shape::Text)];
                let error = elements(&row, parts);
                format!("<result><errors>{error}</errors><success>false</success></result>")
            }
        });
    }
    Ok(text)
}

fn users() -> &'static Object {
    object("User").expect("the schema has it")
}

fn user(org: &Tenant<'_>, given: &str) -> Outcome<Row> {
    let id = id_of(users(), given)?;
    // [inferred] The text.
    let absent = || Refusal::new(500, "INVALID_ID_FIELD", format!("invalid user id: {given}"));
    org.row(users(), &id)?.ok_or_else(absent)
}

fn may(org: &Tenant<'_>, user: &Row) -> Outcome<()> {
    rights::save::password(org, user)
}
