//! The folders in which Usher keeps things: `config/`, `state/`, `cache/` below `USHER_HOME`, else the platform's
//! folders (XDG). Folders are made 0700 when something is first kept there.

use std::path::{Path, PathBuf};

use usher_core::orgs::{check_name, check_org_id};

use crate::error::Error;
use crate::exit::Exit;
use crate::unfit::unfit;
use crate::world::World;

/// The folders of one home.
#[derive(Clone, Debug)]
pub(crate) struct Home {
    config: PathBuf,
    state: PathBuf,
    cache: PathBuf,
}

impl Home {
    /// The home that the environment names.
    pub(crate) fn of(world: &World) -> Result<Self, Error> {
        if let Some(home) = world.variable("USHER_HOME") {
            let home = world.folder.join(home);
            return Ok(Self {
                config: home.join("config"),
                state: home.join("state"),
                cache: home.join("cache"),
            });
        }
        let user = world.variable("HOME").map(PathBuf::from);
        let folder = |variable: &str, below: &str| {
            let given = world
                .variable(variable)
                .map(PathBuf::from)
                .filter(|path| path.is_absolute());
            given
                .or_else(|| user.as_ref().map(|user| user.join(below)))
                .map(|base| base.join("usher"))
        };
        match (
            folder("XDG_CONFIG_HOME", ".config"),
            folder("XDG_STATE_HOME", ".local/state"),
            folder("XDG_CACHE_HOME", ".cache"),
        ) {
            (Some(config), Some(state), Some(cache)) => Ok(Self {
                config,
                state,
                cache,
            }),
            _ => Err(Error::new(
                Exit::Usage,
                "home/none",
                "there is no home to keep things in",
            )
            .help("set USHER_HOME to a folder, or HOME")),
        }
    }

    /// The file with the grants of plugins.
    pub(crate) fn grants(&self) -> PathBuf {
        self.config.join("grants.toml")
    }

    /// The same, its folder made.
    pub(crate) fn grants_to_write(&self) -> Result<PathBuf, Error> {
        make(&self.config)?;
        Ok(self.grants())
    }

    /// The file by which processes that change the grants keep out of each other's way, its folder made.
    pub(crate) fn grants_lock(&self) -> Result<PathBuf, Error> {
        make(&self.state)?;
        Ok(self.state.join("grants.lock"))
    }

    /// The file that says when a plan needs a person, and when it is refused.
    pub(crate) fn policy(&self) -> PathBuf {
        self.config.join("policy.toml")
    }

    /// The file with the orgs that people have named.
    pub(crate) fn orgs(&self) -> PathBuf {
        self.config.join("orgs.toml")
    }

    /// The same, its folder made.
    pub(crate) fn orgs_to_write(&self) -> Result<PathBuf, Error> {
        make(&self.config)?;
        Ok(self.orgs())
    }

    /// The file by which processes that change the registry of orgs keep out of each other's way, its folder made.
    pub(crate) fn orgs_lock(&self) -> Result<PathBuf, Error> {
        make(&self.state)?;
        Ok(self.state.join("orgs.lock"))
    }

    /// The file with the secrets of orgs, where no keychain of the system holds them.
    pub(crate) fn secrets(&self) -> PathBuf {
        self.state.join("secrets.json")
    }

    /// The same, its folder made.
    pub(crate) fn secrets_to_write(&self) -> Result<PathBuf, Error> {
        make(&self.state)?;
        Ok(self.secrets())
    }

    /// The file by which processes that change the file with secrets keep out of each other's way, its folder made.
    pub(crate) fn secrets_file_lock(&self) -> Result<PathBuf, Error> {
        make(&self.state)?;
        Ok(self.state.join("secrets.json.lock"))
    }

    /// The file by which processes that change the secrets of an org keep out of each other's way, its folder made.
    pub(crate) fn secrets_lock(&self) -> Result<PathBuf, Error> {
        make(&self.state)?;
        Ok(self.state.join("secrets.lock"))
    }

    /// The file by which processes that change the sign-in to an org keep out of each other's way, its folder made.
    pub(crate) fn sign_in_lock(&self, org: &str) -> Result<PathBuf, Error> {
        check_name(org).map_err(|why| unfit(&why))?;
        make(&self.state)?;
        Ok(self.state.join(format!("sign-in-{org}.lock")))
    }

    /// The folder of the pages that a browser opens, made.
    pub(crate) fn pages(&self) -> Result<PathBuf, Error> {
        let folder = self.state.join("pages");
        make(&self.state)?;
        make(&folder)?;
        Ok(folder)
    }

    /// The journal's file, its folder made.
    pub(crate) fn journal(&self) -> Result<PathBuf, Error> {
        make(&self.state)?;
        Ok(self.state.join("journal.db"))
    }

    /// The file by which runs against an org keep out of each other's way, its folder made. Only an org's id names one.
    pub(crate) fn lease(&self, org_id: &str) -> Result<PathBuf, Error> {
        let org_id = check_org_id(org_id).map_err(|unfit| {
            let message = format!("{unfit}; no file is named by it");
            Error::new(Exit::Failed, "org/malformed", message)
        })?;
        let folder = self.state.join("leases");
        make(&self.state)?;
        make(&folder)?;
        Ok(folder.join(format!("{org_id}.json")))
    }

    /// The folder of the plugins that unfinished runs still need, made.
    pub(crate) fn frozen(&self) -> Result<PathBuf, Error> {
        let folder = self.state.join("plugins");
        make(&self.state)?;
        make(&folder)?;
        Ok(folder)
    }

    /// The file by which runs that begin and the forgetting of plugins keep out of each other's way, its folder made.
    pub(crate) fn frozen_lock(&self) -> Result<PathBuf, Error> {
        make(&self.state)?;
        Ok(self.state.join("plugins.lock"))
    }

    /// The file of a practice org, its folder made.
    pub(crate) fn practice(&self, name: &str) -> Result<PathBuf, Error> {
        let folder = self.state.join("practice");
        make(&self.state)?;
        make(&folder)?;
        Ok(folder.join(format!("{name}.db")))
    }

    /// The folder of the certificate authority of practice orgs, made.
    pub(crate) fn practice_tls(&self) -> Result<PathBuf, Error> {
        let folder = self.state.join("practice-tls");
        make(&self.state)?;
        make(&folder)?;
        Ok(folder)
    }

    /// The folder below which the tools of authors of plugins are kept, made.
    pub(crate) fn fetched(&self) -> Result<PathBuf, Error> {
        make(&self.cache)?;
        Ok(self.cache.clone())
    }

    /// The folder of compiled plugins, made by whoever uses it.
    pub(crate) fn compiled(&self) -> Result<PathBuf, Error> {
        make(&self.cache)?;
        Ok(self.cache.join("compiled"))
    }
}

fn make(folder: &Path) -> Result<(), Error> {
    use std::os::unix::fs::DirBuilderExt;
    let mut builder = std::fs::DirBuilder::new();
    let made = builder.recursive(true).mode(0o700).create(folder);
    made.map_err(|error| Error::file("make the folder", folder, &error))
}
