//! A session that can ask for another token. One request to the token endpoint serves everyone who waits for it; what
//! is refused for good is not asked again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::{Mutex, OwnedMutexGuard};
use usher_core::id;

use crate::port::{Boxed, Clock};
use crate::session::{Access, Grant, Granted, Secret, Session, SignInError, TokenEndpoint};

/// Keeps what a token endpoint has granted, for the next process.
pub trait Keep: Send + Sync {
    /// Keeps it. This is called before anything that was granted is used. It may block.
    ///
    /// # Errors
    ///
    /// The reason why it is not kept. The session goes on only when there is no new refresh token: the next process
    /// asks for its own access token.
    fn keep(&self, granted: &Granted) -> Result<(), String>;

    /// Keeps other processes from changing the sign-in until the turn is dropped. It may block.
    ///
    /// # Errors
    ///
    /// The reason why there is no turn.
    fn turn(&self) -> Result<Turn, String> {
        Ok(Turn::default())
    }

    /// The sign-in as it is kept now: another process may have renewed or ended it. It may block.
    ///
    /// # Errors
    ///
    /// The reason why it cannot be read.
    fn now(&self) -> Result<Now, String> {
        Ok(Now::AsBefore)
    }
}

/// The time in which one process alone changes a sign-in.
#[derive(Default)]
pub struct Turn {
    _lock: Option<Box<dyn Send>>,
}

impl Turn {
    /// The turn that lasts as long as a lock is held.
    pub fn holding(lock: impl Send + 'static) -> Self {
        Self {
            _lock: Some(Box::new(lock)),
        }
    }
}

/// A sign-in as it is kept.
pub enum Now {
    /// The grant is that with which the session began.
    AsBefore,
    /// The refresh token.
    Refresh(Secret),
    /// A person has signed out, or the name is that of another org or app.
    Gone,
}

/// The reason when a thread that may block has ended without an answer.
const ENDED: &str = "Usher ended in the middle of it";

/// A session with a grant: asks for a token, and for another one.
pub struct Renewing {
    inner: Arc<Inner>,
    state: Arc<Mutex<State>>,
}

struct Inner {
    endpoint: TokenEndpoint,
    keep: Arc<dyn Keep>,
    clock: Arc<dyn Clock>,
    /// The times that a token was asked for.
    rounds: AtomicU64,
}

struct State {
    grant: Grant,
    access: Option<Arc<Access>>,
    /// The ids of the org and the user whose tokens these are. The user is not known before the first answer.
    of: (Option<String>, Option<String>),
    /// The error of the last round; none: it brought a token.
    failed: Option<SignInError>,
    /// Granted, and not kept yet.
    unkept: Option<Arc<Granted>>,
}

impl Renewing {
    /// A session that has no token yet.
    pub fn new(
        endpoint: TokenEndpoint,
        grant: Grant,
        keep: Arc<dyn Keep>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let state = State {
            grant,
            access: None,
            of: (None, None),
            failed: None,
            unkept: None,
        };
        Self {
            inner: Arc::new(Inner {
                endpoint,
                keep,
                clock,
                rounds: AtomicU64::new(0),
            }),
            state: Arc::new(Mutex::new(state)),
        }
    }

    /// The session with an access token that was kept.
    #[must_use]
    pub fn with_access(self, token: Secret) -> Self {
        self.with(|inner, state| {
            state.access = Some(Arc::new(inner.hiding(&state.grant, token)));
        })
    }

    /// The session, all of whose tokens must be of this org.
    #[must_use]
    pub fn of_org(self, org_id: &str) -> Self {
        self.with(|_, state| state.of.0 = id::canonical(org_id))
    }

    fn with(self, set: impl FnOnce(&Inner, &mut State)) -> Self {
        // Nobody else has the session yet, so nobody holds the lock.
        if let Ok(mut state) = self.state.try_lock() {
            set(&self.inner, &mut state);
        }
        self
    }

    /// The access token, if it is another one than `refused`; else a new one.
    async fn other_than(&self, refused: Option<&Access>) -> Result<Arc<Access>, SignInError> {
        let seen = self.inner.rounds.load(Ordering::Acquire);
        let state = Arc::clone(&self.state).lock_owned().await;
        if let Some(access) = &state.access
            && refused.is_none_or(|refused| refused.token() != access.token())
        {
            return Ok(Arc::clone(access));
        }
        if let Some(failed) = &state.failed {
            let while_waiting = self.inner.rounds.load(Ordering::Acquire) != seen;
            if while_waiting || failed.lasts() {
                return Err(failed.clone());
            }
        }
        // A caller who goes away must not take a refresh token along that the org has replaced.
        let round = tokio::spawn(Arc::clone(&self.inner).round(state));
        round.await.unwrap_or_else(|_| {
            Err(SignInError::Lost(
                "Usher ended while it signed in".to_owned(),
            ))
        })
    }
}

