//! A token endpoint that answers from a list.

use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::task::Poll;

use bytes::Bytes;
use serde_json::{Value, json};

use crate::port::Boxed;
use crate::session::{App, Secret, TokenEndpoint};
use crate::wire::{ReadsOnly, Wire, WireError};

/// The time that the endpoint says.
pub(crate) const DATE: &str = "Sun, 29 Nov 2026 20:00:00 GMT";

/// The same in milliseconds since 1970.
pub(crate) const DATE_MS: i64 = 1_795_982_400_000;

/// An answer: a status and a body, or none.
pub(crate) type Reply = Result<(u16, String), WireError>;

/// Answers the requests in their order, each after a moment.
pub(crate) struct Endpoint {
    replies: Mutex<Vec<Reply>>,
    asked: Mutex<Vec<String>>,
}

impl Endpoint {
    pub(crate) fn answering(replies: Vec<Reply>) -> Arc<Self> {
        Arc::new(Self {
            replies: Mutex::new(replies),
            asked: Mutex::default(),
        })
    }

    /// The forms since the last call, one a line; `twice` before those that may be sent twice.
    pub(crate) fn asked(&self) -> String {
        let asked = std::mem::take(&mut *self.asked.lock().expect("no panic"));
        asked.concat()
    }

    /// The endpoint for an app with this secret.
    pub(crate) fn of_app(self: &Arc<Self>, secret: Option<&str>) -> TokenEndpoint {
        let app = App {
            client_id: "3MVG.app".to_owned(),
            client_secret: secret.map(|secret| Secret::new(secret.to_owned())),
        };
        TokenEndpoint::new(Arc::<Self>::clone(self), app)
    }
}

impl Wire for Endpoint {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Boxed<'_, Result<http::Response<Bytes>, WireError>> {
        let twice = match request.extensions().get::<ReadsOnly>() {
            Some(_) => "twice ",
            None => "",
        };
        let form = String::from_utf8_lossy(request.body()).into_owned();
        let line = format!("{twice}{} {} {form}\n", request.method(), request.uri());
        self.asked.lock().expect("no panic").push(line);
        let reply = self.replies.lock().expect("no panic").remove(0);
        Box::pin(async move {
            // Others ask now.
            for _ in 0..3 {
                tokio::task::yield_now().await;
            }
            let (status, body) = reply?;
            let answer = http::Response::builder()
                .status(status)
                .header("date", DATE)
                .body(Bytes::from(body));
            answer.map_err(|error| WireError::Lost(error.to_string()))
        })
    }
}

/// The answer of an endpoint that grants a token, with other members as given. A null takes a member away.
pub(crate) fn grants(access: &str, others: &Value) -> Reply {
    let mut json = json!({
        "access_token": access,
        "instance_url": "https://acme.my.salesforce.com",
        "id": "https://login.salesforce.com/id/00DJca000000001MAA/005Jca000000001IAA",
        "token_type": "Bearer",
        "issued_at": "1795982400000",
        "scope": "refresh_token api",
    });
    for (name, value) in others.as_object().into_iter().flatten() {
        json[name] = value.clone();
    }
    Ok((200, json.to_string()))
}

/// The answer of an endpoint that refuses.
pub(crate) fn refuses(error: &str, description: &str) -> Reply {
    let json = json!({ "error": error, "error_description": description });
    Ok((400, json.to_string()))
}

/// Runs all futures at once.
pub(crate) async fn at_once<T>(mut futures: Vec<Boxed<'_, T>>) -> Vec<T> {
    let mut answers = Vec::new();
    poll_fn(|context| {
        futures.retain_mut(|future| match future.as_mut().poll(context) {
            Poll::Ready(answer) => {
                answers.push(answer);
                false
            }
            Poll::Pending => true,
        });
        match futures.is_empty() {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
    })
    .await;
    answers
}
