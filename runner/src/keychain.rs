//! The secrets of orgs, kept in the keychain of the system, or in a file of the home that its owner alone reads.
//!
//! The registry says where the secrets of an org are (`usher_core::orgs::Kept`). They are read when a command needs
//! them and not before, so that a keychain that hangs keeps no other command from its work.

mod file;
mod limited;
#[cfg(target_os = "macos")]
mod native;
#[cfg(target_os = "linux")]
mod secret_service;
mod secrets;

use std::fs::{File, TryLockError};
use std::time::{Duration, Instant};

use usher_core::orgs::Kept;

use crate::error::Error;
use crate::exit::Exit;
use crate::home::Home;
use crate::lock_file;
use crate::world::World;

pub(crate) use secrets::Secrets;

/// The variable with which a person chooses the keychain: `file`, or `system`.
const CHOICE: &str = "USHER_KEYCHAIN";

/// Longest time that one process waits for another one's turn. A token endpoint answers within it.
const TURN: Duration = Duration::from_secs(120);

/// Keeps texts that are secret, each at a place.
trait Keychain: Send {
    /// The text at a place.
    fn read(&self, place: &Place) -> Result<Option<String>, Failure>;
    /// Keeps a text at a place, in place of the former one.
    fn write(&self, place: &Place, text: &str) -> Result<(), Failure>;
    /// Forgets the text at a place. A place without one is no mistake.
    fn remove(&self, place: &Place) -> Result<(), Failure>;
}

/// The place of the secrets of one org of one home.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    /// The folder of the registry.
    home: String,
    org: String,
}

/// The reason why a keychain did not do what it was asked to.
#[derive(Debug)]
enum Failure {
    /// There is none.
    Missing(String),
    /// It is locked, and nobody unlocked it.
    Locked,
    /// It did not answer in time.
    Silent,
    /// It refuses, or what it answers makes no sense.
    Broken(String),
    /// The file of the home cannot be used.
    File(Error),
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        let choose = "set USHER_KEYCHAIN=file and sign in again to keep secrets in a file that only you can read";
        let new = |code, message: &str| Self::new(Exit::File, code, message);
        match failure {
            Failure::Missing(why) => new(
                "keychain/missing",
                &format!("there is no keychain on this system: {why}"),
            )
            .help(choose),
            Failure::Locked => new(
                "keychain/locked",
                "the keychain of this system is locked, and it was not unlocked",
            )
            .help(format!("unlock it and try again, or {choose}")),
            Failure::Silent => new(
                "keychain/no-answer",
                &format!(
                    "the keychain of this system did not answer within {} s",
                    limited::LIMIT.as_secs()
                ),
            )
            .help(format!(
                "see whether it asks to be unlocked, and try again, or {choose}"
            )),
            Failure::Broken(why) => new(
                "keychain/failed",
                &format!("the keychain of this system failed: {why}"),
            )
            .help(format!("try again, or {choose}")),
            Failure::File(error) => error,
        }
    }
}

/// The keychains of a home.
#[derive(Clone)]
pub(crate) struct Keychains {
    home: Home,
    /// The address of the session bus, where there is one.
    bus: Option<String>,
    choice: Choice,
}

/// The keychain that a person has chosen for new secrets.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Choice {
    /// That of the system where there is one, else the file.
    Any,
    System,
    File,
}

impl Keychains {
    /// The keychains that the environment names. None is asked yet.
    pub(crate) fn of(home: &Home, world: &World) -> Result<Self, Error> {
        let choice = match world.variable(CHOICE) {
            None => Choice::Any,
            Some("system") => Choice::System,
            Some("file") => Choice::File,
            Some(_) => {
                let message = format!("{CHOICE} does not name a keychain");
                return Err(Error::new(Exit::Usage, "keychain/unknown", message)
                    .help("set it to `file` or `system`, or leave it out"));
            }
        };
        Ok(Self {
            home: home.clone(),
            bus: bus(world),
            choice,
        })
    }

    /// Refuses when the person wants the keychain of the system for new secrets, and it is not there or locked.
    pub(crate) fn must_be_there(&self) -> Result<(), Error> {
        if self.choice == Choice::System {
            self.at(Kept::Keychain).read(&self.place(""))?;
        }
        Ok(())
    }

    /// The secrets of an org, at the place that the registry names.
    pub(crate) fn read(&self, org: &str, kept: Kept) -> Result<Secrets, Error> {
        let text = self.at(kept).read(&self.place(org))?;
        Ok(match text {
            Some(text) => Secrets::of_text(&text)?,
            None => Secrets::default(),
        })
    }

