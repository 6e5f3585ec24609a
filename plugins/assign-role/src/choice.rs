//! The roles that a person can choose from, for the remedy of a role that is missing or unknown.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use usher_sdk::{Org, ticked};

/// Roles that a remedy names.
const SHOWN_MAX: usize = 10;

/// So many rows are read, not the whole table. When the org has more, nothing is said about their order: the parents of
/// some are missing, and with them the level.
const ROWS_MAX: usize = 200;

const ROLES: &str = "SELECT Id, Name, DeveloperName, ParentRoleId FROM UserRole \
     WHERE PortalType = 'None' ORDER BY Id LIMIT 200";

/// "Set {with.role} to an internal role of this org, such as …".
pub(crate) fn remedy(org: &dyn Org) -> String {
    let roles = Roles::read(org);
    let names = ticked(&roles.names);
    match roles {
        Roles { names, .. } if names.is_empty() => {
            "Set {with.role} to an internal role of this org, as Setup > Roles shows them"
                .to_owned()
        }
        Roles { whole: true, .. } => format!(
            "Set {{with.role}} to an internal role of this org. The lowest ones see least: {names}. Setup > Roles shows all"
        ),
        Roles { whole: false, .. } => format!(
            "Set {{with.role}} to an internal role of this org. Some of them are {names}. Setup > Roles shows all, and those further down see less"
        ),
    }
}

/// Some internal roles of the org.
struct Roles {
    /// The lowest first when these are all: who has a low role sees the records of few. Else by name. None when the org
    /// does not show its roles.
    names: Vec<String>,
    /// The org has no other internal roles.
    whole: bool,
}

impl Roles {
    fn read(org: &dyn Org) -> Self {
        let rows = org.query(ROLES, &[]).unwrap_or_default();
        let whole = rows.len() < ROWS_MAX;
        let text = |row: &Json, field: &str| row[field].as_str().unwrap_or_default().to_owned();
        let parents: BTreeMap<String, String> = rows
            .iter()
            .map(|row| (text(row, "Id"), text(row, "ParentRoleId")))
            .collect();
        let mut roles: Vec<(usize, String, String)> = rows
            .iter()
            .map(|row| {
                let above = match whole {
                    true => depth(&text(row, "Id"), &parents),
                    false => 0,
                };
                (above, text(row, "Name"), text(row, "DeveloperName"))
            })
            .collect();
        roles.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        let is_shared = |name: &str| roles.iter().filter(|role| role.1 == name).count() > 1;
        let shown = roles.iter().take(SHOWN_MAX);
        let names = shown
            .map(|(_, name, developer_name)| match is_shared(name) {
                true => developer_name.clone(),
                false => name.clone(),
            })
            .collect();
        Self { names, whole }
    }
}

/// The number of roles above a role. An answer with a circle in it ends as well.
fn depth(id: &str, parents: &BTreeMap<String, String>) -> usize {
    let mut above = 0;
    let mut at = id;
    while let Some(parent) = parents.get(at).filter(|parent| !parent.is_empty()) {
        above += 1;
        if above > parents.len() {
            break;
        }
        at = parent;
    }
    above
}
