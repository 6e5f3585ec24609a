//! Settings of the org: those of the platform that rules look at, and hidden ones (`practice.…`) for
//! what Salesforce keeps but shows in no API (salesforce-api.md §2.3, §12).

use serde_json::{Map, Value};

use crate::org::Org;
use crate::refusal::{Outcome, Refusal};

/// What a setting may hold.
#[derive(Clone, Copy)]
enum Range {
    Truth,
    Levels,
    Names,
}

const SETTINGS: &[(&str, Range)] = &[
    ("CommunitiesSettings.enableNetworksEnabled", Range::Truth),
    (
        "CommunitiesSettings.enableOotbProfExtUserOpsEnable",
        Range::Truth,
    ),
    ("CommunitiesSettings.enableEnablePRM", Range::Truth),
    (
        "SharingSettings.enableAccountRoleOptimization",
        Range::Truth,
    ),
    ("practice.numberOfCustomerRoles", Range::Levels),
    ("practice.numberOfPartnerRoles", Range::Levels),
    ("practice.usernamesTakenElsewhere", Range::Names),
];

/// Every setting with its value.
pub(crate) fn all(org: &Org<'_>) -> Outcome<Map<String, Value>> {
    let read = SETTINGS.iter().map(|(name, range)| {
        let unset = match range {
            Range::Truth => Value::from(false),
            Range::Levels => Value::from(1),
            Range::Names => Value::Array(Vec::new()),
        };
        Ok(((*name).to_owned(), org.setting(name)?.unwrap_or(unset)))
    });
    read.collect()
}

/// Sets one setting, by its full name.
pub(crate) fn set(org: &Org<'_>, name: &str, value: &Value) -> Outcome<()> {
    let known = SETTINGS.iter().find(|(known, _)| *known == name);
    let Some((_, range)) = known else {
        return Err(Refusal::new(
            400,
            "INVALID_FIELD",
            format!("there is no setting `{name}`"),
        ));
    };
    let (fits, wanted) = match range {
        Range::Truth => (value.is_boolean(), "true or false"),
        Range::Levels => (
            value
                .as_u64()
                .is_some_and(|levels| (1..=3).contains(&levels)),
            "1, 2 or 3",
        ),
        Range::Names => (
            value
                .as_array()
                .is_some_and(|names| names.iter().all(Value::is_string)),
            "a list of texts",
        ),
    };
    match fits {
        true => org.configure(name, value),
        false => {
            let message = format!("the setting `{name}` is {wanted}, not {value}");
            Err(Refusal::new(400, "INVALID_INPUT", message))
        }
    }
}
