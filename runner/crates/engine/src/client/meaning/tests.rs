//! Every row of the table, as answers of the REST face and of SOAP.

use std::fmt::Write as _;

use bytes::Bytes;
use expect_test::expect;

use crate::client::meaning::of_unreadable;
use crate::client::{OrgError, error_of};
use crate::wire::Unreached;

fn answer(status: u16, body: &str) -> http::Response<Bytes> {
    let mut answer = http::Response::new(Bytes::from(body.to_owned()));
    *answer.status_mut() = http::StatusCode::from_u16(status).expect("a status");
    answer
}

fn redirect(place: &str) -> http::Response<Bytes> {
    let mut answer = answer(302, "");
    let place = place.parse().expect("a header");
    answer.headers_mut().insert(http::header::LOCATION, place);
    answer
}

fn rest(status: u16, code: &str, message: &str) -> OrgError {
    let body = serde_json::json!([{ "errorCode": code, "message": message }]);
    error_of(&answer(status, &body.to_string()))
}

fn fault(code: &str, message: &str) -> OrgError {
    let body = format!(
        "<e:Envelope xmlns:e=\"x\"><e:Body><e:Fault><faultcode>sf:{code}</faultcode>\
         <faultstring>{code}: {message}</faultstring></e:Fault></e:Body></e:Envelope>"
    );
    error_of(&answer(500, &body))
}

#[test]
fn a_message_for_a_page_is_read_as_words() {
    let refused = rest(400, "FLOW", "The <b>flow</b> failed.<br/>It&#39;s off");
    assert_eq!(refused.to_string(), "FLOW The flow failed.\nIt's off");
}

#[test]
fn each_answer_has_one_meaning() {
    let page = "<html><body>Sign in to the hotel</body></html>";
    let errors = [
        rest(400, "REQUIRED_FIELD_MISSING", "no name"),
        rest(404, "NOT_FOUND", "no such thing"),
        rest(400, "UNABLE_TO_LOCK_ROW", "locked"),
        rest(
            403,
            "REQUEST_LIMIT_EXCEEDED",
            "ConcurrentRequests Limit exceeded.",
        ),
        rest(
            403,
            "REQUEST_LIMIT_EXCEEDED",
            "TotalRequests Limit exceeded.",
        ),
        rest(403, "API_DISABLED_FOR_ORG", "no API"),
        rest(429, "TOO_MANY", "slow down"),
        rest(401, "INVALID_SESSION_ID", "expired"),
        rest(500, "UNKNOWN_EXCEPTION", "ErrorId 1"),
        rest(503, "SERVER_UNAVAILABLE", "later"),
        fault("INVALID_TYPE", "no such type"),
        fault("INVALID_SESSION_ID", "expired"),
        fault("UNKNOWN_EXCEPTION", "ErrorId 2"),
        fault("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."),
        error_of(&answer(302, "")),
        error_of(&redirect(
            "https://u:p@elsewhere.example/login?token=SECRET",
        )),
        error_of(&answer(403, page)),
        error_of(&answer(414, page)),
        error_of(&answer(431, "")),
        error_of(&answer(500, page)),
        error_of(&answer(502, page)),
        of_unreadable(http::StatusCode::OK, page.as_bytes(), "no JSON"),
        of_unreadable(http::StatusCode::OK, b"{\"half\":", "no JSON"),
        OrgError::Lost("the connection broke".to_owned()),
        OrgError::Unreachable(Unreached::silent("nothing answers")),
    ];
    let mut table = String::new();
    for error in errors {
        let class = format!("{error:?}");
        let class = class.split('(').next().unwrap_or_default().to_owned();
        let again = if error.passes() { "again" } else { "-" };
        writeln!(
            table,
            "{class:<12} {:<8} {again:<6} {error}",
            format!("{:?}", error.of_write())
        )
        .expect("a text");
    }
    expect![[r#"
        Refused      No       -      REQUIRED_FIELD_MISSING no name
        Refused      No       -      NOT_FOUND no such thing
        Refused      NotNow   again  UNABLE_TO_LOCK_ROW locked
        Throttled    NotNow   again  REQUEST_LIMIT_EXCEEDED ConcurrentRequests Limit exceeded.
        Closed       Closed   -      REQUEST_LIMIT_EXCEEDED TotalRequests Limit exceeded.
        SignIn       Closed   -      the user may not use the API, or the org has none (Salesforce says "API_DISABLED_FOR_ORG no API")
        Throttled    NotNow   again  TOO_MANY slow down
        SignedOut    Closed   -      the org does not accept the sign-in: expired
        Unavailable  Unknown  again  UNKNOWN_EXCEPTION ErrorId 1
        Unavailable  Unknown  again  SERVER_UNAVAILABLE later
        Refused      No       -      INVALID_TYPE no such type
        SignedOut    Closed   -      the org does not accept the sign-in: expired
        Unavailable  Unknown  again  UNKNOWN_EXCEPTION ErrorId 2
        Closed       Closed   -      REQUEST_LIMIT_EXCEEDED TotalRequests Limit exceeded.
        Redirected   Unknown  -      the answer sends Usher to another path (302), and Usher follows no answer elsewhere
        Redirected   Unknown  -      the answer sends Usher to `elsewhere.example` (302), and Usher follows no answer elsewhere
        Foreign      Unknown  -      this is not an answer of Salesforce: 403 with `<html><body>Sign in to the hotel</body></html>`
        Foreign      Unknown  -      this is not an answer of Salesforce: 414 with `<html><body>Sign in to the hotel</body></html>`
        Foreign      Unknown  -      this is not an answer of Salesforce: 431 with ``
        Unavailable  Unknown  again  500 <html><body>Sign in to the hotel</body></html>
        Unavailable  Unknown  again  502 <html><body>Sign in to the hotel</body></html>
        Foreign      Unknown  -      this is not an answer of Salesforce: 200 with `<html><body>Sign in to the hotel</body></html>`
        Malformed    Unknown  -      the org's answer makes no sense: no JSON
        Lost         Unknown  again  the connection broke
        Unreachable  NotSent  -      nothing answers
    "#]].assert_eq(&table);
}
