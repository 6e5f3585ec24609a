//! Checks that a partner license is left: each partner user takes one.

use usher_sdk::{Diagnostic, Failure, Lookup, Org, Problems, ticked};

use crate::PARTNER;

/// Object Reference, UserLicense, LicenseDefinitionKey.
const PARTNER_LICENSES: [&str; 4] = [
    "PID_Partner_Community",
    "PID_Partner_Community_Login",
    "PID_STRATEGIC_PRM",
    "POWER_PRM",
];

/// A problem when the org has no active partner license, or all seats are taken.
pub(crate) fn one_is_left(org: &dyn Org, problems: &mut Problems) -> Result<(), Failure> {
    let licenses = Lookup::of("UserLicense")
        .read(["MasterLabel", "Status", "TotalLicenses", "UsedLicenses"])
        .whose_any("LicenseDefinitionKey", PARTNER_LICENSES);
    let mut taken = vec![];
    for license in org.find(&licenses)? {
        let total = license.integer("TotalLicenses")?.unwrap_or(0);
        if license.text("Status")? != "Active" || total == 0 {
            continue;
        }
        // A negative total means that there is no limit.
        if total < 0 || license.integer("UsedLicenses")?.unwrap_or(0) < total {
            return Ok(());
        }
        taken.push(license.text("MasterLabel")?.to_owned());
    }
    let problem = match taken.is_empty() {
        true => Diagnostic::error(
            "no-partner-license",
            "/as",
            "This org has no active partner license, and each partner user takes one",
        )
        .remedy("Buy partner licenses"),
        false => Diagnostic::error(
            "no-seat",
            "/as",
            format!(
                "All seats of the partner licenses {} are taken",
                ticked(&taken)
            ),
        )
        .remedy("Deactivate a partner user, or buy more"),
    };
    problems.unmet(problem.rule(PARTNER));
    Ok(())
}
