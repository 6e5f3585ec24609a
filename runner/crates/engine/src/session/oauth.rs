//! The token endpoint of an org: from a grant to tokens.

use std::sync::Arc;

use crate::session::{Secret, SignInError};
use crate::wire::Wire;

/// The External Client App (or connected app) as which Usher signs in.
pub struct App {
    /// The consumer key.
    pub client_id: String,
    /// The consumer secret.
    pub client_secret: Option<Secret>,
}

/// What Usher has to show for a token.
#[derive(Clone)]
pub enum Grant {
    /// The code that the browser brought back.
    Code {
        code: Secret,
        verifier: Secret,
        redirect: String,
    },
    /// A refresh token.
    Refresh(Secret),
    /// An assertion signed with the app's key.
    Jwt {
        key: SigningKey,
        username: String,
        audience: String,
    },
    /// The app itself, with its secret.
    ClientCredentials,
}

/// A private RSA key.
#[derive(Clone)]
pub struct SigningKey;

/// What a token endpoint has granted.
pub struct Granted {
    pub access: Secret,
    /// A refresh token: the first, or the next one.
    pub refresh: Option<Secret>,
    /// The origin of the org: `https://acme.my.salesforce.com`.
    pub instance: String,
    /// The address of the user: `https://login.salesforce.com/id/00D…/005…`.
    pub identity: String,
    /// The scopes, with spaces between them.
    pub scope: String,
}

/// The token endpoint of a host.
pub struct TokenEndpoint {
    _wire: Arc<dyn Wire>,
    _app: App,
}

impl TokenEndpoint {
    /// The endpoint at the other end of `wire`, for `app`.
    pub fn new(wire: Arc<dyn Wire>, app: App) -> Self {
        Self {
            _wire: wire,
            _app: app,
        }
    }

    /// Asks for tokens. `now_ms`: the time, in milliseconds since 1970.
    ///
    /// # Errors
    ///
    /// As [`SignInError`].
    pub async fn ask(&self, _grant: &Grant, _now_ms: i64) -> Result<Granted, SignInError> {
        Err(SignInError::NoRenewal)
    }

    /// Revokes a token: a refresh token with all access tokens made of it, or one access token.
    ///
    /// # Errors
    ///
    /// As [`SignInError`].
    pub async fn revoke(&self, _token: &Secret) -> Result<(), SignInError> {
        Err(SignInError::NoRenewal)
    }
}
