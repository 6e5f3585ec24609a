//! Hides secrets of a run in the org's answers: the org may repeat a secret in an error or a value, and answers are
//! shown and written down.

mod parts;

use std::collections::BTreeMap;

use bytes::Bytes;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use usher_core::id;
use usher_core::read::Record;

use crate::veil::parts::Parts;

/// Stands for a secret.
const HIDDEN: &str = "***";

/// A value repeats a secret of at least so many bytes; a shorter one may be part of any value by chance, and a
/// changed value would be another one. In texts for people every secret is hidden.
const IN_VALUES_BYTES_MIN: usize = 4;

/// A run of letters and digits of at least so many bytes is looked for before anything else: it is the same however
/// the secret around it is written.
const RUN_BYTES_MIN: usize = 8;

/// An access token has at least so many bytes. A shorter one is none, and may be part of any answer by chance.
const TOKEN_BYTES_MIN: usize = 8;

/// Hides secrets.
#[derive(Clone, Default)]
pub(crate) struct Veil {
    /// Each secret in every way in which it may be written, the longest first.
    in_texts: Vec<String>,
    in_values: Vec<String>,
    /// A value that holds none of these holds no secret.
    signs: Vec<String>,
    /// Parts of a token: an answer may repeat a token cut off, or with its `!` written in any way.
    parts: Parts,
}

impl Veil {
    /// Hides these values.
    pub(crate) fn of<'a>(secrets: impl Iterator<Item = &'a Value>) -> Self {
        let mut veil = Self::default();
        for secret in secrets {
            let secret = usher_core::known::as_text(secret);
            if secret.trim().is_empty() {
                continue;
            }
            let written = written(&secret);
            if secret.len() >= IN_VALUES_BYTES_MIN {
                veil.signs.extend(signs(&secret, &written));
                veil.in_values.extend(written.iter().cloned());
            }
            veil.in_texts.extend(written);
        }
        // A shorter way to write it must not leave the rest of a longer one.
        veil.in_texts.sort_by_key(|it| std::cmp::Reverse(it.len()));
        veil.in_values.sort_by_key(|it| std::cmp::Reverse(it.len()));
        veil
    }

    /// Hides an access token, and what is secret in it: the part after the id of the org and `!`.
    pub(crate) fn of_token(token: &str) -> Self {
        let secret = token.split_once('!').map_or(token, |(_, secret)| secret);
        let secrets = [token, secret].into_iter();
        let secrets: Vec<Value> = secrets
            .filter(|secret| secret.len() >= TOKEN_BYTES_MIN)
            .map(Value::from)
            .collect();
        Self {
            parts: Parts::of(secret),
            ..Self::of(secrets.iter())
        }
    }

    /// Says whether there is something to hide, but for a token.
    pub(crate) fn hides(&self) -> bool {
        !self.in_texts.is_empty()
    }

    /// Hides what both hide.
    pub(crate) fn and(&self, other: &Self) -> Self {
        let all = |ours: &[String], others: &[String]| {
            let mut all = [ours, others].concat();
            all.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
            all.dedup();
            all
        };
        Self {
            in_texts: all(&self.in_texts, &other.in_texts),
            in_values: all(&self.in_values, &other.in_values),
            signs: all(&self.signs, &other.signs),
            parts: self.parts.and(&other.parts),
        }
    }

    /// The body of an answer, before anybody reads it.
    pub(crate) fn body(&self, body: Bytes) -> Bytes {
        let text = String::from_utf8_lossy(&body);
        if !self.is_in(&text) {
            return body;
        }
        let mut text = text.into_owned();
        self.hide_in_value(&mut text);
        Bytes::from(text)
    }

    /// A text of an answer.
    pub(crate) fn answer(&self, text: &mut String) {
        if self.is_in(text) {
            self.hide_in_value(text);
        }
    }

    fn is_in(&self, text: &str) -> bool {
        self.signs.iter().any(|sign| text.contains(sign.as_str())) || self.parts.may_be_in(text)
    }

    fn hide_in_value(&self, text: &mut String) {
        hide(&self.in_values, text);
        self.parts.hide(text);
    }

    /// A text for people.
    pub(crate) fn text(&self, text: &mut String) {
        hide(&self.in_texts, text);
        self.parts.hide(text);
    }

    /// Takes the fields out of a record that repeat a secret: hidden, they would be restored as what hides them.
    pub(crate) fn record(&self, record: &mut Record) {
        record.retain(|_, value| {
            let mut hidden = value.clone();
            self.value(&mut hidden);
            hidden == *value
        });
    }

    /// A value of the org.
    pub(crate) fn value(&self, value: &mut Value) {
        match value {
            Value::String(text) if self.is_secret(text) => HIDDEN.clone_into(text),
            // A secret that an id holds by chance changes none: every later change needs it.
            Value::String(text) if id::canonical(text).is_none() && self.is_in(text) => {
                self.hide_in_value(text);
            }
            Value::Number(number) if self.is_secret(&number.to_string()) => {
                *value = Value::from(HIDDEN);
            }
            Value::Array(values) => values.iter_mut().for_each(|value| self.value(value)),
            Value::Object(object) if !object.keys().any(|name| self.is_in(name)) => {
                object.values_mut().for_each(|value| self.value(value));
            }
            Value::Object(object) => {
                let fields = std::mem::take(object).into_iter();
                *object = fields
                    .map(|(mut name, mut value)| {
                        self.hide_in_value(&mut name);
                        self.value(&mut value);
                        (name, value)
                    })
                    .collect();
            }
            _ => {}
        }
    }

    /// Values of the org by name, without those that repeat a secret: nothing may be made of what hides them.
    pub(crate) fn values(&self, values: &mut BTreeMap<String, Value>) {
        values.retain(|_, value| {
            let mut hidden = value.clone();
            self.value(&mut hidden);
            hidden == *value
        });
    }

    fn is_secret(&self, text: &str) -> bool {
        self.in_values.iter().any(|secret| secret == text)
    }
}

