//! The Salesforce REST client: over any wire, with a token that never leaves this module.
//!
//! One function per kind of request, answers as data, every refusal typed. It retries nothing and decides nothing.
//! Facts are from the REST API Developer Guide
//! (<https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/>).

mod answer;
pub(crate) mod duplicates;
mod face;
pub(crate) mod meaning;
mod metadata;
mod reads;
mod signed;
mod veiled;
mod version;

use std::sync::atomic::{AtomicU16, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::header::{AUTHORIZATION, HeaderValue};
use http::{Method, StatusCode};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use usher_core::id;
use usher_core::known::{NoPath, Unknown};
use usher_core::limit;
use usher_core::plan::Requests;
use usher_core::read::{Identity, OrgKind, Record, Refusal};
use usher_core::resource::{self, Barred};

use crate::client::face::Face;
use crate::client::signed::Known;
use crate::session::{Session, SignInError};
use crate::wire::after::after_ms;
use crate::wire::{ReadsOnly, Spent, Unreached, Wire, WireError};

pub use duplicates::{Duplicated, Duplicates};
pub use metadata::{Deployment, Package, PackagedComponent, Problem};
pub(crate) use reads::{Part, number};
pub use version::ApiVersion;

/// The name of this client in the org's logs (REST API Developer Guide, Call Options Header). It changes no answer.
const CALL_OPTIONS: &str = concat!("client=usher/", env!("CARGO_PKG_VERSION"));

/// Rows of one query without a limit of its own: as many as a person may want to see, and as fit into memory.
const ROWS_MAX: usize = 100_000;

/// Salesforce ends a request after ten minutes (REST API Developer Guide).
const OUTLIVES_MS: u64 = 600_000;

/// Milliseconds for which a request whose answer was lost may still be running on a practice org that is served over
/// HTTP: the org answers in milliseconds, or as late as it was told to stall.
const PRACTICE_OUTLIVES_MS: u64 = 10_000;

/// The question for the kind of an org, and for what the steps ask of it as well.
const ORGANIZATION: &str = "SELECT Id, IsSandbox, OrganizationType, TrialExpirationDate, TimeZoneSidKey, \
     LanguageLocaleKey, DefaultLocaleSidKey FROM Organization";

/// The practice org's name for itself; no Salesforce org has it.
const PRACTICE_TYPE: &str = "Usher Practice Org";

/// Everything but letters, digits and `-._~` is encoded in a path segment or a query value.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The reason why a request has no good answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OrgError {
    /// The org is not reachable; nothing was sent.
    #[error("{0}")]
    Unreachable(Unreached),
    /// The request was sent and not answered: it may have acted.
    #[error("{0}")]
    Lost(String),
    /// The token is not valid (any more), and there is no other one.
    #[error("the org does not accept the sign-in: {0}")]
    SignedOut(String),
    /// There is no token; nothing was sent, or the org did not let the request in.
    #[error("{0}")]
    SignIn(SignInError),
    /// The org refuses the request.
    #[error("{} {}", .0.code, .0.message)]
    Refused(Refusal),
    /// A duplicate rule of the org refuses a record.
    #[error("{CODE} {0}", CODE = duplicates::CODE)]
    Duplicates(Duplicated),
    /// The org broke or is down for maintenance, or something in front of it is; the request may have acted.
    #[error("{0}")]
    Unavailable(String),
    /// The org has taken too many requests at once and did not take this one.
    #[error("{0}")]
    Throttled(String),
    /// The org takes no request before another day or a person: its limit of requests is used up, or its API is off.
    #[error("{0}")]
    Closed(String),
    /// The answer sends to another place, where nothing of Usher's goes. The request may have acted.
    #[error("{0}")]
    Redirected(String),
    /// The answer is not Salesforce's: something on the way answers in its place. The request may have acted.
    #[error("this is not an answer of Salesforce: {0}")]
    Foreign(String),
    /// The request, or the answer to it, is larger than Usher takes. Asking again does not help.
    #[error("{0}")]
    TooMuch(String),
    /// The answer is not what the REST face documents.
    #[error("the org's answer makes no sense: {0}")]
    Malformed(String),
    /// There is no version of the API that the org and Usher both know.
    #[error("{0}")]
    OtherVersions(String),
    /// Usher makes no more requests; this one was not sent.
    #[error("{0}")]
    Spent(Spent),
    /// Usher does not send such a request; nothing was sent.
    #[error("{0}")]
    Barred(Barred),
}

