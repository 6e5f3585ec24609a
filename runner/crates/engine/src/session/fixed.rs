//! A token from a variable: there is no other one.

use std::sync::Arc;

use crate::port::Boxed;
use crate::session::{Access, Secret, Session, SignInError};

/// One access token, for as long as the org accepts it.
pub struct Fixed(Arc<Access>);

impl Fixed {
    /// A session with this token alone.
    pub fn new(token: Secret) -> Self {
        Self(Arc::new(Access::new(token)))
    }
}

impl Session for Fixed {
    fn access(&self) -> Boxed<'_, Result<Arc<Access>, SignInError>> {
        let access = Arc::clone(&self.0);
        Box::pin(async move { Ok(access) })
    }

    fn renew<'a>(&'a self, _: &'a Access) -> Boxed<'a, Result<Arc<Access>, SignInError>> {
        Box::pin(async { Err(SignInError::NoRenewal) })
    }
}
