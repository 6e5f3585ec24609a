//! The address of an org, as a person writes it.

use std::net::IpAddr;

use reqwest::Url;
use usher_core::orgs::repeated;

/// The reason why an address cannot be an org's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    #[error(
        "`{0}` is not a valid address of an org: it is `https://HOST`, or `http://127.0.0.1:PORT` on this machine, \
         without path or query"
    )]
    Malformed(String),
    #[error(
        "`{0}` is not on this machine: over plain HTTP everyone on the way could read the access token"
    )]
    NotLoopback(String),
}

/// An address of an org.
pub(super) struct Address {
    /// `https://acme.my.salesforce.com`, no slash at the end.
    pub(super) base: String,
    /// On this machine: no proxy leads there.
    pub(super) is_loopback: bool,
}

impl Address {
    pub(super) fn parse(text: &str) -> Result<Self, AddressError> {
        let malformed = || AddressError::Malformed(repeated(text).to_owned());
        let url = Url::parse(text).map_err(|_| malformed())?;
        if !matches!(url.scheme(), "http" | "https")
            || !matches!(url.path(), "" | "/")
            || url.query().is_some()
            || url.fragment().is_some()
            || !url.username().is_empty()
            || url.password().is_some()
        {
            return Err(malformed());
        }
        let host = url.host_str().ok_or_else(malformed)?;
        let is_loopback = is_loopback(host);
        if url.scheme() == "http" && !is_loopback {
            return Err(AddressError::NotLoopback(repeated(text).to_owned()));
        }
        Ok(Self {
            base: url.origin().ascii_serialization(),
            is_loopback,
        })
    }
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let address = bare.parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}
