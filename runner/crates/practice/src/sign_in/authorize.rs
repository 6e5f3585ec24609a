//! `/services/oauth2/authorize`: a page on which a user approves an app, or refuses; then back to the client
//! (docs/salesforce/sign-in.md#authorization-code). The page asks for no password: it signs in as whoever is chosen.

use bytes::Bytes;
use http::header::LOCATION;
use http::{HeaderValue, Method, Response, StatusCode};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::row::text;
use crate::sign_in::Desk;
use crate::sign_in::answer::plain;
use crate::sign_in::app::{self, App};
use crate::sign_in::code::{Challenge, Code, keep};
use crate::sign_in::denied::{Denied, Signed};
use crate::sign_in::page::{self, ANSWER, AS};
use crate::sign_in::permit::{may_sign_in, may_use};
use crate::sign_in::switches::{APPROVES_AS, REQUIRE_PKCE};

pub(super) fn answer(desk: &mut Desk<'_>) -> Signed<Response<Bytes>> {
    if ![Method::GET, Method::POST].contains(desk.request.method()) {
        return Err(Denied::request("must use HTTP GET"));
    }
    // Nobody is sent to an address that no app has: these refusals are pages.
    let found = found(desk);
    let (app, redirect_uri) = match found {
        Ok(found) => found,
        Err(denied) => return Ok(page::refused(&denied)),
    };
    match approved(desk, &app, &redirect_uri) {
        Ok(Some(code)) => Ok(back(desk, &redirect_uri, &[("code", &code)])),
        Ok(None) => page::question(desk, &app),
        Err(denied) => {
            let parameters = [
                ("error", denied.error),
                ("error_description", denied.description.as_str()),
            ];
            Ok(back(desk, &redirect_uri, &parameters))
        }
    }
}

fn found(desk: &Desk<'_>) -> Signed<(App, String)> {
    let app = app::usable(&desk.org, desk.needed("client_id")?)?;
    let wanted = desk
        .field("redirect_uri")
        .ok_or_else(|| Denied::new("redirect_uri_missing", "redirect_uri not provided"))?;
    match app.callback_urls.iter().any(|url| url == wanted) {
        true => Ok((app, wanted.to_owned())),
        false => Err(Denied::new(
            "redirect_uri_mismatch",
            "redirect_uri must match configuration",
        )),
    }
}

/// The code for the client; none: a person has to answer first.
fn approved(desk: &mut Desk<'_>, app: &App, redirect_uri: &str) -> Signed<Option<String>> {
    if desk.needed("response_type")? != "code" {
        return Err(Denied::new(
            "unsupported_response_type",
            "response type not supported",
        ));
    }
    let scopes = app.scopes(desk.field("scope"))?;
    let challenge = challenge(desk, app)?;
    let answer = desk.field(ANSWER).map(str::to_owned);
    let approves_as = desk.text(APPROVES_AS)?;
    let username = desk.field(AS).map(str::to_owned).or(approves_as.clone());
    let allows = match (answer.as_deref(), approves_as) {
        (Some("allow"), _) | (None, Some(_)) => true,
        (Some(_), _) => false,
        (None, None) => return Ok(None),
    };
    let denied = || Denied::new("access_denied", "end-user denied authorization");
    if !allows {
        return Err(denied());
    }
    let user = desk.user(&username.unwrap_or_default())?;
    let user = user.ok_or_else(denied)?;
    may_sign_in(desk, &user)?;
    may_use(desk, app, &user)?;
    let code = Code {
        user_id: text(&user, "Id").to_owned(),
        client_id: app.client_id.clone(),
        redirect_uri: redirect_uri.to_owned(),
        scopes,
        challenge,
    };
    keep(desk, &code).map(Some)
}

fn challenge(desk: &Desk<'_>, app: &App) -> Signed<Option<Challenge>> {
    let Some(value) = desk.field("code_challenge") else {
        return match app.pkce || desk.org.is_on(REQUIRE_PKCE)? {
            true => Err(Denied::request("missing required code challenge")),
            false => Ok(None),
        };
    };
    // Without a method it is a hash, as Salesforce documents it.
    let plain = match desk.field("code_challenge_method") {
        None | Some("S256") => false,
        Some("plain") if app.plain_pkce => true,
        // [inferred] The text.
        Some(_) => return Err(Denied::request("code challenge method not supported")),
    };
    Ok(Some(Challenge {
        value: value.to_owned(),
        plain,
    }))
}

/// Back to the client, with its state.
fn back(desk: &Desk<'_>, redirect_uri: &str, parameters: &[(&str, &str)]) -> Response<Bytes> {
    let mut url = redirect_uri.to_owned();
    let state = desk.field("state").map(|state| ("state", state));
    for (name, value) in parameters.iter().copied().chain(state) {
        let join = if url.contains('?') { '&' } else { '?' };
        let value = utf8_percent_encode(value, NON_ALPHANUMERIC);
        url.push_str(&format!("{join}{name}={value}"));
    }
    let mut response = plain(StatusCode::FOUND, "");
    match HeaderValue::try_from(url) {
        Ok(url) => {
            response.headers_mut().insert(LOCATION, url);
            response
        }
        Err(_) => page::refused(&Denied::request("redirect_uri is no address")),
    }
}
