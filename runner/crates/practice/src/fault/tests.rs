use bytes::Bytes;
use expect_test::{Expect, expect};
use http::Request;
use serde_json::json;
use usher_core::diagnostic::SourceText;

use crate::fault::{FaultKind, Faults};
use crate::testing::{NOW_MS, TestOrg, org};

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

/// What happens to each of these requests.
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
    // What a kind cannot happen to does not count.
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
}

#[track_caller]
fn mistakes(text: &str, expected: Expect) {
    let source = source(text);
    let found = Faults::parse(&source).expect_err("there are mistakes");
    let lines = found.iter().map(|mistake| {
        let at = mistake.span.as_ref().map_or(0, |span| span.start);
        let (line, column) = source.position(at);
        let help = mistake
            .help
            .as_ref()
            .map_or(String::new(), |help| format!(" ({help})"));
        format!(
            "{line}:{column} {}: {}{help}\n",
            mistake.code, mistake.message
        )
    });
    expected.assert_eq(&lines.collect::<String>());
}

#[test]
fn every_mistake_is_told_with_its_place() {
    mistakes(
        r#"
seeed = 1
[[faults]]
kind = "lose-answers"
on = "writes"
[[faults]]
on = 3
nth = 0
times = "ever"
[[faults]]
kind = "stall"
method = "post"
path = "services/data"
nth = 1
chance = 1.5
row = 1
[[faults]]
kind = "throttle"
status = 429
retry_after = -1
"#,
        expect![[r#"
            2:1 faults/unknown-key: a faults file knows no key `seeed` (did you mean `seed`?)
            4:8 faults/unknown-kind: `kind` cannot be `lose-answers` (did you mean `lose-answer`?)
            5:6 faults/unknown-on: `on` cannot be `writes` (did you mean `write`?)
            6:1 faults/missing-key: fault 2 lacks `kind`
            7:6 faults/wrong-type: `on` is not a text
            8:7 faults/out-of-range: `nth` is not a whole number from 1 to 1000000
            9:9 faults/unknown-times: `times` cannot be `ever` (there is `always`)
            10:1 faults/missing-key: fault 3 lacks `ms`
            12:10 faults/unknown-method: `method` cannot be `post` (there is `GET`, `HEAD`, `POST`, `PATCH`, `PUT` and `DELETE`)
            13:8 faults/bad-path: `services/data` does not begin with `/` (write a path without host and query, `*` for one part, `**` for any number)
            15:10 faults/out-of-range: `chance` is not a number above 0 and at most 1
            15:10 faults/contradiction: `nth` and `chance` exclude each other (say which request it is, or how likely it is to be one)
            16:1 faults/unknown-key: fault 3 knows no key `row` (there is `kind`, `ms`, `on`, `method`, `path`, `nth`, `chance` and `times`)
            19:10 faults/out-of-range: `status` is 429: throttling answers with 403 or 503
            20:15 faults/out-of-range: `retry_after` is not a whole number from 0 to 3600
        "#]],
    );
    mistakes(
        "faults = 3",
        expect![[r#"
        1:10 faults/wrong-type: `faults` is not a list of tables
    "#]],
    );
    mistakes(
        "seed = 1",
        expect![[r#"
        1:1 faults/missing-key: a faults file lacks `faults`
    "#]],
    );
    mistakes(
        "faults = [3]",
        expect![[r#"
        1:10 faults/wrong-type: `faults` is not a list of tables
    "#]],
    );
    mistakes(
        "[[faults]",
        expect![[r#"
        1:10 faults/syntax: not TOML: unclosed array table, expected `]`
    "#]],
    );
}

/// Sends amid a fault; status and body.
fn amid(org: &TestOrg, line: &str, body: &str, kind: FaultKind) -> String {
    let mut request = request(line, body);
    let token = format!("Bearer {}", org.token).parse().expect("a header");
    request.headers_mut().insert("Authorization", token);
    let (response, _) = org.practice.exchange_amid(request, NOW_MS, Some(kind));
    let retry = response.headers().get("Retry-After");
    let retry = retry.map_or(String::new(), |value| format!(" Retry-After {value:?}"));
    let body = String::from_utf8_lossy(response.body()).into_owned();
    format!("{}{retry} {body}", response.status().as_u16())
}

#[test]
fn a_throttled_request_does_not_act() {
    let org = org();
    let account = r#"{"Name":"Throttled"}"#;
    let throttle = |status, retry_after_s| FaultKind::Throttle {
        status,
        retry_after_s,
    };
    let line = "POST /services/data/v66.0/sobjects/Account";
    let forbidden = throttle(super::ThrottleStatus::Forbidden, None);
    expect![[
        r#"403 [{"errorCode":"REQUEST_LIMIT_EXCEEDED","message":"TotalRequests Limit exceeded."}]"#
    ]]
    .assert_eq(&amid(&org, line, account, forbidden));
    let unavailable = throttle(super::ThrottleStatus::Unavailable, Some(3));
    expect![[r#"503 Retry-After "3" [{"errorCode":"SERVER_UNAVAILABLE","message":"The server is unavailable for the moment"}]"#]].assert_eq(&amid(&org, line, account, unavailable));
    expect![[r#"500 <?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns="http://soap.sforce.com/2006/04/metadata" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body><soapenv:Fault><faultcode>sf:REQUEST_LIMIT_EXCEEDED</faultcode><faultstring>REQUEST_LIMIT_EXCEEDED: TotalRequests Limit exceeded.</faultstring></soapenv:Fault></soapenv:Body></soapenv:Envelope>"#]].assert_eq(&amid(&org, "POST /services/Soap/m/66.0", "", forbidden));
    org.query(
        "SELECT Id FROM Account WHERE Name = 'Throttled'",
        expect![""],
    );
}

#[test]
fn one_locked_row_leaves_the_others_alone() {
    let org = org();
    let row = |name: &str| json!({ "attributes": { "type": "Account" }, "Name": name });
    let body = json!({ "allOrNone": false, "records": [row("One"), row("Two"), row("Three")] });
    let line = "POST /services/data/v66.0/composite/sobjects";
    let locked = amid(
        &org,
        line,
        &body.to_string(),
        FaultKind::Lock { row: Some(2) },
    );
    expect![[r#"200 [{"errors":[],"id":"001dnH000000001ABA","success":true},{"errors":[{"fields":[],"message":"unable to obtain exclusive access to this record","statusCode":"UNABLE_TO_LOCK_ROW"}],"success":false},{"errors":[],"id":"001dnH000000002ABA","success":true}]"#]].assert_eq(&locked);
    org.query(
        "SELECT Name FROM Account WHERE Name IN ('One', 'Two', 'Three') ORDER BY Name",
        expect![[r#"
            {"Name":"One"}
            {"Name":"Three"}
        "#]],
    );
    let line = "POST /services/data/v66.0/sobjects/Account";
    let busy = amid(
        &org,
        line,
        r#"{"Name":"Four"}"#,
        FaultKind::Busy { row: None },
    );
    expect![[r#"400 [{"errorCode":"ALREADY_IN_PROCESS","fields":[],"message":"the request could not be processed because another one is in process"}]"#]].assert_eq(&busy);
}
