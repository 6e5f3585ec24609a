//! The client of a request: its consumer key and secret, in the form or as basic authentication.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use percent_encoding::percent_decode_str;

use crate::sign_in::Desk;
use crate::sign_in::app::{self, App};
use crate::sign_in::denied::{Denied, Signed};

/// The app that sends the request, with the right secret. `needed`: one must be given.
pub(super) fn known(desk: &Desk<'_>, needed: impl Fn(&App) -> bool) -> Signed<App> {
    let (client_id, secret) = given(desk);
    let client_id = match client_id {
        Some(client_id) => client_id,
        None => desk.needed("client_id")?.to_owned(),
    };
    let app = app::usable(&desk.org, &client_id)?;
    match app.knows(secret.as_deref(), needed(&app)) {
        true => Ok(app),
        false => Err(Denied::new("invalid_client", "invalid client credentials")),
    }
}

fn given(desk: &Desk<'_>) -> (Option<String>, Option<String>) {
    basic(desk).unwrap_or_else(|| {
        let field = |name: &str| desk.field(name).map(str::to_owned);
        (field("client_id"), field("client_secret"))
    })
}

fn basic(desk: &Desk<'_>) -> Option<(Option<String>, Option<String>)> {
    let header = desk.request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("Basic").then_some(())?;
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (client_id, secret) = decoded.split_once(':')?;
    let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    Some((Some(decode(client_id)), Some(decode(secret))))
}
