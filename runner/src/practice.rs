//! The practice orgs of a home: their files and their start.

mod door;
mod handed;
mod instead;
mod log;
mod making;

use std::path::Path;

use sha2::{Digest, Sha256};
use usher_core::diagnostic::SourceText;
use usher_core::limit;
use usher_engine::session::Secret;
use usher_practice::{FLAVOURS, Faults, Fixture, Practice, Setup};

use crate::error::Error;
use crate::exit::Exit;
use crate::home::Home;
use crate::shelf::boxed;
use crate::text_file::read_text;
use crate::whole_file::WholeFile;
use crate::world::World;

pub(crate) use door::{Door, Shut};
pub(crate) use log::{Line, RequestLog};
pub(crate) use making::{Making, seed_there};

/// Every home's `practice` begins alike: same seed, same ids, same answers.
const SEED: u64 = 1;

/// The seed of a practice org. Two names are two orgs, whose ids differ; a name is the same org in every
/// home.
fn seed_of_name(name: &str) -> u64 {
    if name == "practice" {
        return SEED;
    }
    let digest = Sha256::digest(name.as_bytes());
    digest[..8]
        .iter()
        .fold(0, |seed, byte| (seed << 8) | u64::from(*byte))
}

/// The name in `practice` or `practice:<name>`.
pub(crate) fn name_of(alias: &str) -> Option<&str> {
    let name = match alias.split_once(':') {
        None if alias == "practice" => "practice",
        Some(("practice", name)) => name,
        _ => return None,
    };
    is_name(name).then_some(name)
}

/// The flavour that a name begins with, and the start that the rest names: of `german-no-digital-experiences`, `german` and
/// `no-digital-experiences`. A name without flavour is the name of a start.
fn flavour_of(name: &str) -> (Option<Fixture<'static>>, &str) {
    let found = FLAVOURS.into_iter().find_map(|flavour| {
        let rest = name.strip_prefix(flavour.name)?;
        let start = rest.strip_prefix('-').or(rest.is_empty().then_some(name))?;
        Some((Some(flavour), start))
    });
    found.unwrap_or((None, name))
}

/// Opens a practice org; one that is not there yet is made.
pub(crate) fn open(name: &str, home: &Home) -> Result<Practice, Error> {
    open_with(name, fixtures(), home)
}

/// A practice org with a start in a `practice.toml` outside the box.
pub(crate) struct Beside {
    /// The org was made before, and not from the file as it is now.
    pub(crate) is_older: bool,
}

/// Makes a practice org that may have a start in a `practice.toml` outside the box, unless it is there.
pub(crate) fn make_beside(name: &str, practice: &SourceText, home: &Home) -> Result<Beside, Error> {
    refuse_other_names(name)?;
    let noted = home.practice(name)?.with_extension(MADE_FROM);
    let is_there = home.practice(name)?.exists();
    let digest: String = Sha256::digest(&practice.text)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    drop(open_beside(name, practice, home)?);
    if !is_there {
        WholeFile::begin(&noted)?.finish(&digest)?;
        return Ok(Beside { is_older: false });
    }
    let made_from = match noted.exists() {
        true => read_text(&noted, DIGEST_BYTES)?,
        false => String::new(),
    };
    Ok(Beside {
        is_older: made_from != digest,
    })
}

/// The ending of the file that says from which `practice.toml` a practice org was made.
const MADE_FROM: &str = "from";

/// Bytes of such a file: a SHA-256 in hexadecimal.
const DIGEST_BYTES: u64 = 64;

fn open_beside(name: &str, practice: &SourceText, home: &Home) -> Result<Practice, Error> {
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
    let (flavour, start) = flavour_of(name);
    let setup = Setup {
        seed: seed_of_name(name),
        start: Some(start),
        fixtures: flavour.into_iter().chain(fixtures).collect(),
    };
    Practice::open(&file, &setup).map_err(|error| making::unusable(name, &error))
}

/// Deletes a practice org; the next use makes it again. Says whether it was made from a `practice.toml` outside the box:
/// only a command about that file makes it as it was.
pub(crate) fn reset(name: &str, home: &Home) -> Result<bool, Error> {
    refuse_other_names(name)?;
    let file = home.practice(name)?;
    let noted = file.with_extension(MADE_FROM);
    let is_from_beside = noted.exists();
    for suffix in ["", "-wal", "-shm"] {
        let mut path = file.clone().into_os_string();
        path.push(suffix);
        remove(Path::new(&path))?;
    }
    remove(&noted)?;
    Ok(is_from_beside)
}

/// A new access token of the practice org's admin.
pub(crate) fn sign_in(practice: &Practice) -> Result<Secret, Error> {
    token(practice).map(Secret::new)
}

/// Returns a new token in clear text.
pub(crate) fn token(practice: &Practice) -> Result<String, Error> {
    token_from(practice, entropy()?)
}

/// Sixteen bytes that nobody can guess.
pub(crate) fn entropy() -> Result<[u8; 16], Error> {
    let mut entropy = [0; 16];
    getrandom::fill(&mut entropy)
        .map_err(|error| Error::new(Exit::Failed, "practice/no-token", error.to_string()))?;
    Ok(entropy)
}

/// The admin's token that those bytes make.
pub(crate) fn token_from(practice: &Practice, entropy: [u8; 16]) -> Result<String, Error> {
    practice
        .sign_in(None, entropy)
        .map_err(|error| Error::new(Exit::File, "practice/unusable", error.to_string()))
}

/// The faults that a file lists; `file` is shown as the person gave it.
pub(crate) fn faults(file: &Path, world: &World) -> Result<Faults, Error> {
    let path = world.folder.join(file);
    let text = read_text(&path, limit::PACK_FILE_BYTES_MAX)?;
    let name = file.display().to_string();
    let source = SourceText { name, text };
    Faults::parse(&source).map_err(|mistakes| Error::mistakes(Some(&source), mistakes))
}

fn fixtures() -> Vec<Fixture<'static>> {
    let files = boxed::fixtures();
    files.map(|(name, text)| Fixture { name, text }).collect()
}

pub(crate) fn refuse_other_names(name: &str) -> Result<(), Error> {
    if is_name(name) {
        return Ok(());
    }
    Err(Error::new(
        Exit::Usage,
        "practice/bad-name",
        format!("`{name}` is not a valid name of a practice org"),
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
