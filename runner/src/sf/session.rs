//! A session of which `sf` holds the sign-in.

use std::sync::Arc;

use tokio::sync::Mutex;
use usher_core::id;
use usher_engine::port::Boxed;
use usher_engine::session::{Access, Secret, Session, SignInError};

use crate::sf::Sf;

/// Asks `sf` for a token when it is needed, and for another one when the org does not accept it any more.
pub(crate) struct SfSession {
    sf: Sf,
    username: String,
    /// The org that the tokens must be of, as 18 characters. None: it is not known yet.
    org_id: Option<String>,
    current: Mutex<Option<Current>>,
}

struct Current {
    access: Arc<Access>,
    token: Secret,
}

impl SfSession {
    pub(crate) fn new(sf: Sf, username: &str, org_id: Option<&str>) -> Self {
        Self {
            sf,
            username: username.to_owned(),
            org_id: org_id.and_then(id::canonical),
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
        Ok(Current {
            access: Arc::new(Access::new(token.clone())),
            token,
        })
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
}
