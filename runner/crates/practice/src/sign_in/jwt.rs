//! A JWT as an app sends it (docs/salesforce/sign-in.md#jwt-bearer).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// An assertion whose signature nobody has looked at.
pub(crate) struct Assertion {
    pub(crate) claims: Claims,
    signed: Vec<u8>,
    pub(crate) signature: Vec<u8>,
}

#[derive(Deserialize)]
struct Head {
    alg: String,
}

/// The claims that count.
#[derive(Deserialize)]
pub(crate) struct Claims {
    /// The consumer key.
    pub(crate) iss: String,
    /// The username.
    #[serde(alias = "prn")]
    pub(crate) sub: String,
    pub(crate) aud: Audience,
    /// Seconds since 1970, as a number or its digits; some clients write milliseconds, a time in the far future
    /// (docs/salesforce/sign-in.md#jwt-bearer).
    #[serde(default, deserialize_with = "seconds")]
    pub(crate) exp: Option<f64>,
}

fn seconds<'d, D: Deserializer<'d>>(claim: D) -> Result<Option<f64>, D::Error> {
    Ok(match Value::deserialize(claim)? {
        Value::Number(number) => number.as_f64(),
        Value::String(digits) => digits.parse().ok(),
        _ => None,
    })
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Assertion {
    /// None: it is no JWT of RS256.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (signed, signature) = text.rsplit_once('.')?;
        let (head, claims) = signed.split_once('.')?;
        let head: Head = part(head)?;
        (head.alg == "RS256").then_some(())?;
        Some(Self {
            claims: part(claims)?,
            signed: signed.as_bytes().to_vec(),
            signature: URL_SAFE_NO_PAD.decode(signature).ok()?,
        })
    }

    /// The bytes that the signature is of.
    pub(crate) fn signed(&self) -> &[u8] {
        &self.signed
    }
}

impl Audience {
    /// Says whether it names one of these, with a slash at its end or without.
    pub(crate) fn is_one_of(&self, names: &[String]) -> bool {
        let fits = |audience: &String| {
            let audience = audience.trim_end_matches('/');
            names.iter().any(|name| name.eq_ignore_ascii_case(audience))
        };
        match self {
            Self::One(one) => fits(one),
            Self::Several(several) => several.iter().any(fits),
        }
    }
}

fn part<T: for<'d> Deserialize<'d>>(text: &str) -> Option<T> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
}
