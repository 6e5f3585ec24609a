//! Proof Key for Code Exchange (RFC 7636): who asks for the token is who opened the browser.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};

use crate::session::Secret;

/// Random bytes of a verifier: 32 make its shortest, 43 characters, and 96 its longest, 128.
pub const ENTROPY_BYTES: usize = 32;

/// A verifier, and the challenge that shows it to nobody.
pub struct Pkce {
    /// Goes to the token endpoint with the code.
    pub verifier: Secret,
    /// Goes to the browser, with the method `S256`.
    pub challenge: String,
}

impl Pkce {
    /// Makes both of random bytes.
    pub fn of(entropy: &[u8; ENTROPY_BYTES]) -> Self {
        let verifier = URL_SAFE_NO_PAD.encode(entropy);
        Self {
            challenge: challenge(&verifier),
            verifier: Secret::new(verifier),
        }
    }
}

fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::{Pkce, challenge};

    #[test]
    fn a_challenge_is_as_in_its_standard() {
        // RFC 7636, appendix B.
        let entropy = [
            116, 24, 223, 180, 151, 153, 224, 37, 79, 250, 96, 125, 216, 173, 187, 186, 22, 212,
            37, 77, 105, 214, 191, 240, 91, 88, 5, 88, 83, 132, 141, 121,
        ];
        let pkce = Pkce::of(&entropy);
        assert_eq!(
            pkce.verifier.expose(),
            "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
        );
        assert_eq!(
            pkce.challenge,
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
        let longest = "a".repeat(128);
        assert_eq!(challenge(&longest).len(), 43);
    }
}
