//! Authorization codes, with a challenge or without (docs/salesforce/sign-in.md#authorization-code).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::Response;
use rusqlite::{OptionalExtension, params};
use sha2::{Digest, Sha256};

use crate::sign_in::denied::{Denied, Signed};
use crate::sign_in::issue::{Issued, issue};
use crate::sign_in::mint::kept;
use crate::sign_in::permit::may_sign_in;
use crate::sign_in::refresh::{Approval, approve};
use crate::sign_in::{Desk, client, users};

/// Fifteen minutes.
const LIFE_MS: i64 = 900_000;

/// An approval that waits for its client.
pub(super) struct Code {
    pub(super) user_id: String,
    pub(super) client_id: String,
    pub(super) redirect_uri: String,
    pub(super) scopes: String,
    pub(super) challenge: Option<Challenge>,
}

/// The proof that the client of the code is the one who asked for it.
pub(super) struct Challenge {
    pub(super) value: String,
    /// The challenge is the verifier itself.
    pub(super) plain: bool,
}

impl Challenge {
    fn fits(&self, verifier: &str) -> bool {
        match self.plain {
            true => self.value == verifier,
            false => {
                let digest = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
                self.value.trim_end_matches('=') == digest
            }
        }
    }
}

/// Keeps a new code and returns it.
pub(super) fn keep(desk: &mut Desk<'_>, code: &Code) -> Signed<String> {
    let now_ms = desk.org.now_ms;
    let minted = format!("aPrx{}", desk.mint.draw(now_ms));
    let db = desk.org.db;
    db.execute(
        "DELETE FROM practice_code WHERE expires_ms < ?",
        [now_ms - LIFE_MS],
    )?;
    let challenge = code.challenge.as_ref();
    db.execute(
        "INSERT OR REPLACE INTO practice_code VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)",
        params![
            kept(&minted),
            code.user_id,
            code.client_id,
            code.redirect_uri,
            code.scopes,
            challenge.map(|challenge| &challenge.value),
            challenge.is_some_and(|challenge| challenge.plain),
            now_ms + LIFE_MS,
        ],
    )?;
    Ok(minted)
}

/// `grant_type=authorization_code`
pub(super) fn token(desk: &mut Desk<'_>) -> Signed<Response<Bytes>> {
    let app = client::known(desk, |app| app.secret_required)?;
    let given = desk.needed("code")?.to_owned();
    let code = spend(desk, &given)?;
    if code.client_id != app.client_id {
        return Err(Denied::grant("invalid authorization code"));
    }
    if desk.needed("redirect_uri")? != code.redirect_uri {
        return Err(Denied::new(
            "redirect_uri_mismatch",
            "redirect_uri must match configuration",
        ));
    }
    if let Some(challenge) = &code.challenge {
        let verifier = desk.field("code_verifier");
        if !verifier.is_some_and(|verifier| challenge.fits(verifier)) {
            return Err(Denied::grant("invalid code verifier"));
        }
    }
    let user = desk.org.row(users(), &code.user_id)?;
    let user = user.ok_or_else(|| Denied::grant("inactive user"))?;
    may_sign_in(desk, &user)?;
    let mut issued = Issued::alone();
    let mut scopes = code.scopes.split(' ');
    if scopes.any(|scope| matches!(scope, "refresh_token" | "offline_access")) {
        let approval = Approval {
            user_id: code.user_id.clone(),
            client_id: code.client_id.clone(),
            scopes: code.scopes.clone(),
            approval: desk.mint.draw(desk.org.now_ms),
            issued_ms: desk.org.now_ms,
        };
        issued.refresh_token = Some(approve(desk, &approval)?);
        issued.approval = Some(approval.approval);
    }
    issue(desk, &app, &code.user_id, &code.scopes, issued)
}

/// The code, which serves once: the second time is as too late.
fn spend(desk: &Desk<'_>, given: &str) -> Signed<Code> {
    let sql = "SELECT user_id, client_id, redirect_uri, scopes, challenge, plain, expires_ms, spent FROM practice_code WHERE digest = ?";
    let found = desk.org.db.query_row(sql, [kept(given)], |row| {
        let value: Option<String> = row.get(4)?;
        let plain = row.get(5)?;
        let code = Code {
            user_id: row.get(0)?,
            client_id: row.get(1)?,
            redirect_uri: row.get(2)?,
            scopes: row.get(3)?,
            challenge: value.map(|value| Challenge { value, plain }),
        };
        Ok((code, row.get::<_, i64>(6)?, row.get::<_, bool>(7)?))
    });
    let found = found.optional()?;
    let (code, expires_ms, spent) =
        found.ok_or_else(|| Denied::grant("invalid authorization code"))?;
    let sql = "UPDATE practice_code SET spent = 1 WHERE digest = ? AND spent = 0";
    let is_first = !spent && desk.org.db.execute(sql, [kept(given)])? == 1;
    match is_first && desk.org.now_ms < expires_ms {
        true => Ok(code),
        false => Err(Denied::grant("expired authorization code")),
    }
}
