//! Finds the internal role of a text: by name, else by developer name, and nothing that is ambiguous.

use usher_sdk::{Diagnostic, Failure, Lookup, Problems, Record, Value, ticked};

/// A role.
pub(crate) struct Role {
    pub(crate) id: Value,
    pub(crate) name: String,
}

/// Internal roles whose `field` is `role`. No user can be given a role that Salesforce made for external users.
pub(crate) fn lookup(field: &str, role: &str) -> Lookup {
    Lookup::of("UserRole")
        .read(["Name", "DeveloperName"])
        .whose(field, role)
        .whose("PortalType", "None")
}

/// The one role that is meant; a problem when there is none or there are several.
pub(crate) fn meant(
    role: &str,
    by_name: &[Record],
    by_developer_name: &[Record],
    problems: &mut Problems,
) -> Result<Option<Role>, Failure> {
    let found = match by_name {
        [] => by_developer_name,
        found => found,
    };
    match found {
        [one] => Ok(Some(Role {
            id: one.id()?,
            name: one.text("Name")?.to_owned(),
        })),
        [] => {
            let summary =
                format!("There is no internal role with the name or developer name `{role}`");
            problems.invalid(Diagnostic::error("unknown-role", "/role", summary).remedy(
                "Compare it with Setup > Roles; the roles that Salesforce makes for external users do not count",
            ));
            Ok(None)
        }
        several => {
            let mut names = vec![];
            for record in several {
                names.push(record.text("DeveloperName")?);
            }
            let summary = format!(
                "{} roles have the name `{role}`, with the developer names {}",
                several.len(),
                ticked(&names)
            );
            problems.invalid(
                Diagnostic::error("ambiguous-role", "/role", summary).remedy(
                    "Write the developer name of the one that is meant, or give one of them another name",
                ),
            );
            Ok(None)
        }
    }
}
