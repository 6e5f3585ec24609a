//! The addresses and tokens of served orgs, for programs and for people.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::error::Error;
use crate::serve::orgs::Orgs;
use crate::serve::route::{FOLDER, MY};
use crate::whole_file::WholeFile;

/// Everything that a client must know.
pub(crate) struct Ready {
    /// The address of all: a token says which org is meant.
    pub(crate) url: String,
    pub(crate) orgs: Vec<ReadyOrg>,
    /// The file that clients trust.
    pub(crate) authority: Option<PathBuf>,
}

/// One org.
pub(crate) struct ReadyOrg {
    pub(crate) name: String,
    id: String,
    /// By a host of its own.
    pub(crate) url: String,
    /// By a path below the address of all.
    pub(crate) path_url: String,
    pub(crate) token: String,
}

impl Ready {
    pub(super) fn of(
        orgs: &Orgs,
        scheme: &str,
        address: SocketAddr,
        authority: Option<PathBuf>,
    ) -> Self {
        let url = format!("{scheme}://{address}");
        let port = address.port();
        let all = orgs.all.iter().map(|org| ReadyOrg {
            name: org.name.clone(),
            id: org.id.clone(),
            url: format!("{scheme}://{}{MY}:{port}", org.name),
            path_url: format!("{url}{FOLDER}{}", org.name),
            token: org.token.clone(),
        });
        Self {
            orgs: all.collect(),
            url,
            authority,
        }
    }

    /// The first org's token.
    pub(crate) fn token(&self) -> &str {
        self.orgs.first().map_or("", |org| org.token.as_str())
    }

    /// Writes `{"url", "token", "orgs"}`, and with TLS the file that clients trust as `authority`; readable by this user
    /// only and never half.
    pub(crate) fn write(&self, file: &Path) -> Result<(), Error> {
        let orgs = self.orgs.iter().map(|org| {
            json!({
                "name": org.name,
                "org_id": org.id,
                "url": org.url,
                "path_url": org.path_url,
                "token": org.token,
            })
        });
        let orgs: Vec<Value> = orgs.collect();
        let mut json = json!({ "url": self.url, "token": self.token(), "orgs": orgs });
        if let Some(authority) = &self.authority {
            json["authority"] = authority.display().to_string().into();
        }
        WholeFile::begin(file)?.finish(&json.to_string())
    }
}
