//! Finds the internal role that the input names: by id, else by developer name, else by name, and nothing that is
//! ambiguous.

use usher_sdk::{Diagnostic, Failure, Lookup, Org, Problems, Record, Value, ticked};

use crate::choice;

/// A role.
pub(crate) struct Role {
    pub(crate) id: Value,
    pub(crate) name: String,
    pub(crate) developer_name: String,
    /// No role is above it.
    pub(crate) at_the_top: bool,
}

impl Role {
    /// Says whether a text of the input names this role.
    pub(crate) fn is_called(&self, text: &str) -> bool {
        let named = |name: &str| !name.is_empty() && name.to_lowercase() == text.to_lowercase();
        self.id.is_same_id(&Value::Text(text.to_owned()))
            || named(&self.developer_name)
            || named(&self.name)
    }
}

/// The one internal role that is meant; a problem when there is none or there are several. No user can be given a role
/// that Salesforce made for external users.
pub(crate) fn meant(
    role: &str,
    org: &dyn Org,
    problems: &mut Problems,
) -> Result<Option<Role>, Failure> {
    let id = Some(Value::Text(role.to_owned())).filter(|id| id.may_be_id("00E"));
    let [by_id, by_developer_name, by_name] = org.find_each([
        internal().whose_any("Id", id),
        internal().whose("DeveloperName", role),
        internal().whose("Name", role),
    ])?;
    let ways = [by_id, by_developer_name, by_name];
    let found = ways.iter().find(|found| !found.is_empty());
    match found.map(Vec::as_slice).unwrap_or_default() {
        [one] => Ok(Some(Role {
            id: one.id()?,
            name: one.text("Name")?.to_owned(),
            developer_name: one.text("DeveloperName")?.to_owned(),
            at_the_top: one.value("ParentRoleId")? == Value::Nothing,
        })),
        [] => {
            let summary = format!(
                "There is no internal role with the id, developer name or name `{role}`; the roles that Salesforce \
                 makes for external users do not count"
            );
            let problem = Diagnostic::error("unknown-role", "/role", summary);
            problems.invalid(problem.remedy(choice::remedy(org)));
            Ok(None)
        }
        several => {
            problems.invalid(ambiguous(role, several)?);
            Ok(None)
        }
    }
}

fn internal() -> Lookup {
    Lookup::of("UserRole")
        .read(["Name", "DeveloperName", "ParentRoleId"])
        .whose("PortalType", "None")
}

fn ambiguous(role: &str, several: &[Record]) -> Result<Diagnostic, Failure> {
    let mut names = vec![];
    for record in several {
        names.push(record.text("DeveloperName")?);
    }
    let summary = format!(
        "{} roles have the name `{role}`, with the developer names {}",
        several.len(),
        ticked(&names)
    );
    Ok(
        Diagnostic::error("ambiguous-role", "/role", summary).remedy(
            "Set {with.role} to the developer name of the one that is meant, or rename one of them",
        ),
    )
}
