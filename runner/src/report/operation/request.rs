//! REST requests: the path, and every value of query and body in a line of its own.

use serde_json::{Value, json};
use usher_core::change::tokens_in;
use usher_core::operation::RestRequest;
use usher_core::privilege;
use usher_core::read::Record;
use usher_core::text;
use usher_core::value::{Scalar, Token};

use crate::page::Page;
use crate::report::Detail;
use crate::report::effect::fields_json;
use crate::report::operation::Shown;
use crate::report::words::{self, count, scalar};

/// More values of one body than this are counted, not listed. What raises privileges is always listed.
const VALUES_LISTED_MAX: usize = 40;

/// The secrets that a body sends, by name.
fn secrets(body: Option<&str>) -> String {
    let body = body.and_then(|body| serde_json::from_str(body).ok());
    let mut tokens = Vec::new();
    tokens_in(&body.unwrap_or(Value::Null), &mut tokens);
    let names = tokens.into_iter().filter_map(|token| match token {
        Token::Input(name) => Some(format!(" ← the secret `{}`", text::value(&name))),
        _ => None,
    });
    names.collect()
}

impl Shown for RestRequest {
    fn words(&self, _before: Option<&Record>, detail: Detail) -> String {
        let segments = self.path.segments.iter().map(|one| match one {
            // It is sent as one segment, and looks like two.
            Scalar::Text(text) if text.contains('/') => text::quoted(text),
            one => scalar(one, detail),
        });
        let segments: Vec<String> = segments.collect();
        let secrets = secrets(self.body.as_deref());
        format!("{} {}{secrets}", self.method.name(), segments.join("/"))
    }

    fn contents(&self, _before: Option<&Record>, detail: Detail, indent: usize, page: &mut Page) {
        for field in &self.path.query {
            let (name, value) = (text::value(&field.name), scalar(&field.value, detail));
            page.line(indent, format!("?{name}: {value}"));
        }
        let Some(body) = &self.body else {
            return;
        };
        let Ok(json) = serde_json::from_str(body) else {
            return page.line(indent, format!("body: {}", words::text(body, detail)));
        };
        let mut values = Vec::new();
        flatten(&json, String::new(), "", &mut values);
        values.sort_by_key(|value| !privilege::raises(value.name, value.value));
        let listed = match detail {
            Detail::Full => values.len(),
            Detail::Normal | Detail::Undo => {
                let raising = |value: &&BodyValue<'_>| privilege::raises(value.name, value.value);
                VALUES_LISTED_MAX.max(values.iter().filter(raising).count())
            }
        };
        for BodyValue { at, value, .. } in values.iter().take(listed) {
            let value = words::value(value, detail);
            page.line(indent, format!("{at}: {value}"));
        }
        if values.len() > listed {
            let hidden = count(values.len() - listed, "value");
            let how = words::shows_all(detail);
            page.line(indent, format!("… {hidden} more {how}"));
        }
    }

    fn json(&self, _before: Option<&Record>) -> (Value, Value) {
        let segments = self.path.segments.iter().map(|part| part.to_json());
        let segments: Vec<Value> = segments.collect();
        let body = self.body.as_deref();
        let body = body.and_then(|body| serde_json::from_str(body).ok());
        let mut shown =
            json!({ "verb": "request", "method": self.method.name(), "path": segments });
        if !self.path.query.is_empty() {
            shown["query"] = fields_json(&self.path.query);
        }
        (shown, body.unwrap_or(Value::Null))
    }
}

/// One value of a body.
struct BodyValue<'a> {
    /// `records[0].Email`
    at: String,
    /// The name that it stands under.
    name: &'a str,
    value: &'a Value,
}

/// Every value of the body, in order, by where it stands. An empty list or object is a value, too.
fn flatten<'a>(json: &'a Value, at: String, name: &'a str, found: &mut Vec<BodyValue<'a>>) {
    match json {
        Value::Object(members)
            if !members.is_empty() && !members.keys().any(|key| key.starts_with('$')) =>
        {
            for (name, value) in members {
                let shown = match name.contains(['.', '[']) {
                    true => text::quoted(name),
                    false => text::value(name),
                };
                let at = match at.is_empty() {
                    true => shown,
                    false => format!("{at}.{shown}"),
                };
                flatten(value, at, name, found);
            }
        }
        Value::Array(values) if !values.is_empty() => {
            for (index, value) in values.iter().enumerate() {
                flatten(value, format!("{at}[{index}]"), name, found);
            }
        }
        value => found.push(BodyValue {
            at: match at.is_empty() {
                true => "body".to_owned(),
                false => at,
            },
            name,
            value,
        }),
    }
}
