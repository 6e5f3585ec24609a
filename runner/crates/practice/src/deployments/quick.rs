//! Deployments that are cancelled, and those of components that were validated before
//! (docs/salesforce/metadata.md#quick-deployments).

use crate::clock;
use crate::deployments::{Report, find, rows, submit, written};
use crate::refusal::{Outcome, Refusal};
use crate::tenant::Tenant;

/// Days for which a validation can be deployed (docs/salesforce/metadata.md#quick-deployments).
const VALID_MS: i64 = 10 * 24 * 60 * 60 * 1_000;

/// Cancels a deployment that is not done; says whether it had not begun. `status` is that of the face.
pub(crate) fn cancel(org: &Tenant<'_>, id: &str, status: u16) -> Outcome<bool> {
    // docs/salesforce/metadata.md#cancelling
    let refused = |message: &str| Err(Refusal::new(status, "INVALID_ID_FIELD", message));
    let Some(deployment) = find(org, id)? else {
        return refused("Invalid deploy ID");
    };
    if deployment.is_done() {
        return refused("Deployment already completed");
    }
    let report = Report::canceled(&org.user_id, clock::now_ms(org)?);
    let sql = "UPDATE practice_deployment SET report = ? WHERE id = ?";
    org.db
        .prepare_cached(sql)?
        .execute([&written(&report), id])?;
    Ok(!deployment.started)
}

/// Deploys the components of a validation, and says the id of the new deployment; none when it cannot be: it is not of
/// the last ten days, did not succeed, ran no tests, or something was deployed after it.
pub(crate) fn deploy_validated(org: &Tenant<'_>, id: &str) -> Outcome<Option<String>> {
    let Some(row) = rows(org, "WHERE id = ?", &[id])?.pop() else {
        return Ok(None);
    };
    let is_success = row.report.as_ref().is_some_and(Report::is_success);
    let is_recent = clock::now_ms(org)? - row.submitted_ms <= VALID_MS;
    if !(row.options.check_only && row.options.runs_tests() && is_success && is_recent) {
        return Ok(None);
    }
    let submitted = row.submitted_ms.to_string();
    for later in rows(
        org,
        "WHERE submitted_ms >= ? AND id <> ? AND report IS NOT NULL",
        &[&submitted, id],
    )? {
        let report = later.report.as_ref();
        if !later.options.check_only && report.is_some_and(Report::is_success) {
            return Ok(None);
        }
    }
    submit(org, &row.options.for_real(), &row.package).map(Some)
}
