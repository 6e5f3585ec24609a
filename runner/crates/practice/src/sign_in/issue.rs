//! New access tokens, and the answer that holds them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use http::{Response, StatusCode};
use serde_json::json;
use sha2::Sha256;

use crate::sign_in::Desk;
use crate::sign_in::answer::json as answer_json;
use crate::sign_in::app::App;
use crate::sign_in::denied::Signed;
use crate::sign_in::session::{FromApp, Session, open};

/// The approval and the refresh token that an access token comes with.
pub(super) struct Issued {
    /// None: the access token stands alone.
    pub(super) approval: Option<String>,
    /// Shown to the client.
    pub(super) refresh_token: Option<String>,
}

impl Issued {
    pub(super) fn alone() -> Self {
        Self {
            approval: None,
            refresh_token: None,
        }
    }
}

/// Opens a session and answers with its token.
pub(super) fn issue(
    desk: &mut Desk<'_>,
    app: &App,
    user_id: &str,
    scopes: &str,
    issued: Issued,
) -> Signed<Response<Bytes>> {
    let now_ms = desk.org.now_ms;
    let organization_id = desk.org.organization_id()?;
    let token = format!("{}!AQ{}", &organization_id[..15], desk.mint.draw(now_ms));
    let approval = issued.approval.unwrap_or_else(|| desk.mint.draw(now_ms));
    let session = Session {
        user_id: user_id.to_owned(),
        from_app: Some(FromApp {
            client_id: app.client_id.clone(),
            scopes: scopes.to_owned(),
            approval,
            minutes: app.session_minutes,
            issued_ms: now_ms,
            used_ms: now_ms,
        }),
    };
    open(desk.org.db, &token, &session)?;
    let id = desk.id_url(user_id)?;
    let mut body = json!({
        "access_token": token,
        "signature": signature(app, &format!("{id}{now_ms}")),
        "scope": scopes,
        "instance_url": desk.address,
        "id": id,
        "token_type": "Bearer",
        "issued_at": now_ms.to_string(),
        "api_instance_url": desk.address,
    });
    if let Some(refresh_token) = issued.refresh_token {
        body["refresh_token"] = refresh_token.into();
    }
    Ok(answer_json(StatusCode::OK, &body))
}

/// Of the identity and the time, with the secret.
fn signature(app: &App, message: &str) -> String {
    let secret = app.secret.as_deref().unwrap_or_default();
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key of any length will do");
    mac.update(message.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}
