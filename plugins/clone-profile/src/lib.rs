//! Step plugin `clone-profile`: the org has a profile for external users, cloned from another: with the source's
//! permissions and license, *API Enabled* on, *Api Only User* off.
//!
//! An existing clone is not compared with its source again: both live on, each for itself. `present` changes such a
//! clone. `clone` makes a new one: by a deployment of what the source holds (`content`), or, when that cannot be read as a
//! whole, as records (`records`).

mod clone;
mod content;
mod present;
mod records;
mod seen;

use serde::Deserialize;
use usher_external_users::{EXTERNAL, unknown_profile};
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
    license: String,
    way: Way,
    leave_out: Vec<String>,
}

/// The way in which a clone is made.
#[derive(Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Way {
    Auto,
    Deploy,
    Records,
}

/// Plans one profile.
///
/// # Errors
///
/// The source does not exist, is for internal users or of another license than the one that is wanted; the name cannot be
/// that of a profile, or is that of a profile of another license.
pub fn plan(input: Input, org: &dyn Org) -> Result<StepPlan, Failure> {
    let mut problems = Problems::default();
    another_name(&input, &mut problems);
    let [source, there] = Profile::find(&input, org)?;
    if let Some(there) = there {
        return present::plan(&input, source.as_ref(), &there, problems, org);
    }
    plain_name(&input, &mut problems);
    match &source {
        Some(source) => source.is_of_license(&input.license, org, &mut problems),
        None => problems.invalid(unknown_profile(
            &input.source,
            "/source",
            "Set {with.source} to a profile of this org",
            EXTERNAL,
            org,
        )),
    }
    clone::plan(&input, source.as_ref(), problems, org)
}

usher_sdk::export!(plan);

/// Refuses other characters in the name of a new profile: no page says how Salesforce writes them in the full name of a
/// profile, and `*` means every profile.
fn plain_name(input: &Input, problems: &mut Problems) {
    let name = &input.name;
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-');
    if !name.chars().all(is_plain) || name.trim() != name {
        let summary = format!("`{name}` cannot be the name of a clone");
        problems.invalid(
            Diagnostic::error("bad-name", "/name", summary)
                .remedy("In {with.name}, write the name of a profile that is there; for a new one letters, digits, `_`, `-`, and spaces in between"),
        );
    }
}

fn another_name(input: &Input, problems: &mut Problems) {
    let name = &input.name;
    if name.eq_ignore_ascii_case(&input.source) {
        let summary = format!("`{name}` cannot be a clone of itself");
        problems.invalid(
            Diagnostic::error("bad-name", "/name", summary)
                .remedy("Set {with.name} to another name"),
        );
    }
}

#[cfg(test)]
mod tests;
