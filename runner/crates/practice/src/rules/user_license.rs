//! License rows. The platform gives no way to write them; the practice face does.

use serde_json::Value;

use crate::refusal::Outcome;
use crate::row::{Row, text};

/// Sets the user type of a license whose row has none, by its key (docs/salesforce/licenses.md#license-keys).
pub(super) fn complete(row: &mut Row) -> Outcome<()> {
    if !text(row, "PracticeUserType").is_empty() {
        return Ok(());
    }
    let kind = match text(row, "LicenseDefinitionKey") {
        "PID_Customer_Community" | "PID_Customer_Community_Login" => "CspLitePortal",
        "PID_Customer_Community_Plus" | "PID_Customer_Community_Plus_Login" => {
            "PowerCustomerSuccess"
        }
        "PID_Partner_Community"
        | "PID_Partner_Community_Login"
        | "PID_STRATEGIC_PRM"
        | "POWER_PRM" => "PowerPartner",
        "POWER_SSP" | "PID_Customer_Portal_Basic" | "PID_Customer_Portal_Standard" => {
            "CustomerSuccess"
        }
        "PID_CHATTER" => "CsnOnly",
        _ => "Standard",
    };
    row.insert("PracticeUserType", Value::from(kind));
    Ok(())
}

/// The key of a permission set license is its developer name where none was given \[inferred\].
pub(super) fn complete_set_license(row: &mut Row) -> Outcome<()> {
    if text(row, "PermissionSetLicenseKey").is_empty() {
        let name = row.get("DeveloperName").cloned().unwrap_or_default();
        row.insert("PermissionSetLicenseKey", name);
    }
    Ok(())
}
