//! The common parts of the fuzz targets: an org that is asked, and the answers that it must never give.
//!
//! A panic ends the fuzzer, and so does an answer that says that the server is at fault. SOAP's own faults come with
//! 500 on the platform, too.

use std::cell::Cell;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use http::{Request, Response};
use usher_practice::{Practice, Setup};

/// 2026-11-22T10:00:00Z.
const NOW_MS: i64 = 1_795_341_600_000;

/// Inputs that one org meets. A new one is made now and then, so that what was saved does not slow the fuzzer down, and
/// a finding needs few inputs before it.
const INPUTS: u32 = 200;

/// An org, and the token of its administrator.
pub struct Org {
    practice: Practice,
    pub token: String,
    asked: u32,
    /// A client has sent the words by which a failure of the store is recognised: answers may repeat them.
    sent_words: Cell<bool>,
}

/// The words of a failure of the store. The fuzzer sees them compared, and sends them.
const STORE_FAILED: &str = "the practice org's store failed";

static ORG: Mutex<Option<Org>> = Mutex::new(None);

/// Gives the input's turn an org.
pub fn with_org(turn: impl FnOnce(&Org)) {
    let mut kept = ORG.lock().unwrap_or_else(PoisonError::into_inner);
    if kept.as_ref().is_none_or(|org| org.asked == INPUTS) {
        *kept = Some(new());
    }
    if let Some(org) = kept.as_mut() {
        org.asked += 1;
        turn(org);
    }
}

fn new() -> Org {
    let setup = Setup {
        seed: 7,
        start: None,
        fixtures: Vec::new(),
    };
    let practice = Practice::in_memory(&setup).expect("the base fixture is right");
    let token = practice
        .sign_in(None, [7; 16])
        .expect("the base has an administrator");
    Org {
        practice,
        token,
        asked: 0,
        sent_words: Cell::new(false),
    }
}

impl Org {
    /// Sends a request with the administrator's token.
    pub fn send(
        &self,
        line: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Option<Response<Bytes>> {
        let (method, uri) = line.split_once(' ')?;
        let mut request = Request::builder().method(method).uri(uri);
        let own = |(name, _): &&(&str, &str)| name.eq_ignore_ascii_case("Authorization");
        if headers.iter().find(own).is_none() {
            request = request.header("Authorization", format!("Bearer {}", self.token));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let has_words = |bytes: &[u8]| bytes.windows(12).any(|part| part == b"store failed");
        if has_words(body) || has_words(line.replace(['+', '%'], " ").as_bytes()) {
            self.sent_words.set(true);
        }
        // A server lets no such request through to the org.
        let request = request.body(Bytes::copy_from_slice(body)).ok()?;
        Some(self.answered(request))
    }

    fn answered(&self, request: Request<Bytes>) -> Response<Bytes> {
        let path = request.uri().path().to_owned();
        let response = self.practice.exchange(request, NOW_MS);
        let body = String::from_utf8_lossy(response.body());
        assert!(
            self.sent_words.get() || !body.contains(STORE_FAILED),
            "{path}: {body}"
        );
        let fault =
            path.trim_start_matches('/').starts_with("services/Soap") && body.contains("Fault>");
        assert!(
            !response.status().is_server_error() || fault,
            "{path}: {} {body}",
            response.status()
        );
        response
    }
}
