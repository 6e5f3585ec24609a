//! The pages of sign-in.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode};

use crate::row::text;
use crate::sign_in::answer::answered;
use crate::sign_in::app::App;
use crate::sign_in::denied::{Denied, Signed};
use crate::sign_in::session::MAY_SIGN_IN;
use crate::sign_in::{Desk, users};
use crate::xml::escape;

/// The parameters of a request for a code that the page hands on.
pub(super) const HANDED_ON: [&str; 7] = [
    "client_id",
    "code_challenge",
    "code_challenge_method",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
];

/// Not Salesforce's: the username who answers, and the answer.
pub(super) const AS: &str = "practice_user";
pub(super) const ANSWER: &str = "practice_answer";

/// Users that the page offers; others are typed.
const OFFERED: i64 = 50;

/// Asks whether the app may have access.
pub(super) fn question(desk: &Desk<'_>, app: &App) -> Signed<Response<Bytes>> {
    let handed_on: String = HANDED_ON
        .iter()
        .filter_map(|name| Some((name, desk.field(name)?)))
        .map(|(name, value)| {
            format!(
                "<input type=\"hidden\" name=\"{name}\" value=\"{}\">\n",
                escape(value)
            )
        })
        .collect();
    let offered: String = offered(desk)?
        .iter()
        .map(|username| format!("<option value=\"{}\">", escape(username)))
        .collect();
    let preset = escape(desk.field("login_hint").unwrap_or_default());
    let body = format!(
        "<h1>Allow access?</h1>\n<p>{} asks for access to this practice org. This page asks for no password: name the user whom you are.</p>\n<form method=\"post\" action=\"authorize\">\n{handed_on}<p><label>Username <input name=\"{AS}\" list=\"users\" value=\"{preset}\" size=\"50\" required></label></p>\n<datalist id=\"users\">{offered}</datalist>\n<p><button name=\"{ANSWER}\" value=\"allow\">Allow</button> <button name=\"{ANSWER}\" value=\"deny\" formnovalidate>Deny</button></p>\n</form>",
        escape(&app.name),
    );
    Ok(page(StatusCode::OK, &body))
}

/// Shows a refusal that no client is told.
pub(super) fn refused(denied: &Denied) -> Response<Bytes> {
    let body = format!(
        "<h1>OAuth error</h1>\n<p>error={}&amp;error_description={}</p>",
        escape(denied.error),
        escape(&denied.description)
    );
    let status = StatusCode::from_u16(denied.status).expect("a status of HTTP");
    page(status, &body)
}

/// A page with that body, which is HTML.
pub(super) fn page(status: StatusCode, body: &str) -> Response<Bytes> {
    let kind = HeaderValue::from_static("text/html;charset=UTF-8");
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Practice org</title></head>\n<body>\n{body}\n</body></html>\n"
    );
    let mut response = answered(status, kind, html);
    // Nothing is loaded, no other page frames this one.
    let policy = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
    let headers = response.headers_mut();
    headers.insert("Content-Security-Policy", policy);
    headers.insert("Referrer-Policy", HeaderValue::from_static("no-referrer"));
    response
}

fn offered(desk: &Desk<'_>) -> Signed<Vec<String>> {
    let sql =
        format!("SELECT u.\"Id\" FROM \"User\" u WHERE {MAY_SIGN_IN} ORDER BY u.\"Id\" LIMIT ?");
    let mut statement = desk.org.db.prepare_cached(&sql)?;
    let ids = statement.query_map([OFFERED], |row| row.get(0))?;
    let ids: Vec<String> = ids.collect::<Result<_, _>>()?;
    let mut names = Vec::new();
    for id in ids {
        let user = desk.org.row(users(), &id)?.unwrap_or_default();
        names.push(text(&user, "Username").to_owned());
    }
    Ok(names)
}
