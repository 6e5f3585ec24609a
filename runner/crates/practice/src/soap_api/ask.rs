//! One question to a resource of REST: the SOAP API saves, reads and describes as that does.

use bytes::Bytes;
use http::Method;
use serde_json::Value;

use crate::refusal::Outcome;
use crate::rest::{self, Call, Payload};
use crate::soap_api::Desk;

impl Desk<'_> {
    /// The answer of a resource that is read.
    pub(super) fn get(&mut self, path: &[&str], query: &[(&str, &str)]) -> Outcome<Value> {
        self.ask(Method::GET, path, query, None)
    }

    /// The answer of a resource.
    pub(super) fn ask(
        &mut self,
        method: Method,
        path: &[&str],
        query: &[(&str, &str)],
        body: Option<Value>,
    ) -> Outcome<Value> {
        let query = query.iter();
        let call = Call {
            method,
            segments: path.iter().map(|part| (*part).to_owned()).collect(),
            query: query
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            body: match body {
                Some(body) => Payload::Json(body),
                None => Payload::Bytes(Bytes::new()),
            },
            page_size: self.headers.batch_size,
        };
        let answer = rest::resource(self.org, self.pages, &call, path)?;
        Ok(answer.body.unwrap_or_default())
    }
}
