//! The parts that the golden tests of this crate share: an org, and one request as text.

use bytes::Bytes;
use expect_test::Expect;
use http::Request;
use serde_json::{Map, Value};

use crate::{Fixture, Practice, Setup};

mod metadata;

/// 2026-11-22T10:00:00Z.
pub(crate) const NOW_MS: i64 = 1_795_341_600_000;

/// An org with a token, as a test drives it.
pub(crate) struct TestOrg {
    pub(crate) practice: Practice,
    pub(crate) token: String,
    pub(crate) now_ms: i64,
}

/// The base org.
pub(crate) fn org() -> TestOrg {
    org_with("")
}

/// The base org and more records.
pub(crate) fn org_with(fixture: &str) -> TestOrg {
    let setup = Setup {
        seed: 7,
        start: None,
        fixtures: vec![Fixture {
            name: "test",
            text: fixture,
        }],
    };
    let practice = Practice::in_memory(&setup).expect("the fixture is right");
    let token = practice
        .sign_in(None, [7; 16])
        .expect("the base has an administrator");
    TestOrg {
        practice,
        token,
        now_ms: NOW_MS,
    }
}

impl TestOrg {
    /// Sends `METHOD /path` and returns status and body.
    pub(crate) fn send(&self, line: &str, body: &str) -> (u16, Value) {
        self.send_bytes(line, body.as_bytes())
    }

    /// The same with a body that is no text.
    pub(crate) fn send_bytes(&self, line: &str, body: &[u8]) -> (u16, Value) {
        let (method, uri) = line.split_once(' ').expect("a method and a path");
        let request = Request::builder()
            .method(method)
            .uri(
                uri.replace(' ', "+")
                    .replace('\'', "%27")
                    .replace(">", "%3E")
                    .replace("<", "%3C")
                    .replace('"', "%22"),
            )
            .header("Authorization", format!("Bearer {}", self.token))
            .body(Bytes::copy_from_slice(body))
            .expect("a request");
        let response = self.practice.exchange(request, self.now_ms);
        let body = response.body();
        let json = match body.is_empty() {
            true => Value::Null,
            false => serde_json::from_slice(body).expect("answers are JSON"),
        };
        (response.status().as_u16(), json)
    }

