//! The REST face: a request in, the platform's answer out. Here: versions, sign-in, which resource is meant. The
//! resources are in the files below; none knows a socket.

use bytes::Bytes;
use http::header::{ALLOW, ETAG};
use http::{HeaderValue, Method, Request, Response};

use crate::address::address;
use crate::background;
use crate::in_flight::InFlight;
use crate::inner::Inner;
use crate::pages::Pages;
use crate::path::segments;
use crate::refusal::{Outcome, Refusal};
use crate::rights;
use crate::sign_in::session::Session;
use crate::tenant::Tenant;
use crate::tenant::duplicate_header::DuplicateHeader;
use crate::version;

mod answer;
mod batch;
mod call;
mod changed;
mod collections;
mod composite;
pub(crate) mod conditions;
mod connect;
mod deploy;
mod describe;
mod elsewhere;
mod graph;
mod head;
mod keyed;
pub(crate) mod limits;
mod media;
mod methods;
pub(crate) mod pages;
mod password;
mod practice;
pub(crate) mod records;
mod related;
mod streaming;
mod tooling;
mod tree;

pub(crate) use crate::rest::answer::{Answer, refused};
pub(crate) use crate::rest::call::{Call, Payload};
pub(crate) use crate::rest::head::{parameters, sizes, token};
pub(crate) use crate::rest::limits::show_usage;

use crate::rest::answer::{pretty, response};
use crate::rest::head::{method, page_size};

/// The header by which a request says how duplicate rules treat its saves.
pub(crate) const DUPLICATE_RULES: &str = "Sforce-Duplicate-Rule-Header";

/// The sender of a request.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Sender<'a> {
    /// The user that its token belongs to.
    Token,
    /// The user with that id.
    User(&'a str),
}

/// Answers one request. A `HEAD` is answered as its `GET`: who carries the answer leaves the body away. Only calls of
/// somebody who is signed in count (docs/salesforce/rest.md#calls-of-the-day).
pub(crate) fn exchange(
    inner: &mut Inner,
    request: &Request<Bytes>,
    sender: Sender<'_>,
    in_flight: &InFlight,
    now_ms: i64,
) -> Response<Bytes> {
    let (answer, counted) = match sizes(request) {
        Err(refusal) => (Answer::refused(&refusal), false),
        Ok(()) => routed(inner, request, sender, in_flight, now_ms),
    };
    let usage = counted.then(|| inner.count_call(now_ms));
    let mut response = response(&answer, counted);
    if let Some(usage) = usage {
        show_usage(response.headers_mut(), usage);
    }
    if let Some(body) = pretty(request, &answer) {
        *response.body_mut() = body;
    }
    let segments = segments(request.uri().path());
    let names: Vec<&str> = segments.iter().map(String::as_str).collect();
    let mut show = |name, value: Option<String>| {
        let value = value.and_then(|value| HeaderValue::try_from(value).ok());
        response
            .headers_mut()
            .extend(value.map(|value| (name, value)));
    };
    show(ETAG, conditions::tag_of(request.method(), &names, &answer));
    if answer.status == 405 {
        show(ALLOW, methods::allow(&names));
    }
    response
}

/// Returns the answer, and whether the call counts and shows the limit.
fn routed(
    inner: &mut Inner,
    request: &Request<Bytes>,
    sender: Sender<'_>,
    in_flight: &InFlight,
    now_ms: i64,
) -> (Answer, bool) {
    let segments = segments(request.uri().path());
    let names: Vec<&str> = segments.iter().map(String::as_str).collect();
    if let ["services", "data"] = names.as_slice() {
        let answer = match *request.method() {
            Method::GET | Method::HEAD => Answer::ok(limits::versions()),
            _ => Answer::refused(&methods::only_read(request.method())),
        };
        return (answer, false);
    }
    if let ["cometd", ..] = names.as_slice() {
        return (streaming::answer(request.body()), false);
    }
    let entered = entered(inner, request, &names, sender, now_ms);
    let (version, session) = match entered {
        Ok(entered) => entered,
        Err(refusal) => return (Answer::refused(&refusal), false),
    };
    let outcome = authorised(
        inner, request, &segments, version, &session, in_flight, now_ms,
    );
    (
        outcome.unwrap_or_else(|refusal| Answer::refused(&refusal)),
        true,
    )
}

/// The version that a request asks, and the session it comes in.
fn entered(
    inner: &Inner,
    request: &Request<Bytes>,
    path: &[&str],
    sender: Sender<'_>,
    now_ms: i64,
) -> Outcome<(u32, Session)> {
    let version = match path {
        ["services", "data", version, ..] => version::rest(version)?,
        ["practice", ..] => *version::VERSIONS.end(),
        _ => return Err(Refusal::not_found()),
    };
    let session = match sender {
        Sender::Token => inner.session(token(request.headers()), now_ms)?,
        Sender::User(id) => Session {
            user_id: id.to_owned(),
            from_app: None,
        },
    };
    Ok((version, session))
}

