//! A session that can ask for another token.

use std::sync::Arc;

use crate::port::{Boxed, Clock};
use crate::session::{Access, Grant, Granted, Secret, Session, SignInError, TokenEndpoint};

/// Keeps what a token endpoint has granted, for the next process.
pub trait Keep: Send + Sync {
    /// Keeps it. A refresh token is kept before it is used.
    ///
    /// # Errors
    ///
    /// The reason why it is not kept.
    fn keep(&self, granted: &Granted) -> Result<(), String>;

    /// The refresh token as it is kept now: another process may have got a newer one.
    ///
    /// # Errors
    ///
    /// The reason why it cannot be read.
    fn refresh_token(&self) -> Result<Option<Secret>, String> {
        Ok(None)
    }
}

/// A session with a grant: asks for a token, and for another one.
pub struct Renewing {
    _endpoint: TokenEndpoint,
    _grant: Grant,
    _keep: Arc<dyn Keep>,
    _clock: Arc<dyn Clock>,
}

impl Renewing {
    /// A session that has no token yet.
    pub fn new(
        endpoint: TokenEndpoint,
        grant: Grant,
        keep: Arc<dyn Keep>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            _endpoint: endpoint,
            _grant: grant,
            _keep: keep,
            _clock: clock,
        }
    }

    /// The session with an access token that was kept.
    #[must_use]
    pub fn with_access(self, _token: Secret) -> Self {
        self
    }
}

impl Session for Renewing {
    fn access(&self) -> Boxed<'_, Result<Arc<Access>, SignInError>> {
        Box::pin(async { Err(SignInError::NoRenewal) })
    }

    fn renew<'a>(&'a self, _refused: &'a Access) -> Boxed<'a, Result<Arc<Access>, SignInError>> {
        Box::pin(async { Err(SignInError::NoRenewal) })
    }
}