impl OrgError {
    /// The code and the remedy of what stands between Usher and the org until a person mends it: asking again does not
    /// help.
    pub fn obstacle(&self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Unreachable(unreached) if unreached.barrier.stays() => {
                Some((unreached.barrier.code(), unreached.barrier.remedy()))
            }
            Self::Foreign(_) => Some((
                "org/foreign",
                "something between here and the org answers in its place: a proxy, a sign-in page of a network",
            )),
            Self::Redirected(_) => Some((
                "org/redirected",
                "check the address: it is the one that Setup > My Domain shows, or that of the sandbox; a proxy or a \
                 network may also send Usher to its own sign-in page",
            )),
            Self::OtherVersions(_) => Some((
                "org/too-old",
                "use an Usher that knows a version of the org: `GET /services/data` lists them",
            )),
            _ => None,
        }
    }
}

impl From<NoPath> for OrgError {
    fn from(why: NoPath) -> Self {
        match why {
            NoPath::Unknown(unknown) => unknown.into(),
            NoPath::Barred(barred) => Self::Barred(barred),
        }
    }
}

/// The batch decision lets no change through that depends on an unknown value. This error is a plugin's mistake, and
/// not the org's answer.
impl From<Unknown> for OrgError {
    fn from(unknown: Unknown) -> Self {
        Self::Malformed(unknown.to_string())
    }
}

/// One row of a collection that was saved or refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saved {
    Id(String),
    Refused(Refusal),
    Duplicates(Duplicated),
}

/// The user who is signed in, and the org. Both ids have the form of an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    pub org_id: String,
    pub user_id: String,
    pub username: String,
}

/// One org and the client that speaks to it.
pub struct Client {
    wire: Arc<dyn Wire>,
    session: Arc<dyn Session>,
    /// The tokens so far, which are hidden in every answer.
    known: Mutex<Known>,
    /// Milliseconds for which a request whose answer was lost may still be running.
    outlives_ms: AtomicU64,
    reads: AtomicU64,
    writes: AtomicU64,
    /// Milliseconds for which the last answer asked to wait.
    after_ms: AtomicU64,
    /// The version of the API that requests name.
    version: AtomicU16,
}

/// A header of one request: its name and its value.
type Header = (&'static str, &'static str);

/// The purpose of a request: only a write may change the org. Requests are counted by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    Read,
    Write,
}

impl Client {
    /// A client over `wire`; nothing is sent yet.
    pub fn new(wire: Arc<dyn Wire>, session: Arc<dyn Session>) -> Self {
        Self {
            wire,
            session,
            known: Mutex::default(),
            outlives_ms: AtomicU64::new(OUTLIVES_MS),
            reads: AtomicU64::new(0),
            writes: AtomicU64::new(0),
            after_ms: AtomicU64::new(0),
            version: AtomicU16::new(ApiVersion::NEWEST.0),
        }
    }

    /// Sets the milliseconds after which a request whose answer was lost is over.
    #[must_use]
    pub fn outlived_by(self, ms: u64) -> Self {
        self.outlives_ms.store(ms, Ordering::Relaxed);
        self
    }

    /// Milliseconds for which a request whose answer was lost may still be running: the record that it would make may
    /// still come.
    pub fn outlives_ms(&self) -> u64 {
        self.outlives_ms.load(Ordering::Relaxed)
    }

