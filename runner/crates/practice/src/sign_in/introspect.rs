//! `POST /services/oauth2/introspect`: what a token is good for (docs/salesforce/sign-in.md#other-endpoints).

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Value, json};

use crate::row::text;
use crate::sign_in::answer::json as answer_json;
use crate::sign_in::denied::Signed;
use crate::sign_in::session::look;
use crate::sign_in::{Desk, client, refresh, users};

pub(super) fn answer(desk: &mut Desk<'_>) -> Signed<Response<Bytes>> {
    let app = client::known(desk, |_| true)?;
    let token = desk.needed("token")?;
    let body = match found(desk, token, &app.client_id)? {
        Some(body) => body,
        // Other apps' tokens are none of this one's business.
        None => json!({ "active": false }),
    };
    Ok(answer_json(StatusCode::OK, &body))
}

fn found(desk: &Desk<'_>, token: &str, client_id: &str) -> Signed<Option<Value>> {
    if let Some(session) = look(desk.org.db, token, desk.org.now_ms)?
        && let Some(app) = &session.from_app
        && app.client_id == client_id
    {
        let ends_ms = session.ends_ms(desk.org.db)?.unwrap_or(app.used_ms);
        let mut body = about(desk, &session.user_id, client_id, &app.scopes)?;
        body["token_type"] = "access_token".into();
        body["iat"] = (app.issued_ms / 1_000).into();
        body["nbf"] = (app.issued_ms / 1_000).into();
        body["exp"] = (ends_ms / 1_000).into();
        return Ok(Some(body));
    }
    let approval = refresh::of_token(desk, token)?;
    let Some(approval) = approval.filter(|approval| approval.client_id == client_id) else {
        return Ok(None);
    };
    let mut body = about(desk, &approval.user_id, client_id, &approval.scopes)?;
    body["token_type"] = "refresh_token".into();
    body["iat"] = (approval.issued_ms / 1_000).into();
    body["nbf"] = (approval.issued_ms / 1_000).into();
    Ok(Some(body))
}

fn about(desk: &Desk<'_>, user_id: &str, client_id: &str, scopes: &str) -> Signed<Value> {
    let user = desk.org.row(users(), user_id)?.unwrap_or_default();
    Ok(json!({
        "active": true,
        "scope": scopes,
        "client_id": client_id,
        "username": text(&user, "Username"),
        "sub": desk.id_url(user_id)?,
    }))
}
