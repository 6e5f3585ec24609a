//! A value that is never shown: no `Debug`, no `Display`, no serialisation.

/// A token or password.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Takes a secret in.
    pub fn new(secret: String) -> Self {
        Self(secret)
    }

    /// The value: to be sent to its org, or kept in a keychain, and never shown.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Secret(…)")
    }
}
