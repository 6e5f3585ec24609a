//! The keychain of macOS, and the credentials of Windows. It compiles there; it has not been tried on either.

use keyring::{Entry, Error as KeyringError};

use crate::keychain::{Failure, Keychain, Place};

/// The keychain of the system.
pub(super) struct NativeKeychain;

fn entry(place: &Place) -> Result<Entry, Failure> {
    let user = format!("{} of {}", place.org, place.home);
    Entry::new("usher", &user).map_err(failure)
}

fn failure(error: KeyringError) -> Failure {
    match error {
        KeyringError::NoStorageAccess(_) => Failure::Locked,
        error => Failure::Broken(error.to_string()),
    }
}

impl Keychain for NativeKeychain {
    fn read(&self, place: &Place) -> Result<Option<String>, Failure> {
        match entry(place)?.get_password() {
            Ok(text) => Ok(Some(text)),
            Err(KeyringError::NoEntry) => Ok(None),
            Err(error) => Err(failure(error)),
        }
    }

    fn write(&self, place: &Place, text: &str) -> Result<(), Failure> {
        entry(place)?.set_password(text).map_err(failure)
    }

    fn remove(&self, place: &Place) -> Result<(), Failure> {
        match entry(place)?.delete_credential() {
            Ok(()) | Err(KeyringError::NoEntry) => Ok(()),
            Err(error) => Err(failure(error)),
        }
    }
}