    /// The turn of this process to change the sign-in to an org: its entry and its secrets. It is not held while a person
    /// is waited for.
    pub(crate) fn turn(&self, org: &str) -> Result<File, Error> {
        let path = self.home.sign_in_lock(org)?;
        let file = lock_file::open(&path)?;
        let began = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(TryLockError::Error(error)) => return Err(Error::file("lock", &path, &error)),
                Err(TryLockError::WouldBlock) if began.elapsed() < TURN => {
                    std::thread::sleep(Duration::from_millis(20));
                }
                Err(TryLockError::WouldBlock) => {
                    let message = format!("another process of Usher is signing in to `{org}`");
                    return Err(Error::new(Exit::Unreachable, "org/sign-in-busy", message)
                        .help("try again when it has ended"));
                }
            }
        }
    }

    /// Keeps the secrets of an org where its former ones are, else where the person has chosen. Says where.
    pub(crate) fn keep(
        &self,
        org: &str,
        secrets: &Secrets,
        former: Option<Kept>,
    ) -> Result<Kept, Error> {
        let place = self.place(org);
        let text = secrets.text();
        let kept = match self.choice {
            Choice::System => Kept::Keychain,
            Choice::File => Kept::File,
            Choice::Any => match self.at(Kept::Keychain).write(&place, &text) {
                Ok(()) => return self.moved(org, former, Kept::Keychain),
                Err(Failure::Missing(_)) => Kept::File,
                Err(failure) => return Err(failure.into()),
            },
        };
        self.at(kept).write(&place, &text)?;
        self.moved(org, former, kept)
    }

    /// Keeps changed secrets of an org where they are.
    pub(crate) fn keep_again(
        &self,
        org: &str,
        kept: Kept,
        change: impl FnOnce(&mut Secrets),
    ) -> Result<(), Error> {
        let _lock = self.lock()?;
        let mut secrets = self.read(org, kept)?;
        change(&mut secrets);
        self.at(kept).write(&self.place(org), &secrets.text())?;
        Ok(())
    }

    /// Keeps the former secrets of an org where they were.
    pub(crate) fn put_back(&self, org: &str, kept: Kept, secrets: &Secrets) -> Result<(), Error> {
        let _lock = self.lock()?;
        self.at(kept).write(&self.place(org), &secrets.text())?;
        Ok(())
    }

    /// Forgets the secrets of an org.
    pub(crate) fn forget(&self, org: &str, kept: Kept) -> Result<(), Error> {
        self.at(kept).remove(&self.place(org))?;
        Ok(())
    }

    /// The file that holds secrets where the keychain does not.
    pub(crate) fn file(&self) -> std::path::PathBuf {
        self.home.secrets()
    }

    /// Forgets the former secrets where they are not replaced.
    fn moved(&self, org: &str, former: Option<Kept>, kept: Kept) -> Result<Kept, Error> {
        if let Some(former) = former.filter(|former| *former != kept) {
            // The org is signed in. A former secret that cannot be reached is left where it is.
            let _left = self.forget(org, former);
        }
        Ok(kept)
    }

    fn at(&self, kept: Kept) -> Box<dyn Keychain> {
        match kept {
            Kept::File => Box::new(file::FileKeychain::new(&self.home)),
            Kept::Keychain => self.system(),
        }
    }

    #[cfg(target_os = "linux")]
    fn system(&self) -> Box<dyn Keychain> {
        let keychain = secret_service::SecretServiceKeychain::new(self.bus.clone());
        Box::new(limited::Limited::new(keychain))
    }

    #[cfg(target_os = "macos")]
    fn system(&self) -> Box<dyn Keychain> {
        Box::new(limited::Limited::new(native::NativeKeychain))
    }

    fn place(&self, org: &str) -> Place {
        Place {
            home: self.home.orgs().display().to_string(),
            org: org.to_owned(),
        }
    }

    /// Held as long as secrets are read and written again.
    fn lock(&self) -> Result<File, Error> {
        lock_file::held(&self.home.secrets_lock()?)
    }
}

/// The address of the session bus: that of the variable, else the socket that the system makes for each user.
fn bus(world: &World) -> Option<String> {
    if let Some(address) = world.variable("DBUS_SESSION_BUS_ADDRESS") {
        return Some(address.to_owned());
    }
    let socket = std::path::Path::new(world.variable("XDG_RUNTIME_DIR")?).join("bus");
    socket
        .exists()
        .then(|| format!("unix:path={}", socket.display()))
}
