//! The Metadata API's SOAP face: `/services/Soap/m/NN.0[/…]` (docs/salesforce/metadata.md#soap). An envelope in, an
//! envelope out. `soap::components` and `soap::settings` do the operations.

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};

use crate::background;
use crate::in_flight::InFlight;
use crate::inner::Inner;
use crate::refusal::Refusal;
use crate::rights;
use crate::soap::call::Call;
use crate::tenant::Tenant;
use crate::tenant::duplicate_header::DuplicateHeader;
use crate::version;
use crate::xml::{self, Element, escape};

mod call;
mod components;
mod deploy;
mod file_properties;
mod retrieve;
mod settings;

/// Answers a request below `/services/Soap`; `path` is what comes behind.
pub(crate) fn exchange(
    inner: &mut Inner,
    request: &Request<Bytes>,
    path: &[&str],
    in_flight: &InFlight,
    now_ms: i64,
) -> Response<Bytes> {
    match answer(inner, request, path, in_flight, now_ms) {
        Ok(body) => enveloped(200, &body),
        Err(refusal) => refused(&refusal),
    }
}

/// The platform's fault. Faults come with 500 (docs/salesforce/metadata.md#soap).
pub(crate) fn refused(refusal: &Refusal) -> Response<Bytes> {
    let status = if refusal.status == 404 { 404 } else { 500 };
    enveloped(status, &fault(refusal))
}

fn enveloped(status: u16, body: &str) -> Response<Bytes> {
    let envelope = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns=\"http://soap.sforce.com/2006/04/metadata\" xmlns:sf=\"http://soap.sforce.com/2006/04/metadata\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>"
    );
    Response::builder()
        .status(StatusCode::from_u16(status).expect("a status of HTTP"))
        .header("Content-Type", "text/xml;charset=UTF-8")
        .body(Bytes::from(envelope))
        .expect("constant headers are well-formed")
}

fn answer(
    inner: &mut Inner,
    request: &Request<Bytes>,
    path: &[&str],
    in_flight: &InFlight,
    now_ms: i64,
) -> Result<String, Refusal> {
    let version = match path {
        // Clients send the org's id behind the version, and one of them `deployRequest/<id>`: it is not looked at.
        ["m", version, ..] => version::soap(version)?,
        _ => return Err(Refusal::not_found()),
    };
    if request.method() != Method::POST {
        return Err(client("SOAP is sent by POST"));
    }
    let text = std::str::from_utf8(request.body()).map_err(|error| client(&error.to_string()))?;
    let envelope = xml::parse(text).map_err(|error| client(&error))?;
    let header = envelope.child("Header");
    let session = inner
        .session(token(&envelope), now_ms)
        .map_err(|_| signed_out())?;
    // A call without a session counts none (docs/salesforce/rest.md#calls-of-the-day).
    inner.count_call(now_ms);
    if !session.has("api") {
        return Err(signed_out());
    }
    let calls = inner.calls(now_ms);
    let org = Tenant {
        db: &inner.db,
        now_ms,
        user_id: session.user_id.clone(),
        fills: false,
        version,
        calls,
        in_flight,
        duplicates: DuplicateHeader::default(),
        unassigns: 0,
        deleted_too: false,
        readable: crate::tenant::readable::Readable::default(),
    };
    rights::api::soap(&org)?;
    background::catch_up(&org)?;
    let operation = envelope
        .child("Body")
        .and_then(|body| body.children.first());
    let operation = operation.ok_or_else(|| client("the envelope has no operation in its body"))?;
    let all_or_none = header.and_then(|header| header.child("AllOrNoneHeader"));
    let all_or_none = all_or_none.is_some_and(|header| header.child_text("allOrNone") == "true");
    dispatch(&org, operation, all_or_none)
}

fn dispatch(org: &Tenant<'_>, operation: &Element, all_or_none: bool) -> Result<String, Refusal> {
    rights::metadata::any_call(org, 500)?;
    // The type of a call is in `type`, or at its first component.
    let sent = operation.child("metadata");
    let type_name = match sent.and_then(|component| component.attribute("type")) {
        Some(name) => name,
        None => operation.child_text("type"),
    };
    let kind = components::kind_of(type_name);
    let write = |call| match kind {
        Some(kind) => components::write(org, kind, operation, all_or_none, call),
        None => settings::write(org, operation, all_or_none, call),
    };
    let result = match (operation.name.as_str(), kind) {
        ("describeMetadata", _) => components::describe(),
        ("listMetadata", _) => components::list(org, operation)?,
        ("readMetadata", Some(kind)) => components::read(org, kind, operation)?,
        ("readMetadata", None) if components::is_empty(type_name) => {
            components::read_nothing(operation)?
        }
        ("readMetadata", None) => settings::read(org, operation)?,
        ("createMetadata", Some(_)) => write(Call::Create)?,
        ("createMetadata", None) => return Err(components::unknown(type_name)),
        ("updateMetadata", _) => write(Call::Update)?,
        ("upsertMetadata", _) => write(Call::Upsert)?,
        ("deleteMetadata", Some(kind)) => components::delete(org, kind, operation, all_or_none)?,
        ("deleteMetadata", None) => components::delete_nothing(operation, type_name)?,
        ("renameMetadata", _) => components::rename(org, operation)?,
        ("deploy", _) => deploy::deploy(org, operation)?,
        ("checkDeployStatus", _) => deploy::status(org, operation)?,
        ("cancelDeploy", _) => deploy::cancel(org, operation)?,
        ("deployRecentValidation", _) => deploy::quick(org, operation)?,
        ("retrieve", _) => retrieve::retrieve(org, operation)?,
        ("checkRetrieveStatus", _) => retrieve::status(org, operation)?,
        ("checkStatus", _) => deploy::check(org, operation)?,
        (other, _) => {
            // Not the platform's words: it has the operation, the practice org has not.
            let message = format!("the practice org does not know the operation `{other}`");
            return Err(Refusal::new(500, "INVALID_OPERATION", message));
        }
    };
    let name = &operation.name;
    Ok(format!("<{name}Response>{result}</{name}Response>"))
}

/// The user that a request is sent by; none: no signed-in user.
pub(crate) fn user(inner: &Inner, request: &Request<Bytes>, now_ms: i64) -> Option<String> {
    let text = std::str::from_utf8(request.body()).ok()?;
    let envelope = xml::parse(text).ok()?;
    let session = inner.session(token(&envelope), now_ms).ok()?;
    Some(session.user_id)
}

/// The fault of a session that is over, in the words that client libraries know.
pub(crate) fn signed_out() -> Refusal {
    let message = "Invalid Session ID found in SessionHeader: Illegal Session";
    Refusal::new(500, "INVALID_SESSION_ID", message)
}

fn token(envelope: &Element) -> &str {
    let header = envelope.child("Header");
    let session = header.and_then(|header| header.child("SessionHeader"));
    session.map_or("", |session| session.child_text("sessionId"))
}

/// A message that was not understood.
fn client(message: &str) -> Refusal {
    Refusal::new(500, "XML_PARSER_ERROR", message)
}

fn fault(refusal: &Refusal) -> String {
    let Refusal { code, message, .. } = refusal;
    let message = escape(message);
    // A body that is not SOAP gets the code of SOAP itself.
    let (code, message) = match code.as_ref() {
        "XML_PARSER_ERROR" => ("soapenv:Client".to_owned(), message),
        code => (format!("sf:{code}"), format!("{code}: {message}")),
    };
    format!(
        "<soapenv:Fault><faultcode>{code}</faultcode><faultstring>{message}</faultstring></soapenv:Fault>"
    )
}

#[cfg(test)]
mod tests;
