//! The choice of the request that a fault happens to.

use bytes::Bytes;
use http::Request;
use serde_json::json;
use usher_core::diagnostic::SourceText;

use crate::fault::{FaultKind, Faults};

mod file;
mod kinds;

fn source(text: &str) -> SourceText {
    SourceText {
        name: "faults.toml".to_owned(),
        text: text.to_owned(),
    }
}

fn faults(text: &str) -> Faults {
    Faults::parse(&source(text)).expect("no mistakes")
}

fn request(line: &str, body: &str) -> Request<Bytes> {
    let (method, uri) = line.split_once(' ').expect("a method and a path");
    Request::builder()
        .method(method)
        .uri(uri)
        .body(Bytes::copy_from_slice(body.as_bytes()))
        .expect("a request")
}

/// The fault that happens to each of these requests.
fn happen(text: &str, lines: &[&str]) -> Vec<&'static str> {
    let mut faults = faults(text);
    let kinds = lines.iter().map(|line| faults.next(&request(line, "")));
    kinds
        .map(|kind| kind.as_ref().map_or("-", FaultKind::name))
        .collect()
}

const USERS: &str = "POST /services/data/v66.0/sobjects/User";
const QUERY: &str = "GET /services/data/v66.0/query?q=SELECT+Id+FROM+User";
const ROWS: &str = "PATCH /services/data/v66.0/composite/sobjects";
const PUBLISH: &str = "POST /services/data/v66.0/connect/communities/0DB1/publish";

#[test]
fn the_nth_request_that_fits() {
    let all = [QUERY, USERS, QUERY, ROWS, USERS, PUBLISH];
    let of = |text: &str| happen(text, &all).join(" ");
    assert_eq!(
        of("[[faults]]\nkind = \"fail-before\"\nnth = 3"),
        "- - fail-before - - -"
    );
    assert_eq!(
        of("[[faults]]\nkind = \"lose-answer\"\non = \"write\"\nnth = 2"),
        "- - - lose-answer - -"
    );
    assert_eq!(
        of("[[faults]]\nkind = \"unreachable\"\non = \"read\"\ntimes = \"always\""),
        "unreachable - unreachable - - -"
    );
    assert_eq!(
        of(
            "[[faults]]\nkind = \"throttle\"\nmethod = \"POST\"\npath = \"/services/data/*/sobjects/**\"\ntimes = 5"
        ),
        "- throttle - - throttle -"
    );
    // A request that the kind cannot happen to does not count.
    assert_eq!(of("[[faults]]\nkind = \"lock\"\nnth = 3"), "- - - - lock -");
    assert_eq!(
        of("[[faults]]\nkind = \"job-error\""),
        "- - - - - job-error"
    );
    assert_eq!(of("[[faults]]\nkind = \"busy\"\nnth = 4"), "- - - - - busy");
}

#[test]
fn the_first_of_the_file_happens_and_all_count() {
    let text = "[[faults]]\nkind = \"lock\"\n[[faults]]\nkind = \"busy\"\ntimes = 2";
    assert_eq!(
        happen(text, &[USERS, USERS, USERS]),
        ["lock", "busy", "busy"]
    );
}

#[test]
fn chance_is_drawn_by_the_seed() {
    let text =
        |seed: u64| format!("seed = {seed}\n[[faults]]\nkind = \"fail-before\"\nchance = 0.25");
    let hits = |seed: u64| {
        let kinds = happen(&text(seed), &[QUERY; 400]);
        kinds.iter().map(|kind| *kind != "-").collect::<Vec<_>>()
    };
    assert_eq!(hits(1), hits(1));
    assert_ne!(hits(1), hits(2));
    let count = hits(1).iter().filter(|hit| **hit).count();
    assert!((70..130).contains(&count), "{count} of 400");
    let always = happen(
        "[[faults]]\nkind = \"fail-before\"\nchance = 1",
        &[QUERY; 3],
    );
    assert_eq!(always, ["fail-before"; 3]);
}

#[test]
fn what_only_reads_is_no_write() {
    let text = "[[faults]]\nkind = \"fail-before\"\non = \"write\"\ntimes = \"always\"";
    let hit = |line: &str, body: &str| faults(text).next(&request(line, body)).is_some();
    let composite = "POST /services/data/v66.0/composite";
    let part = |method: &str| {
        json!({ "compositeRequest": [{ "method": method, "url": "/x", "referenceId": "a" }] })
            .to_string()
    };
    assert!(!hit(composite, &part("GET")));
    assert!(hit(composite, &part("PATCH")));
    assert!(hit(composite, "no JSON"));
    assert!(!hit(
        "POST /services/data/v66.0/composite/sobjects/User",
        "{}"
    ));
    assert!(!hit("POST /services/oauth2/userinfo", ""));
    let envelope = |operation: &str| format!("<e><Body><{operation}/></Body></e>");
    let soap = "POST /services/Soap/m/66.0";
    assert!(!hit(soap, &envelope("readMetadata")));
    assert!(hit(soap, &envelope("updateMetadata")));
    let soap = "POST /services/Soap/u/66.0";
    assert!(!hit(soap, &envelope("queryMore")));
    assert!(!hit(soap, &envelope("getUserInfo")));
    assert!(hit(soap, &envelope("create")));
}
