//! A salted hash, kept with plans and runs, by which Usher recognises a secret that is given again.
//!
//! The hash is SHA-256 over a random salt of 16 bytes and the secret, and not a slow function: it finds a mistyped
//! secret, and it is kept in files that only their owner reads, who knows the secret. The salt hides that two runs have
//! equal secrets, and makes tables of hashes useless.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Bytes of a salt.
pub const SALT_BYTES: usize = 16;

/// A secret's salted hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recognised {
    salt: String,
    /// Hex SHA-256 of salt and secret.
    sha256: String,
}

impl Recognised {
    /// Returns the hash that recognises `secret`. The salt is random and used once.
    pub fn of(secret: &str, salt: [u8; SALT_BYTES]) -> Self {
        let salt = hex(&salt);
        Self {
            sha256: digest(&salt, secret),
            salt,
        }
    }

    /// Says whether `secret` is the one that was hashed.
    pub fn is(&self, secret: &str) -> bool {
        digest(&self.salt, secret) == self.sha256
    }
}

fn digest(salt: &str, secret: &str) -> String {
    hex(&Sha256::digest(format!("{salt}{secret}")))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::Recognised;

    #[test]
    fn only_the_secret_is_recognised_and_nothing_shows_it() {
        let recognised = Recognised::of("s3cret", [7; 16]);
        assert!(recognised.is("s3cret"));
        assert!(!recognised.is("s3cret "));
        assert!(!recognised.is(""));
        let text = format!("{recognised:?}");
        assert!(!text.contains("s3cret"), "{text}");
        assert_ne!(recognised, Recognised::of("s3cret", [8; 16]));
    }

    #[test]
    fn the_form_in_files_stays() {
        let json = serde_json::to_value(Recognised::of("s3cret", [7; 16])).expect("serialises");
        assert_eq!(
            json,
            serde_json::json!({
                "salt": "07070707070707070707070707070707",
                "sha256": "d4ab1526298b0614498f7195ed941539ea1269b17e07af855c7f041b982a568b",
            })
        );
    }
}