    /// Requests made so far.
    pub fn requests(&self) -> Requests {
        Requests {
            read: self.reads.load(Ordering::Relaxed),
            write: self.writes.load(Ordering::Relaxed),
        }
    }

    /// Returns the milliseconds for which the org asked to wait with its last answer, as far as Usher waits.
    pub(crate) fn after_ms(&self) -> u64 {
        let after_ms = self.after_ms.load(Ordering::Relaxed);
        after_ms.min(limit::RETRY_AFTER_MS_MAX)
    }

    /// Returns the user and the org of the token: two requests, made once per run.
    ///
    /// # Errors
    ///
    /// As [`OrgError`]: the org is not reachable, or the token is not accepted.
    pub async fn identity(&self) -> Result<Identity, OrgError> {
        let who = self.who().await?;
        self.identity_of(who).await
    }

    /// Has the session be of the user who answered first, and of no other one.
    ///
    /// # Errors
    ///
    /// As [`OrgError`]: the session is of another user.
    pub async fn bind(&self, who: &Who) -> Result<(), OrgError> {
        Ok(self.session.bind(&who.user_id).await?)
    }

    /// Asks for the user and the org: the one request that shows which org this is.
    ///
    /// # Errors
    ///
    /// As [`OrgError`]: the org is not reachable, or the token is not accepted.
    pub async fn who(&self) -> Result<Who, OrgError> {
        let who = self
            .send(
                Purpose::Read,
                Method::GET,
                "/services/oauth2/userinfo",
                None,
            )
            .await?;
        let text = |name: &str| answer::text(&who, name);
        let id = |name: &str, prefix: &str| {
            let told = text(name)?;
            let id = id::canonical(&told).filter(|id| id.starts_with(prefix));
            id.ok_or_else(|| {
                OrgError::Malformed(format!(
                    "`{name}` is `{told}`, and not an id that begins with {prefix}"
                ))
            })
        };
        Ok(Who {
            org_id: id("organization_id", "00D")?,
            user_id: id("user_id", "005")?,
            username: text("preferred_username")?,
        })
    }

    /// Asks for the rest: the kind of the org.
    ///
    /// # Errors
    ///
    /// As [`OrgError`].
    pub async fn identity_of(&self, who: Who) -> Result<Identity, OrgError> {
        let part = [self.organization_part()];
        let mut answer = self.answers(&part).await.pop();
        if let Some(Err(error)) = &answer
            && Self::refuses_version(error)
            && self.agree().await?
        {
            // The part names the version.
            let part = [self.organization_part()];
            answer = self.answers(&part).await.pop();
        }
        self.identified(who, answer.unwrap_or(Ok(Value::Null)))
            .map(|(identity, _)| identity)
    }

    /// The part that asks for the kind of the org.
    pub(crate) fn organization_part(&self) -> Part {
        self.query_part(ORGANIZATION)
    }

    /// Makes the answer to that part an identity, and the record of the org.
    pub(crate) fn identified(
        &self,
        who: Who,
        answer: Result<Value, OrgError>,
    ) -> Result<(Identity, Record), OrgError> {
        let (mut records, _) = answer::page(answer?).map_err(unreadable)?;
        let rows = records.len();
        let (1, Some(Value::Object(mut organization))) = (rows, records.pop()) else {
            return Err(OrgError::Malformed(format!(
                "it has {rows} Organization rows"
            )));
        };
        organization.remove("attributes");
        let org_kind = org_kind(&organization);
        if org_kind == OrgKind::Practice {
            let most = PRACTICE_OUTLIVES_MS;
            self.outlives_ms.fetch_min(most, Ordering::Relaxed);
        }
        let identity = Identity {
            org_id: who.org_id,
            org_kind,
            user_id: who.user_id,
            username: who.username,
            api_version: self.version().to_string(),
        };
        Ok((identity, organization))
    }

