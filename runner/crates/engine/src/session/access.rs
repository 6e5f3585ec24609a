//! An access token.

use crate::session::Secret;
use crate::veil::Veil;

/// An access token, with what hides it in answers.
pub struct Access {
    token: Secret,
    veil: Veil,
}

impl Access {
    /// Takes the token in.
    pub fn new(token: Secret) -> Self {
        Self {
            veil: Veil::of_token(token.expose()),
            token,
        }
    }

    /// The same, which hides another secret of the session as well.
    pub(super) fn hiding(mut self, other: &Secret) -> Self {
        self.veil = self.veil.and(&Veil::of_token(other.expose()));
        self
    }

    /// The token; only the client puts it into a request.
    pub(crate) fn token(&self) -> &str {
        self.token.expose()
    }

    /// Hides the token.
    pub(crate) fn veil(&self) -> &Veil {
        &self.veil
    }
}

impl std::fmt::Debug for Access {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Access(…)")
    }
}
