//! Bulk jobs as clients see them: JSON and CSV in, JSON and CSV out.

use bytes::Bytes;
use expect_test::{Expect, expect};
use http::{Request, Response};
use serde_json::{Value, json};

use crate::testing::{TestOrg, org};

mod classic;
mod ingest;
mod large;
mod query;
mod upsert;

const JOBS: &str = "/services/data/v66.0/jobs";

impl TestOrg {
    fn bulk(&self, line: &str, headers: &[(&str, &str)], body: &str) -> Response<Bytes> {
        let (method, path) = line.split_once(' ').expect("a method and a path");
        let path = match path.starts_with("/services") {
            true => path.to_owned(),
            false => format!("{JOBS}/{path}"),
        };
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("Authorization", format!("Bearer {}", self.token));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Bytes::copy_from_slice(body.as_bytes()));
        self.practice
            .exchange(request.expect("a request"), self.now_ms)
    }

    /// Sends, and compares the status and the whole body.
    #[track_caller]
    fn bulk_check(&self, line: &str, body: &str, expected: Expect) {
        let response = self.bulk(line, &[], body);
        let status = response.status().as_u16();
        let text = String::from_utf8_lossy(response.body()).into_owned();
        let text = match serde_json::from_str::<Value>(&text) {
            Ok(json) if !text.is_empty() => format!("{json:#}\n"),
            _ => text,
        };
        expected.assert_eq(&format!("{status}\n{text}"));
    }

    /// Makes a job from a body and says its id.
    #[track_caller]
    fn bulk_job(&self, face: &str, body: &Value) -> String {
        let response = self.bulk(&format!("POST {face}"), &[], &body.to_string());
        let text = String::from_utf8_lossy(response.body()).into_owned();
        assert_eq!(response.status(), 200, "{text}");
        let job: Value = serde_json::from_str(&text).expect("JSON");
        job["id"].as_str().expect("an id").to_owned()
    }

    /// Makes a job, gives it its data, and waits for its end; says its id and what is known of it.
    #[track_caller]
    fn bulk_load(&self, body: &Value, csv: &str) -> (String, Value) {
        let id = self.bulk_job("ingest", body);
        let put = self.bulk(&format!("PUT ingest/{id}/batches"), &[], csv);
        assert_eq!(put.status(), 201);
        let state = r#"{"state":"UploadComplete"}"#;
        let patched = self.bulk(&format!("PATCH ingest/{id}"), &[], state);
        assert_eq!(patched.status(), 200);
        let info = self.bulk_end("ingest", &id);
        (id, info)
    }

    /// Looks at a job until it has ended.
    #[track_caller]
    fn bulk_end(&self, face: &str, id: &str) -> Value {
        for _ in 0..100 {
            let response = self.bulk(&format!("GET {face}/{id}"), &[], "");
            let info: Value = serde_json::from_slice(response.body()).expect("JSON");
            let state = info["state"].as_str().expect("a state");
            if !matches!(state, "Open" | "UploadComplete" | "InProgress") {
                return info;
            }
        }
        panic!("the job does not end");
    }

    /// Loads, and compares the end: state, counts, error, and the lists of results.
    #[track_caller]
    fn loaded(&self, body: &Value, csv: &str, expected: Expect) {
        let (id, info) = self.bulk_load(body, csv);
        let mut text = format!(
            "{} processed {} failed {}",
            info["state"].as_str().expect("a state"),
            info["numberRecordsProcessed"],
            info["numberRecordsFailed"]
        );
        if let Some(error) = info["errorMessage"].as_str() {
            text.push_str(&format!(" {error}"));
        }
        for list in ["successfulResults", "failedResults", "unprocessedrecords"] {
            let response = self.bulk(&format!("GET ingest/{id}/{list}"), &[], "");
            assert_eq!(
                response.headers()["content-type"],
                "text/csv; charset=UTF-8"
            );
            let lines = String::from_utf8_lossy(response.body()).into_owned();
            if lines.trim_end().contains('\n') {
                text.push_str(&format!("\n{list}\n{}", lines.trim_end()));
            }
        }
        // A carriage return is shown: a source file cannot hold it.
        expected.assert_eq(&text.replace('\r', "\\r"));
    }
}

fn job(operation: &str, object: &str) -> Value {
    json!({ "operation": operation, "object": object })
}
