//! The private key of an app: from a PEM file (RFC 7468) to signatures (RS256). Says of a file that holds no such key
//! what it holds instead.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};

/// Bytes of a file with a key. One of 8,192 bits takes 6,400.
pub const KEY_FILE_BYTES_MAX: usize = 65_536;

/// The object identifier of keys on elliptic curves (RFC 5480, `id-ecPublicKey`), as DER has it.
const ELLIPTIC: &[u8] = &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01];

/// A private RSA key.
#[derive(Clone)]
pub struct SigningKey(Arc<RsaKeyPair>);

/// The reason why a file is not the key of an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    #[error("it is empty")]
    Empty,
    #[error("it is larger than {KEY_FILE_BYTES_MAX} bytes")]
    TooLarge,
    #[error("it is not a PEM file: it has no line `-----BEGIN PRIVATE KEY-----`")]
    NotPem,
    #[error("its key is encrypted with a passphrase")]
    Encrypted,
    #[error("it holds a certificate, and not its private key")]
    Certificate,
    #[error("it holds a request for a certificate, and not its private key")]
    Request,
    #[error("it holds a public key, and not the private one")]
    Public,
    #[error("its key is on an elliptic curve, and Salesforce takes RSA keys")]
    Elliptic,
    #[error("its key is in the format of OpenSSH")]
    OpenSsh,
    #[error("its key is shorter than 2,048 bits")]
    Short,
    #[error("its key is longer than 4,096 bits")]
    Long,
    #[error("its private key is damaged, or not an RSA key")]
    Damaged,
}

impl KeyError {
    /// The way out.
    pub fn help(self) -> &'static str {
        match self {
            Self::Encrypted => {
                "take the passphrase off into a file that only you can read: \
                 `umask 077; openssl pkey -in KEY.pem -out server.key`"
            }
            Self::OpenSsh => {
                "turn a copy of it into PEM with `ssh-keygen -p -m PEM -N '' -f COPY`, or make a new key with `openssl`"
            }
            Self::Certificate | Self::Request | Self::Public => {
                "give the file with the line `-----BEGIN PRIVATE KEY-----` that belongs to the certificate of the app"
            }
            Self::Empty
            | Self::TooLarge
            | Self::NotPem
            | Self::Elliptic
            | Self::Short
            | Self::Long
            | Self::Damaged => {
                "make a key with `openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out server.key`, and \
                 upload its certificate to the app"
            }
        }
    }
}

impl SigningKey {
    /// Reads the private key of a PEM file, PKCS#8 or PKCS#1. Other blocks of the file do not matter.
    ///
    /// # Errors
    ///
    /// As [`KeyError`].
    pub fn of_pem(file: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        let file = file.as_ref();
        if file.len() > KEY_FILE_BYTES_MAX {
            return Err(KeyError::TooLarge);
        }
        if file.iter().all(u8::is_ascii_whitespace) {
            return Err(KeyError::Empty);
        }
        let text = std::str::from_utf8(file).map_err(|_| KeyError::NotPem)?;
        let blocks = blocks(text);
        let labelled = |label: &str| blocks.iter().find(|block| block.label == label);
        if let Some(block) = labelled("PRIVATE KEY") {
            let der = block.der()?;
            let is_elliptic = der
                .windows(ELLIPTIC.len())
                .take(32)
                .any(|at| at == ELLIPTIC);
            return match RsaKeyPair::from_pkcs8(&der) {
                Err(_) if is_elliptic => Err(KeyError::Elliptic),
                read => Self::read(read),
            };
        }
        if let Some(block) = labelled("RSA PRIVATE KEY") {
            return Self::read(RsaKeyPair::from_der(&block.der()?));
        }
        Err(match blocks.first().map(|block| block.label) {
            Some("ENCRYPTED PRIVATE KEY") => KeyError::Encrypted,
            Some("EC PRIVATE KEY" | "EC PARAMETERS") => KeyError::Elliptic,
            Some("OPENSSH PRIVATE KEY") => KeyError::OpenSsh,
            Some("CERTIFICATE" | "TRUSTED CERTIFICATE" | "X509 CERTIFICATE") => {
                match labelled("ENCRYPTED PRIVATE KEY") {
                    Some(_) => KeyError::Encrypted,
                    None => KeyError::Certificate,
                }
            }
            Some("CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST") => KeyError::Request,
            Some("PUBLIC KEY" | "RSA PUBLIC KEY") => KeyError::Public,
            Some(_) => KeyError::Damaged,
            None => KeyError::NotPem,
        })
    }

    fn read(read: Result<RsaKeyPair, ring::error::KeyRejected>) -> Result<Self, KeyError> {
        let key = read.map_err(|error| match error.to_string().as_str() {
            "TooSmall" => KeyError::Short,
            "TooLarge" => KeyError::Long,
            _ => KeyError::Damaged,
        })?;
        Ok(Self(Arc::new(key)))
    }

    /// The signature of a text: RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518, RS256). None: the machine gives no random
    /// bytes. Those hide the key from onlookers while it signs; the signature does not depend on them.
    pub(super) fn sign(&self, text: &str) -> Option<Vec<u8>> {
        let mut signature = vec![0; self.0.public().modulus_len()];
        let signed = self.0.sign(
            &RSA_PKCS1_SHA256,
            &SystemRandom::new(),
            text.as_bytes(),
            &mut signature,
        );
        signed.ok().map(|()| signature)
    }
}

/// A block of a PEM file.
struct Block<'t> {
    label: &'t str,
    lines: Vec<&'t str>,
}

impl Block<'_> {
    fn der(&self) -> Result<Vec<u8>, KeyError> {
        // Headers of an encrypted key, as RFC 1421 has them.
        if self.lines.iter().any(|line| line.contains("ENCRYPTED")) {
            return Err(KeyError::Encrypted);
        }
        STANDARD
            .decode(self.lines.concat())
            .map_err(|_| KeyError::Damaged)
    }
}

fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks: Vec<Block<'_>> = Vec::new();
    let mut open = false;
    for line in text.lines().map(str::trim) {
        let begun = line
            .strip_prefix("-----BEGIN ")
            .and_then(|rest| rest.strip_suffix("-----"));
        if let Some(label) = begun {
            blocks.push(Block {
                label,
                lines: Vec::new(),
            });
            open = true;
        } else if line.starts_with("-----END ") {
            open = false;
        } else if let (true, Some(block)) = (open, blocks.last_mut()) {
            block.lines.push(line);
        }
    }
    blocks
}

#[cfg(test)]
pub(super) mod tests;
