//! The end of tokens and sessions.

use rusqlite::{Connection, OptionalExtension, params};

use crate::sign_in::mint::kept;

/// Ends one token. With a refresh token goes all that was got with it. Says whether there was one.
pub(crate) fn one(db: &Connection, token: &str) -> rusqlite::Result<bool> {
    let sql = "DELETE FROM practice_refresh WHERE digest = ? RETURNING approval";
    let approval: Option<String> = db
        .query_row(sql, [kept(token)], |row| row.get(0))
        .optional()?;
    let sessions = "DELETE FROM practice_session WHERE digest = ? OR approval = ?";
    let ended = db.execute(sessions, params![kept(token), approval])?;
    Ok(approval.is_some() || ended > 0)
}

/// Ends the sessions of a user, or of all, but that of the token `but`. `refresh`: their refresh tokens, too.
pub(crate) fn of_user(
    db: &Connection,
    user_id: Option<&str>,
    but: &str,
    refresh: bool,
) -> rusqlite::Result<usize> {
    let sql = "DELETE FROM practice_session WHERE (?1 IS NULL OR user_id = ?1) AND digest <> ?2";
    let mut ended = db.execute(sql, params![user_id, kept(but)])?;
    if refresh {
        let sql = "DELETE FROM practice_refresh WHERE ?1 IS NULL OR user_id = ?1";
        ended += db.execute(sql, [user_id])?;
    }
    Ok(ended)
}
