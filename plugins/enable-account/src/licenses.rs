//! Looks for a partner license: each partner user takes a seat of one. The box of the account takes none.

use usher_sdk::{Condition, Diagnostic, Failure, Lookup, Org, Problems, StepPlan, Value, ticked};

use crate::PARTNER;

/// Object Reference, UserLicense, LicenseDefinitionKey.
const PARTNER_LICENSES: [&str; 4] = [
    "PID_Partner_Community",
    "PID_Partner_Community_Login",
    "PID_STRATEGIC_PRM",
    "POWER_PRM",
];

/// A problem when the org has no active partner license, and a warning when all seats are taken. Neither concerns an
/// account that has partner users already.
pub(crate) fn look(
    account: &Value,
    org: &dyn Org,
    plan: &mut StepPlan,
    problems: &mut Problems,
) -> Result<(), Failure> {
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
    let users = [
        Condition::is("AccountId", account),
        Condition::is("UserType", "PowerPartner"),
    ];
    if org.count("User", &users)? > 0 {
        return Ok(());
    }
    if taken.is_empty() {
        let summary = "This org has no active partner license, and each partner user takes one";
        let problem = Diagnostic::error("no-partner-license", "/as", summary);
        problems.unmet(problem.remedy("Buy partner licenses").rule(PARTNER));
        return Ok(());
    }
    let summary = format!(
        "All seats of the partner licenses {} are taken; the account can be enabled, but a first partner user of it needs a seat",
        ticked(&taken)
    );
    plan.note(
        Diagnostic::warning("no-seat", "/as", summary)
            .remedy("Deactivate a partner user, or buy more licenses, before you add one")
            .rule(PARTNER),
    );
    Ok(())
}
