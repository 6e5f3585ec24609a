//! The practice orgs of a home: where they are, what they start with, and the wire straight into one.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use usher_core::diagnostic::SourceText;
use usher_engine::org::Secret;
use usher_engine::port::{Boxed, Clock, Wire, WireError};
use usher_practice::{Fixture, Practice, Setup};

use crate::error::Error;
use crate::exit::Exit;
use crate::home::Home;

/// Every home's practice orgs begin alike: same seed, same ids, same answers.
const SEED: u64 = 1;

/// The name in `practice` or `practice:<name>`.
pub(crate) fn name_of(alias: &str) -> Option<&str> {
    let name = match alias.split_once(':') {
        None if alias == "practice" => "practice",
        Some(("practice", name)) => name,
        _ => return None,
    };
    is_name(name).then_some(name)
}

/// Opens a practice org; one that is not there yet is made.
pub(crate) fn open(name: &str, home: &Home) -> Result<Practice, Error> {
    open_with(name, fixtures(), home)
}

/// Opens a practice org that may have a start in a `practice.toml` outside the box.
pub(crate) fn open_beside(
    name: &str,
    practice: &SourceText,
    home: &Home,
) -> Result<Practice, Error> {
    let mut fixtures = fixtures();
    fixtures.push(Fixture {
        name: &practice.name,
        text: &practice.text,
    });
    open_with(name, fixtures, home)
}

fn open_with(name: &str, fixtures: Vec<Fixture<'_>>, home: &Home) -> Result<Practice, Error> {
    refuse_other_names(name)?;
    let file = home.practice(name)?;
    let setup = Setup {
        seed: SEED,
        start: Some(name),
        fixtures,
    };
    Practice::open(&file, &setup).map_err(|error| {
        Error::new(
            Exit::File,
            "practice/unusable",
            format!("practice org `{name}`: {error}"),
        )
        .help(format!("`usher practice reset {name}` makes it anew"))
    })
}

/// Takes a practice org away; the next use makes it anew.
pub(crate) fn reset(name: &str, home: &Home) -> Result<(), Error> {
    refuse_other_names(name)?;
    let file = home.practice(name)?;
    for suffix in ["", "-wal", "-shm"] {
        let mut path = file.clone().into_os_string();
        path.push(suffix);
        remove(Path::new(&path))?;
    }
    Ok(())
}

/// A new access token of the practice org's admin.
pub(crate) fn sign_in(practice: &Practice) -> Result<Secret, Error> {
    token(practice).map(Secret::new)
}

/// The same in clear text, for `practice serve --ready`.
pub(crate) fn token(practice: &Practice) -> Result<String, Error> {
    let mut entropy = [0; 16];
    getrandom::fill(&mut entropy)
        .map_err(|error| Error::new(Exit::Failed, "practice/no-token", error.to_string()))?;
    practice
        .sign_in(None, entropy)
        .map_err(|error| Error::new(Exit::File, "practice/unusable", error.to_string()))
}

/// Carries exchanges into a practice org without a socket.
pub(crate) struct PracticeWire {
    practice: Arc<Practice>,
    clock: Arc<dyn Clock>,
}

impl PracticeWire {
    pub(crate) fn new(practice: Arc<Practice>, clock: Arc<dyn Clock>) -> Self {
        Self { practice, clock }
    }
}

impl Wire for PracticeWire {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Boxed<'_, Result<http::Response<Bytes>, WireError>> {
        let practice = Arc::clone(&self.practice);
        let now = self.clock.now_ms();
        Box::pin(async move {
            // It writes to disk: not on a thread that others wait on.
            tokio::task::spawn_blocking(move || practice.exchange(request, now))
                .await
                .map_err(|error| WireError::Lost(format!("the practice org broke: {error}")))
        })
    }
}

fn fixtures() -> Vec<Fixture<'static>> {
    let files = usher_packs::packs().iter().flat_map(|pack| pack.files);
    files
        .filter(|(path, _)| *path == "practice.toml")
        .map(|(name, text)| Fixture { name, text })
        .collect()
}

fn refuse_other_names(name: &str) -> Result<(), Error> {
    if is_name(name) {
        return Ok(());
    }
    Err(Error::new(
        Exit::Usage,
        "practice/bad-name",
        format!("`{name}` is no name of a practice org"),
    )
    .help("use 1 to 40 lower-case letters, digits and hyphens"))
}

fn is_name(name: &str) -> bool {
    (1..=40).contains(&name.len())
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !name.starts_with('-')
}

fn remove(path: &Path) -> Result<(), Error> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::file("remove", path, &error))
        }
        _ => Ok(()),
    }
}
