//! The Salesforce CLI, `sf`: asked through its own commands, never through its files. It holds the sign-in; Usher takes
//! an access token for a moment, and keeps none.

mod program;
mod session;

use std::ffi::OsStr;

use serde_json::Value;
use usher_engine::session::Secret;

use crate::error::Error;
use crate::exit::Exit;
use crate::sf::program::Program;
use crate::world::World;

pub(crate) use session::SfSession;

/// The Salesforce CLI of this machine.
#[derive(Clone)]
pub(crate) struct Sf(Program);

/// An org that `sf` is signed in to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SfOrg {
    pub(crate) alias: Option<String>,
    pub(crate) username: String,
    pub(crate) org_id: String,
    pub(crate) address: String,
}

impl Sf {
    /// Finds the CLI on the path.
    pub(crate) fn find(world: &World) -> Result<Self, Error> {
        Program::find("sf", world).map(Self).ok_or_else(|| {
            let message = "there is no `sf` on this machine's path";
            Error::new(Exit::File, "sf/missing", message).help(
                "install the Salesforce CLI with `npm install --global @salesforce/cli`, or sign in with `usher org login`",
            )
        })
    }

    /// The orgs that it is signed in to, each once.
    pub(crate) fn orgs(&self) -> Result<Vec<SfOrg>, Error> {
        let result = self.ask(["org", "list", "--skip-connection-status"])?;
        let mut orgs: Vec<SfOrg> = Vec::new();
        for list in result
            .as_object()
            .into_iter()
            .flat_map(|lists| lists.values())
        {
            for org in list.as_array().into_iter().flatten() {
                let org = org_of(org)?;
                if !orgs.iter().any(|known| known.username == org.username) {
                    orgs.push(org);
                }
            }
        }
        Ok(orgs)
    }

    /// An access token for the org of a user. `sf` renews it first.
    pub(crate) fn token(&self, username: &str) -> Result<Secret, Error> {
        let shown = self.ask(["org", "auth", "show-access-token", "--target-org", username]);
        let result = match shown {
            // A former `sf` has no such command, and shows the token with the org.
            Err(error) if error.code == "sf/unknown-command" => {
                self.ask(["org", "display", "--target-org", username])?
            }
            result => result?,
        };
        let token = result["accessToken"].as_str().unwrap_or_default();
        let is_token = token.len() > 15 && token.chars().all(|letter| letter.is_ascii_graphic());
        if !is_token {
            let message = format!("`sf` gives no access token for {}", text_of(username));
            return Err(malformed(&message));
        }
        Ok(Secret::new(token.to_owned()))
    }

    /// The result of a command.
    fn ask<'a>(&self, words: impl IntoIterator<Item = &'a str>) -> Result<Value, Error> {
        let words: Vec<&str> = words.into_iter().collect();
        let args = words.iter().copied().chain(["--json"]).map(OsStr::new);
        let ended = self.0.run(args)?;
        let command = format!("sf {}", words[..2].join(" "));
        if ended.is_unknown_command() {
            let message = format!("`sf` has no command `{command}`");
            return Err(Error::new(Exit::Failed, "sf/unknown-command", message).help(UP_TO_DATE));
        }
        let answer: Value = serde_json::from_slice(&ended.out)
            .map_err(|_| malformed(&format!("`{command}` does not answer in JSON")))?;
        if answer["status"].as_i64() == Some(0) {
            return Ok(answer["result"].clone());
        }
        let said = text_of(answer["message"].as_str().unwrap_or("it does not say why"));
        let message = format!("`{command}` failed: {said}");
        Err(Error::new(Exit::Unreachable, "sf/failed", message)
            .help("run `sf org list` to see to which orgs it is signed in, and `sf org login web` to sign in"))
    }
}

fn org_of(org: &Value) -> Result<SfOrg, Error> {
    let text = |key: &str| org[key].as_str().map(str::to_owned);
    let found = || {
        Some(SfOrg {
            alias: text("alias").filter(|alias| !alias.is_empty()),
            username: text("username")?,
            org_id: text("orgId")?,
            address: text("instanceUrl")?,
        })
    };
    found().ok_or_else(|| malformed("`sf org list` names an org without username, id or address"))
}

fn malformed(message: &str) -> Error {
    Error::new(Exit::Failed, "sf/malformed", message).help(UP_TO_DATE)
}

/// The way to a newer `sf`.
const UP_TO_DATE: &str = "see whether `sf org list` works by itself, and bring `sf` up to date with `npm install --global @salesforce/cli`";

/// Longest text of `sf` that an error shows.
const SHOWN_BYTES_MAX: usize = 300;

/// A text of `sf`, without one that looks like a token.
fn text_of(text: &str) -> String {
    let words = text
        .split_whitespace()
        .map(|word| match word.contains('!') && word.len() > 20 {
            true => "***",
            false => word,
        });
    let mut text = words.collect::<Vec<_>>().join(" ");
    text.truncate(text.floor_char_boundary(SHOWN_BYTES_MAX));
    text
}
