//! The signed-in user: `/services/oauth2/userinfo` and the identity URL (docs/salesforce/sign-in.md#identity).

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Map, Value, json};

use crate::rest;
use crate::row::{Row, text};
use crate::sign_in::answer::{json as answer_json, plain};
use crate::sign_in::denied::Signed;
use crate::sign_in::session::used;
use crate::sign_in::{Desk, users};
use crate::version;

/// The answer to a token that is not good: a word, where the rest of REST has a list.
pub(super) fn bad_token() -> Response<Bytes> {
    plain(StatusCode::FORBIDDEN, "Bad_OAuth_Token")
}

/// `GET /services/oauth2/userinfo`
pub(super) fn userinfo(desk: &mut Desk<'_>) -> Signed<Response<Bytes>> {
    let Some(user) = signed_in(desk)? else {
        return Ok(bad_token());
    };
    let user_id = text(&user, "Id");
    let organization_id = desk.org.organization_id()?;
    let same = |field: &str| user.get(field).cloned().unwrap_or_default();
    let body = json!({
        "sub": format!("https://login.salesforce.com/id/{organization_id}/{user_id}"),
        "user_id": user_id,
        "organization_id": organization_id,
        "preferred_username": same("Username"),
        "nickname": same("CommunityNickname"),
        "name": same("Name"),
        "email": same("Email"),
        "email_verified": true,
        "given_name": same("FirstName"),
        "family_name": same("LastName"),
        "zoneinfo": same("TimeZoneSidKey"),
        "user_type": text(&user, "UserType").to_uppercase(),
        "language": same("LanguageLocaleKey"),
        "locale": same("LocaleSidKey"),
        "active": same("IsActive"),
        "updated_at": same("LastModifiedDate"),
        "is_app_installed": true,
        "photos": Value::Null,
        "urls": urls(desk, &organization_id),
    });
    Ok(answer_json(StatusCode::OK, &body))
}

/// `GET /id/<org>/<user>`
pub(super) fn identity(
    desk: &mut Desk<'_>,
    organization_id: &str,
    user_id: &str,
) -> Signed<Response<Bytes>> {
    if rest::token(desk.request.headers()).is_empty() && desk.field("oauth_token").is_none() {
        return Ok(plain(StatusCode::FORBIDDEN, "Missing_OAuth_Token"));
    }
    let Some(asker) = signed_in(desk)? else {
        return Ok(bad_token());
    };
    let own = desk.org.organization_id()?;
    if !own.starts_with(organization_id) || organization_id.len() < 15 {
        return Ok(plain(StatusCode::FORBIDDEN, "Wrong_Org"));
    }
    let users = users();
    let id = rest::records::record_id(users, user_id).unwrap_or_default();
    let Some(user) = desk.org.row(users, &id)? else {
        return Ok(plain(StatusCode::NOT_FOUND, "Bad_Id"));
    };
    if user.get("IsActive") != Some(&Value::Bool(true)) {
        return Ok(plain(StatusCode::NOT_FOUND, "Inactive"));
    }
    // Others are shown to internal users only.
    if text(&asker, "Id") != id && text(&asker, "UserType") != "Standard" {
        return Ok(plain(StatusCode::FORBIDDEN, "No_Access"));
    }
    Ok(answer_json(StatusCode::OK, &about(desk, &own, &user)?))
}

fn about(desk: &Desk<'_>, organization_id: &str, user: &Row) -> Signed<Value> {
    let same = |field: &str| user.get(field).cloned().unwrap_or_default();
    let user_id = text(user, "Id");
    Ok(json!({
        "id": desk.id_url(user_id)?,
        "asserted_user": true,
        "user_id": user_id,
        "organization_id": organization_id,
        "username": same("Username"),
        "nick_name": same("CommunityNickname"),
        "display_name": same("Name"),
        "email": same("Email"),
        "email_verified": true,
        "first_name": same("FirstName"),
        "last_name": same("LastName"),
        "timezone": same("TimeZoneSidKey"),
        "mobile_phone": same("MobilePhone"),
        "mobile_phone_verified": false,
        "active": same("IsActive"),
        "user_type": text(user, "UserType").to_uppercase(),
        "language": same("LanguageLocaleKey"),
        "locale": same("LocaleSidKey"),
        "last_modified_date": same("LastModifiedDate"),
        "is_app_installed": true,
        "photos": Value::Null,
        "urls": urls(desk, organization_id),
    }))
}

/// The faces of the org that are here, in the version that the client names; without one `{version}` is the client's to
/// fill in (docs/salesforce/sign-in.md#identity).
fn urls(desk: &Desk<'_>, organization_id: &str) -> Map<String, Value> {
    let short = &organization_id[..15];
    let newest = version::VERSIONS.end();
    let version = match desk.field("version") {
        None => "{version}".to_owned(),
        Some("latest") => format!("{newest}.0"),
        Some(named) => named.to_owned(),
    };
    [
        ("custom_domain", String::new()),
        ("enterprise", format!("/services/Soap/c/{version}/{short}")),
        ("metadata", format!("/services/Soap/m/{version}/{short}")),
        ("partner", format!("/services/Soap/u/{version}/{short}")),
        ("rest", format!("/services/data/v{version}/")),
        ("sobjects", format!("/services/data/v{version}/sobjects/")),
        ("query", format!("/services/data/v{version}/query/")),
        ("limits", format!("/services/data/v{newest}.0/limits")),
    ]
    .into_iter()
    .map(|(name, path)| (name.to_owned(), format!("{}{path}", desk.address).into()))
    .collect()
}

/// The user whose token it is; none: it is not good.
fn signed_in(desk: &Desk<'_>) -> Signed<Option<Row>> {
    let token = rest::token(desk.request.headers());
    let token = match token.is_empty() {
        true => desk.field("oauth_token").unwrap_or_default(),
        false => token,
    };
    match used(desk.org.db, token, desk.org.now_ms) {
        Ok(session) => Ok(desk.org.row(users(), &session.user_id)?),
        Err(refusal) if refusal.status == 401 => Ok(None),
        Err(refusal) => Err(refusal.into()),
    }
}
