//! Pages of a query (docs/salesforce/queries.md#pages).

use bytes::Bytes;
use expect_test::expect;
use http::Request;
use serde_json::{Value, json};

use super::S;
use crate::testing::{TestOrg, org};

/// The answer to a query whose pages have that size.
fn sized(org: &TestOrg, soql: &str, size: &str) -> Value {
    let request = Request::builder()
        .uri(format!("{S}/query?q={}", soql.replace(' ', "+")))
        .header("Authorization", format!("Bearer {}", org.token))
        .header("Sforce-Query-Options", format!("batchSize={size}"))
        .body(Bytes::new())
        .expect("a request");
    let response = org.practice.exchange(request, org.now_ms);
    serde_json::from_slice(response.body()).expect("answers are JSON")
}

/// Names that differ in their order.
fn many(org: &TestOrg, count: usize) {
    for from in (0..count).step_by(200) {
        let records: Vec<Value> = (from..count.min(from + 200))
            .map(|place| json!({ "attributes": { "type": "Contact" }, "LastName": format!("N{place:05}") }))
            .collect();
        let (status, _) = org.send(
            &format!("POST {S}/composite/sobjects"),
            &json!({ "records": records }).to_string(),
        );
        assert_eq!(status, 200);
    }
}

/// Size, end and total of an answer, and the last name on it.
fn page(answer: &Value) -> String {
    let records = answer["records"].as_array().expect("records");
    let last = records
        .last()
        .map_or(Value::Null, |record| record["LastName"].clone());
    format!(
        "{} of {} done {} last {last}\n",
        records.len(),
        answer["totalSize"],
        answer["done"]
    )
}

