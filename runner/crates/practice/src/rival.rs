//! Somebody else in the org: carries a request of another user, right before the one that is hurt by it.

use bytes::Bytes;
use http::{Method, Request, Response};
use rusqlite::{Connection, OptionalExtension};
use serde_json::{Map, Value, json};

use crate::fault::Rival;
use crate::in_flight::InFlight;
use crate::inner::Inner;
use crate::rest::{self, Sender};
use crate::{soap, version};

/// The administrator who is made where there is only one.
const SECOND: &str = "second.admin@practice.usher.example";

/// What a second administrator has like the first.
const LIKE_THE_FIRST: [&str; 5] = [
    "ProfileId",
    "TimeZoneSidKey",
    "LocaleSidKey",
    "EmailEncodingKey",
    "LanguageLocaleKey",
];

/// Lets the rival of `request` act. Returns the status of the answer, with the code of a refusal.
pub(crate) fn act(
    inner: &mut Inner,
    rival: &Rival,
    request: &Request<Bytes>,
    in_flight: &InFlight,
    now_ms: i64,
) -> String {
    let user_id = match who(inner, rival, request, in_flight, now_ms) {
        Ok(Some(id)) => id,
        Ok(None) => return "no active user".to_owned(),
        Err(error) => return format!("no user: {error}"),
    };
    let path = format!("/services/data/v{}.0/{}", newest(), rival.path);
    let body = rival.body.clone();
    told(&send(
        inner,
        &rival.method,
        &path,
        body,
        &user_id,
        in_flight,
        now_ms,
    ))
}

/// The rival's id: the user of that name, or an administrator other than the one who is signed in.
fn who(
    inner: &mut Inner,
    rival: &Rival,
    request: &Request<Bytes>,
    in_flight: &InFlight,
    now_ms: i64,
) -> rusqlite::Result<Option<String>> {
    if let Some(username) = &rival.by {
        let sql = "SELECT \"Id\" FROM \"User\" WHERE \"IsActive\" = 1 AND \"Username\" = ?";
        return first(&inner.db, sql, username);
    }
    let path = request.uri().path();
    let signed_in = match path.starts_with("/services/Soap/") {
        true => soap::user(inner, request),
        false => rest::user(inner, request),
    };
    let signed_in = signed_in.unwrap_or_default();
    let other = "SELECT u.\"Id\" FROM \"User\" u JOIN \"Profile\" p ON p.\"Id\" = u.\"ProfileId\" WHERE u.\"IsActive\" = 1 AND p.\"Name\" = 'System Administrator' AND u.\"Id\" <> ? ORDER BY u.\"Id\" LIMIT 1";
    if let Some(id) = first(&inner.db, other, &signed_in)? {
        return Ok(Some(id));
    }
    let fields = second_admin(&inner.db, &signed_in)?;
    let path = format!("/services/data/v{}.0/sobjects/User", newest());
    let body = Value::Object(fields).to_string();
    let _told_below = send(
        inner,
        &Method::POST,
        &path,
        body,
        &signed_in,
        in_flight,
        now_ms,
    );
    first(&inner.db, other, &signed_in)
}

fn second_admin(db: &Connection, first: &str) -> rusqlite::Result<Map<String, Value>> {
    let mut fields = Map::new();
    for name in LIKE_THE_FIRST {
        let sql = format!("SELECT \"{name}\" FROM \"User\" WHERE \"Id\" = ?");
        let value: Option<String> = db.query_row(&sql, [first], |row| row.get(0)).optional()?;
        fields.insert(name.to_owned(), json!(value));
    }
    let own = [
        ("Username", SECOND),
        ("Email", SECOND),
        ("FirstName", "Sid"),
        ("LastName", "Second"),
        ("Alias", "ssecond"),
        ("CommunityNickname", "sid.second"),
    ];
    let own = own.map(|(name, value)| (name.to_owned(), json!(value)));
    fields.extend(own);
    Ok(fields)
}

fn first(db: &Connection, sql: &str, with: &str) -> rusqlite::Result<Option<String>> {
    db.query_row(sql, [with], |row| row.get(0)).optional()
}

fn send(
    inner: &mut Inner,
    method: &Method,
    path: &str,
    body: String,
    user_id: &str,
    in_flight: &InFlight,
    now_ms: i64,
) -> Response<Bytes> {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .body(Bytes::from(body))
        .expect("the faults file has been checked");
    rest::exchange(inner, &request, Sender::User(user_id), in_flight, now_ms)
}

/// `201`, `400 DUPLICATE_VALUE`; of a collection `200` and the code of each row that is refused.
fn told(answer: &Response<Bytes>) -> String {
    let mut told = answer.status().as_u16().to_string();
    let json: Value = serde_json::from_slice(answer.body()).unwrap_or(Value::Null);
    for row in json.as_array().into_iter().flatten() {
        let code = row.get("errorCode");
        let code = code.or_else(|| row.pointer("/errors/0/statusCode"));
        if let Some(code) = code.and_then(Value::as_str) {
            told.push(' ');
            told.push_str(code);
        }
    }
    told
}

fn newest() -> u32 {
    *version::VERSIONS.end()
}
