//! The versions of the API (docs/salesforce/rest.md#versions): all faces have the same.

use std::ops::RangeInclusive;

use crate::refusal::{Outcome, Refusal};

/// The versions of the API that there are.
pub(crate) const VERSIONS: RangeInclusive<u32> = 31..=67;

/// The versions that were, until Salesforce retired them.
const RETIRED: RangeInclusive<u32> = 7..=30;

/// `66` of REST's `v66.0`, when there is such a version.
pub(crate) fn of_rest(segment: &str) -> Option<u32> {
    of_soap(segment.strip_prefix('v')?)
}

/// `66` of SOAP's `66.0`, when there is such a version.
pub(crate) fn of_soap(segment: &str) -> Option<u32> {
    number(segment).filter(|version| VERSIONS.contains(version))
}

/// `66` of REST's `v66.0`, or the refusal of a version that is retired or unknown.
pub(crate) fn rest(segment: &str) -> Outcome<u32> {
    let known = segment.strip_prefix('v').and_then(number);
    match known {
        Some(version) if VERSIONS.contains(&version) => Ok(version),
        // The body: [inferred] from the table of status codes.
        Some(version) if RETIRED.contains(&version) => Err(Refusal::new(
            410,
            "GONE",
            "The requested resource has been retired or removed. Delete or update any references to the resource.",
        )),
        _ => Err(Refusal::not_found()),
    }
}

/// `66` of SOAP's `66.0`, or the refusal of a version that there is not (docs/salesforce/soap.md#addresses).
pub(crate) fn soap(segment: &str) -> Outcome<u32> {
    of_soap(segment).ok_or_else(|| {
        let message = "Invalid Api version specified on URL";
        Refusal::new(500, "UNSUPPORTED_API_VERSION", message)
    })
}

fn number(segment: &str) -> Option<u32> {
    segment.strip_suffix(".0")?.parse().ok()
}
