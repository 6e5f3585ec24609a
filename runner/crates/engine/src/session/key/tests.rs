//! Files that a person may take for the key of the app.

use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};

use super::{KeyError, SigningKey};

const PKCS8: &[u8] = include_bytes!("tests/pkcs8.pem");
const PKCS1: &[u8] = include_bytes!("tests/pkcs1.pem");
const CERTIFICATE: &[u8] = include_bytes!("tests/certificate.pem");

/// A key for tests, whose certificate is in no org.
pub(in crate::session) fn key() -> SigningKey {
    SigningKey::of_pem(PKCS8).expect("a key")
}

/// Checks a signature by this key.
pub(in crate::session) fn has_signed(text: &str, signature: &[u8]) -> bool {
    let key = key();
    let public = RsaPublicKeyComponents::<Vec<u8>>::from(key.0.public());
    let verified = public.verify(&RSA_PKCS1_2048_8192_SHA256, text.as_bytes(), signature);
    verified.is_ok()
}

#[test]
fn both_forms_of_a_key_sign_alike() {
    let signed = |pem: &[u8]| SigningKey::of_pem(pem).expect("a key").sign("text");
    let signature = signed(PKCS8).expect("signs");
    assert!(has_signed("text", &signature));
    assert!(!has_signed("other", &signature));
    assert_eq!(signed(PKCS1), Some(signature.clone()));
    let both = [CERTIFICATE, PKCS8].concat();
    assert_eq!(signed(&both), Some(signature.clone()));
    let windows = String::from_utf8_lossy(PKCS8).replace('\n', "\r\n");
    assert_eq!(signed(windows.as_bytes()), Some(signature));
}

#[test]
fn a_file_without_the_key_is_told_what_it_holds() {
    let damaged = String::from_utf8_lossy(PKCS8).replace("MII", "AAA");
    let letters = "-----BEGIN PRIVATE KEY-----\n!!\n-----END PRIVATE KEY-----\n";
    for (file, expected) in [
        (&b""[..], KeyError::Empty),
        (b" \n", KeyError::Empty),
        (b"a key", KeyError::NotPem),
        (b"\xff\xfe", KeyError::NotPem),
        (&[b'A'; 70_000], KeyError::TooLarge),
        (include_bytes!("tests/encrypted.pem"), KeyError::Encrypted),
        (
            include_bytes!("tests/encrypted_pkcs1.pem"),
            KeyError::Encrypted,
        ),
        (CERTIFICATE, KeyError::Certificate),
        (include_bytes!("tests/public.pem"), KeyError::Public),
        (include_bytes!("tests/ec.pem"), KeyError::Elliptic),
        (include_bytes!("tests/ec_pkcs8.pem"), KeyError::Elliptic),
        (include_bytes!("tests/small.pem"), KeyError::Short),
        (damaged.as_bytes(), KeyError::Damaged),
        (letters.as_bytes(), KeyError::Damaged),
        (
            b"-----BEGIN OPENSSH PRIVATE KEY-----\nAA\n",
            KeyError::OpenSsh,
        ),
        (
            b"-----BEGIN CERTIFICATE REQUEST-----\nAA\n",
            KeyError::Request,
        ),
    ] {
        let error = SigningKey::of_pem(file).err();
        assert_eq!(error, Some(expected), "{}", String::from_utf8_lossy(file));
        assert!(error.is_some_and(|error| error.help().len() > 20));
    }
}
