//! Orgs without sites.

use usher_sdk::{Diagnostic, Failure, ReadError};

/// Explains the error of an org without Digital Experiences, which does not have the object.
pub fn without_sites(error: ReadError) -> Failure {
    match error {
        ReadError::Refused(refusal) if refusal.code == "INVALID_TYPE" => Failure::unmet(
            Diagnostic::error(
                "digital-experiences-off",
                "/site",
                "This org has no sites: Digital Experiences is off, or the signed-in user may not see them",
            )
            .remedy("Turn it on in Setup > Digital Experiences > Settings, and make the site"),
        ),
        error => error.into(),
    }
}
