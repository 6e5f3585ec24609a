//! The permissions of the signed-in user. A user always reads the own permission sets.

use std::collections::BTreeSet;

use serde_json::Value;
use usher_core::read::Identity;
use usher_core::rights::ALL;

use crate::client::{Client, OrgError};

/// Permission sets of one user. More would be a user of whom nothing is missing.
const SETS_MAX: usize = 1_000;

/// The permissions of the user, of those that a need names: the ends of their columns' names.
///
/// # Errors
///
/// As [`OrgError`]: the org does not tell.
pub(crate) async fn own(org: &Client, user: &Identity) -> Result<BTreeSet<String>, OrgError> {
    let mut columns: Vec<String> = ALL.iter().map(|right| column(right.name)).collect();
    let sets = match sets(org, user, &columns).await {
        // An org has no columns for features that it does not have.
        Err(OrgError::Refused(_)) => {
            let described = columns_there(org).await?;
            columns.retain(|column| described.contains(column));
            sets(org, user, &columns).await
        }
        sets => sets,
    }?;
    let has = |name: &str| {
        let mut sets = sets.iter();
        sets.any(|set| set[column(name)] == Value::Bool(true))
    };
    let names = ALL.iter().map(|right| right.name).filter(|name| has(name));
    Ok(names.map(str::to_owned).collect())
}

async fn sets(org: &Client, user: &Identity, columns: &[String]) -> Result<Vec<Value>, OrgError> {
    let soql = format!(
        "SELECT {} FROM PermissionSet WHERE Id IN (SELECT PermissionSetId FROM PermissionSetAssignment WHERE \
         AssigneeId = '{}')",
        columns.join(", "),
        user.user_id
    );
    org.query_within(&soql, SETS_MAX).await
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
