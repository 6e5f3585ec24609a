//! SCIM: users over `/services/scim/v1` and `/services/scim/v2` (docs/salesforce/users.md#scim). Users are made and changed
//! by the same rules as over REST.

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode};
use serde_json::{Map, Value, json};

use crate::address::address;
use crate::background;
use crate::hand::Hand;
use crate::in_flight::InFlight;
use crate::inner::Inner;
use crate::refusal::{Outcome, Refusal};
use crate::rest;
use crate::rest::records::record_id;
use crate::rights;
use crate::save;
use crate::schema::{Object, object};
use crate::scim::dialect::Dialect;
use crate::sign_in::refresh::{Approval, keep_in};
use crate::sign_in::session::Session;
use crate::tenant::Tenant;

mod change;
mod dialect;
mod list;
mod user;

/// The header by which a client asks for a token of the new user, and gets it (docs/salesforce/users.md#scim).
const AUTO_APPROVE: &str = "auto-approve-user";

/// One request, and how to speak to its sender.
struct Call<'a> {
    org: Tenant<'a>,
    dialect: Dialect,
    /// `https://127.0.0.1:8443/services/scim/v2`
    base: String,
    request: &'a Request<Bytes>,
}

/// The answer of a resource.
struct Answer {
    status: u16,
    body: Option<Value>,
    /// The user that was made.
    made: Option<String>,
}

/// Answers a request below `/services/scim`; `path` is what comes behind.
pub(crate) fn exchange(
    inner: &mut Inner,
    request: &Request<Bytes>,
    path: &[&str],
    in_flight: &InFlight,
    now_ms: i64,
) -> Response<Bytes> {
    let Some((dialect, path)) = Dialect::of(path) else {
        return rest::refused(&Refusal::not_found());
    };
    let session = match inner.session(rest::token(request.headers()), now_ms) {
        Ok(session) => session,
        Err(refusal) => return rest::refused(&refusal),
    };
    let usage = inner.count_call(now_ms);
    let calls = inner.calls(now_ms);
    let Inner { db, mint, .. } = inner;
    let call = Call {
        org: Tenant {
            user_id: session.user_id.clone(),
            fills: false,
            ..Tenant::of_platform(db, now_ms, calls, in_flight)
        },
        dialect,
        base: format!("{}/services/scim/{}", address(request), dialect.segment()),
        request,
    };
    let outcome = call.answer(&session, path);
    let made = outcome.as_ref().ok().and_then(|answer| answer.made.clone());
    let mut response = match outcome {
        Ok(answer) => respond(answer.status, answer.body.as_ref()),
        Err(refusal) => respond(refusal.status, Some(&dialect.error(&refusal))),
    };
    let asked = request.headers().contains_key(AUTO_APPROVE);
    if let (Some(user_id), Some(app), true) = (made, session.from_app, asked) {
        let approval = Approval {
            user_id,
            client_id: app.client_id,
            scopes: app.scopes,
            approval: mint.draw(now_ms),
            issued_ms: now_ms,
        };
        let token = keep_in(db, mint, now_ms, &approval);
        let token = token
            .ok()
            .and_then(|token| HeaderValue::try_from(token).ok());
        response
            .headers_mut()
            .extend(token.map(|token| (http::HeaderName::from_static(AUTO_APPROVE), token)));
    }
    rest::show_usage(response.headers_mut(), usage);
    response
}

fn respond(status: u16, body: Option<&Value>) -> Response<Bytes> {
    let mut response = Response::builder()
        .status(StatusCode::from_u16(status).expect("answers have a status of HTTP"));
    let body = match body {
        None => Bytes::new(),
        Some(body) => {
            response = response.header("Content-Type", "application/json;charset=UTF-8");
            Bytes::from(body.to_string())
        }
    };
    response
        .body(body)
        .expect("constant headers are well-formed")
}

impl Call<'_> {
    fn answer(&self, session: &Session, path: &[&str]) -> Outcome<Answer> {
        rights::api::rest(&self.org, session)?;
        background::catch_up(&self.org)?;
        match (self.request.method(), path) {
            (&Method::GET | &Method::HEAD, ["Users"]) => self.ok(list::users_of(self)?),
            (&Method::POST, ["Users"]) => self.create(),
            (&Method::GET | &Method::HEAD, ["Users", id]) => {
                let id = record_id(users(), id)?;
                self.ok(self.shown(&id)?)
            }
            (&Method::PATCH, ["Users", id]) => {
                let fields = change::patched(self.dialect, &self.body()?)?;
                self.update(id, &fields)?;
                self.ok(self.shown(&record_id(users(), id)?)?)
            }
            (&Method::PUT, ["Users", id]) => {
                let fields = change::fields(&self.body()?)?;
                self.update(id, &fields)?;
                self.ok(self.shown(&record_id(users(), id)?)?)
            }
            // Users are never deleted: they are made inactive.
            (&Method::DELETE, ["Users", id]) => {
                let fields = Map::from_iter([("IsActive".to_owned(), Value::from(false))]);
                self.update(id, &fields)?;
                Ok(Answer {
                    status: 204,
                    body: None,
                    made: None,
                })
            }
            (_, ["Users"] | ["Users", _]) => Err(Refusal::new(
                405,
                "METHOD_NOT_ALLOWED",
                format!("HTTP Method '{}' not allowed.", self.request.method()),
            )),
            // [invented] The words: the platform has groups, roles and schemas.
            _ => Err(Refusal::new(
                404,
                "NOT_FOUND",
                "The practice org has users over SCIM, and no other resources",
            )),
        }
    }

    fn ok(&self, body: Value) -> Outcome<Answer> {
        Ok(Answer {
            status: 200,
            body: Some(body),
            made: None,
        })
    }

    fn body(&self) -> Outcome<Map<String, Value>> {
        match serde_json::from_slice(self.request.body()) {
            Ok(Value::Object(body)) => Ok(body),
            _ => Err(Refusal::new(
                400,
                "JSON_PARSER_ERROR",
                "the body is no JSON object",
            )),
        }
    }

    fn create(&self) -> Outcome<Answer> {
        let mut fields = change::fields(&self.body()?)?;
        change::complete(&self.org, &mut fields)?;
        let id = save::create(&self.org, users(), &fields, Hand::Client)?;
        Ok(Answer {
            status: 201,
            body: Some(self.shown(&id)?),
            made: Some(id),
        })
    }

    fn update(&self, id: &str, fields: &Map<String, Value>) -> Outcome<()> {
        let id = record_id(users(), id)?;
        save::update(&self.org, users(), &id, fields, Hand::Client)
    }

    fn shown(&self, id: &str) -> Outcome<Value> {
        let user = self.org.row(users(), id)?.ok_or_else(Refusal::not_found)?;
        user::shown(self, &user)
    }

    /// A list as SCIM states it.
    fn listed(&self, total: usize, from: usize, resources: &[Value]) -> Value {
        json!({
            "schemas": [self.dialect.list_schema()],
            "totalResults": total,
            "itemsPerPage": resources.len(),
            "startIndex": from,
            "Resources": resources,
        })
    }
}

fn users() -> &'static Object {
    object("User").expect("the schema has it")
}

#[cfg(test)]
mod tests;
