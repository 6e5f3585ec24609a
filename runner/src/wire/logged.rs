//! `USHER_LOG=requests`: a wire that prints its requests on standard error. Methods, paths and status; never a header,
//! and of bodies only the queries that one request carries for others.

use std::sync::Arc;

use bytes::Bytes;
use percent_encoding::percent_decode_str;
use serde_json::Value;
use usher_engine::port::Boxed;
use usher_engine::wire::{Wire, WireError};

use crate::lines::Lines;
use crate::page::Page;

/// Carries the requests of another wire, and prints them.
pub(crate) struct LoggedWire {
    wire: Arc<dyn Wire>,
    lines: Lines,
}

impl LoggedWire {
    pub(crate) fn new(wire: Arc<dyn Wire>, lines: Lines) -> Self {
        Self { wire, lines }
    }
}

impl Wire for LoggedWire {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Boxed<'_, Result<http::Response<Bytes>, WireError>> {
        let text = format!("{} {}", request.method(), plain(&request.uri().to_string()));
        let carried = carried(&request);
        Box::pin(async move {
            let answer = self.wire.send(request).await;
            let status = match &answer {
                Ok(answer) => answer.status().as_u16().to_string(),
                Err(error) => format!("no answer: {error}"),
            };
            let mut page = Page::from(format!("request {status} {text}"));
            for url in carried {
                page.line(4, plain(&url));
            }
            self.lines.write(page);
            answer
        })
    }
}

/// The requests that a composite carries.
fn carried(request: &http::Request<Bytes>) -> Vec<String> {
    if !request.uri().path().ends_with("/composite") {
        return Vec::new();
    }
    let body: Value = serde_json::from_slice(request.body()).unwrap_or(Value::Null);
    let parts = body["compositeRequest"].as_array().into_iter().flatten();
    parts
        .filter_map(|part| part["url"].as_str())
        .map(str::to_owned)
        .collect()
}

/// A path as a person reads it.
pub(crate) fn plain(path: &str) -> String {
    percent_decode_str(path).decode_utf8_lossy().into_owned()
}
