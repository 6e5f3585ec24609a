//! The secrets of one org, as one text, so that they are kept together or not at all.

use serde_json::{Value, json};
use usher_engine::session::Secret;

use crate::error::Error;
use crate::exit::Exit;

/// The format of the text.
const FORMAT: u64 = 1;

/// The secrets of one org.
#[derive(Clone, Default)]
pub(crate) struct Secrets {
    pub(crate) access: Option<Secret>,
    pub(crate) refresh: Option<Secret>,
    pub(crate) client_secret: Option<Secret>,
}

impl Secrets {
    /// Says whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.access.is_none() && self.refresh.is_none() && self.client_secret.is_none()
    }

    /// The text, for a keychain alone.
    pub(super) fn text(&self) -> String {
        let text =
            |secret: &Option<Secret>| secret.as_ref().map(|secret| secret.expose().to_owned());
        let value = json!({
            "format": FORMAT,
            "access_token": text(&self.access),
            "refresh_token": text(&self.refresh),
            "client_secret": text(&self.client_secret),
        });
        value.to_string()
    }

    /// The secrets in a text of a keychain. No error repeats it.
    pub(super) fn of_text(text: &str) -> Result<Self, Error> {
        let value: Value = serde_json::from_str(text).map_err(|_| unreadable())?;
        if value["format"].as_u64() != Some(FORMAT) {
            return Err(unreadable());
        }
        let secret = |key: &str| match &value[key] {
            Value::Null => Ok(None),
            Value::String(text) => Ok(Some(Secret::new(text.clone()))),
            _ => Err(unreadable()),
        };
        Ok(Self {
            access: secret("access_token")?,
            refresh: secret("refresh_token")?,
            client_secret: secret("client_secret")?,
        })
    }
}

fn unreadable() -> Error {
    let message = "the keychain holds something for this org that Usher has not written";
    Error::new(Exit::File, "keychain/malformed", message)
        .help("sign in again with `usher org login`, which replaces it")
}
