//! Attributes of SCIM as fields of a user (docs/salesforce/users.md#scim).

use serde_json::{Map, Value};

use crate::refusal::{Outcome, Refusal};
use crate::schema::object;
use crate::scim::dialect::Dialect;
use crate::tenant::Tenant;

/// Attributes that are one field each.
const PLAIN: &[(&str, &str)] = &[
    ("username", "Username"),
    ("externalid", "FederationIdentifier"),
    ("nickname", "CommunityNickname"),
    ("title", "Title"),
    ("locale", "LocaleSidKey"),
    ("preferredlanguage", "LanguageLocaleKey"),
    ("timezone", "TimeZoneSidKey"),
    ("active", "IsActive"),
    ("name.familyname", "LastName"),
    ("name.givenname", "FirstName"),
    // Lists, whose first value counts.
    ("emails", "Email"),
    ("entitlements", "ProfileId"),
    ("roles", "UserRoleId"),
];

/// Attributes that the platform makes itself.
const READ_ONLY: &[&str] = &[
    "schemas",
    "id",
    "meta",
    "displayname",
    "name.formatted",
    "groups",
    "usertype",
];

/// Characters of an alias.
const ALIAS_MAX: usize = 8;

/// The fields of a resource.
pub(super) fn fields(resource: &Map<String, Value>) -> Outcome<Map<String, Value>> {
    let mut fields = Map::new();
    for (name, value) in resource {
        match (name.eq_ignore_ascii_case("name"), value) {
            (true, Value::Object(parts)) => {
                for (part, value) in parts {
                    put(&mut fields, &format!("name.{part}"), value)?;
                }
            }
            _ => put(&mut fields, name, value)?,
        }
    }
    Ok(fields)
}

/// The fields that a `PATCH` sets: version 1 sends a part of the resource, version 2 operations.
pub(super) fn patched(dialect: Dialect, body: &Map<String, Value>) -> Outcome<Map<String, Value>> {
    let operations = body.get("Operations").and_then(Value::as_array);
    let Some(operations) = operations.filter(|_| dialect == Dialect::Two) else {
        return fields(body);
    };
    let mut all = Map::new();
    for operation in operations {
        let text = |name: &str| operation[name].as_str().unwrap_or_default();
        let value = match text("op").to_ascii_lowercase().as_str() {
            "add" | "replace" => operation["value"].clone(),
            "remove" => Value::Null,
            other => return Err(unfit(&format!("`{other}` is no operation"))),
        };
        match (text("path"), value) {
            ("", Value::Object(resource)) => all.extend(fields(&resource)?),
            ("", _) => {
                return Err(unfit(
                    "an operation without a path has an object as its value",
                ));
            }
            (path, Value::Object(parts)) if path.eq_ignore_ascii_case("name") => {
                let name = Map::from_iter([("name".to_owned(), Value::Object(parts))]);
                all.extend(fields(&name)?);
            }
            (path, value) => put(&mut all, path, &value)?,
        }
    }
    Ok(all)
}

fn put(fields: &mut Map<String, Value>, attribute: &str, value: &Value) -> Outcome<()> {
    let attribute = attribute.to_ascii_lowercase();
    // `emails[type eq "work"].value`: there is one.
    let (list, _) = attribute.split_once('[').unwrap_or((&attribute, ""));
    if READ_ONLY.contains(&list) {
        return Ok(());
    }
    let known = PLAIN.iter().find(|(name, _)| *name == list);
    let Some((_, field)) = known else {
        return Err(unfit(&format!(
            "The practice org does not know the attribute {attribute}"
        )));
    };
    fields.insert((*field).to_owned(), single(value));
    Ok(())
}

/// The value itself, or the first one of a list; clients send objects and plain values.
fn single(value: &Value) -> Value {
    match value {
        Value::Array(values) => values.first().map(single).unwrap_or_default(),
        Value::Object(parts) => parts.get("value").cloned().unwrap_or_default(),
        other => other.clone(),
    }
}

/// Fills what a new user needs and SCIM does not ask for: from the organization, the alias from the name \[inferred\].
pub(super) fn complete(org: &Tenant<'_>, fields: &mut Map<String, Value>) -> Outcome<()> {
    let organizations = object("Organization").expect("the schema has it");
    let organization = org.rows(organizations, &[])?.into_iter().next();
    let own = |field: &str| {
        let organization = organization.as_ref();
        let value = organization.and_then(|row| row.get(field));
        value.cloned().unwrap_or_default()
    };
    let text = |field: &str| {
        fields
            .get(field)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    let first = text("FirstName").chars().take(1);
    let alias: String = first.chain(text("LastName").chars()).collect();
    let alias: String = alias.to_lowercase().chars().take(ALIAS_MAX).collect();
    for (field, value) in [
        ("Alias", Value::from(alias)),
        ("EmailEncodingKey", Value::from("UTF-8")),
        ("LanguageLocaleKey", own("LanguageLocaleKey")),
        ("LocaleSidKey", own("DefaultLocaleSidKey")),
        ("TimeZoneSidKey", own("TimeZoneSidKey")),
    ] {
        let entry = fields.entry(field.to_owned());
        let kept = entry.or_insert(Value::Null);
        if kept.is_null() {
            *kept = value;
        }
    }
    Ok(())
}

fn unfit(message: &str) -> Refusal {
    Refusal::new(400, "INVALID_INPUT", message)
}
