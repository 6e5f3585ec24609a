//! The Metadata API asks for a permission before anything else, and for that of the feature when a component is written
//! (docs/salesforce/metadata.md#rights).

use crate::refusal::{Outcome, Refusal};
use crate::tenant::Tenant;
use crate::tenant::rights::{Right, has_one};

/// Refuses every call of a user who may not use the Metadata API. `status` is that of the face.
pub(crate) fn any_call(org: &Tenant<'_>, status: u16) -> Outcome<()> {
    match has_one(org, &[Right::ModifyMetadata, Right::ModifyAllData])? {
        true => Ok(()),
        false => {
            let message = "use of the Metadata API requires a user with the ModifyAllData or ModifyMetadata permissions";
            Err(Refusal::new(status, "INSUFFICIENT_ACCESS", message))
        }
    }
}

/// Refuses a component whose feature the user may not administer.
pub(crate) fn component(org: &Tenant<'_>, kind: &str) -> Outcome<()> {
    let rights: &[Right] = match kind {
        "Profile" | "PermissionSet" | "PermissionSetGroup" => {
            &[Right::ManageProfilesPermissionsets]
        }
        "CustomField" | "CustomObject" => &[Right::CustomizeApplication],
        "Group" | "Queue" => &[Right::ManageUsers],
        "CustomSite" | "Network" => &[Right::ManageNetworks],
        "Role" => &[Right::ManageRoles, Right::ManageUsers],
        "SharingSet" | "SharingRules" | "SharingCriteriaRule" | "SharingOwnerRule" => {
            &[Right::ManageSharing, Right::CustomizeApplication]
        }
        _ => return Ok(()),
    };
    one_of(org, rights, kind)
}

/// Refuses settings that the user may not change.
pub(crate) fn settings(org: &Tenant<'_>, kind: &str) -> Outcome<()> {
    let rights: &[Right] = match kind {
        "SharingSettings" => &[Right::ManageSharing, Right::CustomizeApplication],
        _ => &[Right::CustomizeApplication],
    };
    one_of(org, rights, kind)
}

/// The code and the text are \[inferred\].
fn one_of(org: &Tenant<'_>, rights: &[Right], of: &str) -> Outcome<()> {
    match has_one(org, rights)? {
        true => Ok(()),
        false => {
            let message = format!("insufficient access rights on {of}");
            Err(Refusal::save(
                "INSUFFICIENT_ACCESS_OR_READONLY",
                message,
                &[],
            ))
        }
    }
}