    /// All records of a query, page after page.
    ///
    /// # Errors
    ///
    /// As [`OrgError`]; too much when there are more than a hundred thousand.
    pub async fn query(&self, soql: &str) -> Result<Vec<Value>, OrgError> {
        self.query_within(soql, ROWS_MAX).await
    }

    /// All records of a query, `rows_max` at most.
    ///
    /// # Errors
    ///
    /// As [`OrgError`]; too much when there are more.
    pub async fn query_within(&self, soql: &str, rows_max: usize) -> Result<Vec<Value>, OrgError> {
        let page = self
            .send(Purpose::Read, Method::GET, &self.query_path(soql), None)
            .await?;
        self.rest_of_pages(page, rows_max).await
    }

    async fn rest_of_pages(&self, first: Value, rows_max: usize) -> Result<Vec<Value>, OrgError> {
        let (mut records, mut next) = answer::page(first).map_err(unreadable)?;
        while let Some(path) = next {
            if records.len() > rows_max {
                break;
            }
            // A locator is followed verbatim, but never to anything else than the next page of a query.
            if !answer::is_locator(&path) {
                return Err(unreadable(OrgError::Malformed(
                    "the next page of a query is not of the API".to_owned(),
                )));
            }
            let page = self.send(Purpose::Read, Method::GET, &path, None).await?;
            let (more, after) = answer::page(page).map_err(unreadable)?;
            if more.is_empty() {
                return Err(unreadable(OrgError::Malformed(
                    "a page of a query is empty".to_owned(),
                )));
            }
            records.extend(more);
            next = after;
        }
        if records.len() > rows_max {
            return Err(OrgError::TooMuch(format!(
                "a query finds more than {rows_max} records"
            )));
        }
        Ok(records)
    }

    /// A GET below `/services/data/vNN.0/`; segments are encoded here.
    ///
    /// # Errors
    ///
    /// As [`OrgError`].
    pub async fn get(
        &self,
        segments: &[String],
        query: &[(String, String)],
    ) -> Result<Value, OrgError> {
        let path = self.resource_path(segments, query)?;
        self.send(Purpose::Read, Method::GET, &path, None).await
    }

    /// One writing request below `/services/data/vNN.0/`: the escape hatch.
    ///
    /// # Errors
    ///
    /// As [`OrgError`].
    pub async fn request(
        &self,
        method: &str,
        segments: &[String],
        query: &[(String, String)],
        body: Option<&Value>,
    ) -> Result<Value, OrgError> {
        let method = Method::from_bytes(method.as_bytes())
            .map_err(|_| OrgError::Malformed(format!("no method `{method}`")))?;
        let path = self.resource_path(segments, query)?;
        self.send(Purpose::Write, method, &path, body).await
    }

    /// Creates records of one object, 200 at most. Each row is saved or refused by itself.
    ///
    /// # Errors
    ///
    /// As [`OrgError`], for the request as a whole.
    pub async fn create(
        &self,
        object: &str,
        rows: Vec<Value>,
        duplicates: Duplicates,
    ) -> Result<Vec<Saved>, OrgError> {
        let header = duplicates.header(object);
        self.save(Method::POST, object, rows, header).await
    }

    /// Updates records of one object, 200 at most; each row has its `Id`.
    ///
    /// # Errors
    ///
    /// As [`OrgError`], for the request as a whole.
    pub async fn update(&self, object: &str, rows: Vec<Value>) -> Result<Vec<Saved>, OrgError> {
        self.save(Method::PATCH, object, rows, None).await
    }

    /// Deletes records by id, 200 at most.
    ///
    /// # Errors
    ///
    /// As [`OrgError`], for the request as a whole.
    pub async fn delete(&self, ids: &[String]) -> Result<Vec<Saved>, OrgError> {
        let joined: Vec<String> = ids.iter().map(|id| encode(id)).collect();
        let path = format!(
            "{}?ids={}&allOrNone=false",
            self.data_path("composite/sobjects"),
            joined.join(",")
        );
        let reply = self
            .send(Purpose::Write, Method::DELETE, &path, None)
            .await?;
        answer::saved(reply, ids.len())
    }

