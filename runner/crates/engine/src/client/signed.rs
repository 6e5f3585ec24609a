//! Requests with the access token. Where the org does not accept the token any more, the session gets another one, and
//! the request is sent once more: a request that was not let in has not acted, so that holds for writes, too. No
//! request is sent a third time.

use std::sync::{Arc, PoisonError};

use bytes::Bytes;

use crate::client::face::Face;
use crate::client::{Client, OrgError, Purpose, answer, metadata};
use crate::session::{Access, SignInError};
use crate::veil::Veil;

type Reply = http::Response<Bytes>;

impl Client {
    /// One exchange with the access token, and a second one with another token when the org does not accept the
    /// first. `make` puts a token into the request.
    pub(super) async fn signed(
        &self,
        purpose: Purpose,
        face: Face,
        make: impl Fn(&str) -> Result<http::Request<Bytes>, OrgError> + Send + Sync,
    ) -> Result<Reply, OrgError> {
        let access = self.let_in(self.session.access().await)?;
        self.veil_from_now(&access);
        let reply = self.exchange(purpose, make(access.token())?).await?;
        let Some(refusal) = refusal_of_token(face, &reply) else {
            self.note_refusal(None);
            return Ok(reply);
        };
        let other = match self.session.renew(&access).await {
            // The org's own words say more.
            Err(SignInError::NoRenewal) => {
                self.note_refusal(Some(refusal));
                return Ok(reply);
            }
            other => self.let_in(other)?,
        };
        self.veil_from_now(&other);
        let reply = self.exchange(purpose, make(other.token())?).await?;
        self.note_refusal(refusal_of_token(face, &reply));
        Ok(reply)
    }

    /// The reason why the last request was not let in; none: it was.
    pub fn refusal(&self) -> Option<OrgError> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.refusal.clone()
    }

    fn let_in(&self, access: Result<Arc<Access>, SignInError>) -> Result<Arc<Access>, OrgError> {
        access.map_err(|error| {
            let error = OrgError::from(error);
            self.note_refusal(Some(error.clone()));
            error
        })
    }

    fn note_refusal(&self, refusal: Option<OrgError>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let veil = Arc::clone(&known.veil);
        known.refusal = refusal.map(|error| error.veiled(&veil));
    }

    /// Hides this token in all answers from now on, besides those before it.
    fn veil_from_now(&self, access: &Arc<Access>) {
        // Nothing panics while it holds the lock; should it ever, the veil is still whole.
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if !known.of.iter().any(|token| Arc::ptr_eq(token, access)) {
            known.veil = Arc::new(known.veil.and(access.veil()));
            known.of.push(Arc::clone(access));
        }
    }

    /// Hides every token of the session so far.
    pub(super) fn veil(&self) -> Arc<Veil> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&known.veil)
    }
}

/// The tokens that a client has used.
#[derive(Default)]
pub(super) struct Known {
    of: Vec<Arc<Access>>,
    veil: Arc<Veil>,
    /// The reason why the last request was not let in.
    refusal: Option<OrgError>,
}

/// The refusal of an org that did not accept the token, and may accept another one.
fn refusal_of_token(face: Face, reply: &Reply) -> Option<OrgError> {
    let success = reply.status().is_success();
    match face {
        Face::Soap => metadata::refusal_of(reply).filter(mended),
        Face::Rest | Face::Composite if !success => Some(answer::error(reply)).filter(mended),
        Face::Rest => None,
        Face::Composite => answer::parts_of(reply).into_iter().find(mended),
    }
}

/// Says whether another token may change this.
fn mended(error: &OrgError) -> bool {
    matches!(error, OrgError::SignedOut(_))
}

impl From<SignInError> for OrgError {
    fn from(error: SignInError) -> Self {
        match error {
            // The request itself never left.
            SignInError::Unreachable(unreached) => Self::Unreachable(unreached),
            error => Self::SignIn(error),
        }
    }
}

#[cfg(test)]
mod tests;
