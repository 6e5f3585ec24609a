//! Tokens that an org does not accept any more.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use serde_json::json;

use crate::client::meaning::Meaning;
use crate::client::{Client, Duplicates, OrgError};
use crate::port::Boxed;
use crate::session::testing::{Endpoint, Reply, at_once, grants, refuses};
use crate::session::{Access, Fixed, Grant, Granted, Keep, Renewing, Secret, Session, SignInError};
use crate::testing::TestClock;
use crate::wire::{Wire, WireError};

const EXPIRED: &str =
    r#"[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]"#;
const NONE_FOUND: &str = r#"{"done":true,"totalSize":0,"records":[]}"#;
const FIRST: &str = "00DJca000000001!first-token-of-this-session";
const SECOND: &str = "00DJca000000001!second-token-of-this-session";

struct Nowhere;

impl Keep for Nowhere {
    fn keep(&self, _: &Granted) -> Result<(), String> {
        Ok(())
    }
}

/// An org that accepts one token, and answers others as it is told.
struct Org {
    accepts: Mutex<&'static str>,
    refusal: (u16, String),
    answer: String,
    asked: Mutex<Vec<String>>,
}

impl Wire for Org {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Boxed<'_, Result<http::Response<Bytes>, WireError>> {
        let header = request.headers().get("authorization");
        let header = header
            .and_then(|header| header.to_str().ok())
            .unwrap_or_default();
        let body = String::from_utf8_lossy(request.body()).into_owned();
        let accepts = *self.accepts.lock().expect("no panic");
        let accepted = header == format!("Bearer {accepts}")
            || body.contains(&format!("<sessionId>{accepts}</sessionId>"));
        let path = request.uri().path().to_owned();
        let how = if accepted { "accepted" } else { "refused" };
        let line = format!("{} {path} {how}", request.method());
        self.asked.lock().expect("no panic").push(line);
        let (status, body) = match accepted {
            true => (200, self.answer.clone()),
            false => self.refusal.clone(),
        };
        Box::pin(async move {
            tokio::task::yield_now().await;
            let answer = http::Response::builder()
                .status(status)
                .body(Bytes::from(body));
            answer.map_err(|error| WireError::Lost(error.to_string()))
        })
    }
}

struct Setting {
    client: Client,
    org: Arc<Org>,
    endpoint: Arc<Endpoint>,
}

impl Setting {
    /// A session whose first token is refused by `refusal`, and which gets these answers of a token endpoint.
    fn new(refusal: (u16, &str), answer: &str, replies: Vec<Reply>) -> Self {
        let endpoint = Endpoint::answering(replies);
        let grant = Grant::Refresh(Secret::new("5Aep.refresh".to_owned()));
        let clock = Arc::new(TestClock::default());
        let session = Renewing::new(endpoint.of_app(None), grant, Arc::new(Nowhere), clock);
        let session = session.with_access(Secret::new(FIRST.to_owned()));
        let org = Arc::new(Org {
            accepts: Mutex::new(SECOND),
            refusal: (refusal.0, refusal.1.to_owned()),
            answer: answer.to_owned(),
            asked: Mutex::default(),
        });
        Self {
            client: Client::new(Arc::<Org>::clone(&org), Arc::new(session)),
            org,
            endpoint,
        }
    }

    fn renewing(refusal: (u16, &str), answer: &str) -> Self {
        Self::new(refusal, answer, vec![grants(SECOND, &json!({}))])
    }

    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.org.asked.lock().expect("no panic"))
    }

    fn sign_ins(&self) -> usize {
        self.endpoint.asked().lines().count()
    }
}

