//! The user of the org who carries a run on: the run's own, or another one when a person allows it.

use usher_core::read::Identity;
use usher_core::run::User;
use usher_engine::journal::LoadedRun;

use crate::error::Error;
use crate::exit::Exit;

/// Another user than the run's, who goes on with it.
pub(crate) struct Other {
    pub(crate) before: User,
    pub(crate) now: User,
}

/// The other user, when it is another one and `--as-other-user` allows it.
pub(super) fn other(
    run: &LoadedRun,
    identity: &Identity,
    is_allowed: bool,
) -> Result<Option<Other>, Error> {
    let before = run.state.user().ok_or_else(Error::no_plan)?;
    if before.is(&identity.user_id) {
        return Ok(None);
    }
    let before = before.clone();
    let now = User {
        id: identity.user_id.clone(),
        username: identity.username.clone(),
    };
    if is_allowed {
        return Ok(Some(Other { before, now }));
    }
    let (before, now) = (before.username, now.username);
    let message = format!(
        "run {} belongs to {before}, and the signed-in user is {now}",
        run.id
    );
    Err(
        Error::new(Exit::Refused, "run/other-user", message).help(format!(
            "sign in as {before}, or pass `--as-other-user` to continue as {now}"
        )),
    )
}
