//! The SOAP API: `/services/Soap/u/NN.0[/<org id>]` with the partner WSDL and `/services/Soap/c/…` with the enterprise
//! WSDL (docs/salesforce/soap.md). Apex and the Tooling API have addresses beside them; here they are refused. Envelopes
//! in, envelopes out; records are saved, read and described as REST does it.

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};

use crate::address::address;
use crate::background;
use crate::in_flight::InFlight;
use crate::inner::Inner;
use crate::pages::Pages;
use crate::refusal::{Outcome, Refusal};
use crate::rest::limits::DAILY_CALLS;
use crate::rights;
use crate::sign_in::mint::Mint;
use crate::soap_api::envelope::Fault;
use crate::soap_api::face::Face;
use crate::soap_api::headers::Headers;
use crate::tenant::Tenant;
use crate::version;
use crate::xml::{self, Element};

mod ask;
mod describe;
mod envelope;
mod face;
mod headers;
mod login;
mod operations;
mod order;
mod people;
mod queries;
mod removals;
mod results;
mod rows;
mod saves;
mod sequence;
mod shown;
mod updates;
pub(crate) mod wsdl;

/// Bytes of a message: 50 MB (docs/salesforce/soap.md#calls).
const MESSAGE_BYTES_MAX: usize = 50 * 1024 * 1024;

/// Says whether these parts of a path, behind `services/Soap`, are addresses of the SOAP API or of those beside it.
pub(crate) fn is_here(path: &[&str]) -> bool {
    matches!(path, ["c" | "u" | "s" | "T", ..])
}

/// One call, and what it needs.
struct Desk<'a> {
    face: Face,
    org: &'a Tenant<'a>,
    pages: &'a mut Pages,
    mint: &'a mut Mint,
    headers: Headers,
    call: &'a Element,
}

/// Answers a request of which [`is_here`] said so; `path` is what comes behind `services/Soap`.
pub(crate) fn exchange(
    inner: &mut Inner,
    request: &Request<Bytes>,
    path: &[&str],
    in_flight: &InFlight,
    now_ms: i64,
) -> Response<Bytes> {
    let face = Face::of(path.first().copied().unwrap_or_default());
    let (status, text) = match answer(inner, face, request, path, in_flight, now_ms) {
        Ok(body) => {
            let used = inner.calls(now_ms);
            (
                StatusCode::OK,
                envelope::answer(face, used, DAILY_CALLS, &body),
            )
        }
        Err(fault) => (
            StatusCode::INTERNAL_SERVER_ERROR,
            envelope::fault(face, &fault),
        ),
    };
    response(status, text)
}

/// The letter of the address in a path, when it is one of these.
pub(crate) fn letter(path: &str) -> Option<&str> {
    let letter = path.strip_prefix("/services/Soap/")?.split('/').next()?;
    is_here(&[letter]).then_some(letter)
}

/// The platform's refusal of a whole request at the address of that letter.
pub(crate) fn refused(letter: &str, refusal: &Refusal) -> Response<Bytes> {
    let text = envelope::fault(Face::of(letter), &refusal.clone().into());
    response(StatusCode::INTERNAL_SERVER_ERROR, text)
}

fn response(status: StatusCode, text: String) -> Response<Bytes> {
    Response::builder()
        .status(status)
        .header("Content-Type", "text/xml;charset=UTF-8")
        .body(Bytes::from(text))
        .expect("constant headers are well-formed")
}