    /// Sends `METHOD /path` with more headers, and returns the whole answer.
    pub(crate) fn answer(
        &self,
        line: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> http::Response<Bytes> {
        let (method, uri) = line.split_once(' ').expect("a method and a path");
        let mut request = Request::builder()
            .method(method)
            .uri(uri.replace(' ', "+"))
            .header("Authorization", format!("Bearer {}", self.token));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request
            .body(Bytes::copy_from_slice(body))
            .expect("a request");
        self.practice.exchange(request, self.now_ms)
    }

    /// Sends, and compares status and the whole body.
    #[track_caller]
    pub(crate) fn check(&self, line: &str, body: &str, expected: Expect) {
        let (status, json) = self.send(line, body);
        let text = match json {
            Value::Null => String::new(),
            json => format!("\n{json:#}"),
        };
        expected.assert_eq(&format!("{status}{text}\n"));
    }

    /// The records of a query, each without `attributes`, one a line.
    #[track_caller]
    pub(crate) fn query(&self, soql: &str, expected: Expect) {
        let mut text = String::new();
        for record in self.records(soql) {
            text.push_str(&format!("{}\n", bare(record)));
        }
        expected.assert_eq(&text);
    }

    /// The records of a query.
    #[track_caller]
    pub(crate) fn records(&self, soql: &str) -> Vec<Value> {
        let line = format!(
            "GET /services/data/v66.0/query?q={}",
            soql.replace('%', "%25")
                .replace('+', "%2B")
                .replace('&', "%26")
        );
        let (status, json) = self.send(&line, "");
        assert_eq!(status, 200, "{json}");
        json["records"].as_array().expect("a list").clone()
    }

    /// The id of the one record that the query finds.
    #[track_caller]
    pub(crate) fn id(&self, soql: &str) -> String {
        let records = self.records(soql);
        assert_eq!(records.len(), 1, "{soql}: {records:?}");
        records[0]["Id"].as_str().expect("an id").to_owned()
    }

    /// Creates a record that must be accepted.
    #[track_caller]
    pub(crate) fn create(&self, object: &str, fields: Value) -> String {
        let line = format!("POST /services/data/v66.0/sobjects/{object}");
        let (status, json) = self.send(&line, &fields.to_string());
        assert_eq!(status, 201, "{json}");
        json["id"].as_str().expect("an id").to_owned()
    }

    /// Sends a save that is refused, compares `status code: message [fields]`, and sees to it that the
    /// org is as before.
    #[track_caller]
    pub(crate) fn refused(&self, line: &str, body: Value, expected: Expect) {
        let before = self.dump();
        let (status, json) = self.send(line, &body.to_string());
        let errors = json.as_array().cloned().unwrap_or_default();
        let lines: Vec<String> = errors
            .iter()
            .map(|error| {
                let text = |name: &str| error[name].as_str().unwrap_or_default().to_owned();
                let fields = error
                    .get("fields")
                    .map(|fields| format!(" {fields}"))
                    .unwrap_or_default();
                format!(
                    "{status} {}: {}{fields}",
                    text("errorCode"),
                    text("message")
                )
            })
            .collect();
        expected.assert_eq(&lines.join("\n"));
        assert_eq!(before, self.dump(), "a refused save leaves nothing");
    }

    /// Every row of every object and counter.
    fn dump(&self) -> String {
        let inner = self.practice.inner.lock().expect("no test panicked inside");
        let mut dump = String::new();
        let objects = || crate::schema::OBJECTS.iter().copied();
        let tables = objects().map(|object| object.name.to_owned());
        let bins = objects().filter_map(crate::store::bin);
        let own = [
            "practice_component",
            "practice_counter",
            "practice_custom_field",
            "practice_deletion",
            "practice_deployment",
            "practice_setting",
            "practice_unlinked",
        ];
        for table in tables.chain(bins).chain(own.map(str::to_owned)) {
            let sql = format!("SELECT * FROM \"{table}\" ORDER BY 1");
            let mut statement = inner.db.prepare(&sql).expect("a table");
            let columns = statement.column_count();
            let mut rows = statement.query([]).expect("rows");
            while let Some(row) = rows.next().expect("a row") {
                for column in 0..columns {
                    let value: rusqlite::types::Value = row.get(column).expect("a value");
                    dump.push_str(&format!("{value:?} "));
                }
                dump.push('\n');
            }
        }
        dump
    }
}

/// A zip of texts by path, compressed as clients do.
pub(crate) fn zip(files: &[(&str, &str)]) -> Vec<u8> {
    use std::io::Write as _;

    let mut zip = rawzip::ZipArchiveWriter::new(Vec::new());
    for (path, text) in files {
        let file = zip
            .new_file(*path)
            .compression_method(rawzip::CompressionMethod::DEFLATE);
        let (mut entry, config) = file.start().expect("a file begins");
        let level = flate2::Compression::default();
        let encoder = flate2::write::DeflateEncoder::new(&mut entry, level);
        let mut writer = config.wrap(encoder);
        writer.write_all(text.as_bytes()).expect("memory takes it");
        let (encoder, descriptor) = writer.finish().expect("the file ends");
        encoder.finish().expect("the file ends");
        entry.finish(descriptor).expect("the file ends");
    }
    zip.finish().expect("the zip ends")
}

/// Status, headers but the ones of every answer, and body, as text.
pub(crate) fn shown(response: &http::Response<Bytes>) -> String {
    let mut text = format!("{}\n", response.status().as_u16());
    for (name, value) in response.headers() {
        if name != "content-type" && name != "sforce-limit-info" {
            text.push_str(&format!("{name}: {}\n", value.to_str().expect("text")));
        }
    }
    text.push_str(&String::from_utf8_lossy(response.body()));
    text.push('\n');
    text
}

/// A value without `attributes` in it.
pub(crate) fn bare(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let kept = fields.into_iter().filter(|(name, _)| name != "attributes");
            Value::Object(
                kept.map(|(name, value)| (name, bare(value)))
                    .collect::<Map<_, _>>(),
            )
        }
        Value::Array(items) => items.into_iter().map(bare).collect(),
        other => other,
    }
}