#[test]
fn pages_have_the_size_that_was_asked_for() {
    let org = org();
    many(&org, 2_450);
    let soql = "SELECT LastName FROM Contact ORDER BY LastName";
    let mut text = String::new();
    for size in [
        "200", "777", "2000", "199", "1", "2001", "100000", "0", "-5", "x",
    ] {
        let mut answer = sized(&org, soql, size);
        text.push_str(&format!("batchSize {size}: {}", page(&answer)));
        let mut pages = 1;
        while let Some(next) = answer["nextRecordsUrl"].as_str() {
            answer = org.send(&format!("GET {next}"), "").1;
            pages += 1;
        }
        text.push_str(&format!("  page {pages}: {}", page(&answer)));
    }
    // With an offset there is one page.
    let (_, answer) = org.send(&format!("GET {S}/query?q={soql} OFFSET 10"), "");
    text.push_str(&format!("OFFSET 10: {}", page(&answer)));
    let (_, answer) = org.send(
        &format!("GET {S}/query?q={soql} LIMIT 2200 OFFSET 2000"),
        "",
    );
    text.push_str(&format!("LIMIT 2200 OFFSET 2000: {}", page(&answer)));
    // Groups have one page.
    for limit in ["", " LIMIT 2000"] {
        let soql = format!("SELECT LastName, COUNT(Id) FROM Contact GROUP BY LastName{limit}");
        let (status, body) = org.send(&format!("GET {S}/query?q={soql}"), "");
        match status {
            200 => text.push_str(&page(&body)),
            _ => text.push_str(&format!("{status} {body}\n")),
        }
    }
    let (status, body) = org.send(&format!("GET {S}/query?explain={soql}"), "");
    text.push_str(&format!("explain: {status} {body}\n"));
    expect![[r#"
        batchSize 200: 200 of 2450 done false last "N00199"
          page 13: 50 of 2450 done true last "N02449"
        batchSize 777: 777 of 2450 done false last "N00776"
          page 4: 119 of 2450 done true last "N02449"
        batchSize 2000: 2000 of 2450 done false last "N01999"
          page 2: 450 of 2450 done true last "N02449"
        batchSize 199: 200 of 2450 done false last "N00199"
          page 13: 50 of 2450 done true last "N02449"
        batchSize 1: 200 of 2450 done false last "N00199"
          page 13: 50 of 2450 done true last "N02449"
        batchSize 2001: 2000 of 2450 done false last "N01999"
          page 2: 450 of 2450 done true last "N02449"
        batchSize 100000: 2000 of 2450 done false last "N01999"
          page 2: 450 of 2450 done true last "N02449"
        batchSize 0: 200 of 2450 done false last "N00199"
          page 13: 50 of 2450 done true last "N02449"
        batchSize -5: 2000 of 2450 done false last "N01999"
          page 2: 450 of 2450 done true last "N02449"
        batchSize x: 2000 of 2450 done false last "N01999"
          page 2: 450 of 2450 done true last "N02449"
        OFFSET 10: 2000 of 2000 done true last "N02009"
        LIMIT 2200 OFFSET 2000: 450 of 450 done true last "N02449"
        400 [{"errorCode":"EXCEEDED_ID_LIMIT","message":"Aggregate query does not support queryMore(), use LIMIT to restrict the results to a single batch"}]
        2000 of 2000 done true last "N01999"
        explain: 400 [{"errorCode":"MALFORMED_QUERY","message":"the practice org does not know plans of queries: explain"}]
    "#]]
    .assert_eq(&text);
}

/// Size, total and end of a nested result, its names from and to, and its next page.
fn nested(result: &Value) -> String {
    let next = &result["nextRecordsUrl"];
    format!("{}  next {next}\n", page(result))
}

#[test]
fn nested_results_have_pages_of_their_own() {
    let org = org();
    let account = org.create("Account", json!({ "Name": "Acme" }));
    let other = org.create("Account", json!({ "Name": "Small" }));
    org.create("Contact", json!({ "LastName": "One", "AccountId": other }));
    for from in (0..1_200).step_by(200) {
        let records: Vec<Value> = (from..from + 200)
            .map(|place| json!({ "attributes": { "type": "Contact" }, "LastName": format!("N{place:05}"), "AccountId": account }))
            .collect();
        let body = json!({ "records": records }).to_string();
        assert_eq!(
            org.send(&format!("POST {S}/composite/sobjects"), &body).0,
            200
        );
    }
    let below = "(SELECT LastName FROM Contacts ORDER BY LastName)";
    let soql = format!("SELECT Name, {below} FROM Account ORDER BY Name");
    let mut text = String::new();
    for size in ["x", "200", "2000"] {
        let answer = sized(&org, &soql, size);
        assert_eq!(answer["done"], true, "the query itself has one page");
        let mut result = answer["records"][0]["Contacts"].clone();
        text.push_str(&format!("batchSize {size}: {}", nested(&result)));
        text.push_str(&format!(
            "  beside it: {}",
            page(&answer["records"][1]["Contacts"])
        ));
        let mut pages = 1;
        while let Some(next) = result["nextRecordsUrl"].as_str() {
            result = org.send(&format!("GET {next}"), "").1;
            pages += 1;
        }
        text.push_str(&format!("  page {pages}: {}", page(&result)));
    }
    // A result below a nested one, and records of a second page of the query.
    let (status, _) = org.send("PATCH /practice/settings", r#"{"practice.pageSize":2}"#);
    assert_eq!(status, 204);
    let contact = org.id("SELECT Id FROM Contact WHERE LastName = 'One'");
    for subject in ["a", "b", "c"] {
        org.create("Case", json!({ "Subject": subject, "ContactId": contact }));
    }
    let deep = "SELECT Name, (SELECT LastName, (SELECT Subject FROM Cases ORDER BY Subject) FROM Contacts) FROM Account WHERE Name = 'Small'";
    let answer = sized(&org, deep, "x");
    let cases = &answer["records"][0]["Contacts"]["records"][0]["Cases"];
    text.push_str(&format!("{cases}\n"));
    let next = cases["nextRecordsUrl"].as_str().expect("a next page");
    text.push_str(&format!("{}\n", org.send(&format!("GET {next}"), "").1));
    expect![[r#"
        batchSize x: 499 of 1200 done false last "N00498"
          next "/services/data/v66.0/query/01g000000000001AAA-499"
          beside it: 1 of 1 done true last "One"
          page 3: 202 of 1200 done true last "N01199"
        batchSize 200: 199 of 1200 done false last "N00198"
          next "/services/data/v66.0/query/01g000000000002AAA-199"
          beside it: 1 of 1 done true last "One"
          page 7: 6 of 1200 done true last "N01199"
        batchSize 2000: 1200 of 1200 done true last "N01199"
          next null
          beside it: 1 of 1 done true last "One"
          page 1: 1200 of 1200 done true last "N01199"
        {"done":false,"nextRecordsUrl":"/services/data/v66.0/query/01g000000000003AAA-1","records":[{"Subject":"a","attributes":{"type":"Case","url":"/services/data/v66.0/sobjects/Case/500dnH000000001ABA"}}],"totalSize":3}
        {"done":false,"nextRecordsUrl":"/services/data/v66.0/query/01g000000000003AAA-2","records":[{"Subject":"b","attributes":{"type":"Case","url":"/services/data/v66.0/sobjects/Case/500dnH000000002ABA"}}],"totalSize":3}
    "#]].assert_eq(&text);
}

#[test]
fn a_query_keeps_what_it_found() {
    let org = org();
    many(&org, 450);
    let soql = "SELECT LastName FROM Contact ORDER BY LastName";
    let first = sized(&org, soql, "200");
    let next = first["nextRecordsUrl"]
        .as_str()
        .expect("a next page")
        .to_owned();
    // A change in between changes nothing of what was found.
    org.create("Contact", json!({ "LastName": "A new one" }));
    let id = org.id("SELECT Id FROM Contact WHERE LastName = 'N00300'");
    let (status, _) = org.send(
        &format!("PATCH {S}/sobjects/Contact/{id}"),
        r#"{"LastName":"Z"}"#,
    );
    assert_eq!(status, 204);
    let (_, second) = org.send(&format!("GET {next}"), "");
    let again = org.send(&format!("GET {next}"), "").1;
    assert_eq!(second, again, "a page can be fetched twice");
    let (_, third) = org.send(
        &format!(
            "GET {}",
            second["nextRecordsUrl"].as_str().expect("a next page")
        ),
        "",
    );
    let mut text = page(&first) + &page(&second) + &page(&third);
    for from in ["450", "451", "-1", "x", ""] {
        let (locator, _) = next.rsplit_once('-').expect("a place");
        let (status, body) = org.send(&format!("GET {locator}-{from}"), "");
        text.push_str(&format!("-{from}: {status} {}\n", body[0]["errorCode"]));
    }
    // An ended query is forgotten when ten newer ones are open.
    for _ in 0..10 {
        sized(&org, soql, "200");
    }
    let (status, body) = org.send(&format!("GET {next}"), "");
    text.push_str(&format!("after ten others: {status} {body}\n"));
    expect![[r#"
        200 of 450 done false last "N00199"
        200 of 450 done false last "N00399"
        50 of 450 done true last "N00449"
        -450: 400 "INVALID_QUERY_LOCATOR"
        -451: 400 "INVALID_QUERY_LOCATOR"
        --1: 400 "INVALID_QUERY_LOCATOR"
        -x: 400 "INVALID_QUERY_LOCATOR"
        -: 400 "INVALID_QUERY_LOCATOR"
        after ten others: 400 [{"errorCode":"INVALID_QUERY_LOCATOR","message":"invalid query locator"}]
    "#]].assert_eq(&text);
}
