//! Faults inside the org, kind by kind.

use expect_test::expect;
use serde_json::json;

use super::request;
use crate::fault::{FaultKind, Rival, ThrottleStatus};
use crate::testing::{NOW_MS, TestOrg, org};

/// Sends amid a fault; status and body.
fn amid(org: &TestOrg, line: &str, body: &str, kind: FaultKind) -> String {
    let mut request = request(line, body);
    let token = format!("Bearer {}", org.token).parse().expect("a header");
    request.headers_mut().insert("Authorization", token);
    let response = org
        .practice
        .exchange_amid(request, NOW_MS, Some(kind))
        .response;
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
    let forbidden = throttle(ThrottleStatus::Forbidden, None);
    expect![[r#"403 [{"errorCode":"REQUEST_LIMIT_EXCEEDED","message":"ConcurrentPerOrgLongTxn Limit exceeded"}]"#]]
    .assert_eq(&amid(&org, line, account, forbidden.clone()));
    let unavailable = throttle(ThrottleStatus::Unavailable, Some(3));
    expect![[r#"503 Retry-After "3" [{"errorCode":"SERVER_UNAVAILABLE","message":"The server is unavailable for the moment"}]"#]].assert_eq(&amid(&org, line, account, unavailable));
    expect![[r#"500 <?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns="http://soap.sforce.com/2006/04/metadata" xmlns:sf="http://soap.sforce.com/2006/04/metadata" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body><soapenv:Fault><faultcode>sf:REQUEST_LIMIT_EXCEEDED</faultcode><faultstring>REQUEST_LIMIT_EXCEEDED: ConcurrentPerOrgLongTxn Limit exceeded</faultstring></soapenv:Fault></soapenv:Body></soapenv:Envelope>"#]].assert_eq(&amid(&org, "POST /services/Soap/m/66.0", "", forbidden));
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

/// The answer to a request amid each of these faults, and the number of accounts `Hurt` after it.
fn each(faults: &[FaultKind], line: &str, body: &str) -> String {
    let mut told = String::new();
    for kind in faults {
        let org = org();
        let answer = amid(&org, line, body, kind.clone());
        let made = org.records("SELECT Id FROM Account WHERE Name = 'Hurt'");
        told.push_str(&format!("{}: {answer}; made {}\n", kind.name(), made.len()));
    }
    told
}

#[test]
fn what_the_org_answers_itself() {
    let refuse = |row| FaultKind::Refuse {
        row,
        code: "INVALID_STATUS".to_owned(),
        message: "not like this".to_owned(),
    };
    let kinds = [
        refuse(None),
        refuse(Some(1)),
        refuse(Some(2)),
        FaultKind::Limit,
        FaultKind::Error { acts: false },
        FaultKind::Error { acts: true },
        FaultKind::SignOut,
    ];
    let line = "POST /services/data/v66.0/composite/sobjects";
    let row = json!({ "attributes": { "type": "Account" }, "Name": "Hurt" });
    let body = json!({ "allOrNone": false, "records": [row] }).to_string();
    expect![[r#"
        refuse: 400 [{"errorCode":"INVALID_STATUS","message":"not like this"}]; made 0
        refuse: 200 [{"errors":[{"fields":[],"message":"not like this","statusCode":"INVALID_STATUS"}],"success":false}]; made 0
        refuse: 200 [{"errors":[],"id":"001dnH000000001ABA","success":true}]; made 1
        limit: 403 [{"errorCode":"REQUEST_LIMIT_EXCEEDED","message":"TotalRequests Limit exceeded."}]; made 0
        error: 500 [{"errorCode":"UNKNOWN_EXCEPTION","message":"An unexpected error occurred. Please include this ErrorId if you contact support: 1234567890-12345 (1234567890)"}]; made 0
        error: 500 [{"errorCode":"UNKNOWN_EXCEPTION","message":"An unexpected error occurred. Please include this ErrorId if you contact support: 1234567890-12345 (1234567890)"}]; made 1
        sign-out: 401 [{"errorCode":"INVALID_SESSION_ID","message":"Session expired or invalid"}]; made 0
    "#]].assert_eq(&each(&kinds, line, &body));
    let soap = [FaultKind::Error { acts: false }, FaultKind::SignOut];
    let told = each(&soap, "POST /services/Soap/m/66.0", "");
    let faults = told.lines().map(|line| {
        let (kind, rest) = line.split_once(": ").expect("a kind");
        let (_, fault) = rest.split_once("<soapenv:Fault>").expect("a fault");
        format!("{kind}: {} {fault}\n", &rest[..3])
    });
    expect![[r#"
        error: 500 <faultcode>sf:UNKNOWN_EXCEPTION</faultcode><faultstring>UNKNOWN_EXCEPTION: An unexpected error occurred. Please include this ErrorId if you contact support: 1234567890-12345 (1234567890)</faultstring></soapenv:Fault></soapenv:Body></soapenv:Envelope>; made 0
        sign-out: 500 <faultcode>sf:INVALID_SESSION_ID</faultcode><faultstring>INVALID_SESSION_ID: Invalid Session ID found in SessionHeader: Illegal Session</faultstring></soapenv:Fault></soapenv:Body></soapenv:Envelope>; made 0
    "#]].assert_eq(&faults.collect::<String>());
}

fn rival(method: &str, path: &str, body: &str, by: Option<&str>) -> FaultKind {
    FaultKind::Rival(Rival {
        method: method.parse().expect("a method"),
        path: path.to_owned(),
        body: body.to_owned(),
        by: by.map(str::to_owned),
    })
}

/// Sends amid a rival; what they were answered.
fn beside(org: &TestOrg, line: &str, body: &str, kind: FaultKind) -> (u16, Option<String>) {
    let mut request = request(line, body);
    let token = format!("Bearer {}", org.token).parse().expect("a header");
    request.headers_mut().insert("Authorization", token);
    let exchanged = org.practice.exchange_amid(request, NOW_MS, Some(kind));
    (exchanged.response.status().as_u16(), exchanged.rival)
}

#[test]
fn somebody_else_acts_right_before_the_request() {
    let org = org();
    let id = org.create("Account", json!({ "Name": "Ours" }));
    let path = format!("sobjects/Account/{id}");
    let line = format!("GET /services/data/v66.0/{path}");
    let patch = |name: &str, by| {
        let body = json!({ "Name": name }).to_string();
        rival("PATCH", &path, &body, by)
    };
    let told = |status: u16, rival: &str| (status, Some(rival.to_owned()));
    assert_eq!(
        beside(&org, &line, "", patch("Theirs", None)),
        told(200, "204")
    );
    let soql = "SELECT Name, CreatedBy.Username, LastModifiedBy.Username FROM Account WHERE Name IN ('Theirs', 'Sams')";
    org.query(soql, expect![[r#"
        {"CreatedBy":{"Username":"admin@practice.usher.example"},"LastModifiedBy":{"Username":"second.admin@practice.usher.example"},"Name":"Theirs"}
    "#]]);
    // One made for it is enough.
    let post = rival("POST", "sobjects/Account", r#"{"Name":"Sams"}"#, None);
    assert_eq!(beside(&org, &line, "", post), told(200, "201"));
    org.query(soql, expect![[r#"
        {"CreatedBy":{"Username":"admin@practice.usher.example"},"LastModifiedBy":{"Username":"second.admin@practice.usher.example"},"Name":"Theirs"}
        {"CreatedBy":{"Username":"second.admin@practice.usher.example"},"LastModifiedBy":{"Username":"second.admin@practice.usher.example"},"Name":"Sams"}
    "#]]);
    let bad = rival("POST", "sobjects/Account", r#"{"Nme":"x"}"#, None);
    assert_eq!(beside(&org, &line, "", bad), told(200, "400 INVALID_FIELD"));
    let nobody = patch("Nobodys", Some("ian.inactive@practice.usher.example"));
    assert_eq!(beside(&org, &line, "", nobody), told(200, "no active user"));
    // They may take away what the request is about.
    let delete = rival("DELETE", &path, "", Some("admin@practice.usher.example"));
    assert_eq!(beside(&org, &line, "", delete), told(404, "204"));
}
