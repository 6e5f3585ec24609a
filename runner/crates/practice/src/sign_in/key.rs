//! Public keys of apps, and the signatures that they verify.

use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, SubjectPublicKeyInfoDer};
use webpki::ring::RSA_PKCS1_2048_8192_SHA256;
use webpki::{EndEntityCert, RawPublicKeyEntity};

/// An RSA key.
pub(crate) enum Key {
    OfCertificate(CertificateDer<'static>),
    Public(SubjectPublicKeyInfoDer<'static>),
}

impl Key {
    /// A certificate or a public key, as PEM.
    pub(crate) fn read(pem: &str) -> Result<Self, String> {
        let bytes = pem.as_bytes();
        if let Ok(certificate) = CertificateDer::from_pem_slice(bytes) {
            return match EndEntityCert::try_from(&certificate) {
                Ok(_) => Ok(Self::OfCertificate(certificate)),
                Err(error) => Err(format!(
                    "`certificate` is not an X.509 certificate: {error}"
                )),
            };
        }
        match SubjectPublicKeyInfoDer::from_pem_slice(bytes) {
            Ok(key) => match RawPublicKeyEntity::try_from(&key) {
                Ok(_) => Ok(Self::Public(key)),
                Err(error) => Err(format!("`certificate` is not a public key: {error}")),
            },
            Err(_) => {
                Err("`certificate` is the PEM of neither a certificate nor a public key".to_owned())
            }
        }
    }

    /// Says whether the key has signed the message: RS256.
    pub(crate) fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        let verified = match self {
            Self::OfCertificate(der) => EndEntityCert::try_from(der).and_then(|certificate| {
                certificate.verify_signature(RSA_PKCS1_2048_8192_SHA256, message, signature)
            }),
            Self::Public(der) => RawPublicKeyEntity::try_from(der).and_then(|key| {
                key.verify_signature(RSA_PKCS1_2048_8192_SHA256, message, signature)
            }),
        };
        verified.is_ok()
    }
}