#[tokio::test]
async fn a_read_and_a_write_are_sent_once_more_with_another_token() {
    let at = Setting::renewing((401, EXPIRED), NONE_FOUND);
    at.client.query("SELECT Id FROM X").await.expect("answers");
    assert_eq!(
        at.asked(),
        [
            "GET /services/data/v66.0/query refused",
            "GET /services/data/v66.0/query accepted"
        ]
    );
    at.client.query("SELECT Id FROM X").await.expect("answers");
    assert_eq!(at.asked(), ["GET /services/data/v66.0/query accepted"]);
    assert_eq!(at.sign_ins(), 1);
    assert_eq!(at.client.requests().read, 3);

    let saved = r#"[{"id": "001", "success": true, "errors": []}]"#;
    let at = Setting::renewing((401, EXPIRED), saved);
    let rows = vec![json!({"Name": "A"})];
    let saved = at.client.create("Account", rows, Duplicates::AsRuled).await;
    assert_eq!(saved.expect("saved").len(), 1);
    let path = "POST /services/data/v66.0/composite/sobjects";
    assert_eq!(
        at.asked(),
        [format!("{path} refused"), format!("{path} accepted")]
    );
    assert_eq!(at.client.requests().write, 2);
}

#[tokio::test]
async fn a_fault_and_a_part_and_user_info_say_the_same() {
    let fault = "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body><e:Fault>\
        <faultcode>sf:INVALID_SESSION_ID</faultcode>\
        <faultstring>INVALID_SESSION_ID: Invalid Session ID found</faultstring></e:Fault></e:Body></e:Envelope>";
    let read = "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body><readMetadataResponse>\
        <result><records><fullName>Communities</fullName><enableNetworksEnabled>true</enableNetworksEnabled></records>\
        </result></readMetadataResponse></e:Body></e:Envelope>";
    for status in [200, 500] {
        let at = Setting::renewing((status, fault), read);
        at.client
            .read_settings("Communities")
            .await
            .expect("answers");
        let path = "POST /services/Soap/m/66.0";
        assert_eq!(
            at.asked(),
            [format!("{path} refused"), format!("{path} accepted")]
        );
    }

    let expired: serde_json::Value = serde_json::from_str(EXPIRED).expect("JSON");
    let found: serde_json::Value = serde_json::from_str(NONE_FOUND).expect("JSON");
    let parts = |first: (u16, &serde_json::Value)| {
        let part = |(status, body): (u16, &serde_json::Value)| json!({"httpStatusCode": status, "body": body});
        json!({"compositeResponse": [part((200, &found)), part(first)]}).to_string()
    };
    let at = Setting::renewing((200, &parts((401, &expired))), &parts((200, &found)));
    let answers = at.client.queries(&["A".into(), "B".into()], 10).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    let path = "POST /services/data/v66.0/composite";
    assert_eq!(
        at.asked(),
        [format!("{path} refused"), format!("{path} accepted")]
    );

    let who = json!({
        "organization_id": "00DJca000000001", "user_id": "005Jca000000001", "preferred_username": "a@b",
    });
    let at = Setting::renewing((403, "Bad_OAuth_Token"), &who.to_string());
    at.client.who().await.expect("answers");
    assert_eq!((at.asked().len(), at.sign_ins()), (2, 1));
}

