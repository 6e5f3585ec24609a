//! The sign-in to an org: the access token, and the ways to another one.
//!
//! Nothing here knows a keychain, a browser or a file: `usher` gives in what it has read, and takes what is to be kept
//! through [`Keep`]. Random bytes come in as arguments, too.

mod access;
mod error;
mod fixed;
mod jwt;
mod key;
mod oauth;
mod pkce;
mod renewing;
mod secret;
#[cfg(test)]
pub(crate) mod testing;

use std::sync::Arc;

use crate::port::Boxed;

pub use access::Access;
pub use error::{ClockOff, Reason, Refused, SignInError};
pub use fixed::Fixed;
pub use key::{KEY_FILE_BYTES_MAX, KeyError, SigningKey};
pub use oauth::{App, Grant, Granted, Origin, TokenEndpoint};
pub use pkce::{ENTROPY_BYTES, Pkce};
pub use renewing::{Keep, Now, Renewing, Turn};
pub use secret::Secret;

/// Gives the access token for an org, and another one when the org does not accept it any more.
pub trait Session: Send + Sync {
    /// The access token. It may have to be asked for first.
    fn access(&self) -> Boxed<'_, Result<Arc<Access>, SignInError>>;

    /// Another access token, as the org does not accept `refused`. Of several callers with the same refused token one
    /// asks, and the others get what it got.
    fn renew<'a>(&'a self, refused: &'a Access) -> Boxed<'a, Result<Arc<Access>, SignInError>>;

    /// Has every later token be of this user: that of the first answer. A session with one token needs no such thing.
    fn bind<'a>(&'a self, _user_id: &'a str) -> Boxed<'a, Result<(), SignInError>> {
        Box::pin(async { Ok(()) })
    }
}
