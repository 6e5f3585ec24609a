//! The way in which new practice orgs are made: flavour, start, data of one's own, seed; in the home or in memory.

use std::path::Path;

use sha2::{Digest, Sha256};
use usher_core::diagnostic::{SourceText, did_you_mean};
use usher_core::limit;
use usher_practice::{FLAVOURS, Fixture, Practice, PracticeError, Setup};

use crate::error::Error;
use crate::exit::Exit;
use crate::home::Home;
use crate::practice::{fixtures, flavour_of, seed_of_name};
use crate::text_file::read_text;
use crate::world::World;

/// The wishes of a person for orgs that are made.
#[derive(Debug, Default)]
pub(crate) struct Making {
    /// The flavour and the start; none: those in the org's name.
    pub(crate) start: Option<String>,
    /// Decides the ids together with the name; none: the name alone does.
    pub(crate) seed: Option<u64>,
    /// Fixtures beyond those of the box.
    pub(crate) data: Vec<SourceText>,
    /// The org lives as long as the process.
    pub(crate) in_memory: bool,
}

impl Making {
    /// Reads the fixtures; `files` are shown as the person gave them.
    pub(crate) fn read(
        &mut self,
        files: &[std::path::PathBuf],
        world: &World,
    ) -> Result<(), Error> {
        for file in files {
            let text = read_text(&world.folder.join(file), limit::PACK_FILE_BYTES_MAX)?;
            let name = file.display().to_string();
            self.data.push(SourceText { name, text });
        }
        Ok(())
    }

    /// Refuses a start that neither a flavour nor a fixture has.
    pub(crate) fn refuse_unknown_start(&self) -> Result<(), Error> {
        let mut starts = Vec::new();
        for fixture in fixtures().into_iter().chain(self.fixtures()) {
            let named = fixture.starts();
            starts.extend(named.map_err(|error| self.explain(fixture.name, error))?);
        }
        let Some(wanted) = &self.start else {
            return Ok(());
        };
        let (flavour, start) = flavour_of(wanted);
        if flavour.is_some_and(|flavour| flavour.name == wanted)
            || starts.iter().any(|known| known == start)
        {
            return Ok(());
        }
        let flavours = FLAVOURS.iter().map(|flavour| flavour.name);
        let known = flavours.chain(starts.iter().map(String::as_str));
        let message = format!("no flavour and no start is called `{wanted}`");
        Err(Error::new(Exit::Usage, "practice/unknown-start", message)
            .help(did_you_mean(wanted, known)))
    }

    /// Says whether it differs from what the name alone makes.
    pub(crate) fn is_own(&self) -> bool {
        self.start.is_some() || !self.data.is_empty()
    }

    /// The seed of a new org of that name. Another `attempt` is another seed.
    pub(crate) fn seed(&self, name: &str, attempt: u32) -> u64 {
        if self.seed.is_none() && attempt == 0 {
            return seed_of_name(name);
        }
        let seed = self.seed.unwrap_or_default();
        let digest = Sha256::digest(format!("{seed}/{name}/{attempt}"));
        digest[..8]
            .iter()
            .fold(0, |seed, byte| (seed << 8) | u64::from(*byte))
    }

    /// Opens the org; one that is not there yet is made with that seed. Its flavour and its start are those of `kind`.
    pub(crate) fn open(
        &self,
        name: &str,
        kind: &str,
        seed: u64,
        home: &Home,
    ) -> Result<Practice, Error> {
        let (flavour, start) = flavour_of(self.start.as_deref().unwrap_or(kind));
        let boxed = flavour.into_iter().chain(fixtures());
        let setup = Setup {
            seed,
            start: Some(start),
            fixtures: boxed.chain(self.fixtures()).collect(),
        };
        let opened = match self.in_memory {
            true => Practice::in_memory(&setup),
            false => Practice::open(&home.practice(name)?, &setup),
        };
        opened.map_err(|error| self.explain(name, error))
    }

    fn fixtures(&self) -> impl Iterator<Item = Fixture<'_>> {
        self.data.iter().map(|source| Fixture {
            name: &source.name,
            text: &source.text,
        })
    }

    /// Shows the mistakes in the person's own data at their places.
    fn explain(&self, name: &str, error: PracticeError) -> Error {
        let PracticeError::Fixture {
            fixture, mistakes, ..
        } = &error
        else {
            return unusable(name, &error);
        };
        match self.data.iter().find(|source| source.name == *fixture) {
            Some(source) => Error::mistakes(Some(source), mistakes.clone()),
            None => unusable(name, &error),
        }
    }
}

/// The seed of the org of that name; none: it is not made yet.
pub(crate) fn seed_there(name: &str, home: &Home) -> Result<Option<u64>, Error> {
    let file: &Path = &home.practice(name)?;
    Practice::seed_of(file).map_err(|error| unusable(name, &error))
}

pub(super) fn unusable(name: &str, error: &PracticeError) -> Error {
    Error::new(
        Exit::File,
        "practice/unusable",
        format!("practice org `{name}`: {error}"),
    )
    .help(format!("`usher practice reset {name}` makes a new one"))
}
