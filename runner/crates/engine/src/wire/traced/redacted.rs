//! Takes values out of what is written down. What is not known to be harmless is replaced.

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};
use usher_core::id;

/// Stands for a value.
const HIDDEN: &str = "…";

/// Characters of a name of the API, and of a code.
const NAME_BYTES_MAX: usize = 120;

/// Bytes of one body that are kept.
const BODY_BYTES_MAX: usize = 64 * 1024;

/// Headers without a value of anybody's.
const HEADERS: [&str; 11] = [
    "accept",
    "accept-encoding",
    "content-encoding",
    "content-length",
    "date",
    "retry-after",
    "sforce-call-options",
    "sforce-limit-info",
    "soapaction",
    "transfer-encoding",
    "user-agent",
];

/// Parameters of a query that name fields or choose a manner.
const PARAMETERS: [&str; 3] = ["allOrNone", "fields", "includeDetails"];

/// Texts of a body that are names or codes of the API, when they have the form of one.
const CODES: [&str; 6] = [
    "errorCode",
    "httpMethod",
    "method",
    "referenceId",
    "statusCode",
    "type",
];

/// Texts of a body that are targets of requests.
const TARGETS: [&str; 2] = ["nextRecordsUrl", "url"];

pub(super) fn header<'v>(name: &str, value: &'v str) -> &'v str {
    match name {
        // Its parameters are whatever a server likes.
        "content-type" => value.split(';').next().unwrap_or_default(),
        name if HEADERS.contains(&name) => value,
        _ => HIDDEN,
    }
}

/// A path with its query: names, ids and versions stay.
pub(in crate::wire) fn target(target: &str) -> String {
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (target, None),
    };
    let mut shown: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        let is_value = is_behind_field(&shown) && !is_id(segment);
        shown.push(match is_segment(segment) && !is_value {
            true => segment,
            false => HIDDEN,
        });
    }
    let mut shown = shown.join("/");
    if let Some(query) = query {
        let pairs: Vec<String> = query.split('&').map(parameter).collect();
        shown.push('?');
        shown.push_str(&pairs.join("&"));
    }
    shown
}

/// A body by its media type; of a type that is not known nothing is shown.
pub(super) fn body(kind: &str, body: &[u8]) -> String {
    let shown = match kind {
        "application/json" => match serde_json::from_slice(body) {
            Ok(json) => value(json).to_string(),
            Err(_) => HIDDEN.to_owned(),
        },
        "text/xml" => xml(&String::from_utf8_lossy(body)),
        _ if body.is_empty() => String::new(),
        _ => HIDDEN.to_owned(),
    };
    shown[..shown.floor_char_boundary(BODY_BYTES_MAX)].to_owned()
}

/// Says whether the next segment is the value of an external id: `…/sobjects/Account/Number__c/<value>`.
fn is_behind_field(before: &[&str]) -> bool {
    let at = before.iter().position(|segment| *segment == "sobjects");
    at.is_some_and(|at| before.len() > at + 2)
}

/// A name of the API, a version, an id or the locator of a page.
fn is_segment(segment: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    segment.len() <= NAME_BYTES_MAX && segment.chars().all(is_plain)
}

fn is_id(segment: &str) -> bool {
    id::canonical(segment).is_some() || segment == "describe"
}

fn parameter(pair: &str) -> String {
    let Some((name, value)) = pair.split_once('=') else {
        return HIDDEN.to_owned();
    };
    let value = value.replace('+', " ");
    let value = percent_decode_str(&value).decode_utf8_lossy();
    let shown = match name {
        "q" => soql(&value),
        name if PARAMETERS.contains(&name) && is_list_of_names(&value) => value.into_owned(),
        _ => HIDDEN.to_owned(),
    };
    let name = if is_name(name) { name } else { HIDDEN };
    format!("{name}={}", encoded(&shown))
}

