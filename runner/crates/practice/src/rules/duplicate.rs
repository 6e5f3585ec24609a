//! The standard duplicate rule for accounts: it alerts, and over an API an alert refuses the save unless the request
//! lets duplicates be saved (docs/salesforce/accounts.md#duplicate-rules).
//!
//! Two accounts are duplicates here when their names are the same without case (invented: the platform's
//! standard matching rule weighs name, address, phone and web site).

use serde_json::Value;

use crate::refusal::{Outcome, Refusal};
use crate::row::{Row, text};
use crate::rules::known;
use crate::tenant::Tenant;

/// Refuses an account that duplicates another, while the rule is on. The code is documented, the text
/// \[inferred\]; the result that lists the duplicates is left out.
pub(super) fn refuse(org: &Tenant<'_>, account: &Row) -> Outcome<()> {
    if org.allows_duplicates || !org.is_on("practice.duplicateRule.Account")? {
        return Ok(());
    }
    let name = [("Name", Value::from(text(account, "Name")))];
    match org.count(known("Account"), &name)? {
        0 => Ok(()),
        _ => {
            let message = "Use one of these records?";
            Err(Refusal::save("DUPLICATES_DETECTED", message, &[]))
        }
    }
}
