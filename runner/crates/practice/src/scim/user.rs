//! A user as SCIM shows it (docs/salesforce/users.md#scim).

use serde_json::{Value, json};

use crate::refusal::Outcome;
use crate::row::{Row, text};
use crate::schema::object;
use crate::scim::Call;

/// The resource of a user.
pub(super) fn shown(call: &Call<'_>, user: &Row) -> Outcome<Value> {
    let same = |field: &str| user.get(field).cloned().unwrap_or_default();
    let id = text(user, "Id");
    let profiles = object("Profile").expect("the schema has it");
    let profile = call.org.row(profiles, text(user, "ProfileId"))?;
    let profile_name = profile
        .as_ref()
        .map(|profile| text(profile, "Name").to_owned());
    Ok(json!({
        "schemas": call.dialect.user_schemas(),
        "id": id,
        "userName": same("Username"),
        "externalId": same("FederationIdentifier"),
        "name": {
            "formatted": same("Name"),
            "familyName": same("LastName"),
            "givenName": same("FirstName"),
        },
        "displayName": same("Name"),
        "nickName": same("CommunityNickname"),
        "title": same("Title"),
        "userType": same("UserType"),
        "locale": same("LocaleSidKey"),
        "preferredLanguage": same("LanguageLocaleKey"),
        "timezone": same("TimeZoneSidKey"),
        "active": same("IsActive"),
        "emails": [{ "type": "work", "primary": true, "value": same("Email") }],
        "entitlements": [{
            "value": same("ProfileId"),
            "display": profile_name,
            "type": "Profile",
            "primary": true,
        }],
        "meta": {
            "resourceType": "User",
            "created": same("CreatedDate"),
            "lastModified": same("LastModifiedDate"),
            "location": format!("{}/Users/{id}", call.base),
        },
    }))
}