fn answer(
    inner: &mut Inner,
    face: Face,
    request: &Request<Bytes>,
    path: &[&str],
    in_flight: &InFlight,
    now_ms: i64,
) -> Result<String, Fault> {
    if request.method() != Method::POST {
        return Err(Fault::of_client(
            "SOAP is sent by POST; the practice org serves no WSDL",
        ));
    }
    let version = version::soap(path.get(1).unwrap_or(&""))?;
    if request.body().len() > MESSAGE_BYTES_MAX {
        // [inferred] The text.
        let message = "The SOAP message is larger than 50 MB";
        return Err(Refusal::new(500, "EXCEEDED_MAX_SIZE_REQUEST", message).into());
    }
    let text = std::str::from_utf8(request.body());
    let text = text.map_err(|error| Fault::of_client(&error.to_string()))?;
    let envelope = xml::parse(text).map_err(|error| Fault::of_client(&error))?;
    let headers = Headers::read(&envelope);
    let call = envelope
        .child("Body")
        .and_then(|body| body.children.first())
        .ok_or_else(|| Fault::of_client("the envelope has no operation in its body"))?;
    let calls = inner.calls(now_ms);
    if call.name == "login" && face.is_data() {
        let Inner { db, mint, .. } = inner;
        let platform = Tenant::of_platform(db, now_ms, calls, in_flight);
        let org = platform.at_version(version);
        let result = login::login(face, &org, mint, &headers, call, &address(request));
        return result.map(|result| wrapped(call, &result));
    }
    let session = inner
        .session(&headers.session_id, now_ms)
        .map_err(|_| signed_out())?;
    if !session.has("api") {
        return Err(signed_out().into());
    }
    // [inferred] That a sign-in, and a call without a session, count no call.
    inner.count_call(now_ms);
    let Inner {
        db, pages, mint, ..
    } = inner;
    let org = Tenant {
        user_id: session.user_id.clone(),
        fills: false,
        version,
        duplicates: headers.duplicates,
        ..Tenant::of_platform(db, now_ms, calls, in_flight)
    };
    rights::api::soap(&org)?;
    if !["changeOwnPassword", "logout", "setPassword"].contains(&call.name.as_str()) {
        rights::api::unexpired(&org, &session, 500)?;
    }
    background::catch_up(&org)?;
    let mut desk = Desk {
        face,
        org: &org,
        pages,
        mint,
        headers,
        call,
    };
    let result = desk.result()?;
    Ok(wrapped(call, &result))
}

/// `<queryResponse>…</queryResponse>`
fn wrapped(call: &Element, result: &str) -> String {
    let name = &call.name;
    format!("<{name}Response>{result}</{name}Response>")
}

/// The fault of a session that is over, in the words that client libraries know.
fn signed_out() -> Refusal {
    let message = "Invalid Session ID found in SessionHeader: Illegal Session";
    Refusal::new(500, "INVALID_SESSION_ID", message)
}

impl Desk<'_> {
    /// The result of the call.
    fn result(&mut self) -> Result<String, Fault> {
        if !self.face.is_data() {
            return Err(operations::refused(self.face, &self.call.name));
        }
        let result = match self.call.name.as_str() {
            "create" => saves::create(self)?,
            "update" => saves::update(self)?,
            "upsert" => saves::upsert(self)?,
            "delete" => removals::delete(self)?,
            "undelete" => removals::undelete(self)?,
            "emptyRecycleBin" => removals::empty_recycle_bin(self)?,
            "query" => queries::query(self, "query")?,
            "queryAll" => queries::query(self, "queryAll")?,
            "queryMore" => queries::more(self)?,
            "retrieve" => queries::retrieve(self)?,
            "getUpdated" => updates::updated(self)?,
            "getDeleted" => updates::deleted(self)?,
            "describeGlobal" => describe::global(self)?,
            "describeSObject" | "describeSObjects" => describe::objects(self)?,
            "getUserInfo" => people::user_info(self)?,
            "getServerTimestamp" => people::timestamp(self),
            "setPassword" => people::set_password(self)?,
            "resetPassword" => people::reset_password(self)?,
            "changeOwnPassword" => people::change_own_password(self)?,
            "logout" => people::logout(self)?,
            "invalidateSessions" => people::invalidate_sessions(self)?,
            other => return Err(operations::refused(self.face, other)),
        };
        Ok(result)
    }

    /// The content of a part of the call.
    fn text(&self, name: &str) -> &str {
        self.call.child_text(name)
    }

    /// The contents of all parts of that name.
    fn texts(&self, name: &str) -> Vec<&str> {
        let parts = self.call.children.iter();
        let parts = parts.filter(|part| part.name == name);
        parts.map(Element::content).collect()
    }
}

/// The id of an object in 18 characters.
fn id_of(object: &crate::schema::Object, given: &str) -> Outcome<String> {
    match usher_core::id::canonical(given) {
        Some(id) if id.starts_with(object.prefix) => Ok(id),
        _ => Err(bad_id(given)),
    }
}

/// The refusal of an id that is none, or none of the right object. [inferred] The text.
fn bad_id(given: &str) -> Refusal {
    Refusal::save("MALFORMED_ID", format!("bad id {given}"), &[])
}

#[cfg(test)]
mod tests;
