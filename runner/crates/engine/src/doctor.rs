//! Asks an org for what matters before anything is done in it: who the user is, what the user may do, what the org has
//! left. Only reads. What the org does not show this user is not known, and no error.

mod live;

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use usher_core::doctor::{Edition, Fact, Facts, License, Limit, Settings, Site, User};
use usher_core::read::Identity;

use crate::client::{Client, OrgError};
use crate::own_rights::own;
use crate::port::Boxed;
use crate::together::together;

pub use live::live_check;

/// Rows of one of the queries here. An org has tens of licenses and profiles, and at most a hundred sites.
const ROWS_MAX: usize = 2_000;

/// The user types of external users (docs/salesforce/users.md#user-types).
const EXTERNAL_TYPES: [&str; 4] = [
    "CspLitePortal",
    "CustomerSuccess",
    "PowerCustomerSuccess",
    "PowerPartner",
];

/// The code of a query for an object that the org does not have.
const NO_OBJECT: &str = "INVALID_TYPE";

/// One of the questions, which are asked together.
enum Told {
    Records(Vec<Result<Vec<Value>, OrgError>>),
    Rights(Result<BTreeSet<String>, OrgError>),
    Limits(Result<Value, OrgError>),
    Settings([Result<Map<String, Value>, OrgError>; 2]),
}

/// Asks for the facts, in requests that are in flight together.
///
/// # Errors
///
/// As [`OrgError`]: the org gives no answer. A refusal is no error.
pub async fn examine(org: &Client, identity: &Identity) -> Result<Facts, OrgError> {
    let soqls = queries(&identity.user_id);
    let asked: Vec<Boxed<'_, Told>> = vec![
        Box::pin(async { Told::Records(org.queries(&soqls, ROWS_MAX).await) }),
        Box::pin(async { Told::Rights(own(org, identity).await) }),
        Box::pin(async { Told::Limits(org.get(&["limits".to_owned()], &[]).await) }),
        Box::pin(async {
            let communities = org.read_settings("Communities").await;
            Told::Settings([communities, org.read_settings("Sharing").await])
        }),
    ];
    let mut facts = Facts {
        user: not_asked(),
        edition: not_asked(),
        rights: not_asked(),
        limits: not_asked(),
        licenses: not_asked(),
        permission_set_licenses: not_asked(),
        settings: not_asked(),
        sites: not_asked(),
    };
    for told in together(asked).await {
        match told {
            Told::Records(answers) => records(answers, &mut facts)?,
            Told::Rights(rights) => facts.rights = fact(rights)?,
            Told::Limits(limits) => facts.limits = map(fact(limits)?, |told| limits_of(&told)),
            Told::Settings([communities, sharing]) => {
                facts.settings = settings(fact(communities)?, fact(sharing)?);
            }
        }
    }
    Ok(facts)
}

fn not_asked<T>() -> Fact<T> {
    Fact::NotKnown("not asked".to_owned())
}

/// A refusal is a fact that is not known.
fn fact<T>(answer: Result<T, OrgError>) -> Result<Fact<T>, OrgError> {
    match answer {
        Ok(answer) => Ok(Fact::Known(answer)),
        Err(OrgError::Refused(refusal)) => Ok(Fact::NotKnown(format!(
            "{} {}",
            refusal.code, refusal.message
        ))),
        Err(error) => Err(error),
    }
}

fn map<T, U>(fact: Fact<T>, f: impl FnOnce(T) -> U) -> Fact<U> {
    match fact {
        Fact::Known(known) => Fact::Known(f(known)),
        Fact::NotKnown(why) => Fact::NotKnown(why),
    }
}

fn queries(user: &str) -> [String; 8] {
    [
        format!("SELECT Name, Profile.Name, Profile.UserLicense.Name FROM User WHERE Id = '{user}'"),
        format!("SELECT UserRoleId, UserRole.Name FROM User WHERE Id = '{user}'"),
        "SELECT Name, OrganizationType, InstanceName, TrialExpirationDate FROM Organization"
            .to_owned(),
        "SELECT Id, Name, MasterLabel, LicenseDefinitionKey, TotalLicenses, UsedLicenses FROM UserLicense ORDER BY \
         Name"
            .to_owned(),
        "SELECT UserLicenseId, UserType FROM Profile".to_owned(),
        "SELECT Id, MasterLabel, DeveloperName, TotalLicenses, UsedLicenses FROM PermissionSetLicense ORDER BY \
         MasterLabel"
            .to_owned(),
        "SELECT Id, Name, Status FROM Network ORDER BY Name".to_owned(),
        format!("SELECT NetworkId FROM NetworkMember WHERE MemberId = '{user}'"),
    ]
}

