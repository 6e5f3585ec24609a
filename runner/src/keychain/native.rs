//! The keychain of macOS. It compiles there; it has not been tried on one.

use security_framework::base::Error as KeychainError;
use security_framework::passwords::{
    delete_generic_password, get_generic_password, set_generic_password,
};

use crate::keychain::{Failure, Keychain, Place};

/// The name under which the keychain shows what is Usher's.
const SERVICE: &str = "usher";

/// The code of the keychain for an item that is not there (`errSecItemNotFound`).
const NOT_FOUND: i32 = -25_300;

/// The codes for a keychain that stays locked: a person is needed and is not there, or did not allow it.
const LOCKED: [i32; 3] = [-25_308, -25_293, -128];

/// The keychain of the system.
pub(super) struct NativeKeychain;

fn account(place: &Place) -> String {
    format!("{} of {}", place.org, place.home)
}

fn failure(error: KeychainError) -> Failure {
    match LOCKED.contains(&error.code()) {
        true => Failure::Locked,
        false => Failure::Broken(error.to_string()),
    }
}

impl Keychain for NativeKeychain {
    fn read(&self, place: &Place) -> Result<Option<String>, Failure> {
        match get_generic_password(SERVICE, &account(place)) {
            Ok(bytes) => String::from_utf8(bytes)
                .map(Some)
                .map_err(|_| Failure::Broken("it holds bytes that are no text".to_owned())),
            Err(error) if error.code() == NOT_FOUND => Ok(None),
            Err(error) => Err(failure(error)),
        }
    }

    fn write(&self, place: &Place, text: &str) -> Result<(), Failure> {
        set_generic_password(SERVICE, &account(place), text.as_bytes()).map_err(failure)
    }

    fn remove(&self, place: &Place) -> Result<(), Failure> {
        match delete_generic_password(SERVICE, &account(place)) {
            Err(error) if error.code() != NOT_FOUND => Err(failure(error)),
            _ => Ok(()),
        }
    }
}