fn authorised(
    inner: &mut Inner,
    request: &Request<Bytes>,
    segments: &[String],
    version: u32,
    session: &Session,
    in_flight: &InFlight,
    now_ms: i64,
) -> Outcome<Answer> {
    let names: Vec<&str> = segments.iter().map(String::as_str).collect();
    let own = token(request.headers());
    match (names.as_slice(), request.method()) {
        (["practice", "tokens"], &Method::POST) => {
            return practice::tokens::make(inner, own, request.body());
        }
        (["practice", "tokens", "end"], &Method::POST) => {
            return practice::tokens::end(inner, own, request.body());
        }
        _ => {}
    }
    let calls = inner.calls(now_ms);
    let Inner { db, pages, .. } = inner;
    let org = Tenant {
        db,
        now_ms,
        user_id: session.user_id.clone(),
        fills: false,
        version,
        calls,
        in_flight,
        duplicates: DuplicateHeader::of(request.headers().get(DUPLICATE_RULES)),
        unassigns: 0,
        deleted_too: false,
        readable: crate::tenant::readable::Readable::default(),
    };
    if names.first() == Some(&"services") {
        rights::api::rest(&org, session)?;
        media::check(request, names.get(3..).unwrap_or_default())?;
    }
    background::catch_up(&org)?;
    let query = parameters(request.uri().query().unwrap_or_default());
    let call = Call {
        method: method(request.method(), &query),
        segments: segments.to_vec(),
        query,
        body: Payload::Bytes(request.body().clone()),
        page_size: page_size(request.headers()),
    };
    match names.as_slice() {
        ["practice", rest @ ..] => practice::answer(&org, &call, rest),
        [_, _, _] => only(&call, READ, || {
            Ok(Answer::ok(limits::root(&org, &address(request))?))
        }),
        [_, _, _, rest @ ..] => {
            match conditions::before(&org, pages, &call, request.headers(), rest)? {
                Some(answer) => Ok(answer),
                None => resource(&org, pages, &call, rest),
            }
        }
        _ => Err(Refusal::not_found()),
    }
}

/// A resource below the version. Composites come back here with calls of their own.
pub(crate) fn resource(
    org: &Tenant<'_>,
    pages: &mut Pages,
    call: &Call,
    path: &[&str],
) -> Outcome<Answer> {
    methods::check(org.version, &call.method, path)?;
    if call.method == Method::HEAD {
        let get = Call {
            method: Method::GET,
            ..call.clone()
        };
        return resource(org, pages, &get, path);
    }
    let get = READ;
    match path {
        [] => only(call, get, || Ok(Answer::ok(limits::resources(org.version)))),
        ["limits"] => only(call, get, || limits::limits(org)),
        ["limits", "recordCount"] => limits::record_count::answer(org, call),
        ["query"] => only(call, get, || {
            let text = call.parameter("q").unwrap_or_default();
            match tooling::query::over_data(org, text)? {
                Some(answer) => Ok(answer),
                None => pages::query(org, pages, call),
            }
        }),
        ["query", locator] => only(call, get, || pages::more(org, pages, locator)),
        ["sobjects"] => only(call, get, || describe::global(org)),
        ["queryAll"] => only(call, get, || pages::query(&org.with_deleted(), pages, call)),
        ["queryAll", locator] => only(call, get, || pages::more(org, pages, locator)),
        ["sobjects", name, "describe"] => only(call, get, || describe::object(org, name)),
        ["sobjects", name] => records::collection(org, call, name),
        ["sobjects", name, "updated"] => only(call, get, || changed::updated(org, call, name)),
        ["sobjects", name, "deleted"] => only(call, get, || changed::deleted(org, call, name)),
        ["sobjects", name, part @ ("listviews" | "quickActions")] => {
            describe::pages::answer(org, name, &[*part])
                .unwrap_or_else(|| Err(Refusal::not_found()))
        }
        ["sobjects", name, id] => records::one(org, call, name, id),
        ["sobjects", "User", id, "password"] => password::answer(org, call, id),
        ["sobjects", name, id, relationships @ ..] if related::is_id(name, id) => {
            related::answer(org, pages, call, name, id, relationships)
        }
        ["sobjects", name, field, value] if keyed::is_meant(field) => {
            keyed::answer(org, call, name, field, value)
        }
        ["connect", rest @ ..] => connect::answer(org, call, rest),
        ["metadata", rest @ ..] => deploy::answer(org, call, rest),
        ["composite"] if call.method == Method::GET => {
            Ok(Answer::ok(limits::composites(org.version)))
        }
        ["composite"] => only(call, &[Method::POST], || {
            composite::answer(org, pages, call)
        }),
        ["composite", "batch"] => only(call, &[Method::POST], || batch::answer(org, pages, call)),
        ["composite", "sobjects"] => collections::answer(org, call, None),
        ["composite", "sobjects", name] => collections::answer(org, call, Some(name)),
        ["composite", "sobjects", name, key] => only(call, &[Method::PATCH], || {
            collections::upsert(org, call, name, key)
        }),
        ["composite", "tree", name] => {
            only(call, &[Method::POST], || tree::answer(org, call, name))
        }
        ["composite", "graph"] => only(call, &[Method::POST], || graph::answer(org, pages, call)),
        ["tooling", rest @ ..] => tooling::answer(org, pages, call, rest),
        ["sobjects", name, rest @ ..] => {
            describe::pages::answer(org, name, rest).unwrap_or_else(|| Err(Refusal::not_found()))
        }
        _ => elsewhere::answer(path),
    }
}

const READ: &[Method] = &[Method::GET, Method::HEAD];

/// Answers when the method is one of these, else 405.
fn only(
    call: &Call,
    methods: &[Method],
    answer: impl FnOnce() -> Outcome<Answer>,
) -> Outcome<Answer> {
    match methods.contains(&call.method) {
        true => answer(),
        false => Err(method_not_allowed(&call.method)),
    }
}

/// 405, in the platform's words.
pub(crate) fn method_not_allowed(method: &Method) -> Refusal {
    let message = format!("HTTP Method '{method}' not allowed.");
    Refusal::new(405, "METHOD_NOT_ALLOWED", message)
}

/// The user that a request is sent by; none: no signed-in user.
pub(crate) fn user(inner: &Inner, request: &Request<Bytes>, now_ms: i64) -> Option<String> {
    let session = inner.session(token(request.headers()), now_ms).ok()?;
    Some(session.user_id)
}

#[cfg(test)]
mod tests;
