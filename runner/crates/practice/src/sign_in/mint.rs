//! New tokens. The caller gives entropy with every sign-in of its own, and all that is minted here comes from it: the
//! same entropy and the same requests make the same tokens.

use sha2::{Digest, Sha256};

/// The source of tokens. Whoever knows one token knows no other.
#[derive(Default)]
pub(crate) struct Mint {
    pool: [u8; 32],
}

impl Mint {
    /// Mixes in what nobody can guess.
    pub(crate) fn stir(&mut self, entropy: &[u8]) {
        self.pool = digest(&[b"stir", &self.pool, entropy]);
    }

    /// 32 hexadecimal digits that have not been there before.
    pub(crate) fn draw(&mut self, now_ms: i64) -> String {
        let drawn = digest(&[b"draw", &self.pool, &now_ms.to_be_bytes()]);
        self.pool = digest(&[b"next", &self.pool]);
        drawn[..16]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

fn digest(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

/// Tokens are kept as digests: who reads the file cannot sign in with it.
pub(crate) fn kept(token: &str) -> String {
    let digest = Sha256::digest(token.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
