//! The reason why a request never left: it certainly did not act.

use std::fmt;

/// A request that never left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreached {
    pub barrier: Barrier,
    /// A sentence for a person, without a secret.
    pub why: String,
}

/// The part of the way to an org that a request did not get past.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Barrier {
    /// Nothing listens there, or no network leads there.
    Silent,
    /// The host has no address.
    NoHost,
    /// No connection was made in time.
    Slow,
    /// The certificate is of an authority that this machine does not trust.
    UnknownAuthority,
    /// The certificate is of another host.
    OtherHost,
    /// The certificate is not valid now.
    OutOfDate,
    /// TLS fails otherwise.
    Tls,
    /// The proxy is not there, or refuses.
    Proxy,
}

impl Barrier {
    /// The stable code of the error.
    pub fn code(self) -> &'static str {
        match self {
            Self::Silent => "org/unreachable",
            Self::NoHost => "org/no-such-host",
            Self::Slow => "org/no-connection",
            Self::UnknownAuthority => "org/unknown-authority",
            Self::OtherHost => "org/other-host",
            Self::OutOfDate => "org/certificate-out-of-date",
            Self::Tls => "org/no-tls",
            Self::Proxy => "org/proxy",
        }
    }

    /// Says whether it is there until a person mends it. A network that is gone comes back.
    pub fn stays(self) -> bool {
        match self {
            Self::Silent | Self::NoHost | Self::Slow => false,
            Self::UnknownAuthority
            | Self::OtherHost
            | Self::OutOfDate
            | Self::Tls
            | Self::Proxy => true,
        }
    }

    /// An order to the person who wants to reach the org.
    pub fn remedy(self) -> &'static str {
        match self {
            Self::Silent => "check the address, and that something listens there",
            Self::NoHost => "check the name of the host, and that this machine has a network",
            Self::Slow => {
                "check the network: a firewall may drop the connection; where a proxy leads out, set HTTPS_PROXY"
            }
            Self::UnknownAuthority => {
                "if a proxy of your company opens TLS, name the file with the certificate of its authority (`--ca-file` of \
                 `usher org login`, `ca_file` of the org); else do not go on: another machine answers in the org's place"
            }
            Self::OtherHost => {
                "write the address of the org as Setup > My Domain shows it; if it is right, another machine answers \
                 in the org's place"
            }
            Self::OutOfDate => {
                "check the clock of this machine; if it is right, the certificate must be renewed"
            }
            Self::Tls => {
                "check that the address is that of an org, and which TLS a proxy on the way allows"
            }
            Self::Proxy => {
                "check HTTPS_PROXY and its user and password; NO_PROXY names the hosts that need no proxy"
            }
        }
    }
}

impl Unreached {
    /// Nothing listens there.
    pub fn silent(why: impl Into<String>) -> Self {
        Self {
            barrier: Barrier::Silent,
            why: why.into(),
        }
    }
}

impl fmt::Display for Unreached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)
    }
}
