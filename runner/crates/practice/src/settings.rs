//! Settings of the org: those of the platform, which the Metadata API reads and writes, and hidden ones (`practice.…`)
//! for what Salesforce keeps but shows in no API (docs/salesforce/settings.md#settings-without-an-api).

use serde_json::{Map, Value};

use crate::access;
use crate::refusal::{Outcome, Refusal};
use crate::rights;
use crate::rules::{duplicate, record_type, validation};
use crate::settings::kinds::{KINDS, SettingsKind};
use crate::sign_in::session::{TIMEOUT, TIMEOUT_MINUTES};
use crate::sign_in::{app, switches};
use crate::tenant::{Tenant, custom_fields};

pub(crate) mod kinds;

/// The values that a hidden setting may have.
#[derive(Clone, Copy)]
enum Range {
    Truth,
    Seconds,
    /// A truth that is on where nothing was set.
    On,
    /// The name of a record type, by object.
    RecordTypes,
    Levels,
    Count,
    Names,
    Text,
    Minutes,
    Access,
    /// A list, and the check of it.
    Table(fn(&Value) -> Result<(), String>),
}

const HIDDEN: &[(&str, Range)] = &[
    // *Number of customer roles*, *Number of partner roles*: Setup only (docs/salesforce/roles.md#number-of-roles).
    ("practice.numberOfCustomerRoles", Range::Levels),
    ("practice.numberOfPartnerRoles", Range::Levels),
    // Usernames are unique over all orgs (docs/salesforce/users.md#username).
    ("practice.usernamesTakenElsewhere", Range::Names),
    // Assigning a permission set assigns the permission set license it needs while it is on: usual, but not so in every
    // org (docs/salesforce/permission-sets.md#licenses-that-come-with-a-set).
    ("practice.assignPermissionSetLicenses", Range::Truth),
    // Org-wide defaults of objects, for internal and for external users (docs/salesforce/sharing.md#org-wide-defaults).
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
    // Duplicate rules of the org, as fixtures write them.
    (duplicate::RULES, Range::Table(duplicate::check)),
    // Says whether the org has person accounts (docs/salesforce/accounts.md#person-accounts).
    ("practice.personAccounts", Range::On),
    // The record types of new records (docs/salesforce/accounts.md#record-types).
    (record_type::DEFAULTS, Range::RecordTypes),
    // Users whom something in the org keeps active (docs/salesforce/users.md#activity).
    ("practice.deactivationBlocked", Range::Names),
    // Records of a page at most: pages may be shorter than a client asks for (docs/salesforce/queries.md#pages).
    ("practice.pageSize", Range::Count),
    // Fields of the org's own, as fixtures write them.
    (custom_fields::FIELDS, Range::Table(custom_fields::check)),
    // Validation rules of the org, as fixtures write them.
    (validation::RULES, Range::Table(validation::check)),
    // Rows of collections that a duplicate rule refuses never show the result while it is on: a document's example has none
    // (docs/salesforce/accounts.md#duplicate-rules).
    ("practice.collectionsHideDuplicates", Range::Truth),
    // Jobs that make or publish a site end in `Error` while it is on.
    ("practice.siteJobsFail", Range::Truth),
    // Users keep the licenses of permission sets that are unassigned while it is on: Salesforce takes them back in most
    // cases only (docs/salesforce/permission-sets.md#licenses-that-go-with-a-set).
    ("practice.keepPermissionSetLicenses", Range::Truth),
    // Member groups end in `FailedAdd` while it is on.
    ("practice.memberGroupsFail", Range::Truth),
    // The creator's profile is a member of a new site (docs/salesforce/sites.md#members).
    ("practice.creatorsProfileJoins", Range::Truth),
    // Members alone customize and publish a site (docs/salesforce/sites.md#working-on-a-site).
    ("practice.siteMembersOnly", Range::Truth),
    // Users find the records that they may read, and no others: by queries and by id.
    (access::FOLLOWED, Range::Truth),
    // The time until roles, rules and sharing sets open records, and until users of a new profile are members of its
    // sites (docs/salesforce/sharing.md#recalculation).
    ("practice.sharingDelaySeconds", Range::Seconds),
    ("practice.membersDelaySeconds", Range::Seconds),
    // Apps that sign users in (docs/salesforce/sign-in.md#apps), and how the org treats them.
    (app::APPS, Range::Table(app::check)),
    (switches::APPROVES_AS, Range::Text),
    (switches::IP_RESTRICTED, Range::Names),
    (switches::PASSWORD, Range::Text),
    (switches::REQUIRE_PKCE, Range::Truth),
    (switches::SOAP_LOGIN, Range::Truth),
    (switches::STRICT_EXPIRY, Range::Truth),
    (TIMEOUT, Range::Minutes),
    // No user of the org uses an API while it is on.
    (API_DISABLED, Range::Truth),
];

