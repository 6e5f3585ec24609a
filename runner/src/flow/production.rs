//! A production org is changed only when it is clear that this org is meant: a person types its name, or gives its id
//! beforehand. A flag or a file that approves a plan says nothing about the org.

use usher_core::id;
use usher_core::read::{Identity, OrgKind};
use usher_engine::client::Client;

use crate::connect::Connection;
use crate::error::Error;
use crate::exit::Exit;
use crate::flow::attendant::{Answer, Attendant, Question, Subject};
use crate::flow::consent::{Asked, NOT_APPROVED};

/// The code of a production org that nobody has named.
const NOT_MEANT: &str = "org/production";

/// The org of a command that is about to change it.
pub(super) struct Guard<'a> {
    connection: &'a Connection,
    identity: Identity,
    /// The name is still to be typed.
    is_open: bool,
}

impl<'a> Guard<'a> {
    /// Compares the org with the id that was given beforehand (`--org-id`). `is_approved`: a flag or a file has approved
    /// the plan beforehand, so that nobody is asked.
    ///
    /// # Errors
    ///
    /// The id is that of another org; or it is a production org, nobody is asked, and no id was given.
    pub(super) fn of(
        connection: &'a Connection,
        identity: &Identity,
        given: Option<&str>,
        is_approved: bool,
    ) -> Result<Self, Error> {
        let org_id = identity.org_id.as_str();
        if let Some(given) = given
            && id::canonical(given).as_deref() != Some(org_id)
        {
            return Err(other_id(&connection.alias, org_id));
        }
        let guard = Self {
            connection,
            identity: identity.clone(),
            is_open: identity.org_kind == OrgKind::Production && given.is_none(),
        };
        match guard.is_open && is_approved {
            true => Err(guard.not_meant()),
            false => Ok(guard),
        }
    }

    /// The names of which a person types one. Empty: none is asked for.
    pub(super) async fn names(&self) -> Result<Vec<String>, Error> {
        if !self.is_open {
            return Ok(Vec::new());
        }
        names(self.connection, &self.identity).await
    }

    /// Has a person name the org of a run that goes on without another question. None: it may go on.
    ///
    /// # Errors
    ///
    /// There is nobody who could be asked.
    pub(super) async fn asked(
        &self,
        attendant: &mut dyn Attendant,
    ) -> Result<Option<Asked>, Error> {
        let names = self.names().await?;
        if names.is_empty() {
            return Ok(None);
        }
        let question = Question::Approve {
            subject: Subject::Rest,
            because: &[],
            names: &names,
        };
        match attendant.asked(&question).await {
            Answer::Yes => Ok(None),
            Answer::No => Ok(Some(Asked::Declined)),
            Answer::Stop => Ok(Some(Asked::Stopped)),
            Answer::Nobody => Err(self.not_meant()),
        }
    }

    /// The org itself.
    pub(super) fn org(&self) -> &Client {
        &self.connection.org
    }

    /// The result of asking: that nobody could be asked is told of the org, when its name was asked for.
    pub(super) fn told(&self, asked: Result<Asked, Error>) -> Result<Asked, Error> {
        match asked {
            Err(error) if self.is_open && error.code == NOT_APPROVED => Err(self.not_meant()),
            asked => asked,
        }
    }

    /// The error of a production org of which nothing says that it is meant.
    fn not_meant(&self) -> Error {
        not_meant(&self.connection.alias, &self.identity.org_id)
    }
}

/// The names of an org of which a person types one: its own, and the one by which this home knows it.
pub(super) async fn names(
    connection: &Connection,
    identity: &Identity,
) -> Result<Vec<String>, Error> {
    let rows = connection
        .org
        .query("SELECT Name FROM Organization")
        .await?;
    let name = rows.first().and_then(|row| row["Name"].as_str());
    let name = name.map(str::trim).filter(|name| !name.is_empty());
    let alias = Some(connection.alias.as_str()).filter(|alias| !alias.contains("://"));
    let mut names: Vec<String> = Vec::new();
    for name in name.into_iter().chain(alias) {
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    // An org without a name is named by its id.
    if names.is_empty() {
        names.push(identity.org_id.clone());
    }
    Ok(names)
}

fn not_meant(alias: &str, org_id: &str) -> Error {
    let message = format!("`{alias}` is a production org, and nothing says that this org is meant");
    Error::new(Exit::Refused, NOT_MEANT, message).help(format!(
        "run the command in a terminal without `--yes` and type the name of the org, or pass `--org-id {org_id}` as well"
    ))
}

fn other_id(alias: &str, org_id: &str) -> Error {
    let message = format!("`{alias}` is the org {org_id}, and `--org-id` names another one");
    Error::new(Exit::Refused, "org/wrong-id", message)
        .help("see which org you mean: `usher org doctor` shows id, name and kind")
}
