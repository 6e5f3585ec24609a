//! Spans as OTLP writes them in JSON: ids in hexadecimal digits, 64-bit numbers as texts, kinds as numbers
//! (OTLP Specification, JSON Protobuf Encoding).

use serde_json::{Map, Value, json};

use crate::logs::layer::EndedSpan;

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// `SPAN_KIND_INTERNAL`.
const INTERNAL: u8 = 1;

/// `SPAN_KIND_CLIENT`.
const CLIENT: u8 = 3;

/// `STATUS_CODE_ERROR`.
const ERROR: u8 = 2;

/// Fields that OpenTelemetry has names for (Semantic Conventions for HTTP). The others are `usher.<field>`.
const NAMES: [(&str, &str); 3] = [
    ("method", "http.request.method"),
    ("path", "url.path"),
    ("status", "http.response.status_code"),
];

/// The trace of one command.
pub(super) struct Trace {
    id: String,
}

/// A number for an id, which is not zero. Two spans with one number would be drawn as one, and nothing else.
pub(super) fn random() -> u64 {
    let mut bytes = [0; 8];
    // Without randomness, the ids of a trace are no worse than its lack.
    let _filled = getrandom::fill(&mut bytes);
    u64::from_be_bytes(bytes).max(1)
}

impl Trace {
    /// A trace with the two halves of its id.
    pub(super) fn new([high, low]: [u64; 2]) -> Self {
        Self {
            id: format!("{high:016x}{low:016x}"),
        }
    }

    /// The document for some spans.
    pub(super) fn document(&self, spans: &[EndedSpan]) -> Value {
        let spans: Vec<Value> = spans.iter().map(|span| self.span(span)).collect();
        json!({
            "resourceSpans": [{
                "resource": {
                    "attributes": [
                        attribute("service.name", &"usher".into()),
                        attribute("service.version", &VERSION.into()),
                    ],
                },
                "scopeSpans": [{
                    "scope": {"name": "usher", "version": VERSION},
                    "spans": spans,
                }],
            }],
        })
    }

    fn span(&self, span: &EndedSpan) -> Value {
        let attributes: Vec<Value> = span
            .fields
            .iter()
            .map(|(name, value)| attribute(&long_name(name), value))
            .collect();
        let began = i128::from(span.began_ms) * 1_000_000;
        let ended = began + i128::from(span.took_ms) * 1_000_000;
        let is_request = span.name == "request";
        let mut document = json!({
            "traceId": self.id,
            "spanId": format!("{:016x}", span.id),
            "name": span.name,
            "kind": if is_request { CLIENT } else { INTERNAL },
            "startTimeUnixNano": began.to_string(),
            "endTimeUnixNano": ended.to_string(),
            "attributes": attributes,
        });
        if let Some(parent) = span.parent {
            document["parentSpanId"] = format!("{parent:016x}").into();
        }
        if is_error(is_request, &span.fields) {
            document["status"] = json!({"code": ERROR});
        }
        document
    }
}

/// Says whether a span went wrong: a request that was refused or not answered, a step or a run that failed, a command
/// that ended with an error.
fn is_error(is_request: bool, fields: &Map<String, Value>) -> bool {
    let status = fields.get("status").and_then(Value::as_u64);
    let outcome = fields.get("outcome").and_then(Value::as_str);
    (is_request && status.is_none_or(|status| status >= 400))
        || matches!(outcome, Some("failed" | "in-doubt"))
        || fields.contains_key("code")
}

fn long_name(name: &str) -> String {
    match NAMES.iter().find(|(short, _)| *short == name) {
        Some((_, long)) => (*long).to_owned(),
        None => format!("usher.{name}"),
    }
}

fn attribute(name: &str, value: &Value) -> Value {
    let value = match value {
        Value::Bool(truth) => json!({"boolValue": truth}),
        Value::Number(number) => json!({"intValue": number.to_string()}),
        Value::String(text) => json!({"stringValue": text}),
        other => json!({"stringValue": other.to_string()}),
    };
    json!({"key": name, "value": value})
}
