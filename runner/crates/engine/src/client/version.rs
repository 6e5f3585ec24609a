//! The version of the API that requests name: the newest that Usher and the org both know.
//!
//! No request is spent on it where that is the newest of Usher, which Salesforce keeps answering for years. An org that
//! refuses that one is asked for its own.

use std::fmt;
use std::sync::atomic::Ordering;

use bytes::Bytes;
use http::Method;
use serde_json::Value;

use crate::client::{Client, OrgError, Purpose, request_to, with_body};

/// The versions, ascending, at which all facts hold that the client relies on.
const KNOWN: [u16; 1] = [66];

/// The list of an org's versions. It needs no session, and Salesforce does not count it
/// (docs/salesforce/rest.md#versions).
pub(crate) const VERSIONS: &str = "/services/data";

/// The statuses with which an org refuses a version: it does not have it yet, or no more (REST API Developer Guide,
/// Status Codes: 410 is for a version that is retired; 404 for one that is not there yet is \[inferred\]).
const NO_VERSION: [u16; 2] = [404, 410];

/// A version of the API: `66.0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ApiVersion(pub(super) u16);

impl ApiVersion {
    /// The oldest that Usher speaks.
    pub const OLDEST: Self = Self(KNOWN[0]);
    /// The newest that Usher speaks.
    pub const NEWEST: Self = Self(KNOWN[KNOWN.len() - 1]);

    fn parse(text: &str) -> Option<Self> {
        Some(Self(text.strip_suffix(".0")?.parse().ok()?))
    }
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.0", self.0)
    }
}

/// Returns the newest of these versions that an org's list has, too.
fn newest_of_both(known: &[u16], list: &Value) -> Result<ApiVersion, OrgError> {
    let listed = list.as_array().into_iter().flatten();
    let listed = listed.filter_map(|one| ApiVersion::parse(one.get("version")?.as_str()?));
    let theirs: Vec<ApiVersion> = listed.collect();
    let Some(newest) = theirs.iter().max() else {
        let why = "the list of its versions has none".to_owned();
        return Err(OrgError::Malformed(why));
    };
    let mut ours = known.iter().rev().map(|version| ApiVersion(*version));
    let both = ours.find(|version| theirs.contains(version));
    let oldest = ApiVersion(known.first().copied().unwrap_or_default());
    both.ok_or_else(|| {
        OrgError::OtherVersions(match *newest < oldest {
            true => format!(
                "the org speaks version {newest} of the API at most, and this Usher needs {oldest}"
            ),
            false => format!(
                "the org speaks no version of the API that this Usher knows; its newest is {newest}"
            ),
        })
    })
}

impl Client {
    /// Returns the version that requests name.
    pub fn version(&self) -> ApiVersion {
        ApiVersion(self.version.load(Ordering::Relaxed))
    }

    /// Says whether an error may mean that the org does not have the version.
    pub(crate) fn refuses_version(error: &OrgError) -> bool {
        let refused = |status| NO_VERSION.contains(&status);
        matches!(error, OrgError::Refused(refusal) if refused(refusal.status))
    }

    /// Asks the org for its versions, and names the newest that both know from now on. Says whether that is another one
    /// than before.
    ///
    /// # Errors
    ///
    /// As [`OrgError`]: among others, there is no version that both know.
    pub async fn agree(&self) -> Result<bool, OrgError> {
        let request = with_body(request_to(Method::GET, VERSIONS), Bytes::new())?;
        let list = self.json(self.exchange(Purpose::Read, request).await?)?;
        let both = newest_of_both(&KNOWN, &list)?;
        let before = self.version.swap(both.0, Ordering::Relaxed);
        Ok(before != both.0)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{ApiVersion, newest_of_both};

    fn agreed(theirs: &[&str]) -> String {
        let list: serde_json::Value = theirs
            .iter()
            .map(|version| json!({ "version": version, "label": "x", "url": "/x" }))
            .collect();
        match newest_of_both(&[66, 67], &list) {
            Ok(version) => version.to_string(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn it_is_the_newest_that_both_know() {
        assert_eq!(agreed(&["31.0", "66.0", "67.0", "68.0"]), "67.0");
        assert_eq!(agreed(&["66.0", "65.0", "9.0"]), "66.0");
        assert_eq!(
            agreed(&["31.0", "65.0", "9.0"]),
            "the org speaks version 65.0 of the API at most, and this Usher needs 66.0"
        );
        assert_eq!(
            agreed(&["68.0", "99.0"]),
            "the org speaks no version of the API that this Usher knows; its newest is 99.0"
        );
        let nothing = "the org's answer makes no sense: the list of its versions has none";
        for theirs in [&[][..], &["", "66", "v66.0", "-1.0", "99999999.0"]] {
            assert_eq!(agreed(theirs), nothing);
        }
        assert!(ApiVersion::OLDEST <= ApiVersion::NEWEST);
    }
}
