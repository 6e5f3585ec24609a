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
use crate::report::row::Row;
use crate::report::words::{self, count, scalar};

/// More values of one body than this are counted, not listed. Values that raise privileges are always listed.
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
        self.subject(detail)
    }

    fn subject(&self, detail: Detail) -> String {
        let segments = self.path.segments.iter().map(|one| match one {
            // It is sent as one segment, and looks like two.
            Scalar::Text(text) if text.contains('/') => text::quoted(text),
            one => scalar(one, detail),
        });
        let segments: Vec<String> = segments.collect();
        let secrets = secrets(self.body.as_deref());
        format!("{} {}{secrets}", self.method.name(), segments.join("/"))
    }

    /// Query and body, value by value.
    fn rows(&self, _before: Option<&Record>, detail: Detail) -> Vec<Row> {
        listed(self, detail).0
    }

    fn contents(&self, _before: Option<&Record>, detail: Detail, indent: usize, page: &mut Page) {
        let (rows, hidden) = listed(self, detail);
        for row in rows {
            page.line(indent, row.text());
        }
        if hidden > 0 {
            let (hidden, how) = (count(hidden, "value"), words::shows_all(detail));
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

/// The values of query and body that are listed, and how many more there are.
fn listed(request: &RestRequest, detail: Detail) -> (Vec<Row>, usize) {
    let query = request.path.query.iter().map(|field| {
        let value = scalar(&field.value, detail);
        let row = Row::new(format!("?{}", text::value(&field.name)), value);
        let raises = privilege::is_raising(field);
        Row { raises, ..row }
    });
    let mut rows: Vec<Row> = query.collect();
    let Some(body) = &request.body else {
        return (rows, 0);
    };
    let Ok(json) = serde_json::from_str(body) else {
        rows.push(Row::new("body".to_owned(), words::text(body, detail)));
        return (rows, 0);
    };
    let mut values = Vec::new();
    flatten(&json, String::new(), "", &mut values);
    let raises = |value: &BodyValue<'_>| privilege::raises(value.name, value.value);
    values.sort_by_key(|value| !raises(value));
    let listed = match detail {
        Detail::Full => values.len(),
        Detail::Normal | Detail::Undo => {
            VALUES_LISTED_MAX.max(values.iter().filter(|value| raises(value)).count())
        }
    };
    let hidden = values.len().saturating_sub(listed);
    rows.extend(values.into_iter().take(listed).map(|one| Row {
        raises: raises(&one),
        ..Row::new(one.at, words::value(one.value, detail))
    }));
    (rows, hidden)
}

/// One value of a body.
struct BodyValue<'a> {
    /// `records[0].Email`
    at: String,
    /// The name of the value.
    name: &'a str,
    value: &'a Value,
}

/// Collects every value of the body, in order, with its place. An empty list or object is a value, too.
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
