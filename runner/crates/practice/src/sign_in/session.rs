//! Sessions: what an access token opens, for how long (docs/salesforce/sign-in.md#sessions).

use rusqlite::{Connection, OptionalExtension, params};

use crate::refusal::{Outcome, Refusal};
use crate::sign_in::mint::kept;

/// Sessions that are valid at once; the oldest makes room.
const SESSIONS_MAX: i64 = 1_000;

/// The setting of the time after which a session that nobody uses is over.
pub(crate) const TIMEOUT: &str = "practice.sessionTimeoutMinutes";

/// Two hours, as in new orgs.
pub(crate) const TIMEOUT_MINUTES: i64 = 120;

/// A condition of SQL: the user `u` may have a session.
pub(crate) const MAY_SIGN_IN: &str = "u.\"IsActive\" = 1 AND NOT EXISTS (SELECT 1 FROM \"UserLogin\" l WHERE l.\"UserId\" = u.\"Id\" AND l.\"IsFrozen\" = 1)";

/// A session that is valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Session {
    pub(crate) user_id: String,
    /// Without: the practice org made it itself, for everything.
    pub(crate) from_app: Option<FromApp>,
}

/// The part of a session that an app was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FromApp {
    pub(crate) client_id: String,
    /// With blanks between them.
    pub(crate) scopes: String,
    /// The approval that it comes from: its refresh tokens have the same.
    pub(crate) approval: String,
    /// Minutes until it is over by itself, where the app has its own.
    pub(crate) minutes: Option<u32>,
    pub(crate) issued_ms: i64,
    pub(crate) used_ms: i64,
}

impl FromApp {
    /// A sign-in with a password and without an app: it has all scopes, and is over as the org says.
    pub(crate) fn of_login(approval: String, now_ms: i64) -> Self {
        Self {
            // No app has that key.
            client_id: String::new(),
            scopes: "full".to_owned(),
            approval,
            minutes: None,
            issued_ms: now_ms,
            used_ms: now_ms,
        }
    }
}

impl Session {
    /// Says whether a password alone opened it.
    pub(crate) fn is_of_login(&self) -> bool {
        let app = self.from_app.as_ref();
        app.is_some_and(|app| app.client_id.is_empty())
    }

    /// Says whether an app was given that scope. `full` holds all but `refresh_token`.
    pub(crate) fn has(&self, scope: &str) -> bool {
        self.from_app.as_ref().is_none_or(|app| {
            let mut scopes = app.scopes.split(' ');
            scopes.any(|given| given == scope || given == "full")
        })
    }

    /// The time at which it is over if nobody uses it any more.
    pub(crate) fn ends_ms(&self, db: &Connection) -> Outcome<Option<i64>> {
        let Some(app) = &self.from_app else {
            return Ok(None);
        };
        Ok(Some(app.used_ms + timeout_ms(db, app.minutes)?))
    }
}

/// Keeps a new session.
pub(crate) fn open(db: &Connection, token: &str, session: &Session) -> rusqlite::Result<()> {
    let app = session.from_app.as_ref();
    db.execute(
        "INSERT OR REPLACE INTO practice_session SELECT ?, ?, IFNULL(MAX(number), 0) + 1, ?, ?, ?, ?, ?, ? FROM practice_session",
        params![
            kept(token),
            session.user_id,
            app.map(|app| &app.client_id),
            app.map(|app| &app.scopes),
            app.map(|app| &app.approval),
            app.and_then(|app| app.minutes),
            app.map(|app| app.issued_ms),
            app.map(|app| app.used_ms),
        ],
    )?;
    db.execute(
        "DELETE FROM practice_session WHERE number <= (SELECT MAX(number) FROM practice_session) - ?",
        [SESSIONS_MAX],
    )?;
    Ok(())
}

/// The session of an access token, and whoever uses it uses it now.
pub(crate) fn used(db: &Connection, token: &str, now_ms: i64) -> Outcome<Session> {
    let session = look(db, token, now_ms)?.ok_or_else(over)?;
    if let Some(app) = &session.from_app {
        // The platform does not look for activity in the first half.
        let half = timeout_ms(db, app.minutes)? / 2;
        if now_ms - app.used_ms > half {
            let sql = "UPDATE practice_session SET used_ms = ? WHERE digest = ?";
            db.prepare_cached(sql)?
                .execute(params![now_ms, kept(token)])?;
        }
    }
    Ok(session)
}

/// The SQL that finds the session of a token.
pub(super) fn sql() -> String {
    format!(
        "SELECT s.user_id, s.client_id, s.scopes, s.approval, s.minutes, s.issued_ms, s.used_ms FROM practice_session s JOIN \"User\" u ON u.\"Id\" = s.user_id WHERE s.digest = ? AND {MAY_SIGN_IN}"
    )
}

/// The session of an access token, which is left as it is; none: it is over.
pub(crate) fn look(db: &Connection, token: &str, now_ms: i64) -> Outcome<Option<Session>> {
    let found = db
        .prepare_cached(&sql())?
        .query_row([kept(token)], |row| {
            let client_id: Option<String> = row.get(1)?;
            let from_app = match client_id {
                None => None,
                Some(client_id) => Some(FromApp {
                    client_id,
                    scopes: row.get(2)?,
                    approval: row.get(3)?,
                    minutes: row.get(4)?,
                    issued_ms: row.get(5)?,
                    used_ms: row.get(6)?,
                }),
            };
            Ok(Session {
                user_id: row.get(0)?,
                from_app,
            })
        })
        .optional()?;
    let Some(session) = found else {
        return Ok(None);
    };
    let is_over = session.ends_ms(db)?.is_some_and(|ends| ends <= now_ms);
    Ok(Some(session).filter(|_| !is_over))
}

/// The refusal of a session that is over.
fn over() -> Refusal {
    Refusal::new(401, "INVALID_SESSION_ID", "Session expired or invalid")
}

fn timeout_ms(db: &Connection, minutes: Option<u32>) -> Outcome<i64> {
    let minutes = match minutes {
        Some(minutes) => i64::from(minutes),
        None => {
            let sql = "SELECT value FROM practice_setting WHERE name = ?";
            let set: Option<String> = db
                .prepare_cached(sql)?
                .query_row([TIMEOUT], |row| row.get(0))
                .optional()?;
            set.and_then(|minutes| minutes.parse().ok())
                .unwrap_or(TIMEOUT_MINUTES)
        }
    };
    Ok(minutes * 60_000)
}
