//! Settings of the org: those of the platform, which the Metadata API reads and writes, and hidden ones
//! (`practice.…`) for what Salesforce keeps but shows in no API (salesforce-api.md §2.3, §12).

use serde_json::{Map, Value};

use crate::access;
use crate::refusal::{Outcome, Refusal};
use crate::settings::kinds::{KINDS, SettingsKind};
use crate::tenant::Tenant;

pub(crate) mod kinds;

/// What a hidden setting may hold.
#[derive(Clone, Copy)]
enum Range {
    Truth,
    Levels,
    Names,
    Access,
}

const HIDDEN: &[(&str, Range)] = &[
    // "Number of customer roles", "Number of partner roles" (§2.2): Setup only.
    ("practice.numberOfCustomerRoles", Range::Levels),
    ("practice.numberOfPartnerRoles", Range::Levels),
    // Usernames are unique over all orgs (§1.2).
    ("practice.usernamesTakenElsewhere", Range::Names),
    // Whether assigning a permission set assigns the permission set licence it needs: usual, but not so
    // in every org (§5).
    ("practice.assignPermissionSetLicenses", Range::Truth),
    // Org-wide defaults of objects, for internal and for external users (§8).
    ("practice.internalAccess.Account", Range::Access),
    ("practice.internalAccess.Case", Range::Access),
    ("practice.internalAccess.Contact", Range::Access),
    ("practice.internalAccess.Lead", Range::Access),
    ("practice.internalAccess.Opportunity", Range::Access),
    ("practice.internalAccess.User", Range::Access),
    ("practice.externalAccess.Account", Range::Access),
    ("practice.externalAccess.Case", Range::Access),
    ("practice.externalAccess.Contact", Range::Access),
    ("practice.externalAccess.Lead", Range::Access),
    ("practice.externalAccess.Opportunity", Range::Access),
    ("practice.externalAccess.User", Range::Access),
    // The standard duplicate rule for accounts. On in every real org; off here until it is set, because
    // it compares names only (invented), where the platform's matching rule weighs many fields.
    ("practice.duplicateRule.Account", Range::Truth),
    // Jobs that make or publish a site end in `Error` while it is on.
    ("practice.siteJobsFail", Range::Truth),
    // Users keep the licenses of permission sets that are unassigned while it is on: Salesforce takes them back "in most
    // cases" only (Salesforce Help, `users_permissionset_licenses_remove`).
    ("practice.keepPermissionSetLicenses", Range::Truth),
    // Member groups end in `FailedAdd` while it is on (§12, faults).
    ("practice.memberGroupsFail", Range::Truth),
];

/// What everybody may do with the records of others.
const ACCESS: [&str; 3] = ["None", "Read", "Edit"];

/// The setting that opens sites, and most other settings of its kind.
pub(crate) const NETWORKS: &str = "CommunitiesSettings.enableNetworksEnabled";

/// Every setting of this version of the practice org with its value.
pub(crate) fn all(org: &Tenant<'_>) -> Outcome<Map<String, Value>> {
    let mut all = Map::new();
    for (name, range) in HIDDEN {
        let unset = match range {
            Range::Truth => Value::from(false),
            Range::Levels => Value::from(1),
            Range::Names => Value::Array(Vec::new()),
            Range::Access => Value::from(unset_access(name)),
        };
        all.insert((*name).to_owned(), org.setting(name)?.unwrap_or(unset));
    }
    for kind in KINDS {
        for (field, _) in kind.fields {
            let name = format!("{}.{field}", kind.name);
            let on = org.is_on(&name)?;
            all.insert(name, Value::from(on));
        }
    }
    Ok(all)
}

/// Sets one setting by its full name, no rule asked: fixtures and the practice face.
pub(crate) fn set(org: &Tenant<'_>, name: &str, value: &Value) -> Outcome<()> {
    let hidden = HIDDEN.iter().find(|(known, _)| *known == name);
    let range = match hidden {
        Some((_, range)) => *range,
        None if is_platform(name) => Range::Truth,
        None => {
            let message = format!("there is no setting `{name}`");
            return Err(Refusal::new(400, "INVALID_FIELD", message));
        }
    };
    let (fits, wanted) = match range {
        Range::Truth => (value.is_boolean(), "true or false"),
        Range::Levels => {
            let levels = value
                .as_u64()
                .is_some_and(|levels| (1..=3).contains(&levels));
            (levels, "1, 2 or 3")
        }
        Range::Names => {
            let names = value.as_array();
            (
                names.is_some_and(|names| names.iter().all(Value::is_string)),
                "a list of texts",
            )
        }
        Range::Access => {
            let level = value.as_str().unwrap_or_default();
            (ACCESS.contains(&level), "`None`, `Read` or `Edit`")
        }
    };
    match fits {
        true => org.configure(name, value),
        false => {
            let message = format!("the setting `{name}` is {wanted}, not {value}");
            Err(Refusal::new(400, "INVALID_INPUT", message))
        }
    }
}

/// Sets fields of one kind as an administrator does, with the platform's rules.
pub(crate) fn update(
    org: &Tenant<'_>,
    kind: &SettingsKind,
    fields: &[(&str, bool)],
) -> Outcome<()> {
    let name = |field: &str| format!("{}.{field}", kind.name);
    let was_on = org.is_on(NETWORKS)?;
    let networks = fields.iter().find(|(field, _)| name(field) == NETWORKS);
    let on = networks.map_or(was_on, |(_, on)| *on);
    if was_on && !on {
        // [inferred, §6.1] That it cannot be turned off; the words.
        let message = "Digital experiences can't be disabled once they are enabled";
        return Err(Refusal::save(
            "FIELD_INTEGRITY_EXCEPTION",
            message,
            &["enableNetworksEnabled"],
        ));
    }
    if kind.name == "CommunitiesSettings" && !on {
        // §0 row 3: "after #2". One call that enables both is taken, as scratch org definitions do it
        // (§6.1); the words [inferred].
        if let Some((field, _)) = fields.iter().find(|(_, wanted)| *wanted) {
            let message = "Enable digital experiences first";
            return Err(Refusal::save(
                "FUNCTIONALITY_NOT_ENABLED",
                message,
                &[*field],
            ));
        }
    }
    for (field, wanted) in fields {
        org.configure(&name(field), &Value::from(*wanted))?;
    }
    if on && !was_on {
        // "default true once Experiences are on" (§2.3).
        org.configure(
            "SharingSettings.enableExternalSharingModel",
            &Value::from(true),
        )?;
    }
    Ok(())
}

/// What an org-wide default is that was never set.
fn unset_access(name: &str) -> &'static str {
    let object = name.rsplit('.').next().unwrap_or_default();
    access::unset(object, name.contains(".externalAccess.")).name()
}

fn is_platform(name: &str) -> bool {
    let Some((kind, field)) = name.split_once('.') else {
        return false;
    };
    let kind = KINDS.iter().find(|known| known.name == kind);
    kind.is_some_and(|kind| kind.fields.iter().any(|(known, _)| *known == field))
}
