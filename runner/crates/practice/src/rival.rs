//! Another user in the org: carries a request of theirs, right before the one that is hurt by it.

use bytes::Bytes;
use http::{Method, Request, Response};
use rusqlite::{Connection, OptionalExtension};
use serde_json::{Value, json};

use crate::fault::Rival;
use crate::in_flight::InFlight;
use crate::inner::Inner;
use crate::rest::{self, Sender};
use crate::{soap, version};

/// The administrator who is made where there is only one.
const SECOND: &str = "second.admin@practice.usher.example";

/// An active user of that name.
const NAMED: &str = "SELECT \"Id\" FROM \"User\" WHERE \"IsActive\" = 1 AND \"Username\" = ?";

/// The first active administrator other than that user.
const OTHER_ADMIN: &str = "SELECT u.\"Id\" FROM \"User\" u JOIN \"Profile\" p ON p.\"Id\" = u.\"ProfileId\" WHERE u.\"IsActive\" = 1 AND p.\"Name\" = 'System Administrator' AND u.\"Id\" <> ? ORDER BY u.\"Id\" LIMIT 1";

/// The fields that a second administrator has from the first.
const LIKE_THE_FIRST: [&str; 5] = [
    "ProfileId",
    "TimeZoneSidKey",
    "LocaleSidKey",
    "EmailEncodingKey",
    "LanguageLocaleKey",
];

/// An org in which another user acts.
pub(crate) struct Rivals<'i> {
    pub(crate) inner: &'i mut Inner,
    pub(crate) in_flight: &'i InFlight,
    pub(crate) now_ms: i64,
}

impl Rivals<'_> {
    /// Lets the rival of `request` act. Returns the status of the answer, with the code of a refusal.
    pub(crate) fn act(&mut self, rival: &Rival, request: &Request<Bytes>) -> String {
        match self.who(rival, request) {
            Ok(Some(id)) => told(&self.send(&rival.method, &rival.path, rival.body.clone(), &id)),
            Ok(None) => "no active user".to_owned(),
            Err(error) => format!("no user: {error}"),
        }
    }

    /// The rival's id: the user of that name, or an administrator other than the one who is signed in.
    fn who(&mut self, rival: &Rival, request: &Request<Bytes>) -> rusqlite::Result<Option<String>> {
        if let Some(username) = &rival.by {
            return first(&self.inner.db, NAMED, username);
        }
        let signed_in = match request.uri().path().starts_with("/services/Soap/") {
            true => soap::user(self.inner, request, self.now_ms),
            false => rest::user(self.inner, request, self.now_ms),
        };
        let signed_in = signed_in.unwrap_or_default();
        if let Some(id) = first(&self.inner.db, OTHER_ADMIN, &signed_in)? {
            return Ok(Some(id));
        }
        let body = second_admin(&self.inner.db, &signed_in)?.to_string();
        let _looked_for_below = self.send(&Method::POST, "sobjects/User", body, &signed_in);
        first(&self.inner.db, OTHER_ADMIN, &signed_in)
    }

    fn send(
        &mut self,
        method: &Method,
        path: &str,
        body: String,
        user_id: &str,
    ) -> Response<Bytes> {
        let newest = version::VERSIONS.end();
        let request = Request::builder()
            .method(method)
            .uri(format!("/services/data/v{newest}.0/{path}"))
            .body(Bytes::from(body))
            .expect("the faults file has been checked");
        let sender = Sender::User(user_id);
        rest::exchange(self.inner, &request, sender, self.in_flight, self.now_ms)
    }
}

/// A new administrator, who has what the first one has.
fn second_admin(db: &Connection, first: &str) -> rusqlite::Result<Value> {
    let mut fields = json!({
        "Username": SECOND,
        "Email": SECOND,
        "FirstName": "Sid",
        "LastName": "Second",
        "Alias": "ssecond",
        "CommunityNickname": "sid.second",
    });
    for name in LIKE_THE_FIRST {
        let sql = format!("SELECT \"{name}\" FROM \"User\" WHERE \"Id\" = ?");
        let value: Option<String> = db.query_row(&sql, [first], |row| row.get(0)).optional()?;
        fields[name] = json!(value);
    }
    Ok(fields)
}

fn first(db: &Connection, sql: &str, with: &str) -> rusqlite::Result<Option<String>> {
    db.query_row(sql, [with], |row| row.get(0)).optional()
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
