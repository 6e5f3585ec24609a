//! A session of which `sf` holds the sign-in.

use std::sync::{Arc, OnceLock};

use tokio::sync::Mutex;
use usher_core::id;
use usher_engine::client::{Client, OrgError};
use usher_engine::port::Boxed;
use usher_engine::session::{Access, Fixed, Secret, Session, SignInError};
use usher_engine::wire::Wire;

use crate::sf::Sf;

/// Asks `sf` for a token when it is needed, and for another one when the org does not accept it any more.
pub(crate) struct SfSession {
    sf: Sf,
    username: String,
    /// The org that the tokens must be of, as 18 characters. None: it is not known yet.
    org_id: Option<String>,
    /// The user that the tokens must be of. Empty: no answer has named one yet.
    user_id: OnceLock<String>,
    /// The way to the org, which alone says whose token `sf` gives.
    wire: Arc<dyn Wire>,
    current: Mutex<Option<Current>>,
}

struct Current {
    access: Arc<Access>,
    token: Secret,
}

impl SfSession {
    pub(crate) fn new(sf: Sf, username: &str, org_id: Option<&str>, wire: Arc<dyn Wire>) -> Self {
        Self {
            sf,
            username: username.to_owned(),
            org_id: org_id.and_then(id::canonical),
            user_id: OnceLock::new(),
            wire,
            current: Mutex::new(None),
        }
    }

    async fn ask(&self) -> Result<Current, SignInError> {
        let (sf, username) = (self.sf.clone(), self.username.clone());
        let asked = tokio::task::spawn_blocking(move || sf.token(&username)).await;
        let asked = asked.map_err(|error| SignInError::NoToken(error.to_string()))?;
        let token = asked.map_err(|error| SignInError::NoToken(error.message))?;
        let (own, _) = token.expose().split_once('!').unwrap_or_default();
        if let (Some(own), Some(known)) = (id::canonical(own), &self.org_id)
            && own != *known
        {
            let known = known.clone();
            return Err(SignInError::OtherToken { own, known });
        }
        if let Some(user_id) = self.user_id.get() {
            self.must_be_of(user_id, &token).await?;
        }
        Ok(Current {
            access: Arc::new(Access::new(token.clone())),
            token,
        })
    }
}

impl SfSession {
    /// Refuses a token of another user than the one who answered first.
    async fn must_be_of(&self, user_id: &str, token: &Secret) -> Result<(), SignInError> {
        let session = Arc::new(Fixed::new(token.clone()));
        let who = Client::new(Arc::clone(&self.wire), session).who().await;
        match who {
            Ok(who) if who.user_id == user_id => Ok(()),
            Ok(who) => Err(other_user(user_id, &who.user_id)),
            Err(OrgError::SignedOut(_)) => Err(SignInError::NoRenewal),
            Err(OrgError::SignIn(error)) => Err(error),
            Err(OrgError::Unreachable(unreached)) => Err(SignInError::Unreachable(unreached)),
            Err(error) => Err(SignInError::Lost(error.to_string())),
        }
    }
}

fn other_user(known: &str, found: &str) -> SignInError {
    SignInError::OtherUser {
        known: format!("the user {known}"),
        found: format!("the user {found}"),
    }
}

impl Session for SfSession {
    fn access(&self) -> Boxed<'_, Result<Arc<Access>, SignInError>> {
        Box::pin(async move {
            let mut current = self.current.lock().await;
            if let Some(current) = &*current {
                return Ok(Arc::clone(&current.access));
            }
            let asked = self.ask().await?;
            Ok(Arc::clone(&current.insert(asked).access))
        })
    }

    fn renew<'a>(&'a self, refused: &'a Access) -> Boxed<'a, Result<Arc<Access>, SignInError>> {
        Box::pin(async move {
            let mut current = self.current.lock().await;
            let former = current.take();
            if let Some(former) = &former
                && !std::ptr::eq(refused, &*former.access)
            {
                // Another request has asked already.
                let access = Arc::clone(&former.access);
                *current = Some(Current {
                    access: Arc::clone(&access),
                    token: former.token.clone(),
                });
                return Ok(access);
            }
            let asked = self.ask().await?;
            let is_same =
                former.is_some_and(|former| former.token.expose() == asked.token.expose());
            let access = Arc::clone(&current.insert(asked).access);
            match is_same {
                true => Err(SignInError::NoRenewal),
                false => Ok(access),
            }
        })
    }

    fn bind<'a>(&'a self, user_id: &'a str) -> Boxed<'a, Result<(), SignInError>> {
        let known = self.user_id.get_or_init(|| user_id.to_owned());
        let bound = match known == user_id {
            true => Ok(()),
            false => Err(other_user(known, user_id)),
        };
        Box::pin(async { bound })
    }
}
