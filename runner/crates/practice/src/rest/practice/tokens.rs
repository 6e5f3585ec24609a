//! Tokens of the practice face: those of other users, and the end of sessions.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::inner::Inner;
use crate::refusal::{Outcome, Refusal};
use crate::rest::Answer;
use crate::sign_in::end;

/// An access token of another user. It is made of the sender's own, so that nobody without a token makes one.
pub(crate) fn make(inner: &mut Inner, own: &str, body: &[u8]) -> Outcome<Answer> {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let Some(username) = body["username"].as_str() else {
        let message = "the body has no text `username`";
        return Err(Refusal::new(400, "JSON_PARSER_ERROR", message));
    };
    let digest = Sha256::digest(format!("{own} {username}").as_bytes());
    let mut entropy = [0; 16];
    entropy.copy_from_slice(&digest[..16]);
    let token = inner
        .sign_in(Some(username), entropy)
        .map_err(|error| Refusal::new(400, "INVALID_LOGIN", error.to_string()))?;
    Ok(Answer {
        status: 201,
        body: Some(json!({ "access_token": token })),
        location: None,
    })
}

/// Ends one token, or the sessions of a user, or all. The sender's own stays unless it is named.
pub(crate) fn end(inner: &mut Inner, own: &str, body: &[u8]) -> Outcome<Answer> {
    let wrong = |message: &str| Refusal::new(400, "JSON_PARSER_ERROR", message);
    let body: Value =
        serde_json::from_slice(body).map_err(|_| wrong("the body is no JSON object"))?;
    let object = body
        .as_object()
        .ok_or_else(|| wrong("the body is no JSON object"))?;
    if let Some(key) = object
        .keys()
        .find(|key| !["refresh_tokens", "token", "username"].contains(&key.as_str()))
    {
        return Err(wrong(&format!("there is no `{key}` here")));
    }
    let db = &inner.db;
    if let Some(token) = body["token"].as_str() {
        let ended = usize::from(end::one(db, token)?);
        return Ok(Answer::ok(json!({ "ended": ended })));
    }
    let refresh = body["refresh_tokens"] == json!(true);
    let user_id = match body["username"].as_str() {
        None => None,
        Some(username) => {
            let sql = "SELECT \"Id\" FROM \"User\" WHERE \"Username\" = ?";
            let found: rusqlite::Result<String> = db.query_row(sql, [username], |row| row.get(0));
            Some(found.map_err(|_| {
                let message = format!("the practice org has no user `{username}`");
                Refusal::new(400, "INVALID_LOGIN", message)
            })?)
        }
    };
    let ended = end::of_user(db, user_id.as_deref(), own, refresh)?;
    Ok(Answer::ok(json!({ "ended": ended })))
}