/// The access that users may have to the records of others by default.
const ACCESS: [&str; 3] = ["None", "Read", "Edit"];

/// The setting by which the org has no API.
pub(crate) const API_DISABLED: &str = "practice.apiDisabled";

/// The setting that opens sites, and most other settings of its kind.
pub(crate) const NETWORKS: &str = "CommunitiesSettings.enableNetworksEnabled";

/// Every setting of this version of the practice org with its value.
pub(crate) fn all(org: &Tenant<'_>) -> Outcome<Map<String, Value>> {
    let mut all = Map::new();
    for (name, range) in HIDDEN {
        let unset = match range {
            Range::Truth => Value::from(false),
            Range::Seconds => Value::from(0),
            Range::On => Value::from(true),
            Range::RecordTypes => Value::Object(Map::new()),
            Range::Levels => Value::from(1),
            Range::Count => Value::from(2_000),
            Range::Names | Range::Table(_) => Value::Array(Vec::new()),
            Range::Text => Value::from(""),
            Range::Minutes => Value::from(TIMEOUT_MINUTES),
            Range::Access => Value::from(unset_access(name)),
        };
        let set = match *name {
            custom_fields::FIELDS => Some(Value::from(custom_fields::all(org)?)),
            name => org.setting(name)?,
        };
        all.insert((*name).to_owned(), set.unwrap_or(unset));
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

/// Says whether there is a setting of that full name.
pub(crate) fn is_known(name: &str) -> bool {
    HIDDEN.iter().any(|(known, _)| *known == name) || is_platform(name)
}

/// The full names of all settings.
pub(crate) fn names() -> Vec<String> {
    let hidden = HIDDEN.iter().map(|(name, _)| (*name).to_owned());
    let platform = KINDS.iter().flat_map(|kind| {
        let fields = kind.fields.iter();
        fields.map(|(field, _)| format!("{}.{field}", kind.name))
    });
    hidden.chain(platform).collect()
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
    if let Range::Table(check) = range {
        check(value).map_err(|wrong| {
            Refusal::new(
                400,
                "INVALID_INPUT",
                format!("the setting `{name}`: {wrong}"),
            )
        })?;
    }
    let (fits, wanted) = match range {
        Range::Table(_) => (value.is_array(), "a list of tables"),
        Range::Truth | Range::On => (value.is_boolean(), "true or false"),
        Range::RecordTypes => {
            let names = value.as_object();
            (
                names.is_some_and(|names| names.values().all(Value::is_string)),
                "a table of developer names by object",
            )
        }
        Range::Seconds => {
            let seconds = value.as_u64().is_some_and(|seconds| seconds <= 3_600);
            (seconds, "a number from 0 to 3600")
        }
        Range::Levels => {
            let levels = value
                .as_u64()
                .is_some_and(|levels| (1..=3).contains(&levels));
            (levels, "1, 2 or 3")
        }
        Range::Count => {
            let count = value
                .as_u64()
                .is_some_and(|count| (1..=2_000).contains(&count));
            (count, "a number from 1 to 2000")
        }
        Range::Names => {
            let names = value.as_array();
            (
                names.is_some_and(|names| names.iter().all(Value::is_string)),
                "a list of texts",
            )
        }
        Range::Text => (value.is_string(), "a text"),
        Range::Minutes => {
            let minutes = value
                .as_u64()
                .is_some_and(|minutes| (1..=1_440).contains(&minutes));
            (minutes, "a number from 1 to 1440")
        }
        Range::Access => {
            let level = value.as_str().unwrap_or_default();
            (ACCESS.contains(&level), "`None`, `Read` or `Edit`")
        }
    };
    match fits {
        true => match name {
            custom_fields::FIELDS => custom_fields::set(org, value),
            _ => org.configure(name, value),
        },
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
    rights::metadata::settings(org, kind.name)?;
    let name = |field: &str| format!("{}.{field}", kind.name);
    let was_on = org.is_on(NETWORKS)?;
    let networks = fields.iter().find(|(field, _)| name(field) == NETWORKS);
    let on = networks.map_or(was_on, |(_, on)| *on);
    if was_on && !on {
        // [inferred] That it cannot be turned off; the words (docs/salesforce/settings.md#digital-experiences).
        let message = "Digital experiences can't be disabled once they are enabled";
        return Err(Refusal::save(
            "FIELD_INTEGRITY_EXCEPTION",
            message,
            &["enableNetworksEnabled"],
        ));
    }
    if kind.name == "CommunitiesSettings" && !on {
        // Other settings come after digital experiences; one call that turns on both is accepted
        // (docs/salesforce/settings.md#digital-experiences). [inferred] The words.
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
        // The external model is on by default once digital experiences are on
        // (docs/salesforce/settings.md#sharing-settings).
        org.configure(
            "SharingSettings.enableExternalSharingModel",
            &Value::from(true),
        )?;
    }
    Ok(())
}

/// Returns an org-wide default that was never set.
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
