//! The permissions of the signed-in user. A user always reads the own permission sets.

use std::collections::BTreeSet;

use serde_json::Value;
use usher_core::read::{Identity, ReadError};
use usher_core::rights::ALL;

use crate::client::{Client, OrgError};
use crate::reads::Reader;

/// Permission sets of one user. More would be a user of whom nothing is missing.
const SETS_MAX: usize = 1_000;

/// The permissions of the user, of those that a need names: the ends of their columns' names.
///
/// # Errors
///
/// As [`OrgError`]: the org does not tell.
pub(crate) async fn own(org: &Client, user: &Identity) -> Result<BTreeSet<String>, OrgError> {
    let mut columns: Vec<String> = columns().collect();
    let sets = match sets(org, user, &columns).await {
        // An org has no columns for features that it does not have.
        Err(OrgError::Refused(_)) => {
            let described = columns_there(org).await?;
            columns.retain(|column| described.contains(column));
            sets(org, user, &columns).await
        }
        sets => sets,
    }?;
    Ok(held(sets.iter()))
}

/// The same, answered by what is read already.
///
/// # Errors
///
/// As [`ReadError`]: the org does not tell.
pub(crate) async fn own_by(
    reader: &Reader,
    user: &Identity,
) -> Result<BTreeSet<String>, ReadError> {
    let sets = match reader.own_query(&question(&user.user_id)).await {
        // An org has no columns for features that it does not have.
        Err(ReadError::Refused(_)) => {
            let described = reader.own_fields("PermissionSet").await?;
            let columns = columns().filter(|column| described.contains(column));
            let columns: Vec<String> = columns.collect();
            reader.own_query(&soql(&user.user_id, &columns)).await
        }
        sets => sets,
    }?;
    let sets: Vec<Value> = sets.into_iter().map(Value::Object).collect();
    Ok(held(sets.iter()))
}

/// The query for the permissions of a user.
pub(crate) fn question(user_id: &str) -> String {
    soql(user_id, &columns().collect::<Vec<_>>())
}

/// The permissions that one of the sets has.
fn held<'s>(sets: impl Iterator<Item = &'s Value> + Clone) -> BTreeSet<String> {
    let has = |name: &str| {
        let mut sets = sets.clone();
        sets.any(|set| set[column(name)] == Value::Bool(true))
    };
    let names = ALL.iter().map(|right| right.name).filter(|name| has(name));
    names.map(str::to_owned).collect()
}

fn columns() -> impl Iterator<Item = String> {
    ALL.iter().map(|right| column(right.name))
}

async fn sets(org: &Client, user: &Identity, columns: &[String]) -> Result<Vec<Value>, OrgError> {
    org.query_within(&soql(&user.user_id, columns), SETS_MAX)
        .await
}

fn soql(user_id: &str, columns: &[String]) -> String {
    format!(
        "SELECT {} FROM PermissionSet WHERE Id IN (SELECT PermissionSetId FROM PermissionSetAssignment WHERE \
         AssigneeId = '{user_id}')",
        columns.join(", ")
    )
}

/// The columns of permission sets in this org.
pub(crate) async fn columns_there(org: &Client) -> Result<BTreeSet<String>, OrgError> {
    let segments = ["sobjects", "PermissionSet", "describe"].map(str::to_owned);
    let described = org.get(&segments, &[]).await?;
    let fields = described["fields"].as_array().into_iter().flatten();
    let names = fields.filter_map(|field| field["name"].as_str());
    Ok(names.map(str::to_owned).collect())
}

/// The column of a permission in a permission set.
pub(crate) fn column(name: &str) -> String {
    format!("Permissions{name}")
}
