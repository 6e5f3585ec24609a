//! Further fields of the user: those that the input names, and those that this org wants and nobody names.

use serde_json::Value as Json;
use usher_external_users::{Fields, Given, created, escape};
use usher_sdk::{CreateRecord, Diagnostic, Failure, Problems, Record, UpdateRecord, Value, ticked};

use crate::{Case, Input};

const MANIFEST: &str = include_str!("../manifest.json");

/// Fields that the step sets by itself, or by another input.
const OWN: &[&str] = &[
    "Username",
    "LastName",
    "FirstName",
    "Email",
    "Alias",
    "CommunityNickname",
    "TimeZoneSidKey",
    "LocaleSidKey",
    "LanguageLocaleKey",
    "EmailEncodingKey",
    "ProfileId",
    "ContactId",
    "IsActive",
    "UserPermissionsSFContentUser",
    "PortalRole",
];

/// The box *Salesforce CRM Content User*.
pub(crate) const CONTENT_USER: &str = "UserPermissionsSFContentUser";

/// The fields of users whose descriptions matter.
pub(crate) fn described(input: &Input) -> Vec<&str> {
    let mut fields = vec!["PortalRole"];
    if input.crm_content {
        fields.push(CONTENT_USER);
    }
    fields.extend(input.values.keys().map(String::as_str));
    fields
}

/// Reports values of fields that this step does not write.
pub(crate) fn check(input: &Input, problems: &mut Problems) {
    if input.values.is_empty() {
        return;
    }
    let declared = declared();
    for field in input.values.keys() {
        if is_settable(field, &declared) {
            continue;
        }
        let same = |other: &&&str| other.eq_ignore_ascii_case(field);
        let remedy = match declared.iter().find(same) {
            Some(other) => format!("Write `{other}` in {{with.values}}"),
            None if OWN.contains(&field.as_str()) => {
                "Leave it out of {with.values}: another input, or the contact, decides it"
                    .to_owned()
            }
            None => {
                let fields = declared.iter().filter(|field| !field.starts_with('*'));
                let fields: Vec<&&str> = fields.collect();
                format!(
                    "Name custom fields and some of {} in {{with.values}}",
                    ticked(&fields)
                )
            }
        };
        let summary = format!("`{field}` of User is not a field that this step writes");
        let at = format!("/values/{}", escape(field));
        problems.invalid(Diagnostic::error("unknown-field", at, summary).remedy(remedy));
    }
}

/// The fields that the manifest declares and the input may name; `*__c` for any custom one.
fn declared() -> Vec<&'static str> {
    let mut fields = created(MANIFEST, "User");
    fields.retain(|field| !OWN.contains(field));
    fields
}

fn is_settable(field: &str, declared: &[&str]) -> bool {
    let mut declared = declared.iter();
    declared.any(|one| *one == field || (*one == "*__c" && field.ends_with("__c")))
}

/// Reports values that the org's fields cannot hold, and a box that this org does not have.
pub(crate) fn fit(input: &Input, user: &Fields, problems: &mut Problems) {
    let given = input.values.iter().map(|(name, value)| Given {
        at: format!("/values/{}", escape(name)),
        name,
        value,
    });
    user.fit(given, problems);
    if input.crm_content && !user.has(CONTENT_USER) {
        let summary = "This org has no box *Salesforce CRM Content User*, or the signed-in user may not see it";
        problems.unmet(
            Diagnostic::error("no-content-user", "/crm_content", summary)
                .remedy("Set {with.crm_content} to false")
                .rule("REST API, sObject Describe"),
        );
    }
}

/// Adds the values to a new user.
pub(crate) fn create(
    case: &Case<'_>,
    mut user: CreateRecord,
    problems: &mut Problems,
) -> CreateRecord {
    let mut given = vec![];
    for (field, value) in &case.input.values {
        if *value != Value::Nothing {
            user = user.set(field, case.features.user.scalar(field, value));
            given.push(field.as_str());
        }
    }
    case.features.user.may_be_set(&given, problems);
    user
}

/// Adds the values to a user who is there, as far as they differ. Returns the names of those.
pub(crate) fn update<'c>(
    case: &Case<'c>,
    there: &Record,
    mut user: UpdateRecord,
    problems: &mut Problems,
) -> Result<(UpdateRecord, Vec<&'c str>), Failure> {
    let mut differing = vec![];
    for (field, value) in &case.input.values {
        let wanted = case.features.user.scalar(field, value);
        if !there.value(field)?.is_as_wanted(field, wanted.clone()) {
            user = user.set(field, wanted);
            differing.push(field.as_str());
        }
    }
    case.features.user.may_be_updated(&differing, problems);
    Ok((user, differing))
}

/// Reports fields that a new user needs in this org and does not get. Salesforce fills in those that no input can set.
pub(crate) fn required(case: &Case<'_>, problems: &mut Problems) {
    // Without an answer the save tells.
    let Ok(described) = case.org.describe_object("User", &[]) else {
        return;
    };
    let needed = described.get("requiredFields").and_then(Json::as_object);
    let is_given = |name: &str| {
        let value = case.input.values.get(name);
        value.is_some_and(|value| !value.is_as_wanted(name, &Value::Nothing))
    };
    let needed = needed.into_iter().flatten();
    let lacking: Vec<_> = needed
        .filter(|(name, _)| !OWN.contains(&name.as_str()) && !is_given(name))
        .collect();
    // The manifest is long, and few orgs want more than the step sets by itself.
    if lacking.is_empty() {
        return;
    }
    let declared = declared();
    for (name, label) in lacking {
        if !is_settable(name, &declared) {
            continue;
        }
        let label = label.as_str().unwrap_or(name);
        let summary = format!("A user of this org needs *{label}* (`{name}`)");
        let remedy = format!(
            "Set {{with.values.{name}}}, or give the field a default value in Setup > Object Manager > User > Fields & Relationships"
        );
        let problem = Diagnostic::error("missing-field", "/values", summary);
        problems.invalid(problem.remedy(remedy).rule("REST API, sObject Describe"));
    }
}