/// Keeps the parts of a target apart; the rest is for people.
fn encoded(text: &str) -> String {
    let mut encoded = String::new();
    for c in text.chars() {
        match c {
            '%' => encoded.push_str("%25"),
            '&' => encoded.push_str("%26"),
            '#' => encoded.push_str("%23"),
            '+' => encoded.push_str("%2B"),
            ' ' => encoded.push('+'),
            c => encoded.push(c),
        }
    }
    encoded
}

/// A query or a search without its literals; the numbers behind LIMIT and OFFSET are none.
fn soql(query: &str) -> String {
    let mut shown = String::new();
    let mut rest = query;
    let mut last_word = String::new();
    while let Some(c) = rest.chars().next() {
        let (taken, kept) = if c == '\'' {
            (literal_bytes(rest), "'…'".to_owned())
        } else if c == '{' {
            // The words of a search.
            let bytes = rest.find('}').map_or(rest.len(), |end| end + 1);
            (bytes, "{…}".to_owned())
        } else if c.is_alphanumeric() {
            let ends = |c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | ':' | '-'));
            let word = &rest[..rest.find(ends).unwrap_or(rest.len())];
            let counts = ["limit", "offset"].contains(&last_word.as_str());
            let kept = match c.is_ascii_alphabetic() || counts {
                true => word,
                false => HIDDEN,
            };
            last_word = word.to_ascii_lowercase();
            (word.len(), kept.to_owned())
        } else {
            (c.len_utf8(), c.to_string())
        };
        shown.push_str(&kept);
        rest = &rest[taken..];
    }
    shown
}

/// Bytes of the literal at the beginning of a text, its quotes included. One without an end takes the rest.
fn literal_bytes(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\'' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// A value with the names of its fields, and without what they hold.
fn value(json: Value) -> Value {
    match json {
        Value::Array(values) => values.into_iter().map(value).collect(),
        Value::Object(fields) => {
            let mut shown = Map::new();
            for (name, held) in fields {
                let held = match held {
                    Value::String(text) if CODES.contains(&name.as_str()) && is_name(&text) => {
                        Value::String(text)
                    }
                    Value::String(text)
                        if TARGETS.contains(&name.as_str()) && text.starts_with("/services/") =>
                    {
                        Value::String(target(&text))
                    }
                    held => value(held),
                };
                let name = if is_name(&name) {
                    name
                } else {
                    HIDDEN.to_owned()
                };
                shown.insert(name, held);
            }
            Value::Object(shown)
        }
        Value::String(_) => HIDDEN.into(),
        Value::Number(_) => 0.into(),
        json @ (Value::Bool(_) | Value::Null) => json,
    }
}

/// The elements of an envelope, without texts and attributes.
fn xml(text: &str) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some(begin) = rest.find('<') {
        if !rest[..begin].trim().is_empty() {
            shown.push_str(HIDDEN);
        }
        let tag = &rest[begin..];
        let Some(end) = tag.find('>') else {
            rest = "";
            break;
        };
        shown.push_str(&element(&tag[1..end]));
        rest = &tag[end + 1..];
    }
    if !rest.trim().is_empty() {
        shown.push_str(HIDDEN);
    }
    shown
}

fn element(tag: &str) -> String {
    let (slash, tag) = match tag.strip_prefix('/') {
        Some(tag) => ("/", tag),
        None => ("", tag),
    };
    let name = tag.split(|c: char| c.is_whitespace() || c == '/').next();
    let name = name.unwrap_or_default();
    let bare = name.rsplit(':').next().unwrap_or_default();
    match is_name(bare) && is_name(&name.replace(':', "")) {
        true => format!(
            "<{slash}{name}{}>",
            if tag.ends_with('/') { "/" } else { "" }
        ),
        false => String::new(),
    }
}

fn is_name(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
    text.len() <= NAME_BYTES_MAX
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(is_plain)
}

fn is_list_of_names(text: &str) -> bool {
    text.split(',').all(is_name)
}
