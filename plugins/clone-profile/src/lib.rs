//! Step plugin `clone-profile`: the org has a profile for external users, cloned from another: with the source's
//! permissions and license, *API Enabled* on, *Api Only User* off.
//!
//! An existing clone is not compared with its source again: both live on, each for itself. `present` changes such a
//! clone, `clone` makes a new one.

mod clone;
mod present;
mod seen;

use serde::Deserialize;
use usher_sdk::{Diagnostic, Failure, Org, Problems, StepPlan};

use crate::seen::Profile;

/// The document that names the profiles for partners.
const PARTNER_RULE: &str =
    "Salesforce Help, Turning an existing business account into a partner account";

/// The input, which follows the schema in `manifest.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    source: String,
    name: String,
    api_enabled: bool,
}

/// Plans one profile.
///
/// # Errors
///
/// The source does not exist or is for internal users; the name cannot be that of a profile, or is that of a profile of
/// another license.
pub fn plan(input: Input, org: &dyn Org) -> Result<StepPlan, Failure> {
    let mut problems = Problems::default();
    name(&input, &mut problems);
    let [source, there] = Profile::find(&input, org)?;
    if let Some(there) = there {
        return present::plan(&input, source.as_ref(), &there, problems);
    }
    if source.is_none() {
        let summary = format!("There is no profile `{}`", input.source);
        problems.invalid(
            Diagnostic::error("unknown-profile", "/source", summary).remedy(
                "Compare it with Setup > Profiles; the profiles of a license come with the license",
            ),
        );
    }
    clone::plan(&input, source.as_ref(), problems, org)
}

usher_sdk::export!(plan);

/// Refuses other characters: no page says how Salesforce writes them in the full name of a profile, and `*` means every
/// profile.
fn name(input: &Input, problems: &mut Problems) {
    let name = &input.name;
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-');
    if !name.chars().all(is_plain) || name.trim() != name {
        let summary = format!("`{name}` cannot be the name of a clone");
        problems.invalid(
            Diagnostic::error("bad-name", "/name", summary)
                .remedy("Write letters, digits, `_`, `-`, and spaces in between"),
        );
    }
    if name.eq_ignore_ascii_case(&input.source) {
        let summary = format!("`{name}` cannot be a clone of itself");
        problems
            .invalid(Diagnostic::error("bad-name", "/name", summary).remedy("Choose another name"));
    }
}

#[cfg(test)]
mod tests;
