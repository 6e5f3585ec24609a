//! Settles doubts in an org: asks it what is taken for true. Each answer is one line.

use serde_json::{Map, Value, json};
use usher_core::doctor::{Answer, DAILY_REQUESTS, DOUBTS, Doubt, Proof};
use usher_core::read::Identity;
use usher_core::rights::ALL;

use crate::client::{Client, Duplicates, OrgError, Saved};
use crate::own_rights::{column, columns_there, own};

/// Rows of a query.
const ROWS_MAX: usize = 100;

/// The longest name that a role is given.
const LONG_NAME: usize = 80;

/// Asks the org about every doubt, one after the other. `writes`: also about those that change the org for a moment.
///
/// # Errors
///
/// As [`OrgError`]: the org gives no answer. A refusal is an answer.
pub async fn live_check(
    org: &Client,
    identity: &Identity,
    writes: bool,
) -> Result<Vec<Answer>, OrgError> {
    let mut answers = Vec::new();
    let doubts = DOUBTS
        .iter()
        .filter(|doubt| writes || !doubt.proof.writes());
    for doubt in doubts {
        answers.push(answered(*doubt, prove(doubt.proof, org, identity).await)?);
    }
    Ok(answers)
}

fn answered(doubt: Doubt, found: Result<String, OrgError>) -> Result<Answer, OrgError> {
    let (found, is_answered) = match found {
        Ok(found) => (found, true),
        Err(OrgError::Refused(refusal)) => (
            format!("refused: {} {}", refusal.code, refusal.message),
            false,
        ),
        Err(error @ (OrgError::Malformed(_) | OrgError::TooMuch(_))) => (error.to_string(), false),
        Err(error) => return Err(error),
    };
    Ok(Answer {
        doubt,
        found,
        is_answered,
    })
}

async fn prove(proof: Proof, org: &Client, identity: &Identity) -> Result<String, OrgError> {
    match proof {
        Proof::Rows(soql) => org
            .query_within(soql, ROWS_MAX)
            .await
            .map(|rows| shown(&rows)),
        Proof::Values(object, field) => values(org, object, field).await,
        Proof::Lengths(object, fields) => lengths(org, object, fields).await,
        Proof::Settings(name, parts) => {
            let settings = org.read_settings(name).await?;
            Ok(settings_with(&settings, parts))
        }
        Proof::Rights => {
            let there = columns_there(org).await?;
            let missing = ALL
                .iter()
                .filter(|right| !there.contains(&column(right.name)));
            let missing: Vec<&str> = missing.map(|right| right.name).collect();
            Ok(match missing.as_slice() {
                [] => format!("all {} are there", ALL.len()),
                missing => format!("missing: {}", missing.join(", ")),
            })
        }
        Proof::OwnRights => {
            let rights = own(org, identity).await?;
            Ok(format!("{} of {} are held", rights.len(), ALL.len()))
        }
        Proof::Requests => {
            let limits = org.get(&["limits".to_owned()], &[]).await?;
            Ok(limits[DAILY_REQUESTS].to_string())
        }
        Proof::LongRole => long_role(org).await,
        Proof::SecondMember => second_member(org).await,
    }
}

/// Rows in one line, without what is asked for.
fn shown(rows: &[Value]) -> String {
    if rows.is_empty() {
        return "no rows".to_owned();
    }
    let rows = rows.iter().map(|row| {
        let fields = row.as_object().into_iter().flatten();
        let fields = fields.filter(|(name, _)| *name != "attributes");
        let fields = fields.map(|(name, value)| format!("{name}={}", plain(value)));
        fields.collect::<Vec<_>>().join(" ")
    });
    rows.collect::<Vec<_>>().join("; ")
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(parent) => {
            let fields = parent.iter().filter(|(name, _)| *name != "attributes");
            let fields = fields.map(|(name, value)| format!("{name}={}", plain(value)));
            format!("({})", fields.collect::<Vec<_>>().join(" "))
        }
        other => other.to_string(),
    }
}