fn records(answers: Vec<Result<Vec<Value>, OrgError>>, facts: &mut Facts) -> Result<(), OrgError> {
    let mut answers = answers.into_iter();
    let mut next = || {
        let missing = || OrgError::Malformed("a query has no answer".to_owned());
        answers.next().unwrap_or_else(|| Err(missing()))
    };
    let user = fact(next())?;
    let role = map(fact(next())?, |rows| role(&rows));
    facts.user = map(user, |rows| user_of(&rows, role));
    facts.edition = map(fact(next())?, |rows| edition(&rows));
    let licenses = fact(next())?;
    let profiles = fact(next())?;
    let external = external(profiles.known().map_or(&[], Vec::as_slice));
    facts.licenses = map(licenses, |rows| {
        let licenses = rows.iter();
        let of_user = licenses.map(|row| license(row, ["MasterLabel", "LicenseDefinitionKey"]));
        let of_user = of_user.map(|license| License {
            is_external: external.contains(&license.id),
            ..license
        });
        of_user.collect()
    });
    facts.permission_set_licenses = map(fact(next())?, |rows| {
        let licenses = rows.iter();
        let of_sets = licenses.map(|row| license(row, ["MasterLabel", "DeveloperName"]));
        of_sets.collect()
    });
    let networks = there(next());
    let member = there(next());
    facts.sites = match (fact(networks)?, fact(member)?) {
        (Fact::Known(networks), Fact::Known(member)) => Fact::Known(sites(&networks, &member)),
        (Fact::NotKnown(why), _) | (_, Fact::NotKnown(why)) => Fact::NotKnown(why),
    };
    Ok(())
}

/// An org without Digital Experiences has no such objects (docs/salesforce/settings.md#what-digital-experiences-open).
fn there(answer: Result<Vec<Value>, OrgError>) -> Result<Vec<Value>, OrgError> {
    match answer {
        Err(OrgError::Refused(refusal)) if refusal.code == NO_OBJECT => Ok(Vec::new()),
        answer => answer,
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn optional(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn role(rows: &[Value]) -> Option<String> {
    let row = rows.first()?;
    let id = row["UserRoleId"].as_str()?;
    Some(optional(&row["UserRole"]["Name"]).unwrap_or_else(|| id.to_owned()))
}

fn user_of(rows: &[Value], role: Fact<Option<String>>) -> User {
    let row = rows.first().unwrap_or(&Value::Null);
    let profile = &row["Profile"];
    User {
        name: text(&row["Name"]),
        profile: text(&profile["Name"]),
        license: text(&profile["UserLicense"]["Name"]),
        role,
    }
}

fn edition(rows: &[Value]) -> Edition {
    let row = rows.first().unwrap_or(&Value::Null);
    Edition {
        name: text(&row["Name"]),
        edition: text(&row["OrganizationType"]),
        instance: optional(&row["InstanceName"]),
        trial_ends: optional(&row["TrialExpirationDate"]),
    }
}

/// The licenses of profiles for external users.
fn external(profiles: &[Value]) -> Vec<String> {
    let is_external = |row: &&Value| {
        let kind = row["UserType"].as_str().unwrap_or_default();
        let mut types = EXTERNAL_TYPES.iter();
        types.any(|known| known.eq_ignore_ascii_case(kind))
    };
    let profiles = profiles.iter().filter(is_external);
    profiles.map(|row| text(&row["UserLicenseId"])).collect()
}

/// A license; `label` and `key` name its fields. Whether it is external shows elsewhere.
fn license(row: &Value, [label, key]: [&str; 2]) -> License {
    let name = || text(&row["Name"]);
    License {
        id: text(&row["Id"]),
        label: optional(&row[label]).unwrap_or_else(name),
        key: text(&row[key]),
        total: row["TotalLicenses"].as_i64().unwrap_or(0),
        used: row["UsedLicenses"].as_i64().unwrap_or(0),
        is_external: false,
    }
}

fn sites(networks: &[Value], member: &[Value]) -> Vec<Site> {
    let site = |row: &Value| Site {
        name: text(&row["Name"]),
        status: text(&row["Status"]),
        is_member: member.iter().any(|member| member["NetworkId"] == row["Id"]),
    };
    networks.iter().map(site).collect()
}

fn limits_of(told: &Value) -> Vec<Limit> {
    let limits = told.as_object().into_iter().flatten();
    let limits = limits.filter_map(|(name, limit)| {
        Some(Limit {
            name: name.clone(),
            max: limit["Max"].as_u64()?,
            left: limit["Remaining"].as_u64()?,
        })
    });
    limits.collect()
}

/// Settings of which one kind at least is shown.
fn settings(
    communities: Fact<Map<String, Value>>,
    sharing: Fact<Map<String, Value>>,
) -> Fact<Settings> {
    let truth = |settings: &Fact<Map<String, Value>>, field: &str| {
        settings
            .known()
            .and_then(|known| known.get(field)?.as_bool())
    };
    if let (Fact::NotKnown(why), Fact::NotKnown(_)) = (&communities, &sharing) {
        return Fact::NotKnown(why.clone());
    }
    Fact::Known(Settings {
        digital_experiences: truth(&communities, "enableNetworksEnabled"),
        standard_profiles: truth(&communities, "enableOotbProfExtUserOpsEnable"),
        few_roles: truth(&sharing, "enableAccountRoleOptimization"),
    })
}

#[cfg(test)]
mod tests;