impl Inner {
    /// Asks for a token, and writes down how that ended.
    async fn round(
        self: Arc<Self>,
        mut state: OwnedMutexGuard<State>,
    ) -> Result<Arc<Access>, SignInError> {
        let asked = self.asked(&mut state).await;
        state.failed = asked.as_ref().err().cloned();
        if let Ok(access) = &asked {
            state.access = Some(Arc::clone(access));
        }
        self.rounds.fetch_add(1, Ordering::Release);
        asked
    }

    async fn asked(&self, state: &mut State) -> Result<Arc<Access>, SignInError> {
        let _turn = self.turn().await?;
        // A file that cannot be read shows when the tokens are to be kept.
        match (self.now().await, &state.grant) {
            (Ok(Now::Gone), _) => {
                state.unkept = None;
                return Err(SignInError::NoRenewal);
            }
            (Ok(Now::Refresh(newer)), Grant::Refresh(token))
                if newer.expose() != token.expose() =>
            {
                state.unkept = None;
                state.grant = Grant::Refresh(newer);
            }
            _ => {}
        }
        let granted = match state.unkept.take() {
            Some(granted) => granted,
            None => Arc::new(self.granted(state).await?),
        };
        let rotates = match (&state.grant, &granted.refresh) {
            (Grant::Refresh(old), Some(new)) => old.expose() != new.expose(),
            _ => false,
        };
        if let Err(why) = self.kept(&granted).await
            && rotates
        {
            state.unkept = Some(granted);
            return Err(SignInError::NotKept(why));
        }
        if let (Grant::Refresh(token), Some(new)) = (&mut state.grant, &granted.refresh) {
            *token = new.clone();
        }
        Ok(Arc::new(self.hiding(&state.grant, granted.access.clone())))
    }

    async fn granted(&self, state: &mut State) -> Result<Granted, SignInError> {
        let granted = self.endpoint.ask(&state.grant, self.clock.now_ms()).await?;
        let (org, user) = &state.of;
        let same = |known: &Option<String>, found: &str| {
            known.as_deref().is_none_or(|known| known == found)
        };
        if !same(org, &granted.org_id) || !same(user, &granted.user_id) {
            let named = |org: Option<&str>, user: Option<&str>| {
                let org = org.map(|org| format!("the org {org}"));
                let user = user.map(|user| format!("the user {user}"));
                let both: Vec<String> = [user, org].into_iter().flatten().collect();
                both.join(" of ")
            };
            return Err(SignInError::OtherUser {
                known: named(org.as_deref(), user.as_deref()),
                found: named(Some(&granted.org_id), Some(&granted.user_id)),
            });
        }
        state.of = (Some(granted.org_id.clone()), Some(granted.user_id.clone()));
        Ok(granted)
    }

    /// The turn of this process to change the sign-in.
    async fn turn(&self) -> Result<Turn, SignInError> {
        let keep = Arc::clone(&self.keep);
        let turn = tokio::task::spawn_blocking(move || keep.turn()).await;
        let turn = turn.unwrap_or_else(|_| Err(ENDED.to_owned()));
        turn.map_err(SignInError::Unavailable)
    }

    /// The sign-in as it is kept.
    async fn now(&self) -> Result<Now, String> {
        let keep = Arc::clone(&self.keep);
        let now = tokio::task::spawn_blocking(move || keep.now()).await;
        now.unwrap_or_else(|_| Err(ENDED.to_owned()))
    }

    async fn kept(&self, granted: &Arc<Granted>) -> Result<(), String> {
        let (keep, granted) = (Arc::clone(&self.keep), Arc::clone(granted));
        let kept = tokio::task::spawn_blocking(move || keep.keep(&granted)).await;
        kept.unwrap_or_else(|_| Err(ENDED.to_owned()))
    }

    /// The access token, which hides the other secrets of the session, too.
    fn hiding(&self, grant: &Grant, token: Secret) -> Access {
        let mut access = Access::new(token);
        if let Grant::Refresh(refresh) = grant {
            access = access.hiding(refresh);
        }
        if let Some(secret) = self.endpoint.client_secret() {
            access = access.hiding(secret);
        }
        access
    }
}

impl Session for Renewing {
    fn access(&self) -> Boxed<'_, Result<Arc<Access>, SignInError>> {
        Box::pin(self.other_than(None))
    }

    fn renew<'a>(&'a self, refused: &'a Access) -> Boxed<'a, Result<Arc<Access>, SignInError>> {
        Box::pin(self.other_than(Some(refused)))
    }

    fn bind<'a>(&'a self, user_id: &'a str) -> Boxed<'a, Result<(), SignInError>> {
        Box::pin(async move {
            let user_id = id::canonical(user_id);
            let mut state = self.state.lock().await;
            if let (Some(known), Some(found)) = (&state.of.1, &user_id)
                && known != found
            {
                return Err(SignInError::OtherUser {
                    known: format!("the user {known}"),
                    found: format!("the user {found}"),
                });
            }
            state.of.1 = user_id;
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests;
