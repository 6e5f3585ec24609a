//! `/services/oauth2/singleaccess`: an address that opens a browser's session once, and the page behind it
//! (docs/salesforce/sign-in.md#other-endpoints).

use bytes::Bytes;
use http::{Response, StatusCode};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use crate::sign_in::answer::json as answer_json;
use crate::sign_in::denied::Signed;
use crate::sign_in::identity::bad_token;
use crate::sign_in::session::used;
use crate::sign_in::{Desk, page};

pub(super) fn answer(desk: &mut Desk<'_>) -> Signed<Response<Bytes>> {
    let token = crate::rest::token(desk.request.headers());
    let Ok(session) = used(desk.org.db, token, desk.org.now_ms) else {
        return Ok(bad_token());
    };
    // [inferred] The answer of a session without one of these scopes.
    if !session.has("web") && !session.has("visualforce") {
        return Ok(bad_token());
    }
    let otp = desk.mint.draw(desk.org.now_ms);
    let mut url = format!("{}/secur/frontdoor.jsp?otp={otp}", desk.address);
    if let Some(to) = desk.field("redirect_uri") {
        let to = utf8_percent_encode(to, NON_ALPHANUMERIC);
        url.push_str(&format!("&startURL={to}"));
    }
    Ok(answer_json(
        StatusCode::OK,
        &json!({ "frontdoor_uri": url }),
    ))
}

/// The page that a browser is shown: the practice org has no others.
pub(super) fn door(_desk: &Desk<'_>) -> Response<Bytes> {
    let body = "<h1>Practice org</h1>\n<p>This org has no pages. <code>usher practice show</code> shows what is in it.</p>";
    page::page(StatusCode::OK, body)
}
