//! `GET /services/oauth2/userinfo` (docs/salesforce/rest.md#user-info).

use serde_json::{Value, json};

use crate::refusal::{Outcome, Refusal};
use crate::rest::Answer;
use crate::row::text;
use crate::schema::object;
use crate::tenant::Tenant;

pub(crate) fn userinfo(org: &Tenant<'_>) -> Outcome<Answer> {
    let users = object("User").expect("the schema has it");
    let user = org
        .row(users, &org.user_id)?
        .ok_or_else(Refusal::not_found)?;
    let organization_id = org.organization_id()?;
    let same = |field: &str| user.get(field).cloned().unwrap_or_default();
    let email = same("Email");
    Ok(Answer::ok(json!({
        "sub": format!("https://login.salesforce.com/id/{organization_id}/{}", org.user_id),
        "user_id": org.user_id,
        "organization_id": organization_id,
        "preferred_username": same("Username"),
        "nickname": same("CommunityNickname"),
        "name": same("Name"),
        "email": email,
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
    })))
}