    async fn save(
        &self,
        method: Method,
        object: &str,
        mut rows: Vec<Value>,
        header: Option<Header>,
    ) -> Result<Vec<Saved>, OrgError> {
        let count = rows.len();
        for row in &mut rows {
            row["attributes"] = json!({ "type": object });
        }
        let body = json!({ "allOrNone": false, "records": rows });
        let mut request = request_to(method, &self.data_path("composite/sobjects"))
            .header("content-type", "application/json");
        if let Some((name, value)) = header {
            request = request.header(name, value);
        }
        let request = with_body(request, Bytes::from(body.to_string()))?;
        let reply = self.rest(Purpose::Write, Face::Rest, request).await?;
        answer::saved(reply, count)
    }

    async fn send(
        &self,
        purpose: Purpose,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, OrgError> {
        let bytes = body
            .map(|body| Bytes::from(body.to_string()))
            .unwrap_or_default();
        let kind = body.map(|_| "application/json");
        self.transmit(purpose, method, path, kind, bytes).await
    }

    /// A request with a body of that content type, answered with JSON.
    async fn transmit(
        &self,
        purpose: Purpose,
        method: Method,
        path: &str,
        content_type: Option<&str>,
        body: Bytes,
    ) -> Result<Value, OrgError> {
        if purpose == Purpose::Read && path.len() > limit::QUERY_TARGET_BYTES_MAX {
            return Err(OrgError::TooMuch(format!(
                "a request of {} bytes cannot be cut; one may have {}",
                path.len(),
                limit::QUERY_TARGET_BYTES_MAX
            )));
        }
        let mut request = request_to(method, path);
        if let Some(content_type) = content_type {
            request = request.header("content-type", content_type);
        }
        let face = match path == self.data_path("composite") {
            true => Face::Composite,
            false => Face::Rest,
        };
        let answer = self.rest(purpose, face, with_body(request, body)?).await;
        match purpose {
            Purpose::Read => answer.map_err(unreadable),
            Purpose::Write => answer,
        }
    }

    fn query_path(&self, soql: &str) -> String {
        format!("{}?q={}", self.data_path("query"), encode(soql))
    }

    fn data_path(&self, resource: &str) -> String {
        data_path(self.version(), resource)
    }

    /// The target of a request for a resource that a plugin may have named. Refuses every path that must never leave,
    /// whoever made it.
    fn resource_path(
        &self,
        segments: &[String],
        query: &[(String, String)],
    ) -> Result<String, OrgError> {
        resource::leaving(segments, query).map_err(OrgError::Barred)?;
        let segments: Vec<String> = segments.iter().map(|segment| encode(segment)).collect();
        let mut path = self.data_path(&segments.join("/"));
        for (index, (name, value)) in query.iter().enumerate() {
            path.push(if index == 0 { '?' } else { '&' });
            path.push_str(&format!("{}={}", encode(name), encode(value)));
        }
        Ok(path)
    }

    /// A request with the token in its header, answered with JSON.
    async fn rest(
        &self,
        purpose: Purpose,
        face: Face,
        request: http::Request<Bytes>,
    ) -> Result<Value, OrgError> {
        let signed = |token: &str| bearing(token, request.clone());
        self.json(self.signed(purpose, face, signed).await?)
    }

    /// One exchange, counted. What comes back holds no token.
    async fn exchange(
        &self,
        purpose: Purpose,
        mut request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, OrgError> {
        match purpose {
            Purpose::Read => self.reads.fetch_add(1, Ordering::Relaxed),
            Purpose::Write => self.writes.fetch_add(1, Ordering::Relaxed),
        };
        if purpose == Purpose::Read {
            request.extensions_mut().insert(ReadsOnly);
        }
        let error = match self.wire.send(request).await {
            Ok(reply) => {
                self.after_ms
                    .store(after_ms(&reply).unwrap_or(0), Ordering::Relaxed);
                return Ok(self.veiled(reply));
            }
            Err(WireError::Unreachable(why)) => OrgError::Unreachable(why),
            Err(WireError::Lost(why)) => OrgError::Lost(why),
            Err(WireError::Spent(spent)) => OrgError::Spent(spent),
            Err(error @ WireError::TooLarge { .. }) if purpose == Purpose::Read => {
                OrgError::TooMuch(error.to_string())
            }
            Err(error @ WireError::TooLarge { .. }) => OrgError::Malformed(error.to_string()),
        };
        Err(error.veiled(&self.veil()))
    }
}

/// A request that is not signed yet, to be answered with JSON.
fn request_to(method: Method, path: &str) -> http::request::Builder {
    http::Request::builder()
        .method(method)
        .uri(path)
        .header("accept", "application/json")
        .header("sforce-call-options", CALL_OPTIONS)
}

/// The request with the token in its header.
fn bearing(
    token: &str,
    mut request: http::Request<Bytes>,
) -> Result<http::Request<Bytes>, OrgError> {
    let mut value = HeaderValue::from_str(&format!("Bearer {token}")).map_err(|_| no_token())?;
    value.set_sensitive(true);
    request.headers_mut().insert(AUTHORIZATION, value);
    Ok(request)
}

/// The error of a token with characters that no request can have.
fn no_token() -> OrgError {
    OrgError::SignedOut("the token has characters that no token has".to_owned())
}

fn with_body(
    request: http::request::Builder,
    body: Bytes,
) -> Result<http::Request<Bytes>, OrgError> {
    let request = request.body(body);
    request.map_err(|error| OrgError::Malformed(error.to_string()))
}

fn org_kind(organization: &Record) -> OrgKind {
    let field = |name: &str| organization.get(name).unwrap_or(&Value::Null);
    let sandbox = field("IsSandbox") == &json!(true);
    let expires = !field("TrialExpirationDate").is_null();
    match field("OrganizationType").as_str() {
        Some(PRACTICE_TYPE) => OrgKind::Practice,
        // A scratch org is a sandbox that expires (what `sf` looks at, too).
        _ if sandbox && expires => OrgKind::Scratch,
        _ if sandbox => OrgKind::Sandbox,
        _ if expires => OrgKind::Trial,
        _ => OrgKind::Production,
    }
}

/// Returns the error of an answer that is not a success, of either face.
pub(crate) fn error_of(reply: &http::Response<Bytes>) -> OrgError {
    metadata::error_of(reply)
}

/// The beginning of an unreadable body, for a person.
pub(crate) fn excerpt(body: &[u8]) -> String {
    meaning::excerpt(body)
}

/// Takes an unreadable answer to a read for one that may pass: it may come from something between Usher and the org.
fn unreadable(error: OrgError) -> OrgError {
    match error {
        OrgError::Malformed(_) => OrgError::Unavailable(error.to_string()),
        error => error,
    }
}

/// Bytes of the request target of a query.
pub(crate) fn target_bytes(soql: &str) -> usize {
    data_path(ApiVersion::NEWEST, "query").len() + "?q=".len() + encoded_bytes(soql)
}

/// Bytes of a text in a request target.
pub(crate) fn encoded_bytes(text: &str) -> usize {
    let bytes = utf8_percent_encode(text, ENCODED);
    bytes.map(str::len).sum()
}

fn data_path(version: ApiVersion, resource: &str) -> String {
    format!("/services/data/v{version}/{resource}")
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

/// Says whether a status is a success.
fn is_success(status: StatusCode) -> bool {
    status.is_success()
}

#[cfg(test)]
mod tests;
