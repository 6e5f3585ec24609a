//! The versions of the API.

use std::ops::RangeInclusive;

/// The versions of the API that there are: the oldest and newest that clients were seen to use or the
/// facts hold for.
pub(crate) const VERSIONS: RangeInclusive<u32> = 46..=67;

/// `66` of REST's `v66.0`, when there is such a version.
pub(crate) fn of_rest(segment: &str) -> Option<u32> {
    of_soap(segment.strip_prefix('v')?)
}

/// `66` of SOAP's `66.0`, when there is such a version.
pub(crate) fn of_soap(segment: &str) -> Option<u32> {
    let version = segment.strip_suffix(".0")?.parse().ok();
    version.filter(|version| VERSIONS.contains(version))
}