#[tokio::test]
async fn ten_requests_in_flight_renew_once() {
    let at = Setting::renewing((401, EXPIRED), NONE_FOUND);
    let asked = (0..10)
        .map(|_| -> Boxed<'_, _> { Box::pin(at.client.query("SELECT Id FROM X")) })
        .collect();
    for answer in at_once(asked).await {
        answer.expect("answers");
    }
    assert_eq!((at.asked().len(), at.sign_ins()), (20, 1));
}

#[tokio::test]
async fn no_request_is_sent_a_third_time() {
    let third = "00DJca000000001!third-token-of-this-session";
    let at = Setting::new((401, EXPIRED), NONE_FOUND, vec![grants(third, &json!({}))]);
    let error = at
        .client
        .query("SELECT Id FROM X")
        .await
        .expect_err("refused");
    assert!(matches!(error, OrgError::SignedOut(_)), "{error}");
    assert_eq!((at.asked().len(), at.sign_ins()), (2, 1));
}

#[tokio::test]
async fn what_another_token_does_not_mend_renews_nothing() {
    for (text, code) in [
        (
            "This session is not valid for use with the REST API",
            "sign-in/not-for-rest",
        ),
        (
            "Connected app is not attached to Agent",
            "sign-in/not-attached",
        ),
    ] {
        let body = json!([{"message": text, "errorCode": "INVALID_SESSION_ID"}]).to_string();
        for status in [401, 403] {
            let at = Setting::new((status, &body), NONE_FOUND, Vec::new());
            let error = at
                .client
                .query("SELECT Id FROM X")
                .await
                .expect_err("refused");
            assert!(
                matches!(&error, OrgError::SignIn(why) if why.code() == code),
                "{error:?}"
            );
            assert_eq!((at.asked().len(), at.sign_ins()), (1, 0));
        }
    }
    let body = r#"[{"message":"not enabled","errorCode":"API_DISABLED_FOR_ORG"}]"#;
    let at = Setting::new((403, body), NONE_FOUND, Vec::new());
    let error = at
        .client
        .query("SELECT Id FROM X")
        .await
        .expect_err("refused");
    assert!(
        matches!(&error, OrgError::SignIn(why) if why.code() == "sign-in/api-disabled"),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_token_without_another_one_is_told_in_the_orgs_words() {
    let at = Setting::new((401, EXPIRED), NONE_FOUND, Vec::new());
    let fixed = Arc::new(Fixed::new(Secret::new(FIRST.to_owned())));
    let client = Client::new(Arc::<Org>::clone(&at.org), fixed);
    let error = client.query("SELECT Id FROM X").await.expect_err("refused");
    assert_eq!(
        error,
        OrgError::SignedOut("Session expired or invalid".to_owned())
    );
    assert_eq!(at.asked().len(), 1);
}

#[tokio::test]
async fn a_sign_in_that_fails_leaves_the_request_unsent() {
    let refusal = refuses("invalid_grant", "expired access/refresh token");
    let at = Setting::new((401, EXPIRED), NONE_FOUND, vec![refusal]);
    for _ in 0..2 {
        let error = at
            .client
            .query("SELECT Id FROM X")
            .await
            .expect_err("refused");
        assert!(
            matches!(&error, OrgError::SignIn(why) if why.code() == "sign-in/expired"),
            "{error:?}"
        );
    }
    assert_eq!((at.asked().len(), at.sign_ins()), (2, 1));
}

#[tokio::test]
async fn a_sign_in_that_is_not_answered_keeps_its_code_and_the_request_was_not_sent() {
    let gone = || Err(WireError::Lost("the connection broke".to_owned()));
    let down = || Ok((503, "down for maintenance".to_owned()));
    for (reply, code) in [(gone(), "sign-in/lost"), (down(), "sign-in/unavailable")] {
        let at = Setting::new((401, EXPIRED), NONE_FOUND, vec![reply]);
        let error = at
            .client
            .query("SELECT Id FROM X")
            .await
            .expect_err("no token");
        assert!(matches!(error.of_write(), Meaning::NotSent), "{error:?}");
        let OrgError::SignIn(error) = error else {
            panic!("{error:?}");
        };
        assert_eq!(error.code(), code);
    }
}

#[tokio::test]
async fn every_token_of_the_session_is_hidden() {
    let page = json!({"done": true, "records": [{"A": FIRST, "B": SECOND, "C": "5Aep.refresh"}]});
    let at = Setting::renewing((401, EXPIRED), &page.to_string());
    let records = at.client.query("SELECT Id FROM X").await.expect("answers");
    assert_eq!(
        json!(records).to_string(),
        r#"[{"A":"***","B":"***","C":"***"}]"#
    );
}

/// A session that cannot sign in at all.
struct Never;

impl Session for Never {
    fn access(&self) -> Boxed<'_, Result<Arc<Access>, SignInError>> {
        Box::pin(async { Err(SignInError::NotKept("locked".to_owned())) })
    }

    fn renew<'a>(&'a self, _: &'a Access) -> Boxed<'a, Result<Arc<Access>, SignInError>> {
        self.access()
    }
}

#[tokio::test]
async fn without_a_token_nothing_is_sent() {
    let at = Setting::new((401, EXPIRED), NONE_FOUND, Vec::new());
    let client = Client::new(Arc::<Org>::clone(&at.org), Arc::new(Never));
    let error = client
        .query("SELECT Id FROM X")
        .await
        .expect_err("no token");
    assert!(matches!(error, OrgError::SignIn(_)), "{error:?}");
    assert!(at.asked().is_empty());
    assert_eq!(client.requests().read, 0);
}