fn hide(written: &[String], text: &mut String) {
    for way in written {
        if text.contains(way.as_str()) {
            *text = text.replace(way.as_str(), HIDDEN);
        }
    }
}

/// Texts of which every way to write a secret holds one.
fn signs(secret: &str, written: &[String]) -> Vec<String> {
    let runs = secret.split(|c: char| !c.is_ascii_alphanumeric());
    match runs.max_by_key(|run| run.len()) {
        Some(run) if run.len() >= RUN_BYTES_MIN => {
            let others = written.iter().filter(|way| !way.contains(run));
            others.cloned().chain([run.to_owned()]).collect()
        }
        _ => written.to_vec(),
    }
}

/// The same with its escapes in small letters.
fn with_small_escapes(percent: &str) -> String {
    let mut parts = percent.split('%');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (escape, rest) = part.split_at(part.len().min(2));
        text.push('%');
        text.push_str(&escape.to_ascii_lowercase());
        text.push_str(rest);
    }
    text
}

/// The ways in which an org may repeat a text: as it is, in a URL, in JSON, in XML, in base64.
fn written(secret: &str) -> Vec<String> {
    let percent = utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string();
    let unreserved = percent
        .replace("%2D", "-")
        .replace("%2E", ".")
        .replace("%5F", "_")
        .replace("%7E", "~");
    let form = unreserved.replace("%20", "+").replace('~', "%7E");
    let json = Value::from(secret).to_string();
    let json = json[1..json.len() - 1].to_owned();
    let xml = secret
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let attribute = xml.replace('"', "&quot;").replace('\'', "&apos;");
    let page = xml.replace('"', "&quot;").replace('\'', "&#39;");
    let base64 = base64(secret.as_bytes());
    let bare = base64.trim_end_matches('=').to_owned();
    let in_urls = bare.replace('+', "-").replace('/', "_");
    let mut ways = vec![
        secret.to_owned(),
        with_small_escapes(&percent),
        with_small_escapes(&unreserved),
        percent,
        unreserved,
        form,
        json.replace('/', "\\/"),
        json,
        xml,
        attribute,
        page,
        base64,
        bare,
        in_urls,
    ];
    ways.sort();
    ways.dedup();
    ways
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let all = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            if at > chunk.len() {
                text.push('=');
            } else {
                let letter = all >> (18 - 6 * at) & 63;
                text.push(char::from(LETTERS[letter as usize]));
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Veil, base64};

    #[test]
    fn a_secret_is_hidden_however_it_is_written() {
        let secret = json!("p&ss \"w/rd~ü");
        let veil = Veil::of([&secret].into_iter());
        for written in [
            "p&ss \"w/rd~ü",
            "p%26ss%20%22w%2Frd~%C3%BC",
            "p%26ss%20%22w%2frd%7e%c3%bc",
            "p%26ss+%22w%2Frd%7E%C3%BC",
            "p&ss \\\"w/rd~ü",
            "p&amp;ss \"w/rd~ü",
            "p&amp;ss &quot;w/rd~ü",
            "cCZzcyAidy9yZH7DvA==",
            "cCZzcyAidy9yZH7DvA",
        ] {
            let mut text = format!("no: {written}, {written}.");
            veil.text(&mut text);
            assert_eq!(text, "no: ***, ***.", "{written}");
        }
        let mut record = json!({"Title": "p&ss \"w/rd~ü", "Phone": "1"});
        veil.record(record.as_object_mut().expect("an object"));
        assert_eq!(record, json!({"Phone": "1"}));
        let mut value = json!({"a": ["x p&ss \"w/rd~ü"], "id": "005Jca000000005IAA"});
        veil.value(&mut value);
        assert_eq!(value, json!({"a": ["x ***"], "id": "005Jca000000005IAA"}));
    }

    #[test]
    fn a_value_that_is_the_secret_is_hidden_whatever_its_shape() {
        let secrets = [json!("abc123def456ghi"), json!("482913"), json!("a1")];
        let veil = Veil::of(secrets.iter());
        let mut value =
            json!({"abc123def456ghi": 1, "id": "abc123def456ghi", "pin": 482913, "short": "a1"});
        veil.value(&mut value);
        assert_eq!(
            value,
            json!({"***": 1, "id": "***", "pin": "***", "short": "a1"})
        );
        let mut values = [("kept", json!(7)), ("echo", json!("x 482913"))];
        let mut values = values
            .iter_mut()
            .map(|(name, value)| (name.to_owned(), value.take()))
            .collect();
        veil.values(&mut values);
        assert_eq!(json!(values), json!({"kept": 7}));
    }

    #[test]
    fn small_letters_in_escapes_hide_nothing_else() {
        let secret = json!("Pass/Word é");
        let veil = Veil::of([&secret].into_iter());
        let mut text = "Pass%2fWord%20%c3%a9 Pass%2FWord%20%C3%A9".to_owned();
        veil.text(&mut text);
        assert_eq!(text, "*** ***");
    }

    #[test]
    fn a_token_is_hidden_in_a_body_and_in_what_is_read_of_it() {
        let token = "00DJca000000001!AQ.x_y";
        let veil = Veil::of_token(token);
        let hidden = |body: String| {
            let body = veil.body(body.into_bytes().into());
            String::from_utf8(body.to_vec()).expect("a text")
        };
        assert_eq!(
            hidden(format!("<p>Bearer {token}</p>")),
            "<p>Bearer ***</p>"
        );
        assert_eq!(hidden("00DJca000000001%21AQ.x_y".to_owned()), "***");
        assert_eq!(hidden("MDBESmNhMDAwMDAwMDAxIUFRLnhfeQ==".to_owned()), "***");
        // The id of the org, with which a token begins, is no secret.
        assert_eq!(hidden("00DJca000000001".to_owned()), "00DJca000000001");
        let mut value =
            json!({"a": ["00DJca000000001!AQ.x_y"], "00DJca000000001!AQ.x_y": "00DJca000000001"});
        veil.value(&mut value);
        assert_eq!(value, json!({"a": ["***"], "***": "00DJca000000001"}));
        // The part after the id of the org and `!` is hidden however `!` is written.
        let token = "00DJca000000001!AQEAQNlG5.x_yZ0123456789abcdefghijklmnop";
        let veil = Veil::of_token(token);
        for between in ["&#33;", "&#x21;", "&excl;", "%2521", "\\u0021", " "] {
            let repeated = token.replace('!', between);
            let mut text = format!("no: {repeated}.");
            let expected = format!("no: 00DJca000000001{between}***.");
            assert_eq!(veil.body(text.clone().into()), expected);
            let mut value = json!({"a": text});
            veil.value(&mut value);
            assert_eq!(value, json!({"a": expected}));
            veil.text(&mut text);
            assert_eq!(text, expected);
        }
        // Cut off, and inside a longer text in base64.
        for (repeated, expected) in [
            (
                "<p>00DJca000000001!AQEAQNlG5.x_yZ01",
                "<p>00DJca000000001!***",
            ),
            ("x 23456789abcdefgh y", "x *** y"),
            ("x 23456789abcdefg y", "x 23456789abcdefg y"),
        ] {
            assert_eq!(veil.body(repeated.into()), expected);
        }
        for before in ["", "Bearer ", "user:", "ab", "a"] {
            let coded = base64(format!("{before}{token}").as_bytes());
            let body = veil.body(coded.into());
            let body = String::from_utf8_lossy(&body);
            assert!(body.len() < 40, "{before}: {body}");
        }
        let short = Veil::of_token("token");
        assert_eq!(short.body("a token".into()), "a token");
    }

    #[test]
    fn short_secrets_change_no_value() {
        let secret = json!("a1");
        let veil = Veil::of([&secret].into_iter());
        let mut value = json!("ba1b");
        veil.value(&mut value);
        assert_eq!(value, json!("ba1b"));
        let mut text = "ba1b".to_owned();
        veil.text(&mut text);
        assert_eq!(text, "b***b");
        let mut text = "abc".to_owned();
        Veil::of([&json!("")].into_iter()).text(&mut text);
        assert_eq!(text, "abc");
    }

    #[test]
    fn base64_is_as_in_its_standard() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }
}
