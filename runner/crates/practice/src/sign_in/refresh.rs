//! Refresh tokens: given with an approval, used for new access tokens, rotated where the app says so
//! (docs/salesforce/sign-in.md#refresh-tokens).

use bytes::Bytes;
use http::Response;
use rusqlite::{Connection, OptionalExtension, params};

use crate::sign_in::app::App;
use crate::sign_in::denied::{Denied, Signed};
use crate::sign_in::issue::{Issued, issue};
use crate::sign_in::mint::{Mint, kept};
use crate::sign_in::permit::may_sign_in;
use crate::sign_in::{Desk, client, users};

/// Approvals that a user may give one app; the oldest makes room.
const APPROVALS_MAX: i64 = 5;

/// The approval behind a refresh token.
pub(crate) struct Approval {
    pub(crate) user_id: String,
    pub(crate) client_id: String,
    pub(crate) scopes: String,
    pub(crate) approval: String,
    pub(crate) issued_ms: i64,
}

/// Gives a refresh token for a new approval.
pub(super) fn approve(desk: &mut Desk<'_>, approval: &Approval) -> Signed<String> {
    let token = keep(desk, approval)?;
    let sql = "DELETE FROM practice_refresh WHERE user_id = ?1 AND client_id = ?2 AND number NOT IN (SELECT number FROM practice_refresh WHERE user_id = ?1 AND client_id = ?2 ORDER BY number DESC LIMIT ?3)";
    desk.org.db.execute(
        sql,
        params![approval.user_id, approval.client_id, APPROVALS_MAX],
    )?;
    Ok(token)
}

fn keep(desk: &mut Desk<'_>, approval: &Approval) -> Signed<String> {
    Ok(keep_in(desk.org.db, desk.mint, desk.org.now_ms, approval)?)
}

/// Gives a refresh token for an approval, and keeps it.
pub(crate) fn keep_in(
    db: &Connection,
    mint: &mut Mint,
    now_ms: i64,
    approval: &Approval,
) -> rusqlite::Result<String> {
    let token = format!("5Aep{}", mint.draw(now_ms));
    let sql = "INSERT OR REPLACE INTO practice_refresh SELECT ?, ?, ?, ?, ?, IFNULL(MAX(number), 0) + 1, ? FROM practice_refresh";
    db.execute(
        sql,
        params![
            kept(&token),
            approval.user_id,
            approval.client_id,
            approval.scopes,
            approval.approval,
            approval.issued_ms,
        ],
    )?;
    Ok(token)
}

/// The approval that a refresh token stands for; none: it was revoked, or there never was one.
pub(super) fn of_token(desk: &Desk<'_>, token: &str) -> Signed<Option<Approval>> {
    let sql = "SELECT user_id, client_id, scopes, approval, issued_ms FROM practice_refresh WHERE digest = ?";
    let found = desk.org.db.query_row(sql, [kept(token)], |row| {
        Ok(Approval {
            user_id: row.get(0)?,
            client_id: row.get(1)?,
            scopes: row.get(2)?,
            approval: row.get(3)?,
            issued_ms: row.get(4)?,
        })
    });
    Ok(found.optional()?)
}

/// The scopes of all approvals that the user gave the app; none: there is no approval.
pub(super) fn approved_scopes(desk: &Desk<'_>, app: &App, user_id: &str) -> Signed<Option<String>> {
    let sql =
        "SELECT scopes FROM practice_refresh WHERE user_id = ? AND client_id = ? ORDER BY number";
    let mut statement = desk.org.db.prepare_cached(sql)?;
    let approvals = statement.query_map([user_id, &app.client_id], |row| row.get(0))?;
    let approvals: Vec<String> = approvals.collect::<Result<_, _>>()?;
    let mut scopes: Vec<&str> = Vec::new();
    for scope in approvals.iter().flat_map(|approval| approval.split(' ')) {
        if !scopes.contains(&scope) {
            scopes.push(scope);
        }
    }
    Ok((!approvals.is_empty()).then(|| scopes.join(" ")))
}

/// `grant_type=refresh_token`
pub(super) fn token(desk: &mut Desk<'_>) -> Signed<Response<Bytes>> {
    let expired = || Denied::grant("expired access/refresh token");
    let app = client::known(desk, |app| app.secret_required).map_err(of_refresh)?;
    let given = desk.needed("refresh_token")?.to_owned();
    let approval = of_token(desk, &given)?.filter(|found| found.client_id == app.client_id);
    let approval = approval.ok_or_else(expired)?;
    let days = app.refresh_token_days.map(i64::from);
    if days.is_some_and(|days| approval.issued_ms + days * 86_400_000 <= desk.org.now_ms) {
        return Err(expired());
    }
    let user = desk.org.row(users(), &approval.user_id)?;
    let user = user.ok_or_else(expired)?;
    may_sign_in(desk, &user)?;
    let scopes = narrowed(&approval.scopes, desk.field("scope"))?;
    let refresh_token = match app.rotate_refresh_tokens {
        false => None,
        true => {
            let sql = "DELETE FROM practice_refresh WHERE digest = ?";
            if desk.org.db.execute(sql, [kept(&given)])? == 0 {
                return Err(expired());
            }
            Some(keep(desk, &approval)?)
        }
    };
    let issued = Issued {
        approval: Some(approval.approval),
        refresh_token,
    };
    issue(desk, &app, &approval.user_id, &scopes, issued)
}

/// The error of an app that is not installed has another name here (docs/salesforce/sign-in.md#apps).
fn of_refresh(denied: Denied) -> Denied {
    match denied.error {
        "OAUTH_EC_APP_NOT_FOUND" => Denied {
            error: "app_not_found",
            ..denied
        },
        _ => denied,
    }
}

/// A refresh may ask for fewer scopes than were approved, not for more.
fn narrowed(approved: &str, asked: Option<&str>) -> Signed<String> {
    let Some(asked) = asked else {
        return Ok(approved.to_owned());
    };
    let known = |scope: &str| approved.split(' ').any(|own| own == scope || own == "full");
    match asked.split_whitespace().all(known) {
        true => Ok(asked.split_whitespace().collect::<Vec<_>>().join(" ")),
        false => Err(Denied::new(
            "invalid_scope",
            "the requested scope is not allowed",
        )),
    }
}
