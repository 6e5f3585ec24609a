//! Looks up the roles that a plan is about, each with those above it, and the users that it moves.

mod facts;

use std::collections::BTreeSet;

use serde_json::Value;
use usher_core::id;
use usher_core::plan::Plan;
use usher_core::value::Scalar;
use usher_engine::client::{Client, OrgError};

pub(crate) use facts::{Fact, facts};

/// The part of the org that a plan's roles are in.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) roles: Vec<SeenRole>,
    pub(crate) users: Vec<SeenUser>,
}

/// A role of the org.
#[derive(Debug)]
pub(crate) struct SeenRole {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) parent_id: Option<String>,
}

/// A user of the org.
#[derive(Debug)]
pub(crate) struct SeenUser {
    pub(crate) id: String,
    pub(crate) username: String,
    pub(crate) role_id: Option<String>,
}

/// Ids of the roles and users that a plan is about.
#[derive(Debug, Default)]
pub(crate) struct Touched {
    pub(crate) roles: BTreeSet<String>,
    pub(crate) users: BTreeSet<String>,
}

impl Touched {
    /// Returns the roles and users of a plan; none: it touches no role.
    pub(crate) fn by(plan: &Plan) -> Option<Self> {
        let mut touched = Self::default();
        let facts = facts(plan);
        for fact in &facts {
            if let Scalar::Text(id) = &fact.id {
                let ids = match fact.is_role {
                    true => &mut touched.roles,
                    false => &mut touched.users,
                };
                ids.insert(id.clone());
            }
            let to = [fact.before.as_ref(), fact.below.as_ref()];
            for role in to.into_iter().flatten() {
                if let Scalar::Text(id) = role {
                    touched.roles.insert(id.clone());
                }
            }
        }
        (!facts.is_empty()).then_some(touched)
    }
}

/// Levels of roles that are looked up. Each is a request.
const LEVELS_MAX: usize = 20;

/// Ids in one request.
const IDS_MAX: usize = 200;

/// Returns their records in the org; none: the plan touches no role, or the org does not answer.
pub(crate) async fn seen(plan: &Plan, org: &Client) -> Option<Seen> {
    let touched = Touched::by(plan)?;
    let users = users(&touched.users, org).await.ok()?;
    let mut wanted = touched.roles;
    wanted.extend(users.iter().filter_map(|user| user.role_id.clone()));
    let mut roles: Vec<SeenRole> = Vec::new();
    for _level in 0..LEVELS_MAX {
        let known = |id: &String| roles.iter().any(|role| role.id == *id);
        wanted.retain(|id| !known(id));
        if wanted.is_empty() {
            break;
        }
        let above = level(&wanted, org).await.ok()?;
        wanted = above
            .iter()
            .filter_map(|role| role.parent_id.clone())
            .collect();
        roles.extend(above);
    }
    Some(Seen { roles, users })
}

async fn level(ids: &BTreeSet<String>, org: &Client) -> Result<Vec<SeenRole>, OrgError> {
    let Some(ids) = list(ids) else {
        return Ok(Vec::new());
    };
    let soql = format!("SELECT Id, Name, ParentRoleId FROM UserRole WHERE Id IN ({ids})");
    let role = |record: Value| SeenRole {
        id: text(&record["Id"]).unwrap_or_default(),
        name: text(&record["Name"]).unwrap_or_default(),
        parent_id: text(&record["ParentRoleId"]),
    };
    Ok(org.query(&soql).await?.into_iter().map(role).collect())
}

async fn users(ids: &BTreeSet<String>, org: &Client) -> Result<Vec<SeenUser>, OrgError> {
    let Some(ids) = list(ids) else {
        return Ok(Vec::new());
    };
    let soql = format!("SELECT Id, Username, UserRoleId FROM User WHERE Id IN ({ids})");
    let user = |record: Value| SeenUser {
        id: text(&record["Id"]).unwrap_or_default(),
        username: text(&record["Username"]).unwrap_or_default(),
        role_id: text(&record["UserRoleId"]),
    };
    Ok(org.query(&soql).await?.into_iter().map(user).collect())
}

/// The ids as SOQL lists them; none when no text is an id.
fn list(ids: &BTreeSet<String>) -> Option<String> {
    let ids = ids.iter().filter_map(|one| id::canonical(one));
    let ids: Vec<String> = ids.take(IDS_MAX).map(|id| format!("'{id}'")).collect();
    (!ids.is_empty()).then(|| ids.join(", "))
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}