async fn described(org: &Client, object: &str) -> Result<Vec<Value>, OrgError> {
    let segments = ["sobjects", object, "describe"].map(str::to_owned);
    let mut described = org.get(&segments, &[]).await?;
    match described["fields"].take() {
        Value::Array(fields) => Ok(fields),
        _ => Err(OrgError::Malformed(format!(
            "the description of `{object}` has no fields"
        ))),
    }
}

fn field<'f>(fields: &'f [Value], name: &str) -> Option<&'f Value> {
    let mut fields = fields.iter();
    fields.find(|field| field["name"] == name)
}

async fn values(org: &Client, object: &str, name: &str) -> Result<String, OrgError> {
    let fields = described(org, object).await?;
    let Some(field) = field(&fields, name) else {
        return Ok(format!("`{object}` has no field `{name}`"));
    };
    let values = field["picklistValues"].as_array().into_iter().flatten();
    let values =
        values.map(|value| format!("{} ({})", plain(&value["value"]), plain(&value["label"])));
    Ok(values.collect::<Vec<_>>().join(", "))
}

async fn lengths(org: &Client, object: &str, names: &[&str]) -> Result<String, OrgError> {
    let fields = described(org, object).await?;
    let lengths = names.iter().map(|name| match field(&fields, name) {
        Some(field) => format!("{name} {} {}", plain(&field["type"]), field["length"]),
        None => format!("{name} is missing"),
    });
    Ok(lengths.collect::<Vec<_>>().join(", "))
}

/// The settings whose names contain one of `parts`.
fn settings_with(settings: &Map<String, Value>, parts: &[&str]) -> String {
    let named = settings.iter();
    let named = named.filter(|(name, _)| parts.iter().any(|part| name.contains(part)));
    let named = named.map(|(name, value)| format!("{name}={}", plain(value)));
    let named: Vec<String> = named.collect();
    match named.is_empty() {
        true => "none of these fields is there".to_owned(),
        false => named.join(", "),
    }
}

async fn long_role(org: &Client) -> Result<String, OrgError> {
    let name = format!("{:x<LONG_NAME$}", "Usher live check ");
    let row = json!({ "Name": name, "DeveloperName": "Usher_live_check" });
    let found = match first(
        org.create("UserRole", vec![row], Duplicates::AsRuled)
            .await?,
    )? {
        Saved::Id(id) => {
            let made = org
                .query(&format!(
                    "SELECT Name, DeveloperName FROM UserRole WHERE Id = '{id}'"
                ))
                .await?;
            format!(
                "taken: {}; deleted: {}",
                shown(&made),
                deleted(org, id).await?
            )
        }
        refused => refusal_of(&refused),
    };
    Ok(found)
}

async fn second_member(org: &Client) -> Result<String, OrgError> {
    let rows = org
        .query_within(
            "SELECT NetworkId, ParentId FROM NetworkMemberGroup LIMIT 1",
            1,
        )
        .await?;
    let [row] = rows.as_slice() else {
        return Ok("the org has no site with members".to_owned());
    };
    let again = json!({ "NetworkId": row["NetworkId"], "ParentId": row["ParentId"] });
    let saved = org
        .create("NetworkMemberGroup", vec![again], Duplicates::AsRuled)
        .await?;
    Ok(match first(saved)? {
        Saved::Id(id) => format!("taken; deleted: {}", deleted(org, id).await?),
        refused => refusal_of(&refused),
    })
}

async fn deleted(org: &Client, id: String) -> Result<String, OrgError> {
    Ok(match first(org.delete(std::slice::from_ref(&id)).await?)? {
        Saved::Id(_) => "yes".to_owned(),
        refused => format!("no, delete {id} in Setup: {}", refusal_of(&refused)),
    })
}

fn first(saved: Vec<Saved>) -> Result<Saved, OrgError> {
    let none = || OrgError::Malformed("a save has no answer".to_owned());
    saved.into_iter().next().ok_or_else(none)
}

fn refusal_of(saved: &Saved) -> String {
    match saved {
        Saved::Id(id) => format!("taken: {id}"),
        Saved::Refused(refusal) => format!("refused: {} {}", refusal.code, refusal.message),
        Saved::Duplicates(found) => format!("refused: {found}"),
    }
}
